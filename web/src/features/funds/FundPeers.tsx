/** Where a class stands among those of its strategy, and the other members of its own class. */

import type { Format } from "@/lib/format";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Change } from "@/ui/Change";
import { Empty } from "@/ui/Empty";
import { Panel } from "@/ui/Panel";
import { FundName } from "./columns";
import css from "./Fund.module.css";
import type { T } from "./sentences";
import type { FundCard, FundRow } from "./types";
import { words } from "./words";

export function PeersPanel({ card }: { card: FundCard }) {
  const t = useWords(words);
  const f = useFormat();
  const { peers } = card;
  const year = peers.places.find((place) => place.figure === "return_12m");
  const title = !peers.group
    ? t("peersNone")
    : year?.place
      ? t("peersTitle", {
          place: f.integer(year.place),
          known: f.integer(year.known),
          group: peers.group,
        })
      : t("peersTitleAlone", { classes: f.integer(peers.classes), group: peers.group });
  return (
    <Panel title={title}>
      <div className={css.stack}>
        {peers.places.length > 0 && (
          <table className={css.table}>
            <tbody>
              {peers.places.map((place) => (
                <tr key={place.figure}>
                  <th scope="row">{figureName(place.figure, t)}</th>
                  <td className="num">
                    {place.place
                      ? t("place", {
                          place: f.integer(place.place),
                          known: f.integer(place.known),
                        })
                      : "–"}
                  </td>
                  <td className="num quiet">
                    {t("median", { value: figureText(place.figure, place.median, f) })}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {peers.rows.length ? (
          <>
            <h3 className={css.sub}>{t("largest")}</h3>
            <FundTable rows={peers.rows} />
          </>
        ) : (
          <Empty title={t("peersNone")} />
        )}
      </div>
    </Panel>
  );
}

function figureName(figure: string, t: T): string {
  const names: Record<string, string> = {
    return_1m: t("return1m"),
    return_12m: t("return12m"),
    volatility_12m: t("volatility"),
    flow_ratio_30d: t("flowRatio30"),
    net_worth: t("netWorth"),
  };
  return names[figure] ?? figure;
}

function figureText(figure: string, value: number | null, f: Format): string {
  return figure === "net_worth" ? f.moneyCompact(value) : f.percent(value);
}

export function Family({ card }: { card: FundCard }) {
  const t = useWords(words);
  return (
    <Panel title={t("familyTitle", { n: card.subclasses.length })}>
      <FundTable rows={card.subclasses} wide />
    </Panel>
  );
}

/** A few classes with their figures; `wide` has room for flows and holders. */
export function FundTable({ rows, wide }: { rows: readonly FundRow[]; wide?: boolean }) {
  const t = useWords(words);
  const f = useFormat();
  return (
    <div className={css.scroll}>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">{t("name")}</th>
            <th scope="col" className="num">
              {t("netWorth")}
            </th>
            <th scope="col" className="num">
              {t("return12m")}
            </th>
            {wide && (
              <>
                <th scope="col" className="num">
                  {t("flow30")}
                </th>
                <th scope="col" className="num">
                  {t("holders")}
                </th>
                <th scope="col" className="num">
                  {t("score")}
                </th>
              </>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.cnpj}/${row.subclass_id}`}>
              <th scope="row" className={css.cut}>
                <FundName row={row} t={t} />
              </th>
              <td className="num">{f.compact(row.net_worth)}</td>
              <td className="num">
                <Change bare value={row.return_12m} />
              </td>
              {wide && (
                <>
                  <td className="num">
                    <Change bare as="money" value={row.net_flow_30d} />
                  </td>
                  <td className="num">{f.integer(row.holders)}</td>
                  <td className="num">{f.number(row.score, 0)}</td>
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
