/** Open sessions, each of which may be ended. */

import { useQueryClient } from "@tanstack/react-query";
import { api, useAnswer } from "@/api/client";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Button } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import { FormProblem } from "./FormProblem";
import css from "./form.module.css";
import { deviceOf } from "./scopes";
import { useDoing } from "./useDoing";
import { words } from "./words";

const PATH = "/api/v1/auth/sessions";

export function Sessions() {
  const t = useWords(words);
  const f = useFormat();
  const doing = useDoing();
  const queries = useQueryClient();
  const sessions = useAnswer(PATH);
  const change = (action: () => Promise<unknown>) =>
    doing.run(async () => {
      await action();
      await queries.invalidateQueries({ queryKey: ["api", PATH] });
    });
  const end = (id: string) =>
    change(() =>
      api.DELETE("/api/v1/auth/sessions/{session_id}", { params: { path: { session_id: id } } }),
    );
  const count = sessions.data?.length ?? 0;
  return (
    <Panel
      title={t("sessions", { n: count })}
      actions={
        count > 1 && (
          <Button
            busy={doing.busy}
            onClick={() => void change(() => api.POST("/api/v1/auth/sessions/end-others"))}
          >
            {t("sessionEndOthers")}
          </Button>
        )
      }
    >
      <FormProblem error={doing.error} />
      <Await query={sessions} skeleton={<Skeleton shape="table" rows={2} />}>
        {(found) => (
          <ul className={css.list}>
            {found.map((session) => {
              const device = deviceOf(session.agent);
              return (
                <li key={session.id}>
                  <div>
                    <div className={css.row}>
                      <strong>{device ? t("device", device) : session.agent.slice(0, 60)}</strong>
                      {session.this && <Chip tone="accent">{t("sessionThis")}</Chip>}
                      {session.app && <Chip>{t("sessionApp")}</Chip>}
                    </div>
                    <p className="small quiet">
                      {[
                        session.network,
                        t("sessionSince", { when: f.instant(session.created_at) }),
                        t("sessionUsed", { when: f.instant(session.used_at) }),
                      ].join(" · ")}
                    </p>
                  </div>
                  {!session.this && (
                    <Button busy={doing.busy} onClick={() => void end(session.id)}>
                      {t("sessionEnd")}
                    </Button>
                  )}
                </li>
              );
            })}
          </ul>
        )}
      </Await>
    </Panel>
  );
}
