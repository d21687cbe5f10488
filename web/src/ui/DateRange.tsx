/** 1M 3M 6M Ano 1A 3A 5A Máx, and free dates. */

import { Popover } from "@base-ui/react/popover";
import { CalendarRange } from "lucide-react";
import { classes } from "@/lib/classes";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import css from "./DateRange.module.css";
import { Field } from "./Field";
import floating from "./floating.module.css";
import { type RangeName, rangeDays, rangesWithin } from "./range";
import { Toggle } from "./Toggle";
import { words } from "./words";

export interface DateRangeProps {
  /** First and last day there is anything for, ISO. */
  first: string;
  last: string;
  value: [string, string];
  onChange: (days: [string, string]) => void;
}

export function DateRange({ first, last, value, onChange }: DateRangeProps) {
  const t = useWords(words);
  const f = useFormat();
  const offered = rangesWithin(first, last);
  const on = offered.find((name) => rangeDays(name, first, last).join() === value.join()) ?? null;
  const label = (name: RangeName) => {
    if (name === "MAX") return t("max");
    if (name === "YTD") return t("ytd");
    const n = name.slice(0, -1);
    return name.endsWith("Y") ? t("year", { n }) : t("month", { n });
  };
  return (
    <div className={css.line}>
      <Toggle
        label={t("range")}
        value={on}
        choices={offered.map((name) => ({ value: name, label: label(name) }))}
        onChange={(name) => onChange(rangeDays(name, first, last))}
      />
      <Popover.Root>
        <Popover.Trigger className={classes(css.free, on === null && css.on)}>
          <CalendarRange size={14} aria-hidden="true" />
          {on === null ? `${f.date(value[0])} – ${f.date(value[1])}` : t("freeDates")}
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Positioner sideOffset={6} align="start" className={floating.positioner}>
            <Popover.Popup
              className={classes(floating.popup, css.dates)}
              aria-label={t("freeDates")}
            >
              <Field
                type="date"
                label={t("from")}
                min={first}
                max={value[1]}
                value={value[0]}
                onChange={(event) => event.target.value && onChange([event.target.value, value[1]])}
              />
              <Field
                type="date"
                label={t("until")}
                min={value[0]}
                max={last}
                value={value[1]}
                onChange={(event) => event.target.value && onChange([value[0], event.target.value])}
              />
            </Popover.Popup>
          </Popover.Positioner>
        </Popover.Portal>
      </Popover.Root>
    </div>
  );
}
