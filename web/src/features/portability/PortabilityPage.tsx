/** The watch: figures, map, lines over time, table of groups, and the strongest signals. */

import { useAnswer } from "@/api/client";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Empty } from "@/ui/Empty";
import { Columns, Page, Span } from "@/ui/Page";
import { Skeleton } from "@/ui/Skeleton";
import { Toggle } from "@/ui/Toggle";
import { Figures } from "./Figures";
import { FlowLines } from "./FlowLines";
import { FlowMap } from "./FlowMap";
import { GroupTable } from "./GroupTable";
import css from "./Portability.module.css";
import { SignalList } from "./SignalList";
import { BY, drawn, type Summary, toggled, type Watch, WINDOWS } from "./watch";
import { words } from "./words";

interface PortabilityPageProps {
  watch: Watch;
  onWatch: (change: Partial<Watch>) => void;
}

export function PortabilityPage({ watch, onWatch }: PortabilityPageProps) {
  const t = useWords(words);
  const by = watch.by ?? "manager";
  const window = watch.window ?? "30d";
  const summary = useAnswer("/api/v1/portability");
  const groups = useAnswer(
    "/api/v1/portability/groups",
    { params: { query: { by, window } } },
    { keep: true },
  );
  const lead = useLead(summary.data?.data);
  const shown = drawn(watch, groups.data?.data.groups ?? []);
  const empty = summary.data && !summary.data.data.last;
  return (
    <Page
      title={t("title")}
      lead={lead || " "}
      actions={
        <>
          <Toggle
            label={t("by")}
            value={by}
            choices={BY.map((value) => ({ value, label: t(value) }))}
            onChange={(next) => onWatch({ by: next, names: undefined })}
          />
          <Toggle
            label={t("window")}
            value={window}
            choices={WINDOWS.map((value) => ({ value, label: t(value) }))}
            onChange={(next) => onWatch({ window: next })}
          />
        </>
      }
    >
      <p className={css.proxy}>{t("proxy")}</p>
      {empty ? (
        <Empty title={t("none")} command="lastro ingest cvm_funds && lastro build">
          {t("noneHint")}
        </Empty>
      ) : (
        <>
          <Await query={summary} skeleton={<Skeleton shape="stats" rows={3} />}>
            {(answer) => <Figures summary={answer.data} />}
          </Await>
          <Columns>
            <Span of={6}>
              <FlowMap query={groups} />
            </Span>
            <Span of={6}>
              <FlowLines by={by} names={shown} />
            </Span>
            <Span of={12}>
              <GroupTable
                query={groups}
                by={by}
                window={window}
                shown={shown}
                onToggle={(name) => onWatch({ names: toggled(shown, name) })}
              />
            </Span>
            <Span of={12}>
              <SignalList strong={summary.data?.data.strong} />
            </Span>
          </Columns>
        </>
      )}
    </Page>
  );
}

/** `Em 30 dias saíram ... A gestora X é quem mais perdeu: ...` */
function useLead(summary: Summary | undefined): string {
  const t = useWords(words);
  const f = useFormat();
  const month = summary?.sums.find((sum) => sum.window === "30d");
  if (!summary || !month) return "";
  const money = f.moneyCompact(Math.abs(month.net_flow));
  const share = f.percent(Math.abs(month.ratio ?? Number.NaN), 1);
  const whole = t(month.net_flow < 0 ? "leadOut" : "leadIn", { money, share });
  const { worst } = summary;
  if (!worst?.name) return whole;
  const days = Math.abs(worst.run);
  const run = days < 2 ? "" : t(worst.run < 0 ? "runOut" : "runIn", { n: days });
  const said = t("leadWorst", {
    name: worst.name,
    money: f.moneyCompact(Math.abs(worst.net_flow)),
    share: f.percent(Math.abs(worst.ratio ?? Number.NaN), 1),
    run,
  });
  return `${whole} ${said}`;
}
