/** The state of the data in the top bar: all fresh, or how many sources are late. */

import { Link } from "@tanstack/react-router";
import { useAnswer } from "@/api/client";
import { useMay } from "@/api/session";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import css from "./DataAge.module.css";
import { words } from "./words";

export function DataAge() {
  const t = useWords(words);
  const f = useFormat();
  const may = useMay("data:read");
  const sources = useAnswer("/api/v1/sources", undefined, { enabled: may, every: 5 * 60_000 });
  const used = sources.data?.data.filter((card) => card.state !== "never") ?? [];
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
