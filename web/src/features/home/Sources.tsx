/** How fresh each source is, those that need attention first. */

import { Link } from "@tanstack/react-router";
import type { Body } from "@/api/client";
import { usePreferences } from "@/lib/preferences";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Chip, type Tone } from "@/ui/Chip";
import { Empty } from "@/ui/Empty";
import { Panel } from "@/ui/Panel";
import css from "./home.module.css";
import { words } from "./words";

type SourcesBody = Body<"/api/v1/sources">;
type Card = SourcesBody["data"][number];

const TONES: Record<Card["state"], Tone> = {
  failed: "bad",
  late: "warn",
  never: "plain",
  ok: "good",
};

export function Sources({ data }: SourcesBody) {
  const t = useWords(words);
  const used = data.filter((card) => card.state !== "never");
  const bad = used.filter((card) => card.state !== "ok");
  const unused = data.length - used.length;
  const title = bad.length ? t("someLate", { n: bad.length }) : t("allFresh", { n: used.length });
  if (!used.length) {
    return (
      <Panel title={t("noSources")}>
        <Empty title={t("noSourcesHint")} command="lastro ingest cvm_funds" />
      </Panel>
    );
  }
  return (
    <Panel title={title} note={t("dataNote")}>
      <ul className={css.list}>
        {used.map((card) => (
          <SourceLine key={card.name} card={card} />
        ))}
      </ul>
      <p className={css.foot}>
        <Link to="/data" className={css.more}>
          {t("seeData")}
        </Link>
        {unused > 0 && <span className="quiet small">{t("unusedSources", { n: unused })}</span>}
      </p>
    </Panel>
  );
}

function SourceLine({ card }: { card: Card }) {
  const t = useWords(words);
  const f = useFormat();
  const { language } = usePreferences();
  const state = card.state === "late" ? t("lateBy", { n: card.late_days }) : t(card.state);
  const facts = [
    card.newest_day
      ? t("upTo", { date: f.date(card.newest_day) })
      : card.last_landed && t("landed", { date: f.date(card.last_landed) }),
    card.dead_letters ? t("deadLetters", { n: card.dead_letters }) : null,
    card.quarantined
      ? t("quarantined", { n: card.quarantined, count: f.integer(card.quarantined) })
      : null,
  ];
  return (
    <li className={css.source}>
      <Link
        className={css.name}
        to="/data/sources/$name"
        params={{ name: card.name }}
        title={card.name}
      >
        {language === "en" ? card.title : card.pt}
      </Link>
      <span className={css.facts}>{facts.filter(Boolean).join(" · ")}</span>
      <Chip tone={TONES[card.state]}>{state}</Chip>
    </li>
  );
}
