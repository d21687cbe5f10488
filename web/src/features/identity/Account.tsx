/** One's own account: name, appearance, password, second factor, sessions, keys. */

import { type FormEvent, useState } from "react";
import { api } from "@/api/client";
import { rereadMe, useMe } from "@/api/session";
import { useWords } from "@/lib/words";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { Columns, Page, Span } from "@/ui/Page";
import { Panel } from "@/ui/Panel";
import { toast } from "@/ui/Toast";
import { Appearance } from "./Appearance";
import { FormProblem } from "./FormProblem";
import css from "./form.module.css";
import { Keys } from "./Keys";
import { SecondFactor } from "./SecondFactor";
import { isReady, NewSecret, Secret } from "./Secret";
import { Sessions } from "./Sessions";
import { roleWord } from "./scopes";
import { useDoing } from "./useDoing";
import { words } from "./words";

export function Account() {
  const t = useWords(words);
  const me = useMe();
  if (!me) return null;
  return (
    <Page
      title={t("account")}
      lead={t("accountLead", { email: me.email, role: roleWord(t, me.role) })}
    >
      <Columns>
        <Span of={6}>
          <Profile name={me.name} />
        </Span>
        <Span of={6}>
          <Panel title={t("display")} note={t("displayNote")}>
            <Appearance />
          </Panel>
        </Span>
        <Span of={6}>
          <Password />
        </Span>
        <Span of={6}>
          <SecondFactor />
        </Span>
        <Span>
          <Sessions />
        </Span>
        <Span>
          <Keys />
        </Span>
      </Columns>
    </Page>
  );
}

function Profile({ name: known }: { name: string }) {
  const t = useWords(words);
  const doing = useDoing();
  const [name, setName] = useState(known);
  const send = (event: FormEvent) => {
    event.preventDefault();
    void doing.run(async () => {
      await api.PATCH("/api/v1/auth/me", { body: { name } });
      await rereadMe();
      toast({ title: t("saved") });
    });
  };
  return (
    <Panel title={t("profile")}>
      <form className={css.form} onSubmit={send}>
        <Field
          label={t("name")}
          autoComplete="name"
          maxLength={80}
          required
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <FormProblem error={doing.error} />
        <div className={css.row}>
          <Button type="submit" busy={doing.busy} disabled={!name.trim() || name === known}>
            {t("save")}
          </Button>
        </div>
      </form>
    </Panel>
  );
}

function Password() {
  const t = useWords(words);
  const doing = useDoing();
  const me = useMe();
  const [present, setPresent] = useState("");
  const [wanted, setWanted] = useState("");
  const [again, setAgain] = useState("");
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!isReady(wanted, again)) return;
    void doing.run(async () => {
      await api.POST("/api/v1/auth/password", { body: { present, wanted } });
      for (const clear of [setPresent, setWanted, setAgain]) clear("");
      toast({ title: t("passwordChanged") });
    });
  };
  if (me && "password" in me && me.password === false) {
    return (
      <Panel title={t("passwordPanel")}>
        <p className="quiet">{t("passwordOidc")}</p>
      </Panel>
    );
  }
  return (
    <Panel title={t("passwordPanel")} note={t("passwordNote")}>
      <form className={css.form} onSubmit={send}>
        <input type="hidden" autoComplete="username" value={me?.email ?? ""} readOnly />
        <Secret
          label={t("passwordPresent")}
          autoComplete="current-password"
          value={present}
          onChange={(event) => setPresent(event.target.value)}
        />
        <NewSecret value={wanted} again={again} onValue={setWanted} onAgain={setAgain} />
        <FormProblem error={doing.error} />
        <div className={css.row}>
          <Button type="submit" busy={doing.busy} disabled={!present || !isReady(wanted, again)}>
            {t("passwordChange")}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
