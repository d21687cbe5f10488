/** The list of all fund classes: filters above, a grid of windows of the server below. */

import { useMemo } from "react";
import { api, type Body, useAnswer } from "@/api/client";
import { download, inFormat } from "@/api/download";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Button } from "@/ui/Button";
import { Empty } from "@/ui/Empty";
import { DataGrid } from "@/ui/grid/DataGrid";
import { useWindow } from "@/ui/grid/useWindow";
import { OriginChip } from "@/ui/OriginChip";
import { Page } from "@/ui/Page";
import { useFundColumns } from "./columns";
import { FundFilters } from "./FundFilters";
import {
  type Change,
  type FundsSearch,
  filtersOn,
  pathOf,
  queryOf,
  viewOf,
  withView,
} from "./search";
import { flowOf } from "./sentences";
import { Views } from "./Views";
import { words } from "./words";

const WINDOW = 200;

export interface FundListProps {
  search: FundsSearch;
  onSearch: (change: Change) => void;
  onOpen: (cnpj: string, subclass: string) => void;
}

export function FundList({ search, onSearch, onOpen }: FundListProps) {
  const t = useWords(words);
  const f = useFormat();
  const query = queryOf(search);
  const head = useAnswer(
    "/api/v1/funds",
    { params: { query: { ...query, limit: 1, columns: "name" } } },
    { keep: true },
  );
  const whole = useAnswer("/api/v1/funds/facets");
  const view = viewOf(search);
  const columns = useFundColumns();
  const shown = useMemo(
    () => view.columns ?? columns.filter((column) => !column.hidden).map((column) => column.id),
    [view.columns, columns],
  );
  const asked = useMemo(() => askedFor(shown), [shown]);
  const window = useWindow({
    key: ["funds", query, asked],
    size: WINDOW,
    load: async ({ offset, limit, signal }) => {
      const { data } = await api.GET("/api/v1/funds", {
        params: { query: { ...query, offset, limit, columns: asked } },
        signal,
      });
      const { data: found, origin } = data as Body<"/api/v1/funds">; // JSON, of the formats it may have
      return { rows: found.rows, total: found.total, origin };
    },
  });
  const sums = head.data?.data.sums;
  const all = whole.data?.data.statuses.reduce((sum, facet) => sum + facet.classes, 0) ?? 0;
  const total = head.data?.data.total ?? 0;
  const chosen = filtersOn(search) > 0;
  const flow = sums ? flowOf(sums.net_flow_30d, sums.net_worth, t, f) : "";
  const lead = !sums
    ? " "
    : chosen
      ? t("leadChosen", {
          total: f.integer(total),
          all: f.integer(all),
          worth: f.moneyCompact(sums.net_worth),
          flow,
        })
      : t("lead", { classes: f.integer(sums.classes), flow });
  return (
    <Page
      fill
      title={t("title")}
      lead={lead}
      actions={
        <>
          <Views search={search} onSearch={onSearch} />
          <OriginChip origin={head.data?.origin} />
        </>
      }
    >
      <FundFilters search={search} onSearch={onSearch} />
      <DataGrid
        fill
        label={t("gridLabel")}
        columns={columns}
        rowKey={(row) => `${row.cnpj}/${row.subclass_id}`}
        window={window}
        view={view}
        onView={(next) => onSearch((former) => withView(former, next))}
        onOpen={(row) => row.cnpj && onOpen(row.cnpj, row.subclass_id ?? "")}
        exportAs={(format) => download(inFormat(pathOf(search, shown), format), `fundos.${format}`)}
        totals={
          sums && {
            net_worth: f.compact(sums.net_worth),
            net_flow_30d: f.compact(sums.net_flow_30d),
            net_flow_12m: f.compact(sums.net_flow_12m),
            holders: f.integer(sums.holders),
          }
        }
        empty={<Nothing chosen={chosen} onClear={() => onSearch({ sort: search.sort })} />}
      />
    </Page>
  );
}

/** Columns of the API behind those shown: the name brings its manager, for the phone's two lines. */
function askedFor(shown: readonly string[]): string {
  const always = ["name", "manager", "classification", "net_worth", "return_12m", "net_flow_30d"];
  return [...new Set([...always, "within", ...shown])].join(",");
}

function Nothing({ chosen, onClear }: { chosen: boolean; onClear: () => void }) {
  const t = useWords(words);
  if (!chosen) {
    return (
      <Empty title={t("noFunds")} command="lastro ingest cvm_funds && lastro build">
        {t("noFundsHint")}
      </Empty>
    );
  }
  return (
    <Empty title={t("none")} action={<Button onClick={onClear}>{t("clearAll")}</Button>}>
      {t("noneHint")}
    </Empty>
  );
}
