/** Every source in one line: state, newest day, its last days; the worst first. */

import { Link } from "@tanstack/react-router";
import { useRef } from "react";
import { useAnswer } from "@/api/client";
import { usePreferences } from "@/lib/preferences";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Chip } from "@/ui/Chip";
import { Empty } from "@/ui/Empty";
import { useWidth } from "@/ui/grid/useWidth";
import { Unknown } from "@/ui/Hint";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import { DayLegend, DayStrip } from "./Days";
import css from "./data.module.css";
import { type Calendar, type SourceCard, STATE_TONE } from "./types";
import { words } from "./words";

const LONGEST = 66;

export function SourcesTab() {
  const t = useWords(words);
  const sources = useAnswer("/api/v1/sources", undefined, { every: 60_000 });
  const calendars = useAnswer("/api/v1/calendars", { params: { query: { months: 3 } } });
  const byName = new Map(calendars.data?.data.map((one) => [one.source, one]));
  return (
    <Panel title={t("sources")} note={t("sourcesNote")} origin={sources.data?.origin}>
      <Await
        query={sources}
        skeleton={<Skeleton shape="table" rows={12} />}
        isEmpty={(answer) => !answer.data.length}
        empty={<Empty title={t("leadNone")} command="lastro run" />}
      >
        {(answer) => (
          <>
            <ul className={css.sources}>
              {answer.data.map((card) => (
                <SourceLine key={card.name} card={card} calendar={byName.get(card.name)} />
              ))}
            </ul>
            <DayLegend />
          </>
        )}
      </Await>
    </Panel>
  );
}

function SourceLine({ card, calendar }: { card: SourceCard; calendar: Calendar | undefined }) {
  const t = useWords(words);
  const f = useFormat();
  const { language } = usePreferences();
  const box = useRef<HTMLDivElement>(null);
  const days = Math.max(14, Math.min(LONGEST, Math.floor(useWidth(box) / 11)));
  return (
    <li className={css.source}>
      <div className={css.who}>
        <Link to="/data/sources/$name" params={{ name: card.name }} className={css.title}>
          {language === "en" ? card.title : card.pt}
        </Link>
        <span className="quiet small">
          {card.publisher} · <span className="mono">{card.name}</span>
        </span>
      </div>
      <div className={css.state}>
        <Chip tone={STATE_TONE[card.state]}>{t(`state_${card.state}`)}</Chip>
        {card.late_days > 0 && (
          <span className="small">{t("lateBy", { n: card.late_days, count: card.late_days })}</span>
        )}
      </div>
      <dl className={css.when}>
        <dt>{t("newestDay")}</dt>
        <dd>{f.date(card.newest_day ?? card.last_landed)}</dd>
        <dt>{t("nextDue")}</dt>
        <dd>{card.next_due ? f.instant(card.next_due) : <Unknown why={t("notPlanned")} />}</dd>
      </dl>
      <div ref={box} className={css.days}>
        {calendar && card.state !== "never" && <DayStrip calendar={calendar} days={days} />}
      </div>
      <p className={css.counts}>
        {card.quarantined > 0 && card.tables[0] && (
          <Link to="/data" search={{ tab: "quality", table: card.tables[0] }} className={css.aside}>
            {t("dayAside", { n: f.integer(card.quarantined) })}
          </Link>
        )}
        {card.dead_letters > 0 && (
          <Link to="/data" search={{ tab: "letters" }} className={css.bad}>
            {card.dead_letters} {t("letters").toLowerCase()}
          </Link>
        )}
      </p>
    </li>
  );
}
