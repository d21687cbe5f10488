/** The first charts, each drawn as soon as its table has rows. */

import { memo, type ReactNode, useMemo } from "react";
import { useAnswer } from "@/api/client";
import { useMay } from "@/api/session";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { BarCell } from "@/ui/BarCell";
import { Chart } from "@/ui/chart/Chart";
import { Columns, Span } from "@/ui/Page";
import { Panel } from "@/ui/Panel";
import css from "./setup.module.css";
import { words } from "./words";

const HEIGHT = 200;
const TOOLS = 44; // of a chart, above it
const OUTFLOWS = 6;
const RATE = [{ id: "rate", unit: "percent" }] as const;
const FX = [{ id: "fx", unit: "number" }] as const;
const INDEX = [{ id: "index", unit: "points" }] as const;

/** Does not draw again when the progress beside it moves. */
export const FirstCharts = memo(function FirstCharts() {
  const t = useWords(words);
  return (
    <section aria-label={t("firstCharts")}>
      <Columns>
        <Span of={6}>
          <Cdi />
        </Span>
        <Span of={6}>
          <Dollar />
        </Span>
        <Span of={6}>
          <Ibovespa />
        </Span>
        <Span of={6}>
          <Outflows />
        </Span>
      </Columns>
    </section>
  );
});

function Waiting({ title, note, why }: { title: string; note: string; why: string }) {
  return (
    <Panel title={title} note={note}>
      <div className={css.waiting} style={{ blockSize: HEIGHT + TOOLS }}>
        {why}
      </div>
    </Panel>
  );
}

const last = <T,>(values: readonly T[] | undefined): T | null => values?.at(-1) ?? null;

function Cdi() {
  const t = useWords(words);
  const f = useFormat();
  const query = useAnswer("/api/v1/rates/{series}", { params: { path: { series: "cdi" } } });
  const rates = query.data?.data;
  const series = useMemo(
    () =>
      rates && [
        { name: t("cdiName"), entity: "rate", x: rates.dates, y: rates.yearly, unlabelled: true },
      ],
    [rates, t],
  );
  if (!rates?.dates.length || !series)
    return <Waiting title={t("cdiName")} note={t("cdiUnit")} why={t("waitRates")} />;
  const title = t("cdi", { value: f.percent(last(rates.yearly), 2) });
  return (
    <Panel title={title} note={t("cdiUnit")} origin={query.data?.origin}>
      <Chart title={title} name="cdi" height={HEIGHT} panels={RATE} series={series} />
    </Panel>
  );
}

function Dollar() {
  const t = useWords(words);
  const f = useFormat();
  const query = useAnswer("/api/v1/fx/{currency}", { params: { path: { currency: "USD" } } });
  const fx = query.data?.data;
  const series = useMemo(
    () => fx && [{ name: t("usdName"), entity: "USD", x: fx.dates, y: fx.sell, unlabelled: true }],
    [fx, t],
  );
  if (!fx?.dates.length || !series)
    return <Waiting title={t("usdName")} note={t("usdUnit")} why={t("waitFx")} />;
  const title = t("usd", { value: f.number(last(fx.sell), 4) });
  return (
    <Panel title={title} note={t("usdUnit")} origin={query.data?.origin}>
      <Chart title={title} name="usd" height={HEIGHT} panels={FX} series={series} />
    </Panel>
  );
}

function Ibovespa() {
  const t = useWords(words);
  const f = useFormat();
  const query = useAnswer("/api/v1/indexes/{code}/levels", { params: { path: { code: "IBOV" } } });
  const levels = query.data?.data;
  const series = useMemo(
    () =>
      levels && [
        {
          name: t("ibovName"),
          entity: "level",
          x: levels.dates,
          y: levels.levels,
          unlabelled: true,
        },
      ],
    [levels, t],
  );
  if (!levels?.dates.length || !series)
    return <Waiting title={t("ibovName")} note={t("ibovUnit")} why={t("waitIndexes")} />;
  const title = t("ibov", { value: f.integer(last(levels.levels)) });
  return (
    <Panel title={title} note={t("ibovUnit")} origin={query.data?.origin}>
      <Chart title={title} name="ibov" height={HEIGHT} panels={INDEX} series={series} />
    </Panel>
  );
}

function Outflows() {
  const t = useWords(words);
  const f = useFormat();
  const may = useMay("funds:read");
  const query = useAnswer(
    "/api/v1/home/funds",
    { params: { query: { limit: OUTFLOWS } } },
    { enabled: may },
  );
  const flows = query.data?.data.outflows ?? [];
  if (!flows.length)
    return <Waiting title={t("outflows")} note={t("outflowsUnit")} why={t("waitFunds")} />;
  const most = Math.max(...flows.map((one) => Math.abs(one.net_flow)), 1);
  const rows: ReactNode = flows.slice(0, OUTFLOWS).map((one) => (
    <li key={`${one.cnpj}${one.subclass_id}`} className={css.flow}>
      <span className={css.name}>{one.name ?? f.cnpj(one.cnpj)}</span>
      <BarCell value={one.net_flow} most={most} diverging>
        {f.moneyCompact(one.net_flow)}
      </BarCell>
    </li>
  ));
  return (
    <Panel title={t("outflows")} note={t("outflowsUnit")} origin={query.data?.origin}>
      <ul className={css.list}>{rows}</ul>
    </Panel>
  );
}
