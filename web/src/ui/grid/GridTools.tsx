/** Above a grid: how many rows, which columns, export. */

import { Menu } from "@base-ui/react/menu";
import { Popover } from "@base-ui/react/popover";
import { ArrowDownToLine, ArrowUp, Columns3, ArrowDown as Down } from "lucide-react";
import { type ReactNode, type RefObject, useState } from "react";
import { classes } from "@/lib/classes";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Button, IconButton } from "../Button";
import { ErrorWords } from "../ErrorState";
import floating from "../floating.module.css";
import { Select } from "../Select";
import { toast } from "../Toast";
import { Switch } from "../Toggle";
import { words } from "../words";
import css from "./GridTools.module.css";
import type { Column, ExportFormat, GridView } from "./types";

interface GridToolsProps<Row> {
  count: number;
  columns: readonly Column<Row>[];
  shown: readonly Column<Row>[];
  view: GridView;
  onView: (view: GridView) => void;
  exportAs?: (format: ExportFormat) => Promise<void>;
  tools?: ReactNode;
  phone: boolean;
  exportRef: RefObject<HTMLButtonElement | null>;
}

export function GridTools<Row>(props: GridToolsProps<Row>) {
  const t = useWords(words);
  const f = useFormat();
  return (
    <div className={css.tools}>
      <span className={css.count} role="status">
        {f.integer(props.count)} {t("rows", { n: props.count })}
      </span>
      <div className={css.middle}>{props.tools}</div>
      {props.phone ? <PhoneSort {...props} /> : <ColumnsMenu {...props} />}
      {props.exportAs && <ExportMenu exportAs={props.exportAs} button={props.exportRef} />}
    </div>
  );
}

function PhoneSort<Row>({ columns, view, onView }: GridToolsProps<Row>) {
  const t = useWords(words);
  const choices = columns
    .filter((column) => column.sortable !== false)
    .map((column) => ({ value: column.id, label: column.header }));
  const value = view.sort?.id ?? choices[0]?.value ?? "";
  return (
    <Select
      label={t("sort")}
      value={value}
      choices={choices}
      onChange={(id) => {
        const desc = columns.find((column) => column.id === id)?.align === "right";
        onView({ ...view, sort: { id, desc } });
      }}
    />
  );
}

/** The list with one column moved a place; out of range changes nothing. */
export function movedColumn(ids: readonly string[], id: string, by: number): string[] {
  const next = [...ids];
  const at = next.indexOf(id);
  const to = at + by;
  const other = next[to];
  if (at < 0 || other === undefined) return next;
  next[to] = id;
  next[at] = other;
  return next;
}

function ColumnsMenu<Row>({ columns, shown, view, onView }: GridToolsProps<Row>) {
  const t = useWords(words);
  const ids = shown.map((column) => column.id);
  const rest = columns.filter((column) => !ids.includes(column.id));
  const set = (next: string[]) => onView({ ...view, columns: next });
  return (
    <Popover.Root>
      <Popover.Trigger
        render={
          <Button look="quiet" icon={<Columns3 size={15} aria-hidden="true" />}>
            {t("columns")}
          </Button>
        }
      />
      <Popover.Portal>
        <Popover.Positioner sideOffset={4} align="end" className={floating.positioner}>
          <Popover.Popup className={classes(floating.popup, css.columns)} aria-label={t("columns")}>
            <ul>
              {[...shown, ...rest].map((column, at) => (
                <li key={column.id} className={css.column}>
                  <Switch
                    label={column.header}
                    checked={ids.includes(column.id)}
                    // The first column names the row: it stays.
                    disabled={column.id === columns[0]?.id}
                    onChange={(on) =>
                      set(on ? [...ids, column.id] : ids.filter((id) => id !== column.id))
                    }
                  />
                  {at > 0 && at < ids.length && (
                    <span className={css.moves}>
                      <IconButton
                        label={t("columnUp", { name: column.header })}
                        icon={<ArrowUp size={13} />}
                        disabled={at === 1}
                        onClick={() => set(movedColumn(ids, column.id, -1))}
                      />
                      <IconButton
                        label={t("columnDown", { name: column.header })}
                        icon={<Down size={13} />}
                        disabled={at === ids.length - 1}
                        onClick={() => set(movedColumn(ids, column.id, 1))}
                      />
                    </span>
                  )}
                </li>
              ))}
            </ul>
            <Button look="quiet" onClick={() => onView({ ...view, columns: null })}>
              {t("columnsReset")}
            </Button>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

const FORMATS: readonly [ExportFormat, string][] = [
  ["xlsx", "Excel"],
  ["csv", "CSV"],
  ["parquet", "Parquet"],
];

function ExportMenu(props: {
  exportAs: (format: ExportFormat) => Promise<void>;
  button: RefObject<HTMLButtonElement | null>;
}) {
  const t = useWords(words);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async (format: ExportFormat) => {
    setBusy(true);
    setError(null);
    try {
      await props.exportAs(format);
    } catch (failure) {
      setError(failure);
      toast({
        title: failure instanceof Error ? failure.message : t("failed"),
        tone: "bad",
      });
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Menu.Root>
        <Menu.Trigger
          ref={props.button}
          render={
            <Button
              look="quiet"
              busy={busy}
              icon={<ArrowDownToLine size={15} aria-hidden="true" />}
            >
              {busy ? t("exporting") : t("export")}
            </Button>
          }
        />
        <Menu.Portal>
          <Menu.Positioner sideOffset={4} align="end" className={floating.positioner}>
            <Menu.Popup className={classes(floating.popup, floating.list)}>
              {FORMATS.map(([format, name]) => (
                <Menu.Item key={format} className={floating.item} onClick={() => void run(format)}>
                  {name}
                </Menu.Item>
              ))}
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      {error !== null && (
        <span className="visually-hidden" role="alert">
          <ErrorWords error={error} />
        </span>
      )}
    </>
  );
}
