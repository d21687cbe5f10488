/** One row: cells in a line, or on a phone a title, a note and three figures. */

import { memo, type ReactNode } from "react";
import { classes } from "@/lib/classes";
import { UNKNOWN } from "@/lib/format";
import css from "./DataGrid.module.css";
import type { Column } from "./types";

export interface GridLineProps<Row> {
  index: number;
  start: number;
  row: Row;
  columns: readonly Column<Row>[];
  /** The active cell's column; null where the active cell is in another row. */
  active: number | null;
  onOpen?: (row: Row) => void;
}

export function content<Row>(column: Column<Row>, row: Row): ReactNode {
  if (column.cell) return column.cell(row);
  const value = column.value(row);
  return value === null || value === undefined ? UNKNOWN : String(value);
}

function Line<Row>({ index, start, row, columns, active }: GridLineProps<Row>) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={active !== null}
      className={classes(css.line, active !== null && css.activeLine)}
      style={{ transform: `translateY(${start}px)` }}
    >
      {columns.map((column, at) => {
        const inside = content(column, row);
        return (
          <div
            key={column.id}
            role={at ? "gridcell" : "rowheader"}
            data-row={index}
            data-column={at}
            className={classes(
              css.cell,
              // Text alone needs no box of its own to be cut with an ellipsis.
              typeof inside === "string" && css.text,
              column.align === "right" && css.right,
              !at && css.first,
              active === at && css.active,
            )}
          >
            {inside}
          </div>
        );
      })}
    </div>
  );
}

function Short<Row>({ index, start, row, columns, active, onOpen }: GridLineProps<Row>) {
  const of = (kind: Column<Row>["phone"]) => columns.filter((column) => column.phone === kind);
  const show = (column: Column<Row> | undefined) => (column ? content(column, row) : null);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
    <div
      role="row"
      aria-rowindex={index + 2}
      className={classes(css.short, active !== null && css.activeLine)}
      style={{ transform: `translateY(${start}px)` }}
      data-row={index}
      onClick={() => onOpen?.(row)}
    >
      <div role="rowheader" className={css.shortTitle}>
        <span>{show(of("title")[0])}</span>
        <span className={css.shortNote}>{show(of("note")[0])}</span>
      </div>
      <div className={css.shortFigures} role="presentation">
        {of("figure")
          .slice(0, 3)
          .map((column) => (
            <span role="gridcell" key={column.id}>
              <small>{column.short ?? column.header}</small>
              {show(column)}
            </span>
          ))}
      </div>
    </div>
  );
}

interface LightLineProps<Row> {
  index: number;
  start: number;
  row: Row | undefined;
  columns: readonly Column<Row>[];
  phone: boolean;
}

/** A row that is on its way, or that the scroll passes too quickly to draw: its name alone. */
function Light<Row>({ index, start, row, columns, phone }: LightLineProps<Row>) {
  const value = row === undefined ? null : columns[0]?.value(row);
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={phone ? css.short : css.line}
      style={{ transform: `translateY(${start}px)` }}
    >
      <div role="rowheader" className={classes(css.cell, css.text)} data-row={index}>
        {row === undefined ? <i className={css.waitingCell} /> : (value ?? UNKNOWN)}
      </div>
    </div>
  );
}

// Rows move by style alone while scrolling: their cells are not drawn again.
export const GridLine = memo(Line) as typeof Line;
export const PhoneLine = memo(Short) as typeof Short;
export const LightLine = memo(Light) as typeof Light;
