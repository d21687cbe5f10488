/** Over a chart: range, table view, PNG, the query behind it. */

import { Link } from "@tanstack/react-router";
import { ImageDown, LineChart, SquareTerminal, Table2 } from "lucide-react";
import { useWords } from "@/lib/words";
import { IconButton } from "../Button";
import { DateRange } from "../DateRange";
import { Hint } from "../Hint";
import { words } from "../words";
import css from "./Chart.module.css";

interface ChartToolsProps {
  name: string;
  query?: string;
  whole?: [string, string] | null;
  range?: [string, string] | null;
  onRange?: (days: [string, string]) => void;
  table: boolean;
  onTable: (table: boolean) => void;
  png: (name: string) => Promise<void>;
}

export function ChartTools(props: ChartToolsProps) {
  const { name, query, whole, range, onRange, table, onTable, png } = props;
  const t = useWords(words);
  return (
    <div className={css.tools}>
      {whole && range && onRange && (
        <DateRange first={whole[0]} last={whole[1]} value={range} onChange={onRange} />
      )}
      <span className={css.push} />
      {query && (
        <Hint text={t("seeQuery")}>
          <Link className={css.link} to="/sql" search={{ q: query }} aria-label={t("seeQuery")}>
            <SquareTerminal size={15} aria-hidden="true" />
          </Link>
        </Hint>
      )}
      <IconButton
        label={table ? t("seeChart") : t("seeTable")}
        icon={table ? <LineChart size={15} /> : <Table2 size={15} />}
        pressed={table}
        onClick={() => onTable(!table)}
      />
      <IconButton
        label={t("savePng")}
        icon={<ImageDown size={15} />}
        disabled={table}
        onClick={() => void png(name)}
      />
    </div>
  );
}
