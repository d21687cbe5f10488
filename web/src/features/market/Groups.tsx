/** Sectors of the session: how they moved, how much of the money they were. */

import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { BarCell } from "@/ui/BarCell";
import { Change } from "@/ui/Change";
import { Panel } from "@/ui/Panel";
import type { MarketDay } from "./findings";
import css from "./market.module.css";
import { useGroupName } from "./useGroupName";
import { words } from "./words";

export function Groups({ day }: { day: MarketDay }) {
  const t = useWords(words);
  const f = useFormat();
  const nameOf = useGroupName();
  const most = Math.max(...day.groups.map((group) => Math.abs(group.weighted_return ?? 0)));
  return (
    <Panel title={t("groupsTitle")} note={t("groupsNote")}>
      <table className={css.groups} aria-label={t("groupsTitle")}>
        <thead>
          <tr>
            <th scope="col">{t("group")}</th>
            <th scope="col">{t("change")}</th>
            <th scope="col">{t("turnover")} R$</th>
            <th scope="col" className={css.wide}>
              {t("upDown")}
            </th>
          </tr>
        </thead>
        <tbody>
          {day.groups.map((group) => (
            <tr key={group.group}>
              <th scope="row">{nameOf(group.group)}</th>
              <td>
                <BarCell value={group.weighted_return} most={most} diverging>
                  <Change value={group.weighted_return} bare />
                </BarCell>
              </td>
              <td>{f.compact(group.turnover)}</td>
              <td className={css.wide}>
                {f.integer(group.up)} / {f.integer(group.down)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
