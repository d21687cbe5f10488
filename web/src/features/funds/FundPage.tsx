/** One fund class: its head, and the panels below it. All questions are asked at once. */

import { useState } from "react";
import { useAnswer } from "@/api/client";
import { useWords } from "@/lib/words";
import { Await, Patience } from "@/ui/Await";
import { Columns, Page, Span } from "@/ui/Page";
import { Skeleton } from "@/ui/Skeleton";
import css from "./Fund.module.css";
import { FundCrowd } from "./FundCrowd";
import { FundFiles } from "./FundFiles";
import { FundGrowth } from "./FundGrowth";
import { FundHead } from "./FundHead";
import { FundMoney } from "./FundMoney";
import { RegistryPanel, RestatedPanel } from "./FundPast";
import { Family, PeersPanel } from "./FundPeers";
import { FundReturns } from "./FundReturns";
import { FundSignals } from "./FundSignals";
import type { Days } from "./growth";
import { words } from "./words";

export interface Asked {
  cnpj: string;
  subclass: string;
}

/** The question's parameters, the same for every panel. */
export function paramsOf({ cnpj, subclass }: Asked) {
  return { params: { path: { cnpj }, query: subclass ? { subclass } : {} } };
}

export function FundPage({ cnpj, subclass }: Asked) {
  const t = useWords(words);
  const card = useAnswer("/api/v1/funds/{cnpj}", paramsOf({ cnpj, subclass }));
  const [range, setRange] = useState<Days | null>(null);
  // A class that only reports by subclass is answered by its largest one.
  const own = { cnpj, subclass: card.data?.data.fund.subclass_id ?? subclass };
  if (card.error && !card.data) {
    return (
      <Page title={t("title")}>
        <Await query={card} skeleton={null}>
          {() => null}
        </Await>
      </Page>
    );
  }
  const found = card.data?.data;
  const shared = { asked: own, range, onRange: setRange };
  return (
    <FundHead card={found} origin={card.data?.origin} asked={{ cnpj, subclass }}>
      <Patience value={card.isPending}>
        <Columns>
          <Span of={8}>
            <div className={css.column}>
              <FundGrowth {...shared} name={found?.fund.name ?? null} />
              <FundMoney {...shared} />
              <FundCrowd {...shared} />
            </div>
          </Span>
          <Span of={4}>
            <div className={css.column}>
              <FundSignals asked={own} />
              <FundReturns asked={own} />
              {found ? <PeersPanel card={found} /> : <Skeleton shape="table" rows={8} />}
            </div>
          </Span>
          {found && found.subclasses.length > 0 && (
            <Span of={12}>
              <Family card={found} />
            </Span>
          )}
          <Span of={8}>
            <FundFiles asked={own} />
          </Span>
          <Span of={4}>
            <div className={css.column}>
              <RegistryPanel asked={own} />
              <RestatedPanel asked={own} />
            </div>
          </Span>
        </Columns>
      </Patience>
    </FundHead>
  );
}
