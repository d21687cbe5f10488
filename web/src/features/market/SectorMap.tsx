/** The session as a map: area is what was traded, colour how it moved. */

import { useNavigate } from "@tanstack/react-router";
import type { Origin } from "@/api/client";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Treemap } from "@/ui/chart/Treemap";
import { Panel } from "@/ui/Panel";
import { leadingGroup, type MarketDay, wayOf } from "./findings";
import { useGroupName } from "./useGroupName";
import { words } from "./words";

export function SectorMap({ day, origin }: { day: MarketDay; origin: Origin }) {
  const t = useWords(words);
  const f = useFormat();
  const nameOf = useGroupName();
  const navigate = useNavigate();
  const rising = wayOf(day) !== "down";
  const leader = leadingGroup(day.groups, rising);
  const title = leader
    ? t(rising ? "mapUp" : "mapDown", {
        group: nameOf(leader.group),
        change: f.change(leader.weighted_return),
        share: f.percent(leader.turnover / day.turnover, 0),
      })
    : t("mapTitle");
  const left = day.tiles_left ? t("mapLeft", { left: f.integer(day.tiles_left) }) : "";
  return (
    <Panel title={title} note={t("mapNote", { n: day.tiles.length, left })} origin={origin}>
      <Treemap
        title={t("mapTitle")}
        name={`mapa-${day.ref_date}`}
        height={440}
        unit="money"
        sizeName={t("turnover")}
        changeName={t("change")}
        tiles={day.tiles.map((tile) => ({
          id: tile.ticker,
          name: tile.ticker,
          title: tile.name ? `${tile.ticker} · ${tile.name}` : tile.ticker,
          group: nameOf(tile.group),
          size: tile.turnover,
          change: tile.day_return,
        }))}
        onOpen={(tile) => void navigate({ to: "/ticker/$ticker", params: { ticker: tile.id } })}
      />
    </Panel>
  );
}
