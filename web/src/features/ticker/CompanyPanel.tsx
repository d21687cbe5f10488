/** Who issued the paper and how B3 files it. */

import { Link } from "@tanstack/react-router";
import { sectorName } from "@/features/market/findings";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Unknown } from "@/ui/Hint";
import { Panel } from "@/ui/Panel";
import type { TickerSheet } from "./findings";
import css from "./ticker.module.css";
import { words } from "./words";

export function CompanyPanel({ sheet }: { sheet: TickerSheet }) {
  const t = useWords(words);
  const f = useFormat();
  const facts = [
    [t("company"), sheet.company_name ?? sheet.name],
    [t("cnpj"), sheet.cnpj && f.cnpj(sheet.cnpj)],
    [t("isin"), sheet.isin],
    [t("sector"), sheet.sector && sectorName(sheet.sector)],
    [t("subsector"), sheet.subsector && sectorName(sheet.subsector)],
    [t("industry"), sheet.industry && sectorName(sheet.industry)],
    [t("segment"), sheet.listing_segment],
    [t("firstPrice"), f.date(sheet.first_date)],
    [t("lastPrice"), f.date(sheet.ref_date)],
    [t("sessions"), f.integer(sheet.sessions)],
    [t("provider"), sheet.provider.toUpperCase()],
  ] as const;
  return (
    <Panel title={t("companyTitle")}>
      <dl className={css.facts}>
        {facts.map(([name, value]) => (
          <Fact key={name} name={name} value={value} />
        ))}
        {sheet.same_issuer.length > 0 && (
          <>
            <dt>{t("siblings")}</dt>
            <dd className={css.siblings}>
              {sheet.same_issuer.map((life) => (
                <Link
                  key={life.ticker}
                  to="/ticker/$ticker"
                  params={{ ticker: life.ticker }}
                  className="mono"
                >
                  {life.ticker}
                </Link>
              ))}
            </dd>
          </>
        )}
      </dl>
    </Panel>
  );
}

function Fact({ name, value }: { name: string; value: string | null }) {
  const t = useWords(words);
  return (
    <>
      <dt>{name}</dt>
      <dd>{value || <Unknown why={t("notKnown")} />}</dd>
    </>
  );
}
