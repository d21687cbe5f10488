/** The rows in sight: the only part of the grid that is drawn again while it scrolls. */

import { useVirtualizer, type VirtualItem } from "@tanstack/react-virtual";
import { type HTMLAttributes, type RefObject, useEffect, useRef, useState } from "react";
import css from "./DataGrid.module.css";
import { GridLine, LightLine, PhoneLine } from "./GridLine";
import type { Column } from "./types";
import type { Place } from "./useGridKeys";

/** Rows drawn whole a frame at the most: the rest follow in the frames after. */
const A_FRAME = 6;

interface LinesProps<Row> {
  rowAt: (index: number) => Row | undefined;
  rowKey: (row: Row) => string;
  columns: readonly Column<Row>[];
  phone: boolean;
  active: Place | null;
  onOpen?: (row: Row) => void;
}

interface GridBodyProps<Row> extends LinesProps<Row> {
  scroller: RefObject<HTMLDivElement | null>;
  /** Is given the function that brings a row into sight. */
  show: RefObject<(row: number) => void>;
  count: number;
  /** Height of a row in px. */
  size: number;
  onSight?: (first: number, last: number) => void;
  pointer: HTMLAttributes<HTMLDivElement>;
}

export function GridBody<Row>(props: GridBodyProps<Row>) {
  const { scroller, show, count, size, onSight, pointer, ...lines } = props;
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => size,
    overscan: 6,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new row height asks for a new measure
  useEffect(() => virtual.measure(), [size]);
  useEffect(() => {
    show.current = (row) => virtual.scrollToIndex(row);
  }, [show, virtual]);
  const items = virtual.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => onSight?.(first, last), [onSight, first, last]);
  return (
    <div
      role="rowgroup"
      className={css.body}
      style={{ height: virtual.getTotalSize() }}
      {...pointer}
    >
      <Lines items={items} {...lines} />
    </div>
  );
}

/** Which rows are drawn whole now: those that were, and a few more from the middle outwards. */
export function wholeOf(
  keys: readonly (string | null)[],
  before: ReadonlySet<string> | null,
): Set<string> {
  const known = keys.filter((key) => key !== null);
  if (!before) return new Set(known);
  const whole = new Set(known.filter((key) => before.has(key)));
  const middle = (keys.length - 1) / 2;
  const rest = keys
    .map((key, at) => ({ key, far: Math.abs(at - middle) }))
    .filter(({ key }) => key !== null && !whole.has(key))
    .sort((a, b) => a.far - b.far);
  for (const { key } of rest.slice(0, A_FRAME)) if (key !== null) whole.add(key);
  return whole;
}

function Lines<Row>(props: LinesProps<Row> & { items: VirtualItem[] }) {
  const { items, rowAt, rowKey, columns, phone, active, onOpen } = props;
  const drawn = useRef<Set<string> | null>(null);
  const [, next] = useState(0);
  const rows = items.map((item) => rowAt(item.index));
  const keys = rows.map((row) => (row === undefined ? null : rowKey(row)));
  const whole = wholeOf(keys, drawn.current);
  const lacking = keys.some((key) => key !== null && !whole.has(key));
  useEffect(() => {
    if (whole.size || drawn.current) drawn.current = whole;
    if (!lacking) return;
    const frame = requestAnimationFrame(() => next((now) => now + 1));
    return () => cancelAnimationFrame(frame);
  });
  const Line = phone ? PhoneLine<Row> : GridLine<Row>;
  return items.map((item, at) => {
    const [row, key] = [rows[at], keys[at] ?? null];
    if (row === undefined || (key !== null && !whole.has(key))) {
      return (
        <LightLine
          key={key ?? `waiting-${item.index}`}
          index={item.index}
          start={item.start}
          row={row}
          columns={columns}
          phone={phone}
        />
      );
    }
    return (
      <Line
        key={key}
        index={item.index}
        start={item.start}
        row={row}
        columns={columns}
        active={active?.row === item.index ? active.column : null}
        onOpen={onOpen}
      />
    );
  });
}
