/** Every paper that trades, filtered and sorted by the server, a window at a time. */

import { useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { api, type Body, useAnswer } from "@/api/client";
import { download, inFormat } from "@/api/download";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Empty } from "@/ui/Empty";
import { DataGrid } from "@/ui/grid/DataGrid";
import { useWindow, type WindowLoad } from "@/ui/grid/useWindow";
import { Panel } from "@/ui/Panel";
import { type Row, screenerColumns } from "./columns";
import { Filters } from "./Filters";
import { type MarketSearch, screenerQuery, searchOf, viewOf } from "./search";
import { useGroupName } from "./useGroupName";
import { words } from "./words";

const PATH = "/api/v1/market/screener";

export interface ScreenerProps {
  search: MarketSearch;
  onSearch: (change: Partial<MarketSearch>) => void;
}

export function Screener({ search, onSearch }: ScreenerProps) {
  const t = useWords(words);
  const f = useFormat();
  const nameOf = useGroupName();
  const navigate = useNavigate();
  const about = useAnswer(PATH, { params: { query: { limit: 1 } } }); // facets are the same for all
  const query = screenerQuery(search);
  const asked = JSON.stringify(query);
  const load = useCallback(
    async ({ offset, limit, signal }: WindowLoad) => {
      const params = { query: { ...JSON.parse(asked), offset, limit } };
      const { data } = await api.GET(PATH, { params, signal });
      const found = (data as Body<typeof PATH>).data;
      return { rows: found.rows, total: found.total };
    },
    [asked],
  );
  const rows = useWindow<Row>({ key: [PATH, asked], load });
  const columns = useMemo(() => screenerColumns(t, f, nameOf), [t, f, nameOf]);
  const view = useMemo(() => viewOf(search), [search]);
  return (
    <Panel title={t("screenerTitle")} note={t("screenerNote")} origin={about.data?.origin ?? null}>
      <Filters search={search} facets={about.data?.data.facets} onSearch={onSearch} />
      <DataGrid
        label={t("screenerTitle")}
        columns={columns}
        window={rows}
        rowKey={(row) => row.ticker}
        view={view}
        onView={(next) => onSearch(searchOf(next))}
        onOpen={(row) => void navigate({ to: "/ticker/$ticker", params: { ticker: row.ticker } })}
        exportAs={(format) =>
          download(inFormat(`${PATH}?${addressOf(query)}`, format), `${t("file")}.${format}`)
        }
        empty={<Empty title={t("noPapers")} />}
        height={620}
      />
    </Panel>
  );
}

/** A question as the API reads it: a list is its name once for each value. */
function addressOf(query: ReturnType<typeof screenerQuery>): string {
  const found = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const part of Array.isArray(value) ? value : [value]) found.append(name, String(part));
  }
  return found.toString();
}
