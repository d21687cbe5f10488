/** One paper: its price, what happened to it, what it paid, where it weighs. */

import { useAnswer } from "@/api/client";
import { sectorName } from "@/features/market/findings";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Chip } from "@/ui/Chip";
import { ErrorState } from "@/ui/ErrorState";
import { Columns, Page, Span } from "@/ui/Page";
import { Skeleton } from "@/ui/Skeleton";
import { ActionsPanel } from "./ActionsPanel";
import { CompanyPanel } from "./CompanyPanel";
import { ComparePanel } from "./ComparePanel";
import { firstRange, hasStopped, longestReturn, type TickerSheet } from "./findings";
import { IndexesPanel } from "./IndexesPanel";
import { PricePanel } from "./PricePanel";
import { RestatedPanel } from "./RestatedPanel";
import { ReturnsPanel } from "./ReturnsPanel";
import { COMPARED, type TickerSearch } from "./search";
import { Notices, TickerStrip } from "./TickerHead";
import css from "./ticker.module.css";
import { words } from "./words";

export interface TickerPageProps {
  ticker: string;
  search: TickerSearch;
  onSearch: (change: Partial<TickerSearch>) => void;
}

export function TickerPage({ ticker, search, onSearch }: TickerPageProps) {
  const t = useWords(words);
  const query = useAnswer("/api/v1/tickers/{ticker}", { params: { path: { ticker } } });
  const sheet = query.data?.data;
  if (sheet) return <Sheet key={sheet.ticker} sheet={sheet} search={search} onSearch={onSearch} />;
  return (
    <Page title={query.error ? t("unknownTicker", { ticker }) : ticker}>
      {query.error ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <>
          <Skeleton shape="stats" />
          <Skeleton shape="chart" height={520} />
        </>
      )}
    </Page>
  );
}

interface SheetProps {
  sheet: TickerSheet;
  search: TickerSearch;
  onSearch: (change: Partial<TickerSearch>) => void;
}

function Sheet({ sheet, search, onSearch }: SheetProps) {
  const { ticker } = sheet;
  const actions = useAnswer("/api/v1/tickers/{ticker}/actions", { params: { path: { ticker } } });
  const whole = firstRange(sheet.first_date, sheet.ref_date);
  const range: [string, string] = [search.from ?? whole[0], search.until ?? whole[1]];
  const restated = actions.data?.data.restated ?? [];
  return (
    <Page title={ticker} after={<Names sheet={sheet} />} lead={<Lead sheet={sheet} />}>
      <Notices sheet={sheet} />
      <TickerStrip sheet={sheet} />
      <Columns>
        <Span>
          <PricePanel
            sheet={sheet}
            actions={actions.data?.data}
            adjusted={search.adjusted ?? "split"}
            onAdjusted={(adjusted) =>
              onSearch({ adjusted: adjusted === "split" ? undefined : adjusted })
            }
            range={range}
            onRange={([from, until]) => onSearch({ from, until })}
          />
        </Span>
        <Span of={7}>
          <ComparePanel
            ticker={ticker}
            range={range}
            others={search.vs ?? COMPARED}
            onOthers={(vs) => onSearch({ vs })}
          />
        </Span>
        <Span of={5}>
          <ReturnsPanel ticker={ticker} first={sheet.first_date} />
        </Span>
        <Span of={7}>
          <div className={css.stack}>
            <ActionsPanel sheet={sheet} query={actions} />
            <IndexesPanel ticker={ticker} />
          </div>
        </Span>
        <Span of={5}>
          <CompanyPanel sheet={sheet} />
        </Span>
        {actions.data && restated.length > 0 && (
          <Span>
            <RestatedPanel rows={restated} origin={actions.data.origin} />
          </Span>
        )}
      </Columns>
    </Page>
  );
}

function Names({ sheet }: { sheet: TickerSheet }) {
  const t = useWords(words);
  const kind = sheet.kind as "share" | "unit" | "fii" | "etf" | "bdr";
  const sector = sheet.sector && sectorName(sheet.sector);
  return (
    <>
      <span>{sheet.company_name ?? sheet.name}</span>
      <Chip>{t(`kind_${kind}`)}</Chip>
      {sector && <span className="quiet">{sector}</span>}
    </>
  );
}

/** Where the price stands, in one sentence. */
function Lead({ sheet }: { sheet: TickerSheet }) {
  const t = useWords(words);
  const f = useFormat();
  const known = longestReturn(sheet);
  const below = sheet.from_high ?? 0;
  if (hasStopped(sheet) || !known) return null;
  if (below > -0.001) return t("leadTop");
  return t(known.value >= 0 ? "leadRose" : "leadFell", {
    change: f.percent(Math.abs(known.value), 1),
    span: t(`span_${known.span}`),
    high: f.percent(-below, 1),
  });
}
