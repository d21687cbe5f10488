/** The header: names, units, sort; and the row of totals. */

import { ArrowDown, ArrowUp } from "lucide-react";
import type { ReactNode } from "react";
import { classes } from "@/lib/classes";
import { useWords } from "@/lib/words";
import { words } from "../words";
import css from "./DataGrid.module.css";
import type { Column, GridSort, GridView } from "./types";

/** First click: figures from the greatest, words from the first; then the other way; then none. */
export function nextSort<Row>(column: Column<Row>, now: GridSort | null): GridSort | null {
  const first = column.align === "right";
  if (now?.id !== column.id) return { id: column.id, desc: first };
  return now.desc === first ? { id: column.id, desc: !first } : null;
}

interface GridHeadProps<Row> {
  columns: readonly Column<Row>[];
  view: GridView;
  onView: (view: GridView) => void;
  hidden: boolean;
}

export function GridHead<Row>({ columns, view, onView, hidden }: GridHeadProps<Row>) {
  return (
    <div
      role="row"
      aria-rowindex={1}
      className={classes(css.head, hidden && css.headHidden)}
      data-grid-head=""
    >
      {columns.map((column, at) => (
        <HeadCell
          key={column.id}
          column={column}
          first={!at}
          sort={view.sort?.id === column.id ? view.sort : null}
          onSort={() => onView({ ...view, sort: nextSort(column, view.sort) })}
        />
      ))}
    </div>
  );
}

function HeadCell<Row>(props: {
  column: Column<Row>;
  first: boolean;
  sort: GridSort | null;
  onSort: () => void;
}) {
  const { column, first, sort, onSort } = props;
  const t = useWords(words);
  const state = sort ? (sort.desc ? "descending" : "ascending") : undefined;
  const name = (
    <>
      <span className={css.headName}>{column.header}</span>
      {column.unit && <span className={css.unit}>{column.unit}</span>}
    </>
  );
  return (
    <div
      role="columnheader"
      aria-sort={state}
      className={classes(css.headCell, column.align === "right" && css.right, first && css.first)}
      title={column.help}
    >
      {column.sortable === false ? (
        name
      ) : (
        <button
          type="button"
          className={css.sort}
          onClick={onSort}
          aria-label={t("sortBy", { name: column.header })}
        >
          {name}
          {sort &&
            (sort.desc ? (
              <ArrowDown size={13} aria-hidden="true" />
            ) : (
              <ArrowUp size={13} aria-hidden="true" />
            ))}
        </button>
      )}
    </div>
  );
}

export function GridTotals<Row>(props: {
  columns: readonly Column<Row>[];
  totals: Record<string, ReactNode>;
}) {
  const t = useWords(words);
  return (
    <div role="row" className={css.totals}>
      {props.columns.map((column, at) => (
        <div
          role="gridcell"
          key={column.id}
          className={classes(css.cell, column.align === "right" && css.right, !at && css.first)}
        >
          {props.totals[column.id] ?? (at ? null : t("total"))}
        </div>
      ))}
    </div>
  );
}
