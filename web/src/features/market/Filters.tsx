/** The screener's filters: chips that open to choices with their counts. */

import { useEffect, useState } from "react";
import type { components } from "@/api/schema";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Button } from "@/ui/Button";
import { FilterChip } from "@/ui/Chip";
import { Field } from "@/ui/Field";
import { Switch } from "@/ui/Toggle";
import css from "./market.module.css";
import { filtersOn, type Kind, type MarketSearch } from "./search";
import { useGroupName } from "./useGroupName";
import { words } from "./words";

type Facets = components["schemas"]["ScreenerFacets"];
const LEAST = [100_000, 1_000_000, 10_000_000, 100_000_000];

export interface FiltersProps {
  search: MarketSearch;
  facets: Facets | undefined;
  onSearch: (change: Partial<MarketSearch>) => void;
}

export function Filters({ search, facets, onSearch }: FiltersProps) {
  const t = useWords(words);
  const f = useFormat();
  const nameOf = useGroupName();
  const min = search.min;
  return (
    <div className={css.filters}>
      <Words value={search.q ?? ""} onChange={(q) => onSearch({ q: q || undefined })} />
      <Several
        label={t("kind")}
        chosen={search.kind ?? []}
        facets={facets?.kinds}
        nameOf={nameOf}
        onChange={(kind) => onSearch({ kind: kind as Kind[] | undefined })}
      />
      <Several
        label={t("sector")}
        chosen={search.sector ?? []}
        facets={facets?.sectors}
        nameOf={nameOf}
        onChange={(sector) => onSearch({ sector })}
      />
      <Several
        label={t("index")}
        chosen={search.index ?? []}
        facets={facets?.indexes}
        nameOf={(code) => code}
        onChange={(index) => onSearch({ index })}
      />
      <FilterChip
        label={t("minTurnover")}
        value={min ? t("atLeast", { value: f.moneyCompact(min) }) : null}
        onClear={() => onSearch({ min: undefined })}
      >
        <div className={css.choices} role="radiogroup" aria-label={t("minTurnover")}>
          {[undefined, ...LEAST].map((value) => (
            <label key={value ?? 0} className={css.choice}>
              <input
                type="radio"
                name="least-turnover"
                checked={min === value}
                onChange={() => onSearch({ min: value })}
              />
              {value ? t("atLeast", { value: f.moneyCompact(value) }) : t("anyTurnover")}
            </label>
          ))}
        </div>
      </FilterChip>
      <Switch
        label={t("idle")}
        checked={search.idle ?? false}
        onChange={(idle) => onSearch({ idle: idle || undefined })}
      />
      {filtersOn(search) && (
        <Button
          look="quiet"
          onClick={() =>
            onSearch({
              q: undefined,
              kind: undefined,
              sector: undefined,
              index: undefined,
              min: undefined,
              idle: undefined,
            })
          }
        >
          {t("clearAll")}
        </Button>
      )}
    </div>
  );
}

/** Asks a moment after the last key, not at each. */
function Words({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const t = useWords(words);
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const later = setTimeout(() => onChange(text), 200);
    return () => clearTimeout(later);
  }, [text, value, onChange]);
  return (
    <Field
      bare
      type="search"
      label={t("find")}
      placeholder={t("find")}
      value={text}
      onChange={(event) => setText(event.target.value)}
    />
  );
}

interface SeveralProps {
  label: string;
  chosen: readonly string[];
  facets: Facets["kinds"] | undefined;
  nameOf: (value: string) => string;
  onChange: (values: string[] | undefined) => void;
}

function Several({ label, chosen, facets, nameOf, onChange }: SeveralProps) {
  const t = useWords(words);
  const f = useFormat();
  if (facets?.length === 0 && !chosen.length) return null; // nothing in the lake to choose from
  const [first, ...rest] = chosen.map(nameOf);
  const said =
    first === undefined ? null : rest.length ? t("several", { first, n: rest.length }) : first;
  const flip = (value: string) => {
    const next = chosen.includes(value)
      ? chosen.filter((other) => other !== value)
      : [...chosen, value];
    onChange(next.length ? next : undefined);
  };
  return (
    <FilterChip label={label} value={said} onClear={() => onChange(undefined)}>
      <div className={css.choices}>
        {(facets ?? []).map((facet) => (
          <label key={facet.value} className={css.choice}>
            <input
              type="checkbox"
              checked={chosen.includes(facet.value)}
              onChange={() => flip(facet.value)}
            />
            <span>{nameOf(facet.value)}</span>
            <span className="quiet small num">{f.integer(facet.papers)}</span>
          </label>
        ))}
      </div>
    </FilterChip>
  );
}
