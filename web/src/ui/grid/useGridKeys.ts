/** Arrows move, Enter opens, `c` copies, `e` exports; a click makes a cell the active one. */

import {
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  useId,
  useRef,
  useState,
} from "react";
import { useWords } from "@/lib/words";
import { toast } from "../Toast";
import { words } from "../words";
import type { Column } from "./types";

export interface Place {
  row: number;
  column: number;
}

interface KeysOptions<Row> {
  count: number;
  columns: readonly Column<Row>[];
  rowAt: (index: number) => Row | undefined;
  onOpen?: (row: Row) => void;
  show: (row: number) => void;
  page: number;
}

/** Where a key leads from a place; null for keys that do not move. */
export function moved(key: string, at: Place, rows: number, columns: number, page: number) {
  const steps: Record<string, [number, number]> = {
    ArrowDown: [1, 0],
    ArrowUp: [-1, 0],
    ArrowRight: [0, 1],
    ArrowLeft: [0, -1],
    PageDown: [page, 0],
    PageUp: [-page, 0],
    Home: [-rows, 0],
    End: [rows, 0],
  };
  const step = steps[key];
  if (!step) return null;
  const within = (value: number, most: number) => Math.max(0, Math.min(most - 1, value));
  return { row: within(at.row + step[0], rows), column: within(at.column + step[1], columns) };
}

export function useGridKeys<Row>(options: KeysOptions<Row>) {
  const { count, columns, rowAt, onOpen, show, page } = options;
  const t = useWords(words);
  const helpId = useId();
  const exportRef = useRef<HTMLButtonElement>(null);
  const [active, setActive] = useState<Place | null>(null);

  async function copy(place: Place) {
    const row = rowAt(place.row);
    const column = columns[place.column];
    if (row === undefined || !column) return;
    const text = String(column.value(row) ?? "");
    await navigator.clipboard.writeText(text);
    toast({ title: t("copied", { text }) });
  }

  function onKeyDown(event: KeyboardEvent<HTMLElement>) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // Links and buttons in the header keep their own keys.
    if ((event.target as HTMLElement).closest("[data-grid-head]")) return;
    const here = active ?? { row: 0, column: 0 };
    const next = moved(event.key, here, count, columns.length, page);
    if (next) {
      event.preventDefault();
      setActive(active ? next : here);
      show(next.row);
      return;
    }
    if (event.key === "e") exportRef.current?.click();
    if (active) act(event, active);
  }

  function act(event: KeyboardEvent<HTMLElement>, here: Place) {
    const row = rowAt(here.row);
    if (event.key === "c") void copy(here);
    else if (event.key === "Escape") setActive(null);
    else if (event.key === "Enter" && row !== undefined && onOpen) {
      event.preventDefault();
      onOpen(row);
    }
  }

  function placeOf(event: MouseEvent<HTMLElement>): Place | null {
    const cell = (event.target as HTMLElement).closest<HTMLElement>("[data-row]");
    if (!cell) return null;
    return { row: Number(cell.dataset.row), column: Number(cell.dataset.column ?? 0) };
  }

  return {
    active,
    helpId,
    exportRef,
    onKeyDown,
    onFocus: (event: FocusEvent<HTMLElement>) => {
      if (event.target === event.currentTarget && event.target.matches(":focus-visible")) {
        setActive((now) => now ?? { row: 0, column: 0 });
      }
    },
    onBlur: (event: FocusEvent<HTMLElement>) => {
      if (!event.currentTarget.contains(event.relatedTarget)) setActive(null);
    },
    pointer: {
      onClick: (event: MouseEvent<HTMLElement>) => setActive(placeOf(event)),
      onDoubleClick: (event: MouseEvent<HTMLElement>) => {
        const place = placeOf(event);
        const row = place ? rowAt(place.row) : undefined;
        if (row !== undefined) onOpen?.(row);
      },
    },
  };
}
