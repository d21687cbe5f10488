/** The grid: virtual rows, sticky header and first column, keys, columns to choose, export. */

import { type CSSProperties, useCallback, useRef, useState } from "react";
import { classes } from "@/lib/classes";
import { usePreferences } from "@/lib/preferences";
import { useWords } from "@/lib/words";
import { Empty } from "../Empty";
import { ErrorState } from "../ErrorState";
import { words } from "../words";
import css from "./DataGrid.module.css";
import { GridBody } from "./GridBody";
import { GridHead, GridTotals } from "./GridHead";
import { GridTools } from "./GridTools";
import { type Column, type DataGridProps, type GridView, NO_VIEW, type RowWindow } from "./types";
import { useGridKeys } from "./useGridKeys";
import { useGridModel } from "./useGridModel";
import { useWidth } from "./useWidth";

const PHONE = 560;
const SCROLLBAR = 14;
const ROWS = { comfortable: 34, compact: 26, phone: 60 };

export function DataGrid<Row>(props: DataGridProps<Row>) {
  const { columns, rowKey, window: remote, totals, height = 480, fill, bare } = props;
  const onOpen = useStable(props.onOpen);
  const t = useWords(words);
  const { density } = usePreferences();
  const [own, setOwn] = useState<GridView>(NO_VIEW);
  const view = props.view ?? own;
  const setView = props.onView ?? setOwn;
  const model = useGridModel(columns, props.rows, view);
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller);
  const phone = narrow(width, columns);
  const count = remote ? remote.total : model.rows.length;
  const rowAt = (index: number) => (remote ? remote.row(index) : model.rows[index]);
  const size = phone ? ROWS.phone : ROWS[density];
  const show = useRef<(row: number) => void>(() => {});
  const keys = useGridKeys({
    count,
    columns: model.columns,
    rowAt,
    onOpen,
    show: (row) => show.current(row),
    page: Math.max(1, Math.floor(height / size) - 2),
  });
  const state = stateOf(remote, count);
  const style = { "--cols": tracks(model.columns, width), "--line": `${size}px` } as CSSProperties;
  const least = model.columns.reduce((sum, column) => sum + column.width, 0);

  return (
    <div className={classes(css.grid, fill && css.fill)} data-phone={phone || undefined}>
      {!bare && (
        <GridTools
          count={count}
          columns={columns}
          shown={model.columns}
          view={view}
          onView={setView}
          exportAs={props.exportAs}
          tools={props.tools}
          phone={phone}
          exportRef={keys.exportRef}
        />
      )}
      {state === "failed" && <ErrorState error={remote?.error} onRetry={remote?.retry} />}
      {state === "empty" && (props.empty ?? <Empty title={t("nothing")} />)}
      <div
        ref={scroller}
        role="grid"
        aria-label={props.label}
        aria-rowcount={count + 1}
        aria-colcount={model.columns.length}
        aria-describedby={keys.helpId}
        aria-busy={remote?.loading || undefined}
        tabIndex={0}
        className={classes(css.scroller, remote?.loading && css.waiting)}
        style={{ ...style, ...boxOf(props, count, size, phone, least > width) }}
        hidden={state === "failed" || state === "empty"}
        onKeyDown={keys.onKeyDown}
        onFocus={keys.onFocus}
        onBlur={keys.onBlur}
      >
        <div className={css.inner} style={phone ? undefined : { minWidth: least }}>
          <GridHead columns={model.columns} view={view} onView={setView} hidden={phone} />
          <GridBody
            scroller={scroller}
            show={show}
            count={count}
            size={size}
            rowAt={rowAt}
            rowKey={rowKey}
            onSight={remote?.onSight}
            columns={phone ? columns : model.columns}
            phone={phone}
            active={keys.active}
            onOpen={onOpen}
            pointer={keys.pointer}
          />
          {totals && !phone && <GridTotals columns={model.columns} totals={totals} />}
        </div>
      </div>
      <span id={keys.helpId} className="visually-hidden">
        {t("gridKeys")}
      </span>
    </div>
  );
}

function narrow<Row>(width: number, columns: readonly Column<Row>[]): boolean {
  const least = columns.reduce((sum, column) => sum + (column.hidden ? 0 : column.width), 0);
  const tight = width > 0 && width < Math.min(PHONE, least);
  return tight && columns.some((column) => column.phone === "title");
}

function stateOf<Row>(remote: RowWindow<Row> | undefined, count: number) {
  if (count) return "rows";
  if (remote?.error) return "failed";
  return remote?.loading ? "loading" : "empty";
}

/** Columns share what is left; in px, which each row lays out quicker than shares. */
function tracks<Row>(columns: readonly Column<Row>[], width: number): string {
  const least = columns.reduce((sum, column) => sum + column.width, 0);
  const scale = Math.max(1, width / least);
  return columns.map((column) => `${Math.floor(column.width * scale * 100) / 100}px`).join(" ");
}

/** One function for ever that calls the newest: rows are not drawn again for a new one. */
function useStable<Row>(given: ((row: Row) => void) | undefined) {
  const newest = useRef(given);
  newest.current = given;
  const stable = useCallback((row: Row) => newest.current?.(row), []);
  return given && stable;
}

/** A short table is as high as its rows; a long one scrolls in the height it was given. */
function boxOf<Row>(
  { fill, height = 480, totals }: DataGridProps<Row>,
  count: number,
  row: number,
  phone: boolean,
  wide: boolean,
) {
  if (fill) return { flex: "1 1 0", minHeight: 200 };
  const others = phone ? 0 : totals ? 2 : 1;
  const bar = wide && !phone ? SCROLLBAR : 0;
  const whole = (count + others) * row + bar + 2;
  return { height: count ? Math.min(height, whole) : height };
}
