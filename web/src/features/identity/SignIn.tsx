/** Signing in: e-mail and password, then the second factor where there is one. */

import { type FormEvent, useEffect, useRef, useState } from "react";
import { useAnswer } from "@/api/client";
import { Problem } from "@/api/problem";
import { signIn } from "@/api/session";
import { useWords } from "@/lib/words";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { Doorway } from "./Doorway";
import { FormProblem } from "./FormProblem";
import css from "./form.module.css";
import { Secret } from "./Secret";
import { safePath } from "./safePath";
import { useDoing } from "./useDoing";
import { words } from "./words";

export interface SignInProps {
  /** Where to go then. */
  to: string | undefined;
  /** What went wrong on the way here: at the firm's provider. */
  problem: string | undefined;
}

export function SignIn({ to, problem }: SignInProps) {
  const t = useWords(words);
  const doing = useDoing();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [asked, setAsked] = useState(false);

  const send = (event: FormEvent) => {
    event.preventDefault();
    void doing.run(async () => {
      try {
        await signIn(email, password, asked ? code : undefined);
      } catch (error) {
        if (!(error instanceof Problem && error.kind === "second-factor")) throw error;
        setAsked(true);
        return;
      }
      location.replace(safePath(to));
    });
  };
  const back = () => {
    setAsked(false);
    setCode("");
    doing.clear();
  };

  return (
    <Doorway
      title={asked ? t("factorTitle") : t("signIn")}
      lead={asked ? t("factorHint") : undefined}
    >
      {problem && !doing.error && (
        <div className={css.problem} role="alert">
          <p>{problem}</p>
        </div>
      )}
      <FormProblem error={doing.error} />
      <form className={css.form} onSubmit={send}>
        {asked ? (
          <CodeField value={code} onChange={setCode} />
        ) : (
          <>
            <Field
              label={t("email")}
              type="email"
              name="username"
              autoComplete="username"
              required
              autoFocus
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
            <Secret
              label={t("password")}
              name="password"
              autoComplete="current-password"
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          </>
        )}
        <Button type="submit" look="main" busy={doing.busy} className={css.full}>
          {asked ? t("continue") : t("signIn")}
        </Button>
        {asked && (
          <Button look="quiet" onClick={back}>
            {t("back")}
          </Button>
        )}
      </form>
      {!asked && <Ways to={to} />}
    </Doorway>
  );
}

export function CodeField(props: { value: string; onChange: (value: string) => void }) {
  const t = useWords(words);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.querySelector("input")?.focus(), []);
  return (
    <div className={css.code} ref={box}>
      <Field
        label={t("factorCode")}
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={40}
        required
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
      />
    </div>
  );
}

/** The other ways in, and what to know before. */
function Ways({ to }: { to: string | undefined }) {
  const t = useWords(words);
  const options = useAnswer("/api/v1/auth/options").data;
  if (!options) return null;
  const provider = `/api/v1/auth/oidc/begin?to=${encodeURIComponent(safePath(to))}`;
  return (
    <>
      {options.oidc && (
        <>
          <div className={css.or}>{t("or")}</div>
          <Button className={css.full} onClick={() => location.assign(provider)}>
            {t("withProvider", { name: options.oidc })}
          </Button>
        </>
      )}
      {options.simulated && (
        <div className={css.note} data-tone="simulated">
          <strong>{t("simulatedTitle")}</strong>
          <p>{t("simulatedPlain")}</p>
          {options.demo && <p>{t("simulatedDemo", { email: options.demo })}</p>}
        </div>
      )}
      {options.first && !options.demo && (
        <div className={css.note}>
          <strong>{t("firstTitle")}</strong>
          <p>{t("firstHint")}</p>
        </div>
      )}
      {!options.first && !options.simulated && <p className="quiet small">{t("forgot")}</p>}
    </>
  );
}
