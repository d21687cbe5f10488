/** What the command palette finds: pages and actions here, funds and tickers by the API. */

import { useNavigate } from "@tanstack/react-router";
import { useDeferredValue, useEffect, useState } from "react";
import { useAnswer } from "@/api/client";
import { signOut } from "@/api/session";
import { cnpj } from "@/lib/format";
import { prefer, shownTheme, usePreferences } from "@/lib/preferences";
import { useWords } from "@/lib/words";
import { useSeenPages } from "./Rail";
import { words } from "./words";

export interface Found {
  id: string;
  group: string;
  label: string;
  note?: string;
  mono?: boolean;
  run: () => void;
}

/** Without accents and case: "acoes" finds "Ações". */
export function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** The text once nobody typed for a moment. */
function useSettled(text: string, wait = 120): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), wait);
    return () => clearTimeout(timer);
  }, [text, wait]);
  return useDeferredValue(settled);
}

export function usePalette(typed: string) {
  const q = useSettled(typed.trim());
  const t = useWords(words);
  const go = useNavigate();
  const pages = useSeenPages();
  const { language, density, palette } = usePreferences();
  const enabled = q.length >= 2;
  const query = { params: { query: { q, limit: 7 } } };
  const funds = useAnswer("/api/v1/funds/search", query, { enabled, keep: true });
  const tickers = useAnswer("/api/v1/tickers/search", query, { enabled, keep: true });

  const to = (href: string) => () => void go({ href });
  const matches = (found: Found) => plain(found.label).includes(plain(typed.trim()));
  const found: Found[] = [];
  if (enabled) {
    for (const one of tickers.data?.data ?? []) {
      const note = one.name ?? one.company_name ?? "";
      found.push({
        id: `ticker-${one.ticker}`,
        group: t("tickersFound"),
        label: one.ticker,
        note,
        mono: true,
        run: to(`/ticker/${one.ticker}`),
      });
    }
    for (const one of funds.data?.data ?? []) {
      const subclass = one.subclass_id ? `?subclass=${one.subclass_id}` : "";
      found.push({
        id: `fund-${one.cnpj}-${one.subclass_id}`,
        group: t("fundsFound"),
        label: one.name ?? cnpj(one.cnpj),
        note: cnpj(one.cnpj),
        run: to(`/funds/${one.cnpj}${subclass}`),
      });
    }
  }
  const fixed: Found[] = pages.map((page) => ({
    id: page.to,
    group: t("pages"),
    label: t(page.word),
    run: to(page.to),
  }));
  const act = (id: string, label: string, run: () => void) =>
    fixed.push({ id, group: t("actions"), label, run });
  act("theme", t("toggleTheme"), () =>
    prefer({ theme: shownTheme() === "dark" ? "light" : "dark" }),
  );
  act("language", t("toggleLanguage"), () =>
    prefer({ language: language === "en" ? "pt-BR" : "en" }),
  );
  act("density", t("toggleDensity"), () =>
    prefer({ density: density === "compact" ? "comfortable" : "compact" }),
  );
  act("colours", t("toggleColours"), () =>
    prefer({ palette: palette === "classic" ? "blue-orange" : "classic" }),
  );
  act("account", t("account"), to("/account"));
  act("sign-out", t("signOut"), () => void signOut().then(to("/sign-in")));
  return {
    found: [...found, ...fixed.filter(matches)],
    busy: funds.isFetching || tickers.isFetching,
    failed: enabled && (funds.isError || tickers.isError),
  };
}
