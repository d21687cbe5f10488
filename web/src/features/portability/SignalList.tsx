/** Open classes with the strongest signs that money is leaving, and why. */

import { Link } from "@tanstack/react-router";
import { useAnswer } from "@/api/client";
import type { components } from "@/api/schema";
import { usePreferences } from "@/lib/preferences";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Change } from "@/ui/Change";
import { Empty } from "@/ui/Empty";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import css from "./Portability.module.css";
import { words } from "./words";

type FundRow = components["schemas"]["FundRow"];

const LEAST = 50;
const SHOWN = 25;

export function SignalList({ strong }: { strong: number | undefined }) {
  const t = useWords(words);
  const f = useFormat();
  const query = useAnswer("/api/v1/portability/signals", {
    params: { query: { min_score: LEAST, limit: SHOWN } },
  });
  return (
    <Panel
      title={
        strong === undefined
          ? t("signals")
          : t("signalsTitle", { count: f.integer(strong), n: strong })
      }
      note={t("signalsNote")}
      origin={query.data?.origin}
      actions={
        <Link to="/funds" search={{ score: LEAST, sort: "-score" }}>
          {t("seeFunds")}
        </Link>
      }
    >
      <Await
        query={query}
        skeleton={<Skeleton shape="table" rows={8} />}
        isEmpty={(answer) => !answer.data.length}
        empty={<Empty title={t("noSignals")}>{t("noSignalsHint")}</Empty>}
      >
        {(answer) => (
          <ol className={css.signals}>
            {answer.data.slice(0, SHOWN).map((fund) => (
              <Signal key={`${fund.cnpj}/${fund.subclass_id}`} fund={fund} />
            ))}
          </ol>
        )}
      </Await>
    </Panel>
  );
}

function Signal({ fund }: { fund: FundRow }) {
  const f = useFormat();
  const { language } = usePreferences();
  const reason = (language === "en" ? fund.reason_en : fund.reason) ?? "";
  return (
    <li className={css.signal}>
      <span className={css.score}>
        <strong>{f.number(fund.score, 0)}</strong>
        <i aria-hidden="true" style={{ width: `${fund.score ?? 0}%` }} />
      </span>
      <span className={css.who}>
        <Link
          to="/funds/$cnpj"
          params={{ cnpj: fund.cnpj ?? "" }}
          search={fund.subclass_id ? { subclass: fund.subclass_id } : {}}
        >
          {fund.name ?? f.cnpj(fund.cnpj)}
        </Link>
        <span className="quiet small">
          {[fund.manager, fund.classification].filter(Boolean).join(" · ")}
        </span>
      </span>
      <span className={css.why}>{reason.charAt(0).toUpperCase() + reason.slice(1)}.</span>
      <span className={css.flow}>
        <Change bare as="money" value={fund.net_flow_30d} />
        <span className="quiet small">{f.change(fund.flow_ratio_30d)}</span>
      </span>
    </li>
  );
}
