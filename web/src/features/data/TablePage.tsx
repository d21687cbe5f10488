/** One table: what it promises, its past, and its first rows. */

import { Link } from "@tanstack/react-router";
import { SquareTerminal } from "lucide-react";
import { useState } from "react";
import { useAnswer } from "@/api/client";
import { Problem } from "@/api/problem";
import { useMay } from "@/api/session";
import { usePreferences } from "@/lib/preferences";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Chip } from "@/ui/Chip";
import { Empty } from "@/ui/Empty";
import { ErrorState } from "@/ui/ErrorState";
import { Page } from "@/ui/Page";
import { Skeleton } from "@/ui/Skeleton";
import { Stat, StatStrip } from "@/ui/Stat";
import { Tabs } from "@/ui/Tabs";
import css from "./data.module.css";
import { QuarantinePanel } from "./QuarantinePanel";
import { TableColumns } from "./TableColumns";
import { TablePreview } from "./TablePreview";
import { TableVersions } from "./TableVersions";
import type { TableDetail } from "./types";
import { words } from "./words";

export function TablePage({ name }: { name: string }) {
  const t = useWords(words);
  const { language } = usePreferences();
  const may = useMay("sql:run");
  const table = useAnswer("/api/v1/tables/{name}", { params: { path: { name } } });
  const found = table.data?.data;
  if (table.error instanceof Problem && table.error.status === 404) {
    return (
      <Page title={name}>
        <Empty title={t("noTable")} action={<Link to="/data">{t("data")}</Link>}>
          {t("noTableHelp")}
        </Empty>
      </Page>
    );
  }
  const card = found?.card;
  const lead = card && (language === "en" ? card.title : card.pt);
  return (
    <Page
      title={name}
      after={card && <Chip>{t(layerWord(card.kind, card.layer))}</Chip>}
      lead={lead}
      actions={
        may && (
          <Link
            to={"/sql" as "/"}
            search={{ q: `SELECT *\nFROM ${name}\nLIMIT 100` } as never}
            className={css.act}
          >
            <SquareTerminal size={15} aria-hidden="true" />
            {t("query")}
          </Link>
        )
      }
    >
      {table.error && <ErrorState error={table.error} onRetry={() => void table.refetch()} />}
      {!found && !table.error && <Skeleton shape="stats" />}
      {found && <Body found={found} />}
    </Page>
  );
}

function layerWord(kind: string, layer: string) {
  if (kind === "view") return "layer_view" as const;
  const known = ["bronze", "silver", "gold", "quarantine", "ops"] as const;
  const one = known.find((each) => each === layer) ?? "gold";
  return `layer_${one}` as const;
}

function Body({ found }: { found: TableDetail }) {
  const t = useWords(words);
  const { language } = usePreferences();
  const mayData = useMay("data:read");
  const [tab, setTab] = useState("columns");
  const [reason, setReason] = useState<string>();
  const { card } = found;
  const notice = language === "en" ? found.notice : found.notice_pt;
  if (card.kind === "view") {
    return (
      <>
        <Neighbours found={found} />
        <section>
          <h2>{t("view")}</h2>
          <pre className={css.sql}>{found.sql}</pre>
        </section>
      </>
    );
  }
  const checked = found.checks.length > 0 && card.layer === "silver";
  const tabs = [
    { id: "columns", label: t("tableSays"), content: <TableColumns found={found} /> },
    {
      id: "preview",
      label: t("preview"),
      content: tab === "preview" && <TablePreview name={card.name} />,
    },
    {
      id: "history",
      label: t("history"),
      content: tab === "history" && <TableVersions name={card.name} />,
    },
    ...(checked && mayData
      ? [
          {
            id: "quarantine",
            label: t("layer_quarantine"),
            content: tab === "quarantine" && (
              <QuarantinePanel table={card.name} reason={reason} onReason={setReason} />
            ),
          },
        ]
      : []),
  ];
  return (
    <>
      {notice && (
        <p className={css.notice} role="note">
          <strong>{t("notice")}:</strong> {notice}
        </p>
      )}
      <Facts found={found} />
      <Neighbours found={found} />
      <Tabs tabs={tabs} value={tab} onChange={setTab} />
    </>
  );
}

function Facts({ found }: { found: TableDetail }) {
  const t = useWords(words);
  const f = useFormat();
  const { card } = found;
  if (card.rows === null) return <Empty title={t("neverWritten")} command="lastro build" />;
  return (
    <StatStrip>
      <Stat name={t("rows")} value={f.integer(card.rows)} />
      <Stat
        name={t("newestDay")}
        value={f.date(card.newest_day)}
        note={
          found.usual_days !== null && `${t("usual")}: ${t("usualDays", { n: found.usual_days })}`
        }
      />
      <Stat
        name={t("version")}
        value={f.integer(card.version)}
        note={card.changed_at && f.instant(card.changed_at)}
      />
      <Stat
        name={t("partitions")}
        value={f.integer(card.partitions)}
        note={card.first !== card.last && `${card.first} … ${card.last}`}
      />
      <Stat
        name={t("size")}
        value={f.bytes(card.bytes)}
        note={`${f.integer(card.files)} ${t("unitFiles")}`}
      />
    </StatStrip>
  );
}

/** What it is built from and what is built from it. */
function Neighbours({ found }: { found: TableDetail }) {
  const t = useWords(words);
  return (
    <div className={css.flow}>
      {found.inputs.length > 0 && <NameList title={t("builtFrom")} names={found.inputs} />}
      {found.outputs.length > 0 && <NameList title={t("feeds")} names={found.outputs} />}
      <Link to="/data" search={{ tab: "lineage", node: found.card.name }}>
        {t("tab_lineage")}
      </Link>
    </div>
  );
}

function NameList({ title, names }: { title: string; names: readonly string[] }) {
  return (
    <p className={css.builds}>
      <span className="quiet">{title}:</span>
      {names.map((name) =>
        name.startsWith("source.") ? (
          <Link
            key={name}
            to="/data/sources/$name"
            params={{ name: name.slice(7) }}
            className="mono"
          >
            {name.slice(7)}
          </Link>
        ) : (
          <Link key={name} to="/data/tables/$name" params={{ name }} className="mono">
            {name}
          </Link>
        ),
      )}
    </p>
  );
}
