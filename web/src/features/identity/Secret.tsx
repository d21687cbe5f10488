/** A password to type: hidden until asked to show itself; and a new one, typed twice. */

import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { useWords } from "@/lib/words";
import { IconButton } from "@/ui/Button";
import { Field, type FieldProps } from "@/ui/Field";
import css from "./form.module.css";
import { words } from "./words";

export const SHORTEST = 12;

export function Secret(props: FieldProps) {
  const t = useWords(words);
  const [shown, setShown] = useState(false);
  return (
    <div className={css.secret}>
      <Field {...props} type={shown ? "text" : "password"} required />
      <div className={css.eye}>
        <IconButton
          label={shown ? t("hidePassword") : t("showPassword")}
          icon={shown ? <EyeOff size={16} /> : <Eye size={16} />}
          onClick={() => setShown(!shown)}
        />
      </div>
    </div>
  );
}

export interface NewSecretProps {
  value: string;
  again: string;
  onValue: (value: string) => void;
  onAgain: (value: string) => void;
}

export function NewSecret({ value, again, onValue, onAgain }: NewSecretProps) {
  const t = useWords(words);
  const left = SHORTEST - [...value].length;
  const rule = value && left > 0 ? t("passwordShort", { n: left }) : t("passwordRule");
  const differ = again !== "" && again !== value;
  return (
    <>
      <Secret
        label={t("passwordNew")}
        hint={rule}
        autoComplete="new-password"
        minLength={SHORTEST}
        value={value}
        onChange={(event) => onValue(event.target.value)}
      />
      <Secret
        label={t("passwordAgain")}
        error={differ ? t("passwordDiffer") : undefined}
        autoComplete="new-password"
        value={again}
        onChange={(event) => onAgain(event.target.value)}
      />
    </>
  );
}

/** Whether a new password, typed twice, may be sent. */
export function isReady(value: string, again: string): boolean {
  return [...value].length >= SHORTEST && value === again;
}
