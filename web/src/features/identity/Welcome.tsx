/** A one-time link: the first administrator's account, or a password to choose. */

import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "@/api/client";
import { refresh } from "@/api/session";
import { useWords } from "@/lib/words";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { Skeleton } from "@/ui/Skeleton";
import { Doorway } from "./Doorway";
import { FormProblem } from "./FormProblem";
import css from "./form.module.css";
import { isReady, NewSecret } from "./Secret";
import { useDoing } from "./useDoing";
import { words } from "./words";

/** Whether the house still waits for its first set-up; who may not know goes on without. */
async function isNew(): Promise<boolean> {
  return api.GET("/api/v1/setup").then(
    ({ data }) => data?.state === "new",
    () => false,
  );
}

/** What follows `#` never leaves the browser but in this form's request. */
const tokenOf = () => location.hash.slice(1);

export function Welcome() {
  const t = useWords(words);
  const [token] = useState(tokenOf);
  const link = useQuery({
    queryKey: ["link", token],
    queryFn: async () =>
      (await api.POST("/api/v1/auth/links/look", { body: { token } })).data ?? null,
    retry: false,
  });
  if (link.isPending) {
    return (
      <Doorway title={t("signIn")}>
        <Skeleton shape="text" rows={4} />
      </Doorway>
    );
  }
  if (!link.data) {
    return (
      <Doorway title={t("welcomeBad")}>
        <FormProblem error={link.error} />
        <Button onClick={() => location.assign("/sign-in")}>{t("signIn")}</Button>
      </Doorway>
    );
  }
  const first = link.data.purpose === "first";
  return (
    <Doorway
      title={first ? t("welcomeFirst") : t("welcomeChoose")}
      lead={first ? t("welcomeFirstLead") : t("welcomeChooseLead", { email: link.data.email })}
    >
      <Claim token={token} first={first} email={link.data.email} />
    </Doorway>
  );
}

function Claim({ token, first, email }: { token: string; first: boolean; email: string }) {
  const t = useWords(words);
  const doing = useDoing();
  const [whose, setWhose] = useState(email);
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");

  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!isReady(password, again)) return;
    void doing.run(async () => {
      const body = first ? { token, password, email: whose, name } : { token, password };
      await api.POST("/api/v1/auth/links/claim", { body: { email: "", name: "", ...body } });
      await refresh();
      location.replace(first && (await isNew()) ? "/setup" : "/");
    });
  };

  return (
    <form className={css.form} onSubmit={send}>
      {first && (
        <Field
          label={t("name")}
          hint={t("nameHint")}
          autoComplete="name"
          maxLength={80}
          required
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      )}
      {first && (
        <Field
          label={t("email")}
          type="email"
          autoComplete="username"
          required
          value={whose}
          onChange={(event) => setWhose(event.target.value)}
        />
      )}
      {!first && <input type="hidden" autoComplete="username" value={email} readOnly />}
      <NewSecret value={password} again={again} onValue={setPassword} onAgain={setAgain} />
      <FormProblem error={doing.error} />
      <Button
        type="submit"
        look="main"
        busy={doing.busy}
        disabled={!isReady(password, again)}
        className={css.full}
      >
        {first ? t("createAccount") : t("choosePassword")}
      </Button>
    </form>
  );
}
