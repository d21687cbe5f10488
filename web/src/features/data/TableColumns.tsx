/** Columns with type, unit and meaning; below them the table's checks. */

import { useMemo } from "react";
import { useWords } from "@/lib/words";
import { Chip } from "@/ui/Chip";
import { DataGrid } from "@/ui/grid/DataGrid";
import type { Column } from "@/ui/grid/types";
import css from "./data.module.css";
import type { TableDetail } from "./types";
import { words } from "./words";

type ColumnCard = TableDetail["columns"][number];

export function TableColumns({ found }: { found: TableDetail }) {
  const t = useWords(words);
  const columns = useMemo<Column<ColumnCard>[]>(
    () => [
      {
        id: "name",
        header: t("column"),
        width: 200,
        value: (one) => one.name,
        cell: (one) => (
          <span className={css.key}>
            <span className="mono">{one.name}</span>
            {one.key && <Chip>{t("keyColumn")}</Chip>}
          </span>
        ),
        phone: "title",
      },
      {
        id: "type",
        header: t("type"),
        width: 120,
        value: (one) => one.type,
        phone: "figure",
      },
      { id: "unit", header: t("unit"), width: 90, value: (one) => one.unit, phone: "figure" },
      { id: "pt", header: t("portuguese"), width: 200, value: (one) => one.pt },
      { id: "doc", header: t("meaning"), width: 420, value: (one) => one.doc, phone: "note" },
    ],
    [t],
  );
  return (
    <div className={css.tab}>
      <DataGrid
        label={t("tableSays")}
        columns={columns}
        rows={found.columns}
        rowKey={(one) => one.name}
        height={640}
      />
      {found.checks.length > 0 && (
        <section>
          <h2>{t("checks")}</h2>
          <dl className={css.checks}>
            {found.checks.map((check) => (
              <div key={check.code}>
                <dt>
                  <span className="mono">{check.code}</span>
                  <Chip tone={check.action === "quarantine" ? "warn" : "plain"}>
                    {t(`action_${check.action}`)}
                  </Chip>
                </dt>
                <dd>{check.doc}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </div>
  );
}
