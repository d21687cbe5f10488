/** A third-party app asks for access: what it will be able to do, yes or no. */

import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { api } from "@/api/client";
import { useMe } from "@/api/session";
import { useWords } from "@/lib/words";
import { Button } from "@/ui/Button";
import { Skeleton } from "@/ui/Skeleton";
import { Doorway } from "./Doorway";
import { FormProblem } from "./FormProblem";
import css from "./form.module.css";
import { scopeWord } from "./scopes";
import { useDoing } from "./useDoing";
import { words } from "./words";

export interface ConsentProps {
  request: {
    response_type: string;
    client_id: string;
    redirect_uri: string;
    scope: string;
    state: string;
    code_challenge: string;
    code_challenge_method: string;
  };
}

export function Consent({ request }: ConsentProps) {
  const t = useWords(words);
  const me = useMe();
  const doing = useDoing();
  const asked = useQuery({
    queryKey: ["consent", request],
    queryFn: async () => (await api.POST("/api/v1/oauth/request", { body: request })).data ?? null,
    retry: false,
  });
  const place = asked.data?.redirect;
  useEffect(() => {
    if (place) location.replace(place);
  }, [place]);
  const decide = (allow: boolean) =>
    doing.run(async () => {
      const { data } = await api.POST("/api/v1/oauth/authorize", { body: { request, allow } });
      if (data) location.replace(data.redirect);
    });

  if (asked.error) {
    return (
      <Doorway title={t("signIn")}>
        <FormProblem error={asked.error} />
      </Doorway>
    );
  }
  if (!asked.data || place) {
    return (
      <Doorway title="…">
        <Skeleton shape="text" rows={4} />
      </Doorway>
    );
  }
  const scopes = Object.keys(asked.data.scopes);
  return (
    <Doorway
      title={t("consentTitle", { app: asked.data.app })}
      lead={scopes.length ? t("consentLead", { name: me?.name ?? "" }) : t("consentNothing")}
    >
      <ul className={css.list}>
        {scopes.map((scope) => (
          <li key={scope}>{scope === "account" ? t("consentAccount") : scopeWord(t, scope)}</li>
        ))}
      </ul>
      <FormProblem error={doing.error} />
      <div className={css.row}>
        {scopes.length > 0 && (
          <Button look="main" busy={doing.busy} onClick={() => void decide(true)}>
            {t("allow")}
          </Button>
        )}
        <Button busy={doing.busy} onClick={() => void decide(false)}>
          {t("refuse")}
        </Button>
      </div>
      <p className="quiet small">{t("consentEnd")}</p>
    </Doorway>
  );
}
