/** Every table and view of the lake. */

import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useAnswer } from "@/api/client";
import { usePreferences } from "@/lib/preferences";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Empty } from "@/ui/Empty";
import { Field } from "@/ui/Field";
import { DataGrid } from "@/ui/grid/DataGrid";
import type { Column } from "@/ui/grid/types";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import type { TableCard } from "./types";
import { words } from "./words";

export function TablesTab() {
  const t = useWords(words);
  const f = useFormat();
  const { language } = usePreferences();
  const navigate = useNavigate();
  const tables = useAnswer("/api/v1/tables");
  const [find, setFind] = useState("");
  const columns = useMemo<Column<TableCard>[]>(
    () => [
      {
        id: "name",
        header: t("table"),
        width: 250,
        value: (card) => card.name,
        cell: (card) => (
          <Link to="/data/tables/$name" params={{ name: card.name }} className="mono">
            {card.name}
          </Link>
        ),
        phone: "title",
      },
      {
        id: "title",
        header: t("meaning"),
        width: 420,
        value: (card) => (language === "en" ? card.title : card.pt),
        phone: "note",
      },
      {
        id: "rows",
        header: t("rows"),
        width: 110,
        align: "right",
        value: (card) => card.rows,
        cell: (card) => f.integer(card.rows),
        phone: "figure",
      },
      {
        id: "day",
        header: t("newestDay"),
        width: 110,
        value: (card) => card.newest_day,
        cell: (card) => f.date(card.newest_day),
        phone: "figure",
      },
      {
        id: "version",
        header: t("version"),
        width: 80,
        align: "right",
        value: (card) => card.version,
        cell: (card) => f.integer(card.version),
      },
      {
        id: "changed",
        header: t("changedAt"),
        width: 150,
        value: (card) => card.changed_at,
        cell: (card) => f.instant(card.changed_at),
      },
      {
        id: "bytes",
        header: t("size"),
        width: 90,
        align: "right",
        value: (card) => card.bytes,
        cell: (card) => (card.rows === null ? "–" : f.bytes(card.bytes)),
        phone: "figure",
      },
    ],
    [t, f, language],
  );
  const wanted = find.trim().toLowerCase();
  return (
    <Panel title={t("tables")}>
      <Await
        query={tables}
        skeleton={<Skeleton shape="table" rows={12} />}
        isEmpty={(answer) => !answer.data.length}
        empty={<Empty title={t("noTable")} command="lastro build" />}
      >
        {(answer) => (
          <DataGrid
            label={t("tables")}
            columns={columns}
            rows={answer.data.filter((card) =>
              `${card.name} ${card.title} ${card.pt}`.toLowerCase().includes(wanted),
            )}
            rowKey={(card) => card.name}
            onOpen={(card) =>
              void navigate({ to: "/data/tables/$name", params: { name: card.name } })
            }
            tools={
              <Field
                label={t("findTable")}
                bare
                type="search"
                placeholder={t("findTable")}
                value={find}
                onChange={(event) => setFind(event.target.value)}
              />
            }
            height={640}
          />
        )}
      </Await>
    </Panel>
  );
}
