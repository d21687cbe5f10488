/** A new third-party app: name, redirect addresses, what it may ask for. */

import { type FormEvent, useId, useState } from "react";
import { api } from "@/api/client";
import type { components } from "@/api/schema";
import { CopyButton } from "@/features/identity/CopyButton";
import { FormProblem } from "@/features/identity/FormProblem";
import css from "@/features/identity/form.module.css";
import { ScopeChecks } from "@/features/identity/ScopeChecks";
import { useDoing } from "@/features/identity/useDoing";
import { useWords } from "@/lib/words";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Field } from "@/ui/Field";
import { Switch } from "@/ui/Toggle";
import { words } from "./words";

const ASKABLE = ["account", "market:read", "funds:read", "tables:read", "sql:run", "data:read"];

export function NewApp({ onMade, onClose }: { onMade: () => Promise<void>; onClose: () => void }) {
  const t = useWords(words);
  const doing = useDoing();
  const form = useId();
  const [name, setName] = useState("");
  const [redirects, setRedirects] = useState("");
  const [scopes, setScopes] = useState(["account", "market:read", "funds:read"]);
  const [confidential, setConfidential] = useState(true);
  const [made, setMade] = useState<components["schemas"]["Registered"] | null>(null);
  const places = redirects.split(/\s+/).filter(Boolean);
  const send = (event: FormEvent) => {
    event.preventDefault();
    void doing.run(async () => {
      const body = { name, redirects: places, scopes, confidential };
      setMade((await api.POST("/api/v1/apps", { body })).data ?? null);
      await onMade();
    });
  };
  if (made) return <Made made={made} onClose={onClose} />;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("appNew")}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button
            type="submit"
            form={form}
            look="main"
            busy={doing.busy}
            disabled={!name.trim() || !places.length || !scopes.length}
          >
            {t("appMake")}
          </Button>
        </>
      }
    >
      <form id={form} className={css.form} onSubmit={send}>
        <Field
          label={t("appName")}
          maxLength={80}
          required
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Field
          label={t("appRedirects")}
          hint={t("appRedirectsHint")}
          required
          value={redirects}
          onChange={(event) => setRedirects(event.target.value)}
        />
        <ScopeChecks legend={t("appScopes")} all={ASKABLE} chosen={scopes} onChange={setScopes} />
        <Switch label={t("appConfidential")} checked={confidential} onChange={setConfidential} />
        <FormProblem error={doing.error} />
      </form>
    </Dialog>
  );
}

function Made(props: { made: components["schemas"]["Registered"]; onClose: () => void }) {
  const t = useWords(words);
  const { app, secret } = props.made;
  const text = secret ? `${app.id}\n${secret}` : app.id;
  return (
    <Dialog
      open
      wide
      onOpenChange={props.onClose}
      title={t("appMade")}
      lead={t("appMadeLead")}
      actions={
        <>
          <CopyButton text={text} />
          <Button look="main" onClick={props.onClose}>
            {t("copyDone")}
          </Button>
        </>
      }
    >
      <p className="small quiet">{t("appId")}</p>
      <code className={css.shown}>{app.id}</code>
      {secret && (
        <>
          <p className="small quiet">{t("appSecret")}</p>
          <code className={css.shown}>{secret}</code>
        </>
      )}
    </Dialog>
  );
}
