/** The data house: sources, lineage, quality, unreadable files, runs and tables. */

import { useAnswer } from "@/api/client";
import { usePreferences } from "@/lib/preferences";
import { useWords } from "@/lib/words";
import { Page } from "@/ui/Page";
import { Tabs } from "@/ui/Tabs";
import css from "./data.module.css";
import { LettersTab } from "./LettersTab";
import { LineageTab } from "./LineageTab";
import { QualityTab } from "./QualityTab";
import { RunsTab } from "./RunsTab";
import { SourcesTab } from "./SourcesTab";
import { TablesTab } from "./TablesTab";
import { TABS, type TabName } from "./tabs";
import { words } from "./words";

export interface DataSearch {
  tab?: TabName;
  /** Of quality: the table. */
  table?: string;
  reason?: string;
  /** Of lineage: the chosen node. */
  node?: string;
}

interface DataPageProps {
  search: DataSearch;
  onSearch: (search: DataSearch) => void;
}

export function DataPage({ search, onSearch }: DataPageProps) {
  const t = useWords(words);
  const letters = useAnswer("/api/v1/dead-letters");
  const unread = letters.data?.data.length ?? 0;
  const content: Record<TabName, React.ReactNode> = {
    sources: <SourcesTab />,
    lineage: (
      <LineageTab chosen={search.node} onChoose={(node) => onSearch({ tab: "lineage", node })} />
    ),
    quality: (
      <QualityTab
        table={search.table}
        reason={search.reason}
        onChoose={(table, reason) => onSearch({ tab: "quality", table, reason })}
      />
    ),
    letters: <LettersTab />,
    runs: <RunsTab />,
    tables: <TablesTab />,
  };
  const shown = search.tab ?? "sources";
  return (
    <Page title={t("data")} lead={<Lead />}>
      <Tabs
        value={shown}
        onChange={(tab) => onSearch({ tab: tab as TabName })}
        tabs={TABS.map((id) => ({
          id,
          label:
            id === "letters" && unread > 0 ? (
              <>
                {t("tab_letters")} <span className={css.bad}>{unread}</span>
              </>
            ) : (
              t(`tab_${id}`)
            ),
          content: id === shown && <div className={css.tab}>{content[id]}</div>,
        }))}
      />
    </Page>
  );
}

/** One sentence: whether somebody must act. */
function Lead() {
  const t = useWords(words);
  const { language } = usePreferences();
  const sources = useAnswer("/api/v1/sources");
  if (!sources.data) return null;
  const used = sources.data.data.filter((card) => card.state !== "never");
  const bad = used.filter((card) => card.state !== "ok");
  if (!used.length) return t("leadNone");
  if (!bad.length) return t("leadOk", { n: used.length });
  const names = bad
    .slice(0, 4)
    .map((card) => (language === "en" ? card.title : card.pt))
    .join("; ");
  return t("leadBad", { n: bad.length, count: bad.length, names });
}
