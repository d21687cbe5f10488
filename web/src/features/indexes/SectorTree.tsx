/** A portfolio as a map: area is weight, colour is the day. */

import { useNavigate } from "@tanstack/react-router";
import type { Origin } from "@/api/client";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Treemap } from "@/ui/chart/Treemap";
import { Panel } from "@/ui/Panel";
import type { Composition } from "./findings";
import { words } from "./words";

export function SectorTree({ composition, origin }: { composition: Composition; origin: Origin }) {
  const t = useWords(words);
  const f = useFormat();
  const navigate = useNavigate();
  const first = composition.sectors[0];
  const group = first?.group || t("noSector");
  const said = { group, weight: f.percent(first?.weight, 1) };
  const title =
    first && first.day_return !== null
      ? t("mapFinding", { ...said, change: f.change(first.day_return) })
      : t("mapPlain", said);
  return (
    <Panel
      title={title}
      note={t("mapNote", { date: f.date(composition.ref_date) })}
      origin={origin}
    >
      <Treemap
        title={t("mapTitle")}
        name={`composicao-${composition.code.toLowerCase()}-${composition.ref_date}`}
        height={440}
        unit="percent"
        sizeName={t("weight")}
        changeName={t("change")}
        tiles={composition.assets.map((one) => ({
          id: one.ticker,
          name: one.ticker,
          title: `${one.ticker} · ${one.asset}`,
          group: one.group || t("noSector"),
          size: one.weight,
          change: one.day_return,
        }))}
        onOpen={(tile) => void navigate({ to: "/ticker/$ticker", params: { ticker: tile.id } })}
      />
    </Panel>
  );
}
