/** What rose, fell and was traded most, each with its last month. */

import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { components } from "@/api/schema";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Change } from "@/ui/Change";
import { Panel } from "@/ui/Panel";
import { Sparkline } from "@/ui/Sparkline";
import { Toggle } from "@/ui/Toggle";
import type { MarketDay } from "./findings";
import css from "./market.module.css";
import { words } from "./words";

type Mover = components["schemas"]["MarketMover"];
type Which = "gainers" | "losers" | "traded";

export function Movers({ day }: { day: MarketDay }) {
  const t = useWords(words);
  const f = useFormat();
  const [chosen, setChosen] = useState<Which | null>(null);
  const which = chosen ?? (day.losers.length > day.gainers.length ? "losers" : "gainers");
  const choices = (["gainers", "losers", "traded"] as const).map((value) => ({
    value,
    label: t(value),
  }));
  return (
    <Panel
      title={t("moversTitle")}
      note={t("moversNote", { liquid: f.moneyCompact(day.liquid) })}
      actions={
        <Toggle label={t("moversTitle")} value={which} choices={choices} onChange={setChosen} />
      }
    >
      <MoverList movers={day[which]} money={which === "traded"} />
    </Panel>
  );
}

/** Movers line by line; `money` shows what was traded instead of the price. */
export function MoverList({ movers, money }: { movers: readonly Mover[]; money?: boolean }) {
  const t = useWords(words);
  const f = useFormat();
  if (!movers.length) return <p className="quiet">{t("noMovers")}</p>;
  return (
    <ul className={css.movers}>
      {movers.map((mover) => (
        <li key={mover.ticker} className={css.mover}>
          <Link
            to="/ticker/$ticker"
            params={{ ticker: mover.ticker }}
            className={css.code}
            title={mover.name ?? undefined}
          >
            {mover.ticker}
          </Link>
          <Sparkline
            width={96}
            values={mover.sparkline}
            label={t("sparkOf", { ticker: mover.ticker })}
          />
          <span className="num">
            {money ? f.moneyCompact(mover.turnover) : f.money(mover.close)}
          </span>
          <span className="num">
            <Change value={mover.day_return} />
          </span>
        </li>
      ))}
    </ul>
  );
}
