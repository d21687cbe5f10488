/** A new API key: what it is for, what it may do, and the key itself, shown once. */

import { type FormEvent, useId, useState } from "react";
import { api } from "@/api/client";
import { useWords } from "@/lib/words";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Field } from "@/ui/Field";
import { Select } from "@/ui/Select";
import { CopyButton } from "./CopyButton";
import { FormProblem } from "./FormProblem";
import css from "./form.module.css";
import { ScopeChecks } from "./ScopeChecks";
import { useDoing } from "./useDoing";
import { words } from "./words";

const DAYS = [7, 30, 90, 180, 365];

export interface NewKeyProps {
  allowed: readonly string[];
  onMade: () => Promise<void>;
  onClose: () => void;
}

export function NewKey({ allowed, onMade, onClose }: NewKeyProps) {
  const t = useWords(words);
  const doing = useDoing();
  const form = useId();
  const [name, setName] = useState("");
  const [days, setDays] = useState("90");
  const [scopes, setScopes] = useState<string[]>([]);
  const [secret, setSecret] = useState<string | null>(null);

  const send = (event: FormEvent) => {
    event.preventDefault();
    void doing.run(async () => {
      const body = { name, scopes, days: Number(days), owner: "" };
      const { data } = await api.POST("/api/v1/api-keys", { body });
      setSecret(data?.secret ?? null);
      await onMade();
    });
  };

  if (secret) {
    return (
      <Dialog
        open
        wide
        onOpenChange={onClose}
        title={t("keyMade")}
        lead={t("keyMadeLead")}
        actions={
          <>
            <CopyButton text={secret} />
            <Button look="main" onClick={onClose}>
              {t("done")}
            </Button>
          </>
        }
      >
        <code className={css.shown}>{secret}</code>
        <p className="small quiet">{t("keyUse")}</p>
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("keyNew")}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button
            type="submit"
            form={form}
            look="main"
            busy={doing.busy}
            disabled={!name.trim() || !scopes.length}
          >
            {t("keyMake")}
          </Button>
        </>
      }
    >
      <form id={form} className={css.form} onSubmit={send}>
        <Field
          label={t("keyName")}
          placeholder={t("keyNameHint")}
          maxLength={80}
          required
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <ScopeChecks legend={t("keyScopes")} all={allowed} chosen={scopes} onChange={setScopes} />
        <Select
          label={t("keyDays")}
          labelled
          value={days}
          choices={DAYS.map((n) => ({ value: String(n), label: t("keyDaysOf", { n }) }))}
          onChange={setDays}
        />
        <FormProblem error={doing.error} />
      </form>
    </Dialog>
  );
}
