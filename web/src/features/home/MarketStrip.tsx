/** Index, dollar and rates in one line, each with its day. */

import type { components } from "@/api/schema";
import type { Format } from "@/lib/format";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Change } from "@/ui/Change";
import { Sparkline } from "@/ui/Sparkline";
import { Stat, StatStrip } from "@/ui/Stat";
import { words } from "./words";

export type StripStat = components["schemas"]["StripStat"];

const NAMES = ["IBOV", "USD", "CDI", "SELIC", "IPCA"] as const;
type Name = (typeof NAMES)[number];

const isName = (code: string): code is Name => NAMES.some((name) => name === code);

function figure(f: Format, stat: StripStat): string {
  if (stat.unit === "points") return f.integer(stat.value);
  if (stat.unit === "ratio") return f.percent(stat.value);
  return f.money(stat.value);
}

/** Rates change by percentage points; prices by a ratio. */
function Moved({ stat }: { stat: StripStat }) {
  const t = useWords(words);
  const f = useFormat();
  if (stat.unit !== "ratio") return <Change value={stat.change} />;
  if (!stat.change || Math.abs(stat.change) < 0.00005) return null;
  const value = f.number(stat.change * 100, 2);
  return (
    <span className="quiet">{t("points", { value: stat.change > 0 ? `+${value}` : value })}</span>
  );
}

export function MarketStrip({ stats }: { stats: readonly StripStat[] }) {
  const t = useWords(words);
  const f = useFormat();
  return (
    <StatStrip>
      {stats.map((stat) => {
        const name = isName(stat.code) ? t(stat.code) : stat.code;
        const when = stat.code === "IPCA" ? f.month(stat.ref_date) : f.date(stat.ref_date);
        return (
          <Stat
            key={stat.code}
            name={name}
            value={figure(f, stat)}
            change={<Moved stat={stat} />}
            note={`${stat.publisher} · ${when}`}
            spark={
              stat.values.length > 2 && (
                <Sparkline
                  values={stat.values.slice(-60)}
                  width={64}
                  height={18}
                  trend={stat.unit !== "ratio"}
                  label={t("sparkOf", { name })}
                />
              )
            }
          />
        );
      })}
    </StatStrip>
  );
}
