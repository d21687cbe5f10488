/** The watch in a strip of figures. */

import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Change } from "@/ui/Change";
import { Stat, StatStrip } from "@/ui/Stat";
import type { Summary } from "./watch";
import { words } from "./words";

export function Figures({ summary }: { summary: Summary }) {
  const t = useWords(words);
  const f = useFormat();
  const [month] = summary.sums;
  return (
    <StatStrip>
      {summary.sums.map((sum) => (
        <Stat
          key={sum.window}
          name={t(`all${sum.window}`)}
          value={<Change as="money" value={sum.net_flow} />}
          note={<Change bare value={sum.ratio} />}
        />
      ))}
      <Stat
        name={t("streak")}
        value={t("streakOut", { n: Math.abs(summary.run) })}
        note={summary.run < 0 ? t("streakOutNote") : t("streakInNote")}
      />
      {month && (
        <Stat
          name={t("losingManagers")}
          value={f.integer(month.losing)}
          note={t("ofManagers", { n: f.integer(month.managers) })}
        />
      )}
      <Stat
        name={t("strong")}
        value={f.integer(summary.strong)}
        note={t("ofClasses", { n: f.integer(summary.classes), threshold: summary.threshold })}
      />
    </StatStrip>
  );
}
