/** Filters of the list as chips: what is off says its name, what is on says what it chose. */

import { Search } from "lucide-react";
import { useEffect, useState } from "react";
import { useAnswer } from "@/api/client";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Button } from "@/ui/Button";
import { FilterChip } from "@/ui/Chip";
import { ChooseMany, ChooseOne } from "./Choose";
import css from "./Funds.module.css";
import {
  type Change,
  type FundsSearch,
  filtersOn,
  type Many,
  SCORES,
  SIZES,
  type Size,
} from "./search";
import type { Facet } from "./types";
import { words } from "./words";

interface FundFiltersProps {
  search: FundsSearch;
  onSearch: (change: Change) => void;
}

export function FundFilters({ search, onSearch }: FundFiltersProps) {
  const t = useWords(words);
  const f = useFormat();
  const facets = useAnswer("/api/v1/funds/facets").data?.data;
  const set = (part: Partial<FundsSearch>) => onSearch((former) => ({ ...former, ...part }));
  const many = (name: Many, label: string, values: readonly Facet[] | undefined) => {
    const on = search[name] ?? [];
    const said = on.length > 1 ? t("several", { n: on.length }) : (on[0] ?? null);
    return (
      <FilterChip key={name} label={label} value={said} onClear={() => set({ [name]: undefined })}>
        <ChooseMany
          label={label}
          chosen={on}
          choices={(values ?? []).map((facet) => ({
            value: facet.value,
            note: f.integer(facet.classes),
          }))}
          onChange={(next) => set({ [name]: next.length ? next : undefined })}
        />
      </FilterChip>
    );
  };
  const sizes: Record<Size, string> = {
    tiny: t("sizeTiny"),
    small: t("sizeSmall"),
    middle: t("sizeMiddle"),
    large: t("sizeLarge"),
  };
  return (
    <div className={css.filters}>
      <SearchField value={search.q ?? ""} onChange={(q) => set({ q: q || undefined })} />
      {many("manager", t("manager"), facets?.managers)}
      {many("classification", t("classification"), facets?.classifications)}
      {many("anbima", t("anbima"), facets?.anbima)}
      {many("administrator", t("administrator"), facets?.administrators)}
      <FilterChip
        label={t("size")}
        value={search.size ? sizes[search.size] : null}
        onClear={() => set({ size: undefined })}
      >
        <ChooseOne
          label={t("size")}
          chosen={search.size ?? null}
          choices={(Object.keys(SIZES) as Size[]).map((value) => ({ value, label: sizes[value] }))}
          onChange={(size) => set({ size: size as Size })}
        />
      </FilterChip>
      <FilterChip
        label={t("signal")}
        value={search.score ? t("atLeast", { n: search.score }) : null}
        onClear={() => set({ score: undefined })}
      >
        <ChooseOne
          label={t("signal")}
          chosen={search.score ? String(search.score) : null}
          choices={SCORES.map((n) => ({ value: String(n), label: t("atLeast", { n }) }))}
          onChange={(score) => set({ score: Number(score) })}
        />
      </FilterChip>
      {many("status", t("status"), facets?.statuses)}
      <FilterChip
        label={t("flowing")}
        value={search.losing ? t("losing") : null}
        onClear={() => set({ losing: undefined })}
      >
        <ChooseOne
          label={t("flowing")}
          chosen={search.losing ? "losing" : null}
          choices={[{ value: "losing", label: t("losing") }]}
          onChange={() => set({ losing: true })}
        />
      </FilterChip>
      <FilterChip
        label={t("subclasses")}
        value={search.parts === false ? t("hidden") : null}
        onClear={() => set({ parts: undefined })}
      >
        <ChooseOne
          label={t("subclasses")}
          chosen={search.parts === false ? "hidden" : "shown"}
          choices={[
            { value: "shown", label: t("shown") },
            { value: "hidden", label: t("hiddenLong") },
          ]}
          onChange={(value) => set({ parts: value === "hidden" ? false : undefined })}
        />
      </FilterChip>
      {filtersOn(search) > 0 && (
        <Button look="quiet" onClick={() => onSearch({ sort: search.sort, cols: search.cols })}>
          {t("clearAll")}
        </Button>
      )}
    </div>
  );
}

/** What is typed is asked for once typing rests. */
function SearchField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const t = useWords(words);
  const [typed, setTyped] = useState(value);
  const [sent, setSent] = useState(value);
  if (value !== sent) {
    setSent(value);
    setTyped(value);
  }
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => {
      setSent(typed);
      onChange(typed);
    }, 200);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  return (
    <label className={css.search}>
      <Search size={15} aria-hidden="true" />
      <span className="visually-hidden">{t("search")}</span>
      <input
        type="search"
        placeholder={t("search")}
        value={typed}
        maxLength={100}
        onChange={(event) => setTyped(event.target.value)}
      />
    </label>
  );
}
