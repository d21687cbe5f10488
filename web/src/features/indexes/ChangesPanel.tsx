/** What entered, left or got another quantity. */

import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useAnswer } from "@/api/client";
import type { components } from "@/api/schema";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Chip } from "@/ui/Chip";
import { Empty } from "@/ui/Empty";
import { DataGrid } from "@/ui/grid/DataGrid";
import type { Column } from "@/ui/grid/types";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import { words } from "./words";

type IndexChange = components["schemas"]["IndexChange"];
const KINDS = ["entered", "left", "reweighted"] as const;
const isKind = (text: string): text is (typeof KINDS)[number] =>
  (KINDS as readonly string[]).includes(text);

export function ChangesPanel({ code }: { code: string }) {
  const t = useWords(words);
  const f = useFormat();
  const query = useAnswer("/api/v1/indexes/{code}/changes", { params: { path: { code } } });
  const rows = query.data?.data;
  const columns = useMemo((): Column<IndexChange>[] => {
    const kind = (row: IndexChange) => (isKind(row.change) ? t(row.change) : row.change);
    return [
      {
        id: "date",
        header: t("date"),
        width: 92,
        value: (row) => row.ref_date,
        cell: (row) => f.date(row.ref_date),
        phone: "note",
      },
      {
        id: "ticker",
        header: t("ticker"),
        width: 80,
        value: (row) => row.ticker,
        cell: (row) => (
          <Link to="/ticker/$ticker" params={{ ticker: row.ticker }} className="mono">
            {row.ticker}
          </Link>
        ),
        phone: "title",
      },
      {
        id: "kind",
        header: t("kind"),
        width: 126,
        value: kind,
        cell: (row) => <Chip>{kind(row)}</Chip>,
        phone: "figure",
      },
      {
        id: "before",
        header: t("before"),
        unit: "%",
        width: 76,
        align: "right",
        value: (row) => row.weight_before,
        cell: (row) => f.percent(row.weight_before),
        phone: "figure",
      },
      {
        id: "after",
        header: t("after"),
        unit: "%",
        width: 76,
        align: "right",
        value: (row) => row.weight_after,
        cell: (row) => f.percent(row.weight_after),
        phone: "figure",
      },
    ];
  }, [t, f]);
  const title = rows?.length ? t("changesFinding", { n: rows.length }) : t("changesTitle");
  return (
    <Panel title={title} origin={query.data?.origin}>
      <Await
        query={query}
        skeleton={<Skeleton shape="table" rows={8} />}
        isEmpty={(answer) => !answer.data.length}
        empty={<Empty title={t("noChanges")}>{t("noChangesHelp")}</Empty>}
      >
        {(answer) => (
          <DataGrid
            label={t("changesTitle")}
            columns={columns}
            rows={answer.data}
            rowKey={(row) => `${row.ref_date} ${row.portfolio} ${row.ticker}`}
            height={360}
            bare
          />
        )}
      </Await>
    </Panel>
  );
}
