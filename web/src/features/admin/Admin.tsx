/** Administration: people, keys, apps, and the audit log. */

import { Keys } from "@/features/identity/Keys";
import { useWords } from "@/lib/words";
import { Page } from "@/ui/Page";
import { Tabs } from "@/ui/Tabs";
import { Apps } from "./Apps";
import { Audit } from "./Audit";
import { People } from "./People";
import { type AdminTab, TABS } from "./tabs";
import { usePeople } from "./usePeople";
import { words } from "./words";

export interface AdminProps {
  tab: AdminTab;
  onTab: (tab: AdminTab) => void;
}

export function Admin({ tab, onTab }: AdminProps) {
  const t = useWords(words);
  const { names } = usePeople();
  const content = {
    people: <People />,
    keys: <Keys owners={names} />,
    apps: <Apps />,
    audit: <Audit names={names} />,
  };
  return (
    <Page title={t("admin")} lead={t("lead")}>
      <Tabs
        value={tab}
        onChange={(id) => onTab(id as AdminTab)}
        tabs={TABS.map((id) => ({ id, label: t(id), content: id === tab && content[id] }))}
      />
    </Page>
  );
}
