/** Every rate today, in a strip. */

import { useAnswer } from "@/api/client";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Change } from "@/ui/Change";
import { Hint } from "@/ui/Hint";
import { Sparkline } from "@/ui/Sparkline";
import { Stat, StatStrip } from "@/ui/Stat";
import type { RateCard } from "./figures";
import { useRateName } from "./useRateName";
import { words } from "./words";

/** The effective Selic is the CDI to the eye; the strip shows one of them. */
const SHOWN = ["SELIC_TARGET", "CDI", "IPCA", "IGP-M", "TR"];

export function Cards({ cards }: { cards: readonly RateCard[] }) {
  const t = useWords(words);
  const f = useFormat();
  const nameOf = useRateName();
  const real = useAnswer("/api/v1/rates/real").data?.data;
  const shown = SHOWN.map((code) => cards.find((card) => card.code === code)).filter(
    (card) => card !== undefined,
  );
  return (
    <StatStrip>
      {shown.map((card) => (
        <Stat
          key={card.code}
          name={nameOf(card.code)}
          value={f.percent(card.yearly ?? card.value, card.yearly === null ? 4 : 2)}
          change={
            card.yearly !== null &&
            card.yearly_before !== null &&
            card.yearly !== card.yearly_before ? (
              <>
                <Change value={(card.yearly - card.yearly_before) * 100} as="points" />{" "}
                {t("points")}
              </>
            ) : undefined
          }
          note={noteOf(card)}
          spark={
            <Sparkline values={card.values} label={t("sparkOf", { name: nameOf(card.code) })} />
          }
        />
      ))}
      {real?.real.length ? (
        <Stat
          name={
            <Hint text={t("realHelp")}>
              <span>{t("real")}</span>
            </Hint>
          }
          value={f.percent(real.real.at(-1))}
          note={t("realNote", { month: f.month(real.months.at(-1)) })}
          spark={<Sparkline values={real.real} label={t("sparkOf", { name: t("real") })} />}
        />
      ) : null}
    </StatStrip>
  );

  function noteOf(card: RateCard): string {
    if (card.period === "month") {
      return t(card.yearly === null ? "inMonth" : "twelve", { month: f.month(card.ref_date) });
    }
    if (card.period === "period") {
      return t("perPeriod", {
        first: f.dateShort(card.ref_date),
        last: f.dateShort(card.end_date),
      });
    }
    return t("perYear", { date: f.date(card.ref_date) });
  }
}
