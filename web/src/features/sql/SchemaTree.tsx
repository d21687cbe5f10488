/** Tables and columns that a query may name; a click writes the name into the query. */

import { Link } from "@tanstack/react-router";
import { ChevronRight, ExternalLink } from "lucide-react";
import { useMemo, useState } from "react";
import { usePreferences } from "@/lib/preferences";
import { useWords } from "@/lib/words";
import { Field } from "@/ui/Field";
import type { SqlSchema } from "./result";
import css from "./sql.module.css";
import { words } from "./words";

type Table = SqlSchema["tables"][number];
const LAYERS = ["gold", "silver", "view", "bronze", "quarantine", "ops"] as const;

export interface SchemaTreeProps {
  schema: SqlSchema;
  onInsert: (text: string) => void;
}

export function SchemaTree({ schema, onInsert }: SchemaTreeProps) {
  const t = useWords(words);
  const [find, setFind] = useState("");
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const found = useMemo(() => matching(schema.tables, find), [schema.tables, find]);
  const toggle = (name: string) =>
    setOpen((now) => {
      const next = new Set(now);
      if (!next.delete(name)) next.add(name);
      return next;
    });
  return (
    <div className={css.tree}>
      <Field
        label={t("findTable")}
        bare
        type="search"
        placeholder={t("findTable")}
        value={find}
        onChange={(event) => setFind(event.target.value)}
      />
      <div className={css.branches}>
        {LAYERS.map((layer) => {
          const tables = found.filter((table) => layerOf(table) === layer);
          if (!tables.length) return null;
          return (
            <section key={layer}>
              <h3 className={css.layer}>{t(`layer_${layer}`)}</h3>
              <ul>
                {tables.map((table) => (
                  <Branch
                    key={table.name}
                    table={table}
                    open={open.has(table.name) || (find.length > 2 && hits(table, find))}
                    onToggle={() => toggle(table.name)}
                    onInsert={onInsert}
                  />
                ))}
              </ul>
            </section>
          );
        })}
        {!found.length && <p className="quiet small">{t("noTables")}</p>}
      </div>
    </div>
  );
}

interface BranchProps {
  table: Table;
  open: boolean;
  onToggle: () => void;
  onInsert: (text: string) => void;
}

function Branch({ table, open, onToggle, onInsert }: BranchProps) {
  const t = useWords(words);
  const { language } = usePreferences();
  const title = language === "en" ? table.title : table.pt;
  const short = table.name.split(".")[1] ?? table.name;
  return (
    <li className={css.branch}>
      <div className={css.table}>
        <button
          type="button"
          className={css.twig}
          aria-expanded={open}
          aria-label={t("columnsOf", { table: table.name })}
          disabled={!table.columns.length}
          onClick={onToggle}
        >
          <ChevronRight size={13} aria-hidden="true" data-open={open || undefined} />
        </button>
        <button
          type="button"
          className={css.name}
          title={title}
          aria-label={t("insert", { name: table.name })}
          onClick={() => onInsert(table.name)}
        >
          {short}
        </button>
        <Link
          to={"/data/tables/$name" as "/"}
          params={{ name: table.name } as never}
          className={css.page}
          aria-label={t("openTable", { table: table.name })}
        >
          <ExternalLink size={12} aria-hidden="true" />
        </Link>
      </div>
      {open && (
        <ul className={css.leaves}>
          {table.columns.map((column) => (
            <li key={column.name}>
              <button
                type="button"
                className={css.leaf}
                title={`${column.pt}${column.unit ? ` [${column.unit}]` : ""}\n${column.doc}`}
                aria-label={t("insert", { name: column.name })}
                onClick={() => onInsert(column.name)}
              >
                <span data-key={column.key || undefined}>{column.name}</span>
                <span className={css.kind}>{column.unit || column.type}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

const layerOf = (table: Table) => (table.kind === "view" ? "view" : table.name.split(".")[0]);
const hits = (table: Table, text: string) =>
  table.columns.some((column) => column.name.includes(text.toLowerCase()));

function matching(tables: readonly Table[], text: string): Table[] {
  const wanted = text.trim().toLowerCase();
  const sorted = [...tables].sort((a, b) => a.name.localeCompare(b.name));
  if (!wanted) return sorted;
  return sorted.filter((table) => table.name.includes(wanted) || hits(table, wanted));
}
