/** Groups as a map: area is net worth, colour is the share that left or came. */

import type { UseQueryResult } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Body } from "@/api/client";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Treemap } from "@/ui/chart/Treemap";
import type { Tile } from "@/ui/chart/tiles";
import { Empty } from "@/ui/Empty";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import { type GroupFlows, sharedStart, shortName } from "./watch";
import { words } from "./words";

const HEIGHT = 380;
const MOST = { "30d": 0.05, "3m": 0.1, "12m": 0.25 };

export type GroupsQuery = UseQueryResult<Body<"/api/v1/portability/groups">, Error>;

export function FlowMap({ query }: { query: GroupsQuery }) {
  const t = useWords(words);
  const flows = query.data?.data;
  const title = flows
    ? t("mapTitle", {
        n: flows.groups.filter((group) => group.net_flow < 0).length,
        all: flows.groups.length,
      })
    : t("changeName");
  return (
    <Panel title={title} note={t("mapNote")} origin={query.data?.origin}>
      <Await
        query={query}
        skeleton={<Skeleton shape="treemap" height={HEIGHT + 40} />}
        isEmpty={(answer) => !answer.data.groups.length}
        empty={<Empty title={t("none")}>{t("noneHint")}</Empty>}
      >
        {(answer) => <GroupMap title={title} flows={answer.data} />}
      </Await>
    </Panel>
  );
}

function GroupMap({ title, flows }: { title: string; flows: GroupFlows }) {
  const t = useWords(words);
  const navigate = useNavigate();
  const tiles = useMemo<Tile[]>(() => {
    const held = flows.groups.filter((group) => group.net_worth > 0);
    const start = sharedStart(held.flatMap((group) => group.name ?? []));
    return held.map((group) => {
      const name = group.name ?? t("unnamed", { by: t(flows.by).toLowerCase() });
      return {
        id: group.name ?? "",
        name: shortName(name.startsWith(start) ? name.slice(start.length) : name),
        title: name,
        size: group.net_worth,
        change: group.ratio,
      };
    });
  }, [flows, t]);
  return (
    <Treemap
      title={title}
      name={`captacao-por-${flows.by}`}
      tiles={tiles}
      height={HEIGHT}
      unit="money"
      most={MOST[flows.window]}
      sizeName={t("sizeName")}
      changeName={t("changeName")}
      onOpen={(tile) =>
        tile.id && void navigate({ to: "/funds", search: { [flows.by]: [tile.id] } })
      }
    />
  );
}
