/** The head of a fund's page: what it is called, what happened in plain words, its key figures. */

import { Link } from "@tanstack/react-router";
import { Copy } from "lucide-react";
import type { ReactNode } from "react";
import type { Origin } from "@/api/client";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { IconButton } from "@/ui/Button";
import { Change } from "@/ui/Change";
import { Chip } from "@/ui/Chip";
import { Hint } from "@/ui/Hint";
import { OriginChip } from "@/ui/OriginChip";
import { Page } from "@/ui/Page";
import { Skeleton } from "@/ui/Skeleton";
import { Stat, StatStrip } from "@/ui/Stat";
import { toast } from "@/ui/Toast";
import css from "./Fund.module.css";
import type { Asked } from "./FundPage";
import { earnedSentence, flowSentence, strengthOf } from "./sentences";
import type { FundCard, FundRow } from "./types";
import { words } from "./words";

interface FundHeadProps {
  card: FundCard | undefined;
  origin: Origin | undefined;
  asked: Asked;
  children: ReactNode;
}

export function FundHead({ card, origin, asked, children }: FundHeadProps) {
  const t = useWords(words);
  const f = useFormat();
  const fund = card?.fund;
  const lead = fund && [earnedSentence(fund, t, f), flowSentence(fund, t, f)].filter(Boolean);
  return (
    <Page
      title={fund?.name ?? f.cnpj(asked.cnpj)}
      after={fund && <Marks card={card} />}
      lead={lead ? lead.join(" ") : " "}
      actions={<OriginChip origin={origin} />}
    >
      {card && <Notices card={card} asked={asked} />}
      {fund ? (
        <>
          <Facts fund={fund} />
          <Figures card={card} />
        </>
      ) : (
        <Skeleton shape="stats" rows={3} />
      )}
      {children}
    </Page>
  );
}

function Marks({ card }: { card: FundCard }) {
  const t = useWords(words);
  const { fund } = card;
  const odd = fund.status && !/funcionamento normal/i.test(fund.status);
  return (
    <>
      {fund.subclass_id && <Chip>{t("subclass", { id: fund.subclass_id })}</Chip>}
      {fund.classification && <Chip>{fund.classification}</Chip>}
      {odd && <Chip tone="warn">{fund.status}</Chip>}
    </>
  );
}

function Notices({ card, asked }: { card: FundCard; asked: Asked }) {
  const t = useWords(words);
  const f = useFormat();
  const said = [
    !card.current && t("notCurrent", { month: f.month(card.fund.month) }),
    card.fund.subclass_id !== asked.subclass && t("answeredBy"),
  ].filter((text): text is string => typeof text === "string");
  return said.map((text) => (
    <p key={text} className={css.notice}>
      {text}
    </p>
  ));
}

function Facts({ fund }: { fund: FundRow }) {
  const t = useWords(words);
  const f = useFormat();
  const copy = async () => {
    await navigator.clipboard.writeText(f.cnpj(fund.cnpj));
    toast({ title: t("copied") });
  };
  return (
    <dl className={css.facts}>
      <div>
        <dt>CNPJ</dt>
        <dd className="mono">
          {f.cnpj(fund.cnpj)}
          <IconButton
            label={t("copy")}
            icon={<Copy size={13} aria-hidden="true" />}
            onClick={() => void copy()}
          />
        </dd>
      </div>
      <div>
        <dt>{t("manager")}</dt>
        <dd>
          {fund.manager ? (
            <Hint text={t("sameManager")}>
              <Link to="/funds" search={{ manager: [fund.manager] }}>
                {fund.manager}
              </Link>
            </Hint>
          ) : (
            "–"
          )}
        </dd>
      </div>
      <Fact name={t("administrator")} value={fund.administrator} />
      <Fact name={t("custodian")} value={fund.custodian} />
      <Fact name={t("anbima")} value={fund.anbima_classification} />
      <Fact name={t("audience")} value={fund.audience} />
      <Fact name={t("started")} value={fund.started_on ? f.date(fund.started_on) : null} />
    </dl>
  );
}

function Fact({ name, value }: { name: string; value: string | null | undefined }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value || "–"}</dd>
    </div>
  );
}

function Figures({ card }: { card: FundCard }) {
  const t = useWords(words);
  const f = useFormat();
  const { fund } = card;
  const day = t("ofDay", { date: f.date(fund.ref_date) });
  const place = card.peers.places.find((one) => one.figure === "net_worth");
  return (
    <StatStrip>
      <Stat
        name={t("netWorth")}
        value={f.moneyCompact(fund.net_worth)}
        note={
          place?.place
            ? t("place", { place: f.integer(place.place), known: f.integer(place.known) })
            : day
        }
      />
      <Stat
        name={t("quota")}
        value={<span title={f.quotaFull(fund.quota)}>{f.quota(fund.quota)}</span>}
        note={day}
      />
      <Stat
        name={t("twelve")}
        value={<Change value={fund.return_12m} />}
        note={t("cdiWas", { value: f.percent(fund.cdi_12m) })}
      />
      <Stat
        name={t("flow30")}
        value={<Change as="money" value={fund.net_flow_30d} />}
        note={<Change bare value={fund.flow_ratio_30d} />}
      />
      <Stat
        name={t("holders")}
        value={f.integer(fund.holders)}
        note={
          fund.holders_change_3m === null || fund.holders_change_3m === undefined
            ? day
            : t("holdersChange", { n: signed(fund.holders_change_3m, f.integer) })
        }
      />
      <Stat name={t("volatility")} value={f.percent(fund.volatility_12m)} note={t("yearly")} />
      <Stat name={t("drawdown")} value={f.percent(fund.worst_drawdown)} note={t("sinceStart")} />
      <Stat
        name={t("score")}
        value={f.number(fund.score, 0)}
        note={fund.score === null ? t("signalsNever") : t(strengthOf(fund.score))}
      />
    </StatStrip>
  );
}

function signed(value: number, format: (value: number) => string): string {
  return value > 0 ? `+${format(value)}` : format(value);
}
