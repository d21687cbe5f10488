/** As of when, from where, how old; opens to tables, versions and their page. */

import { Popover } from "@base-ui/react/popover";
import { Link } from "@tanstack/react-router";
import type { Origin } from "@/api/client";
import { classes } from "@/lib/classes";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import floating from "./floating.module.css";
import css from "./OriginChip.module.css";
import { words } from "./words";

export function OriginChip({ origin }: { origin: Origin | null | undefined }) {
  const t = useWords(words);
  const f = useFormat();
  if (!origin) return <span className={css.chip} aria-hidden="true" />;
  const written = Boolean(origin.tables[0]?.changed_at);
  const parts = [
    origin.publishers.length > 2
      ? t("publishers", { n: origin.publishers.length })
      : origin.publishers.join(", "),
    origin.ref_date && f.date(origin.ref_date),
    written ? f.ago(origin.age_seconds) : t("neverRead"),
  ].filter(Boolean);
  return (
    <Popover.Root>
      <Popover.Trigger className={css.chip}>
        {origin.simulated && <span className={css.simulated}>{t("simulated")}</span>}
        {origin.stale && <span className={css.stale}>{t("stale")}</span>}
        <span className={css.text}>{parts.join(" · ")}</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="end" className={floating.positioner}>
          <Popover.Popup className={classes(floating.popup, css.popup)}>
            <Popover.Title className={css.title}>{t("origin")}</Popover.Title>
            {origin.simulated && <p className={css.simulatedLine}>{t("simulatedLong")}</p>}
            {origin.stale && (
              <p className={css.staleLine}>{t("staleSince", { ago: f.ago(origin.age_seconds) })}</p>
            )}
            <dl className={css.facts}>
              <dt>{t("publisher")}</dt>
              <dd>{origin.publishers.join(", ") || f.number(null)}</dd>
              <dt>{t("asOf")}</dt>
              <dd>{f.date(origin.ref_date)}</dd>
              <dt>{t("availableAt")}</dt>
              <dd>{f.instant(origin.available_at)}</dd>
            </dl>
            <p className={css.subtitle}>{t("tables")}</p>
            <ul className={css.tables}>
              {origin.tables.map((table) => (
                <li key={table.name}>
                  <Link
                    to="/data/tables/$name"
                    params={{ name: table.name }}
                    title={t("openTable")}
                  >
                    <span className="mono">{table.name}</span>
                  </Link>
                  <span className="quiet small">
                    {table.version >= 0 && t("version", { n: table.version })}
                    {table.changed_at && ` · ${f.instant(table.changed_at)}`}
                  </span>
                </li>
              ))}
            </ul>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
