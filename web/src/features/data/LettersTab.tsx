/** Files that could not be read, with what to do, and a button that tries again. */

import { useQueryClient } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { api, useAnswer } from "@/api/client";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Empty } from "@/ui/Empty";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import { toast } from "@/ui/Toast";
import { AskButton } from "./AskButton";
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
  const client = useQueryClient();
  const retry = async () => {
    await api.POST("/api/v1/dead-letters/retry");
    toast({ title: t("retryStarted") });
    await client.invalidateQueries({ queryKey: ["api"] });
  };
  return (
    <AskButton look="main" icon={<RotateCw size={14} aria-hidden="true" />} ask={retry}>
      {t("retry")}
    </AskButton>
  );
}
