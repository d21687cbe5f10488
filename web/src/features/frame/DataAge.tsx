/** The state of the data in the top bar: all fresh, how many sources are late, or what runs. */

import { Link } from "@tanstack/react-router";
import { useAnswer } from "@/api/client";
import { useMay } from "@/api/session";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import css from "./DataAge.module.css";
import { type Going, useLive } from "./useLive";
import { words } from "./words";

export function DataAge() {
  const t = useWords(words);
  const f = useFormat();
  const may = useMay("data:read");
  const going = useLive();
  const sources = useAnswer("/api/v1/sources", undefined, { enabled: may, every: 5 * 60_000 });
  const used = sources.data?.data.filter((card) => card.state !== "never") ?? [];
  if (going.run || going.progress) return <Running {...going} />;
  if (!used.length) return null;
  const late = used.filter((card) => card.state !== "ok");
  const newest = used
    .map((card) => card.last_landed ?? "")
    .sort()
    .at(-1);
  const state = late.length ? t("dataLate", { n: late.length }) : t("dataAllFresh");
  return (
    <Link
      to="/data"
      className={css.age}
      data-late={late.length > 0 || undefined}
      title={late.map((card) => card.name).join(", ") || undefined}
    >
      <span className={css.dot} aria-hidden="true" />
      <span className={css.state}>{state}</span>
      <span className={css.when}>{f.instant(newest)}</span>
    </Link>
  );
}

/** The run that goes on: what it does, how far it is. */
function Running({ run, progress }: Going) {
  const t = useWords(words);
  const f = useFormat();
  const planned = progress?.files_planned ?? 0;
  const asked = Math.min(progress?.files_asked ?? 0, planned);
  const what = run?.source
    ? t("reading", { source: run.source })
    : run?.kind === "simulate"
      ? t("simulating")
      : t("building");
  const far = planned
    ? t("filesOf", { asked: f.integer(asked), planned: f.integer(planned) })
    : progress?.rows
      ? t("rowsSoFar", { rows: f.compact(progress.rows) })
      : "";
  return (
    <Link to="/data" className={css.age} data-running="" title={progress?.step || undefined}>
      <span className={css.dot} aria-hidden="true" />
      <span className={css.state}>{what}</span>
      {far && <span className={css.when}>{far}</span>}
      <span className={css.bar} aria-hidden="true" data-unknown={!planned || undefined}>
        <span style={{ inlineSize: planned ? `${(asked / planned) * 100}%` : "30%" }} />
      </span>
    </Link>
  );
}
