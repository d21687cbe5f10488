/** Files that could not be read, with what to do, and a button that tries again. */

import { useQueryClient } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { useState } from "react";
import { api, useAnswer } from "@/api/client";
import { Problem } from "@/api/problem";
import { useMay } from "@/api/session";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Button } from "@/ui/Button";
import { Empty } from "@/ui/Empty";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import { toast } from "@/ui/Toast";
import { BytesButton } from "./BytesButton";
import css from "./data.module.css";
import { words } from "./words";

export function LettersTab() {
  const t = useWords(words);
  const f = useFormat();
  const letters = useAnswer("/api/v1/dead-letters", undefined, { every: 30_000 });
  const count = letters.data?.data.length ?? 0;
  return (
    <Panel
      title={t("lettersTitle")}
      origin={letters.data?.origin}
      actions={count > 0 && <RetryButton />}
    >
      <Await
        query={letters}
        skeleton={<Skeleton shape="text" rows={4} />}
        isEmpty={(answer) => !answer.data.length}
        empty={<Empty title={t("noLetters")}>{t("noLettersHelp")}</Empty>}
      >
        {(answer) => (
          <ul className={css.letters}>
            {answer.data.map((letter) => (
              <li key={`${letter.source}/${letter.name}`} className={css.letter}>
                <div>
                  <strong className="mono">{letter.name}</strong>
                  <span className="quiet small">
                    {letter.source} · {t("failedAt")} {f.instant(letter.at)}
                  </span>
                </div>
                <p>{letter.error}</p>
                <p className="quiet">{letter.hint}</p>
                {letter.key && (
                  <BytesButton source={letter.source} file={letter.key} name={letter.name} />
                )}
              </li>
            ))}
          </ul>
        )}
      </Await>
    </Panel>
  );
}

function RetryButton() {
  const t = useWords(words);
  const may = useMay("data:run");
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  if (!may) return null;
  const retry = async () => {
    setBusy(true);
    try {
      await api.POST("/api/v1/dead-letters/retry");
      toast({ title: t("retryStarted") });
      await client.invalidateQueries({ queryKey: ["api"] });
    } catch (error) {
      const said = error instanceof Problem ? error : null;
      toast({ title: said?.message ?? String(error), description: said?.hint, tone: "bad" });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button
      look="main"
      busy={busy}
      icon={<RotateCw size={14} aria-hidden="true" />}
      onClick={() => void retry()}
    >
      {t("retry")}
    </Button>
  );
}
