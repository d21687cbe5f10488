/** A chart of a query's rows: the axis and the values are guessed, and can be chosen. */

import { useMemo, useState } from "react";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Chart } from "@/ui/chart/Chart";
import type { Series } from "@/ui/chart/types";
import { Empty } from "@/ui/Empty";
import { Select } from "@/ui/Select";
import { Toggle } from "@/ui/Toggle";
import { type Drawing, drawingOf, drawn, kindOf, type SqlAnswer } from "./result";
import css from "./sql.module.css";
import { words } from "./words";

export function ResultChart({ answer }: { answer: SqlAnswer }) {
  const t = useWords(words);
  const f = useFormat();
  const [chosen, setChosen] = useState<Drawing | null>(() => drawingOf(answer));
  const shape = useMemo(() => chosen && drawn(answer, chosen), [answer, chosen]);
  if (!chosen || !shape) return <Empty title={t("noChart")}>{t("noChartHelp")}</Empty>;
  const figures = answer.columns.filter((column) => kindOf(column.type) === "number");
  const bars = shape.text && chosen.kind === "bar";
  const series: Series[] = shape.lines.map((line) => ({
    name: line.name,
    x: shape.x,
    y: line.y,
    kind: chosen.kind,
    sign: chosen.kind === "bar" && shape.lines.length === 1,
  }));
  const isOn = (name: string) => chosen.y.includes(name);
  return (
    <div className={css.chart}>
      <div className={css.choices}>
        <Select
          label={t("chartX")}
          labelled
          value={chosen.x}
          choices={answer.columns.map((column) => ({ value: column.name, label: column.name }))}
          onChange={(x) => setChosen({ ...chosen, x, y: chosen.y.filter((name) => name !== x) })}
        />
        <fieldset className={css.values}>
          <legend className="quiet">{t("chartY")}</legend>
          {figures
            .filter((column) => column.name !== chosen.x)
            .map((column) => (
              <label key={column.name}>
                <input
                  type="checkbox"
                  checked={isOn(column.name)}
                  onChange={() =>
                    setChosen({
                      ...chosen,
                      y: isOn(column.name)
                        ? chosen.y.filter((name) => name !== column.name)
                        : [...chosen.y, column.name],
                    })
                  }
                />
                {column.name}
              </label>
            ))}
        </fieldset>
        <Toggle
          label={t("chartKind")}
          value={chosen.kind}
          onChange={(kind) => setChosen({ ...chosen, kind })}
          choices={[
            { value: "line", label: t("lines") },
            { value: "bar", label: t("bars") },
            { value: "dots", label: t("dots") },
          ]}
        />
        {shape.cut !== null && (
          <span className="quiet small">{t("chartCut", { n: f.integer(shape.cut) })}</span>
        )}
      </div>
      {series.length > 0 && (
        <Chart
          title={t("chartTitle")}
          name="consulta"
          height={bars ? Math.max(360, shape.x.length * 22 + 60) : 420}
          ranges={!shape.text}
          horizontal={bars}
          panels={[{ id: "main", unit: "number" }]}
          series={series}
        />
      )}
    </div>
  );
}
