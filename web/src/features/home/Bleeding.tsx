/** Which managers lost most money in thirty days. */

import { Link } from "@tanstack/react-router";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { BarCell } from "@/ui/BarCell";
import { Panel } from "@/ui/Panel";
import type { HomeFunds } from "./Flows";
import css from "./home.module.css";
import { words } from "./words";

type House = HomeFunds["data"]["houses"][number];

const SHOWN = 8;

export function Bleeding({ data, origin }: HomeFunds) {
  const t = useWords(words);
  const f = useFormat();
  const houses = data.houses.filter((house) => house.net_flow < 0).slice(0, SHOWN);
  const worst = houses[0];
  const most = Math.abs(worst?.net_flow ?? 1);
  const title = worst
    ? t("bleeding", {
        name: titled(worst.name ?? t("unnamed")),
        money: f.moneyCompact(-worst.net_flow),
      })
    : t("bleedingNone");
  return (
    <Panel title={title} note={t("bleedingNote")} origin={origin}>
      <ul className={css.list}>
        {houses.map((house) => (
          <li key={house.name ?? ""} className={css.house}>
            <div className={css.who}>
              <span className={css.name} title={house.name ?? undefined}>
                {titled(house.name ?? t("unnamed"))}
              </span>
              <Facts house={house} />
            </div>
            <BarCell value={house.net_flow} most={most} tone="down">
              <span className="down">{f.moneyChange(house.net_flow)}</span>
            </BarCell>
          </li>
        ))}
      </ul>
      <Link to="/portability" className={css.more}>
        {t("seeWatch")}
      </Link>
    </Panel>
  );
}

function Facts({ house }: { house: House }) {
  const t = useWords(words);
  const f = useFormat();
  const facts = [
    house.ratio === null ? null : t("ofWorth", { ratio: f.percent(Math.abs(house.ratio), 1) }),
    house.run < -1 ? t("run", { n: -house.run }) : null,
    house.signals ? t("signals", { n: house.signals }) : null,
  ];
  return <span className={css.facts}>{facts.filter(Boolean).join(" · ")}</span>;
}

const SMALL = new Set(["de", "da", "do", "das", "dos", "e"]);
const LEGAL = new Set(["S.A.", "S/A", "DTVM", "BTG", "XP", "BB", "CTVM", "EIRELI"]);

/** A name in capitals as people write it: "ALFA GESTORA DE RECURSOS" is "Alfa Gestora de Recursos". */
export function titled(name: string): string {
  if (name !== name.toUpperCase()) return name;
  return name
    .split(" ")
    .map((word, at) => {
      const small = word.toLowerCase();
      if (at && SMALL.has(small)) return small;
      if (LEGAL.has(word) || !/[AEIOUÁÉÍÓÚÂÊÔÃÕ]/.test(word)) return word;
      return small.charAt(0).toUpperCase() + small.slice(1);
    })
    .join(" ");
}
