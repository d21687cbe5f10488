/** Home: the market today, where fund money goes, who is losing it, and how fresh the data are. */

import { Link } from "@tanstack/react-router";
import { useAnswer } from "@/api/client";
import { useMay } from "@/api/session";
import { Movers } from "@/features/market/Movers";
import { SectorMap } from "@/features/market/SectorMap";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Empty } from "@/ui/Empty";
import { Columns, Page, Span } from "@/ui/Page";
import { Skeleton } from "@/ui/Skeleton";
import { Bleeding } from "./Bleeding";
import { Flows } from "./Flows";
import css from "./home.module.css";
import { MarketStrip } from "./MarketStrip";
import { Sources } from "./Sources";
import { words } from "./words";

export function HomePage() {
  const t = useWords(words);
  const f = useFormat();
  const market = useAnswer("/api/v1/home/market");
  const day = market.data?.data.day;
  return (
    <Page title={t("home")} after={day && <span className="quiet">{f.date(day.ref_date)}</span>}>
      {market.data && !day && <FirstSetup />}
      <Await query={market} what={t("strip")} skeleton={<Skeleton shape="stats" rows={5} />}>
        {(answer) => <MarketStrip stats={answer.data.strip} />}
      </Await>
      <Columns>
        <Span of={7}>
          <Market query={market} />
        </Span>
        <Span of={5}>
          <FundFlows />
        </Span>
        <Span of={7}>
          <Houses />
        </Span>
        <Span of={5}>{day && <Movers day={day} />}</Span>
        <Span of={12}>
          <DataHouse />
        </Span>
      </Columns>
    </Page>
  );
}

/** A house without data points at its set-up, for who may begin it. */
function FirstSetup() {
  const t = useWords(words);
  const setup = useAnswer("/api/v1/setup", undefined, { enabled: useMay("house:admin") });
  if (setup.data?.state !== "new") return null;
  return (
    <Empty
      title={t("firstSetup")}
      action={
        <Link to="/setup" className={css.begin}>
          {t("beginSetup")}
        </Link>
      }
    >
      {t("firstSetupHint")}
    </Empty>
  );
}

function Market({ query }: { query: ReturnType<typeof useAnswer<"/api/v1/home/market">> }) {
  const t = useWords(words);
  return (
    <Await
      query={query}
      what={t("strip")}
      skeleton={<Skeleton shape="treemap" height={576} />}
      isEmpty={(answer) => !answer.data.day}
      empty={
        <Empty title={t("noMarket")} command="lastro ingest b3_cotahist">
          {t("noMarketHint")}
        </Empty>
      }
    >
      {({ data, origin }) =>
        data.day && (
          <>
            <SectorMap day={data.day} origin={origin} />
            <Link to="/market" className={css.more}>
              {t("seeMarket")}
            </Link>
          </>
        )
      }
    </Await>
  );
}

function useHomeFunds() {
  return useAnswer(
    "/api/v1/home/funds",
    { params: { query: { limit: 10 } } },
    { enabled: useMay("funds:read") },
  );
}

function FundFlows() {
  const t = useWords(words);
  const funds = useHomeFunds();
  if (!useMay("funds:read")) return null;
  return (
    <Await
      query={funds}
      what={t("flowsUnknown")}
      skeleton={<Skeleton shape="bars" rows={14} height={540} />}
    >
      {(answer) => <Flows {...answer} />}
    </Await>
  );
}

function Houses() {
  const t = useWords(words);
  const funds = useHomeFunds();
  if (!useMay("funds:read")) return null;
  return (
    <Await
      query={funds}
      what={t("bleedingUnknown")}
      skeleton={<Skeleton shape="bars" rows={12} height={470} />}
    >
      {(answer) => <Bleeding {...answer} />}
    </Await>
  );
}

function DataHouse() {
  const t = useWords(words);
  const may = useMay("data:read");
  const sources = useAnswer("/api/v1/sources", undefined, { enabled: may });
  if (!may) return null;
  return (
    <Await
      query={sources}
      what={t("sourcesUnknown")}
      skeleton={<Skeleton shape="table" rows={12} height={500} />}
    >
      {(answer) => <Sources {...answer} />}
    </Await>
  );
}
