/** One source: how it stands, every day of a year, its files down to the bytes, its runs. */

import { Link } from "@tanstack/react-router";
import { DownloadCloud } from "lucide-react";
import { api, useAnswer } from "@/api/client";
import { usePreferences } from "@/lib/preferences";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Chip } from "@/ui/Chip";
import { ErrorState } from "@/ui/ErrorState";
import { Columns, Page, Span } from "@/ui/Page";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import { Stat, StatStrip } from "@/ui/Stat";
import { toast } from "@/ui/Toast";
import { AskButton } from "./AskButton";
import { DayLegend, DayYear } from "./Days";
import css from "./data.module.css";
import { RunsTab } from "./RunsTab";
import { SourceFiles } from "./SourceFiles";
import { type Calendar, type DayState, type SourceCard, STATE_TONE } from "./types";
import { words } from "./words";

export function SourcePage({ name }: { name: string }) {
  const t = useWords(words);
  const { language } = usePreferences();
  const source = useAnswer("/api/v1/sources/{name}", { params: { path: { name } } });
  const calendar = useAnswer("/api/v1/sources/{name}/calendar", {
    params: { path: { name }, query: { months: 12 } },
  });
  const card = source.data?.data;
  const title = card ? (language === "en" ? card.title : card.pt) : name;
  return (
    <Page
      title={title}
      after={card && <Chip tone={STATE_TONE[card.state]}>{t(`state_${card.state}`)}</Chip>}
      lead={
        <>
          <Link to="/data">{t("data")}</Link> · <span className="mono">{name}</span>
          {card && ` · ${card.publisher}`}
        </>
      }
      actions={<AskNow name={name} />}
    >
      {source.error ? (
        <ErrorState error={source.error} onRetry={() => void source.refetch()} />
      ) : (
        <>
          {card ? <Facts card={card} /> : <Skeleton shape="stats" />}
          <Panel
            title={t(calendar.data?.data.basis === "landed" ? "calendarLanded" : "calendar")}
            note={calendar.data && <Basis calendar={calendar.data.data} />}
            origin={calendar.data?.origin}
          >
            <Await query={calendar} skeleton={<Skeleton shape="chart" height={300} />}>
              {(answer) => (
                <Columns>
                  <Span of={9}>
                    <DayYear calendar={answer.data} />
                    <DayLegend />
                  </Span>
                  <Span of={3}>
                    <OddDays calendar={answer.data} />
                  </Span>
                </Columns>
              )}
            </Await>
          </Panel>
          <SourceFiles name={name} />
          <RunsTab source={name} />
        </>
      )}
    </Page>
  );
}

function Basis({ calendar }: { calendar: Calendar }) {
  const t = useWords(words);
  if (calendar.basis === "landed" || !calendar.sessions) return t("calendarNone");
  const key = calendar.sessions === "b3" ? "calendarB3" : "calendarBank";
  return t(key, { table: calendar.table });
}

const ODD: readonly DayState[] = ["missing", "partial", "quarantined"];

/** The days of the calendar that somebody should look at, in words. */
function OddDays({ calendar }: { calendar: Calendar }) {
  const t = useWords(words);
  const f = useFormat();
  const odd = calendar.days
    .map((day, at) => ({ day, state: calendar.states[at] as DayState, rows: calendar.rows[at] }))
    .filter((one) => ODD.includes(one.state))
    .reverse();
  return (
    <section>
      <h3 className={css.sub}>{t("oddDays")}</h3>
      {!odd.length && <p className="quiet">{t("noOddDays")}</p>}
      <ul className={css.odd}>
        {odd.slice(0, 40).map((one) => (
          <li key={one.day}>
            <span>{f.date(one.day)}</span>
            <span className="quiet">{t(`day_${one.state}`)}</span>
            <span className="num">{f.integer(one.rows)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Facts({ card }: { card: SourceCard }) {
  const t = useWords(words);
  const f = useFormat();
  return (
    <>
      <StatStrip>
        <Stat
          name={t("newestDay")}
          value={f.date(card.newest_day ?? card.last_landed)}
          note={
            card.late_days > 0
              ? t("lateBy", { n: card.late_days, count: card.late_days })
              : card.usual_days !== null &&
                `${t("usual")}: ${t("usualDays", { n: card.usual_days })}`
          }
        />
        <Stat
          name={t("rows")}
          value={f.integer(card.rows)}
          note={t("quarantinedOf", {
            n: f.integer(card.quarantined),
          })}
        />
        <Stat
          name={t("files")}
          value={f.integer(card.files)}
          note={card.files > 0 ? f.bytes(card.bytes) : null}
        />
        <Stat
          name={t("landed")}
          value={card.last_landed ? f.date(card.last_landed) : t("never")}
          note={card.last_asked && `${t("lastAsked")}: ${f.instant(card.last_asked)}`}
        />
        <Stat
          name={t("letters")}
          value={f.integer(card.dead_letters)}
          note={card.next_due && `${t("nextDue")}: ${f.instant(card.next_due)}`}
        />
      </StatStrip>
      <p className={css.builds}>
        <span className="quiet">{t("builds")}:</span>
        {[card.table, ...card.tables].map((table) => (
          <Link key={table} to="/data/tables/$name" params={{ name: table }} className="mono">
            {table}
          </Link>
        ))}
        <span className="quiet">
          {t("licence")}: {card.licence}
        </span>
      </p>
    </>
  );
}

function AskNow({ name }: { name: string }) {
  const t = useWords(words);
  const ask = async () => {
    await api.POST("/api/v1/runs", { body: { kind: "ingest", source: name } });
    toast({ title: t("ingestStarted"), description: name });
  };
  return (
    <AskButton icon={<DownloadCloud size={15} aria-hidden="true" />} ask={ask}>
      {t("ingest")}
    </AskButton>
  );
}
