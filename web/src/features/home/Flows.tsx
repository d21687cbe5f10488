/** The biggest fund flows of thirty days, in and out. */

import { Link } from "@tanstack/react-router";
import type { Body } from "@/api/client";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { BarCell } from "@/ui/BarCell";
import { Empty } from "@/ui/Empty";
import { Panel } from "@/ui/Panel";
import css from "./home.module.css";
import { words } from "./words";

export type HomeFunds = Body<"/api/v1/home/funds">;
type Flow = HomeFunds["data"]["inflows"][number];

const SHOWN = 6;

export function Flows({ data, origin }: HomeFunds) {
  const t = useWords(words);
  const f = useFormat();
  const none = !data.inflows.length && !data.outflows.length;
  const shown = [...data.inflows.slice(0, SHOWN), ...data.outflows.slice(0, SHOWN)];
  const most = Math.max(...shown.map((one) => Math.abs(one.net_flow)), 1);
  return (
    <Panel
      title={useTitle(data)}
      note={none ? undefined : t("flowsNote", { n: f.integer(data.classes) })}
      origin={origin}
    >
      {none ? (
        <Empty title={t("noFlows")} command="lastro ingest cvm_funds">
          {t("noFlowsHint")}
        </Empty>
      ) : (
        <>
          <FlowList name={t("outflows")} flows={data.outflows.slice(0, SHOWN)} most={most} />
          <FlowList name={t("inflows")} flows={data.inflows.slice(0, SHOWN)} most={most} />
          <Link to="/funds" className={css.more}>
            {t("seeFunds")}
          </Link>
        </>
      )}
    </Panel>
  );
}

function useTitle(data: HomeFunds["data"]): string {
  const t = useWords(words);
  const f = useFormat();
  if (data.net_flow === null || data.ratio === null) return t("flowsUnknown");
  const values = {
    money: f.moneyCompact(Math.abs(data.net_flow)),
    ratio: f.percent(Math.abs(data.ratio), 1),
  };
  return data.net_flow < 0 ? t("flowsOut", values) : t("flowsIn", values);
}

function FlowList(props: { name: string; flows: readonly Flow[]; most: number }) {
  const f = useFormat();
  if (!props.flows.length) return null;
  return (
    <>
      <h3 className={css.side}>{props.name}</h3>
      <ul className={css.list}>
        {props.flows.map((flow) => (
          <li key={flow.cnpj + flow.subclass_id} className={css.flow}>
            <Link
              to="/funds/$cnpj"
              params={{ cnpj: flow.cnpj }}
              search={flow.subclass_id ? { subclass: flow.subclass_id } : {}}
              className={css.name}
              title={[flow.name, flow.manager].filter(Boolean).join(" · ")}
            >
              {flow.name ?? f.cnpj(flow.cnpj)}
            </Link>
            <BarCell
              value={flow.net_flow}
              most={props.most}
              tone={flow.net_flow < 0 ? "down" : "up"}
            >
              <span className={flow.net_flow < 0 ? "down" : "up"}>
                {f.moneyChange(flow.net_flow)}
              </span>
            </BarCell>
          </li>
        ))}
      </ul>
    </>
  );
}
