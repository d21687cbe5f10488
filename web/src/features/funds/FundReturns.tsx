/** Returns by span beside CDI and the Ibovespa. */

import { useAnswer } from "@/api/client";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Change } from "@/ui/Change";
import { Empty } from "@/ui/Empty";
import { Unknown } from "@/ui/Hint";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import css from "./Fund.module.css";
import { type Asked, paramsOf } from "./FundPage";
import { words } from "./words";

export function FundReturns({ asked }: { asked: Asked }) {
  const t = useWords(words);
  const query = useAnswer("/api/v1/funds/{cnpj}/performance", paramsOf(asked));
  const names: Record<string, string> = {
    "1m": t("return1m"),
    "3m": t("return3m"),
    "6m": t("return6m"),
    "12m": t("return12m"),
    ytd: t("returnYtd"),
    since_start: t("since"),
  };
  return (
    <Panel title={t("returnsTitle")} origin={query.data?.origin}>
      <Await
        query={query}
        skeleton={<Skeleton shape="table" rows={6} />}
        isEmpty={(answer) => !answer.data.months.length}
        empty={<Empty title={t("noDays")}>{t("noDaysHint")}</Empty>}
      >
        {(answer) => (
          <table className={css.table}>
            <thead>
              <tr>
                <th scope="col">{t("span")}</th>
                <th scope="col" className="num">
                  {t("fund")}
                </th>
                <th scope="col" className="num">
                  CDI
                </th>
                <th scope="col" className="num">
                  Ibovespa
                </th>
              </tr>
            </thead>
            <tbody>
              {answer.data.spans.map((span) => (
                <tr key={span.span}>
                  <th scope="row">{names[span.span] ?? span.span}</th>
                  {[span.fund, span.cdi, span.ibov].map((value, at) => (
                    <td key={["fund", "cdi", "ibov"][at]} className="num">
                      {value === null ? (
                        <Unknown why={t("unknownWhy")} />
                      ) : at === 0 ? (
                        <Change bare value={value} />
                      ) : (
                        <span className="quiet">
                          <Change bare value={value} />
                        </span>
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Await>
    </Panel>
  );
}
