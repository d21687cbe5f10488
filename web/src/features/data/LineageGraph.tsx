/** The graph: a column a step, what belongs to a node stands out while it is looked at. */

import { useEffect, useMemo, useRef, useState } from "react";
import { usePreferences } from "@/lib/preferences";
import { useWords } from "@/lib/words";
import css from "./Lineage.module.css";
import { BOX, type Drawn, placed, related } from "./layout";
import type { Graph } from "./types";
import { words } from "./words";

const HEAD = 22;
const LAYERS = ["source", "bronze", "silver", "gold"] as const;

interface LineageGraphProps {
  graph: Graph;
  chosen: string | undefined;
  onChoose: (node: string | undefined) => void;
}

export function LineageGraph({ graph, chosen, onChoose }: LineageGraphProps) {
  const t = useWords(words);
  const { language } = usePreferences();
  const drawn = useMemo(() => placed(graph), [graph]);
  const [over, setOver] = useState<string | null>(null);
  const focus = over ?? chosen ?? null;
  const picked = useRef<SVGGElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a newly chosen node comes into sight
  useEffect(() => {
    picked.current?.scrollIntoView({ inline: "center", block: "nearest" });
  }, [chosen]);
  const near = useMemo(() => (focus ? related(graph, focus) : null), [graph, focus]);
  return (
    <section
      className={css.scroller}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keyboard
      tabIndex={0}
      aria-label={t("lineageSays", { n: graph.nodes.length, m: graph.edges.length })}
    >
      <svg
        width={drawn.width}
        height={drawn.height + HEAD}
        viewBox={`0 ${-HEAD} ${drawn.width} ${drawn.height + HEAD}`}
        className={css.graph}
      >
        <title>{t("lineage")}</title>
        {headings(drawn).map(({ layer, x }) => (
          <text key={layer} x={x} y={-8} className={css.layer}>
            {t(`layer_${layer}`)}
          </text>
        ))}
        <g>
          {graph.edges.map((edge) => {
            const from = drawn.places.get(edge.source);
            const to = drawn.places.get(edge.target);
            if (!from || !to) return null;
            const lit = near?.has(edge.source) && near.has(edge.target);
            return (
              <path
                key={`${edge.source} ${edge.target}`}
                d={curve(from.x + BOX.width, from.y, to.x, to.y)}
                className={css.edge}
                data-lit={lit || undefined}
                data-dim={(near && !lit) || undefined}
              />
            );
          })}
        </g>
        {[...drawn.places.values()].map(({ node, x, y }) => (
          // biome-ignore lint/a11y/useSemanticElements: an SVG has no buttons
          <g
            key={node.id}
            ref={node.id === chosen ? picked : undefined}
            transform={`translate(${x} ${y})`}
            role="button"
            tabIndex={0}
            aria-pressed={node.id === chosen}
            aria-label={`${t(`layer_${node.layer}`)} ${node.id}, ${t(`state_${node.state}`)}`}
            className={css.node}
            data-state={node.state}
            data-layer={node.layer}
            data-dim={(near && !near.has(node.id)) || undefined}
            onMouseEnter={() => setOver(node.id)}
            onMouseLeave={() => setOver(null)}
            onFocus={() => setOver(node.id)}
            onBlur={() => setOver(null)}
            onClick={() => onChoose(node.id === chosen ? undefined : node.id)}
            onKeyDown={(event) => {
              if (event.key !== "Enter" && event.key !== " ") return;
              event.preventDefault();
              onChoose(node.id === chosen ? undefined : node.id);
            }}
          >
            <title>{language === "en" ? node.title : node.pt}</title>
            <rect width={BOX.width} height={BOX.height} rx={3} className={css.box} />
            <rect width={3} height={BOX.height} className={css.mark} />
            <text x={10} y={BOX.height / 2} dy="0.35em">
              {short(node.id)}
            </text>
          </g>
        ))}
      </svg>
    </section>
  );
}

/** Where each layer's name stands: over the first column that holds nothing else. */
function headings(drawn: Drawn) {
  const all = [...drawn.places.values()];
  return LAYERS.flatMap((layer) => {
    const columns = all.filter((one) => one.node.layer === layer).map((one) => one.column);
    const own = columns
      .sort((a, b) => a - b)
      .find((column) => all.every((o) => o.column !== column || o.node.layer === layer));
    return own === undefined ? [] : [{ layer, x: own * (BOX.width + BOX.gapX) }];
  });
}

function curve(x1: number, y1: number, x2: number, y2: number): string {
  const [a, b] = [y1 + BOX.height / 2, y2 + BOX.height / 2];
  const bend = Math.max(20, (x2 - x1) / 2);
  return `M${x1} ${a} C${x1 + bend} ${a} ${x2 - bend} ${b} ${x2} ${b}`;
}

const LONGEST = 20;

/** The name without its layer, which its column and colour say. */
function short(id: string): string {
  const name = id.slice(id.indexOf(".") + 1);
  return name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name;
}
