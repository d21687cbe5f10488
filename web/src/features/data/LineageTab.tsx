/** Lineage as a graph of layers, or as a list; a node opens to its versions and files. */

import { useState } from "react";
import { useAnswer } from "@/api/client";
import { useWords } from "@/lib/words";
import { Await } from "@/ui/Await";
import { Panel } from "@/ui/Panel";
import { Skeleton } from "@/ui/Skeleton";
import { Toggle } from "@/ui/Toggle";
import css from "./data.module.css";
import { LineageGraph } from "./LineageGraph";
import { LineageList } from "./LineageList";
import { NodePanel } from "./NodePanel";
import { words } from "./words";

interface LineageTabProps {
  chosen: string | undefined;
  onChoose: (node: string | undefined) => void;
}

export function LineageTab({ chosen, onChoose }: LineageTabProps) {
  const t = useWords(words);
  const graph = useAnswer("/api/v1/lineage");
  const [shown, setShown] = useState<"graph" | "list">("graph");
  return (
    <Panel
      title={t("lineage")}
      note={t("lineageNote")}
      actions={
        <Toggle
          label={t("lineage")}
          value={shown}
          onChange={setShown}
          choices={[
            { value: "graph", label: t("asGraph") },
            { value: "list", label: t("asList") },
          ]}
        />
      }
    >
      <Await query={graph} skeleton={<Skeleton shape="chart" height={520} />}>
        {(answer) => (
          <div className={css.lineage} data-open={chosen ? true : undefined}>
            {shown === "graph" ? (
              <LineageGraph graph={answer.data} chosen={chosen} onChoose={onChoose} />
            ) : (
              <LineageList graph={answer.data} onChoose={onChoose} />
            )}
            {chosen && (
              <NodePanel
                graph={answer.data}
                id={chosen}
                onChoose={onChoose}
                onClose={() => onChoose(undefined)}
              />
            )}
          </div>
        )}
      </Await>
    </Panel>
  );
}
