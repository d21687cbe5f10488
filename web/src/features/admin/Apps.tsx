/** Third-party apps that may ask users for access. */

import { useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { api, useAnswer } from "@/api/client";
import { FormProblem } from "@/features/identity/FormProblem";
import css from "@/features/identity/form.module.css";
import { useDoing } from "@/features/identity/useDoing";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Button } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { Empty } from "@/ui/Empty";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import { NewApp } from "./NewApp";
import { words } from "./words";

export const APPS = "/api/v1/apps";

export function Apps() {
  const t = useWords(words);
  const doing = useDoing();
  const queries = useQueryClient();
  const apps = useAnswer(APPS);
  const [making, setMaking] = useState(false);
  const reread = () => queries.invalidateQueries({ queryKey: ["api", APPS] });
  const disable = (id: string) =>
    doing.run(async () => {
      await api.DELETE("/api/v1/apps/{app_id}", { params: { path: { app_id: id } } });
      await reread();
    });
  return (
    <Panel
      title={t("appsTitle")}
      note={t("appsNote")}
      actions={
        <Button icon={<Plus size={15} />} onClick={() => setMaking(true)}>
          {t("appNew")}
        </Button>
      }
    >
      <FormProblem error={doing.error} />
      <Await
        query={apps}
        skeleton={<Skeleton shape="table" rows={3} />}
        isEmpty={(found) => !found.length}
        empty={<Empty title={t("appsNone")}>{t("appsNoneHint")}</Empty>}
      >
        {(found) => (
          <ul className={css.list}>
            {found.map((app) => (
              <li key={app.id}>
                <div>
                  <div className={css.row}>
                    <strong>{app.name}</strong>
                    <Chip tone={app.disabled ? "plain" : "good"}>
                      {app.disabled ? t("appOff") : t("appOn")}
                    </Chip>
                  </div>
                  <p className="mono small">{app.id}</p>
                  <p className="small quiet">
                    {[...app.redirects, app.scopes.join(" ")].join(" · ")}
                  </p>
                </div>
                {!app.disabled && (
                  <Button busy={doing.busy} onClick={() => void disable(app.id)}>
                    {t("appDisable")}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Await>
      {making && <NewApp onMade={reread} onClose={() => setMaking(false)} />}
    </Panel>
  );
}
