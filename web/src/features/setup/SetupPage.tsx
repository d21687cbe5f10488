/** The first set-up: choose, watch it come, see the first charts. */

import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Button } from "@/ui/Button";
import { Page } from "@/ui/Page";
import { Skeleton } from "@/ui/Skeleton";
import { Choose } from "./Choose";
import { FirstCharts } from "./FirstCharts";
import { Going } from "./Going";
import { linesOf } from "./plan";
import css from "./setup.module.css";
import { begin, type Setup, useSetup } from "./useSetup";
import { words } from "./words";

export function SetupPage() {
  const t = useWords(words);
  const { query, progress, live } = useSetup();
  const [choosing, setChoosing] = useState(false);
  const setup = query.data;
  const lines = setup ? linesOf(setup.runs, setup.waiting, progress) : [];
  const asksFirst = setup && !lines.length && setup.state !== "running";
  const shown = setup && (asksFirst || choosing) ? "choice" : "going";
  return (
    <Page
      title={t("title")}
      lead={setup && t(leadOf(setup))}
      actions={
        setup && shown === "going" && setup.state !== "running" ? (
          <Ended
            setup={setup}
            lines={lines}
            onMore={() => setChoosing(true)}
            onBegun={query.refetch}
          />
        ) : null
      }
    >
      <Await query={query} skeleton={<Skeleton shape="table" rows={11} />}>
        {(answer) =>
          shown === "choice" ? (
            <Choose
              key={String(answer.online)}
              setup={answer}
              onRetry={() => void query.refetch()}
              onBegun={() => {
                setChoosing(false);
                void query.refetch();
              }}
            />
          ) : (
            <>
              <Going setup={answer} lines={lines} live={live} />
              <FirstCharts />
            </>
          )
        }
      </Await>
    </Page>
  );
}

function leadOf(setup: Setup): "leadNew" | "leadRunning" | "leadReady" | "leadSimulated" {
  if (setup.state === "running") return "leadRunning";
  if (setup.simulated) return "leadSimulated";
  return setup.state === "ready" ? "leadReady" : "leadNew";
}

interface EndedProps {
  setup: Setup;
  lines: ReturnType<typeof linesOf>;
  onMore: () => void;
  onBegun: () => unknown;
}

/** What may follow: home, the failed ones again, other sources. */
function Ended({ setup, lines, onMore, onBegun }: EndedProps) {
  const t = useWords(words);
  const failed = lines.filter((line) => line.state === "failed").map((line) => line.id);
  const again = async () => {
    await begin({ market: "official", sources: failed, months: setup.asked?.months ?? 13 });
    onBegun();
  };
  return (
    <>
      {failed.length > 0 && setup.asked?.market === "official" && (
        <Button onClick={() => void again()}>{t("retry")}</Button>
      )}
      {(!setup.simulated || setup.state === "new") && <Button onClick={onMore}>{t("more")}</Button>}
      {setup.state === "ready" && (
        <Link to="/" className={css.home}>
          {t("home")}
        </Link>
      )}
    </>
  );
}
