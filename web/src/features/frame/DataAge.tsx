/** Of which day the data are, in the top bar. */

import { Link } from "@tanstack/react-router";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import css from "./DataAge.module.css";
import { useAbout } from "./useFreshness";
import { words } from "./words";

export function DataAge() {
  const t = useWords(words);
  const f = useFormat();
  const about = useAbout();
  if (!about.data || about.data.empty) return null;
  return (
    <Link to={"/data" as "/"} className={css.age}>
      <span className={css.dot} aria-hidden="true" />
      {t("dataFrom", { date: f.date(about.data.now) })}
    </Link>
  );
}
