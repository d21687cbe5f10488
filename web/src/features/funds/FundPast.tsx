/** What changed: in the registry, and in values published before. */

import { useAnswer } from "@/api/client";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import css from "./Fund.module.css";
import { type Asked, paramsOf } from "./FundPage";
import type { FundRestatement, RegistryPast } from "./types";
import { changedKey } from "./useMarks";
import { words } from "./words";

const MOST = 30;

export function RegistryPanel({ asked }: { asked: Asked }) {
  const t = useWords(words);
  const f = useFormat();
  const query = useAnswer("/api/v1/funds/{cnpj}/registry", paramsOf(asked));
  const past = query.data?.data;
  const title = !past
    ? t("changed_status")
    : !past.snapshots
      ? t("registryUnknown")
      : past.events.length
        ? t("registryTitle", { n: past.events.length, date: f.date(past.first) })
        : t("registryNone", { date: f.date(past.first) });
  return (
    <Panel title={title} origin={query.data?.origin}>
      <Await query={query} skeleton={<Skeleton shape="text" rows={4} />}>
        {(answer) => <Events past={answer.data} />}
      </Await>
    </Panel>
  );
}

function Events({ past }: { past: RegistryPast }) {
  const t = useWords(words);
  const f = useFormat();
  return (
    <ol className={css.events}>
      {past.events.slice(0, MOST).map((event) => (
        <li key={`${event.date}/${event.field}`}>
          <p>
            <strong>{t(changedKey(event.field))}</strong>{" "}
            <span className="quiet small">
              {t("registryBetween", {
                before: f.date(event.seen_before),
                after: f.date(event.date),
              })}
            </span>
          </p>
          <p>
            <del>{event.before || "–"}</del> → <ins>{event.after || "–"}</ins>
          </p>
        </li>
      ))}
    </ol>
  );
}

export function RestatedPanel({ asked }: { asked: Asked }) {
  const t = useWords(words);
  const query = useAnswer("/api/v1/funds/{cnpj}/restatements", paramsOf(asked));
  const found = query.data?.data;
  const title = found?.length ? t("restatedTitle", { n: found.length }) : t("restatedNone");
  return (
    <Panel title={title} note={t("restatedNote")} origin={query.data?.origin}>
      <Await query={query} skeleton={<Skeleton shape="text" rows={3} />}>
        {(answer) => (answer.data.length ? <Restated rows={answer.data} /> : null)}
      </Await>
    </Panel>
  );
}

function Restated({ rows }: { rows: readonly FundRestatement[] }) {
  const t = useWords(words);
  const f = useFormat();
  return (
    <div className={css.scroll}>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">{t("day")}</th>
            <th scope="col">{t("column")}</th>
            <th scope="col" className="num">
              {t("before")}
            </th>
            <th scope="col" className="num">
              {t("after")}
            </th>
            <th scope="col" className="num">
              {t("seenAt")}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MOST).map((row) => (
            <tr key={`${row.ref_date}/${row.column}/${row.seen_at}`}>
              <th scope="row">{f.date(row.ref_date)}</th>
              <td className="mono">{row.column || t("withdrawn")}</td>
              <td className="num mono">{row.before || "–"}</td>
              <td className="num mono">{row.after || "–"}</td>
              <td className="num">{f.date(row.seen_at)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
