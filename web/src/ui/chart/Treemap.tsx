/** A treemap: size by area, change by colour and by figure; groups with their names above. */

import { lazy, Suspense, useMemo, useRef, useState } from "react";
import { usePreferences, useTheme } from "@/lib/preferences";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { useWidth } from "../grid/useWidth";
import { words } from "../words";
import css from "./Chart.module.css";
import { ChartTools } from "./ChartTools";
import { savePicture } from "./picture";
import tree from "./Treemap.module.css";
import { readTheme } from "./theme";
import { type Block, layout, shade, TITLE_PX, type Tile } from "./tiles";
import type { Panel } from "./types";
import { figure } from "./units";

// Tables come when one is asked for: the first load does not carry the grid.
const TileTable = lazy(() => import("./TileTable").then((file) => ({ default: file.TileTable })));

export interface TreemapProps {
  title: string;
  name: string;
  tiles: readonly Tile[];
  height?: number;
  /** Unit of the size, for hovers and the table. */
  unit?: Panel["unit"];
  sizeName: string;
  changeName?: string;
  /** The change that has the full colour. */
  most?: number;
  query?: string;
  onOpen?: (tile: Tile) => void;
}

export function Treemap(props: TreemapProps) {
  const { title, name, tiles, height = 320, query, most = 0.03, onOpen } = props;
  const t = useWords(words);
  const box = useRef<HTMLDivElement>(null);
  const picture = useRef<SVGSVGElement>(null);
  const width = useWidth(box);
  const [table, setTable] = useState(false);
  const blocks = useMemo(() => layout(tiles, width, height), [tiles, width, height]);
  return (
    <figure className={css.chart}>
      <ChartTools
        name={name}
        query={query}
        table={table}
        onTable={setTable}
        png={(file) => savePicture(picture.current, file)}
      />
      <div ref={box} className={css.stage} style={{ height }}>
        {table ? (
          <Suspense>
            <TileTable {...props} height={height} />
          </Suspense>
        ) : (
          <svg
            ref={picture}
            className={tree.map}
            width={width}
            height={height}
            viewBox={`0 0 ${width} ${height}`}
            role="img"
            aria-label={t("chartOf", { title })}
          >
            {blocks.map((block) => (
              <BlockTiles key={block.name} block={block} {...props} most={most} onOpen={onOpen} />
            ))}
          </svg>
        )}
      </div>
    </figure>
  );
}

function BlockTiles(props: TreemapProps & { block: Block; most: number }) {
  const { block, most, unit = "number", onOpen } = props;
  const f = useFormat();
  const shown = useTheme();
  const { palette } = usePreferences();
  // biome-ignore lint/correctness/useExhaustiveDependencies: tokens change with these two
  const theme = useMemo(readTheme, [shown, palette]);
  return (
    <g>
      {block.title && (
        <text x={block.x + 4} y={block.y + TITLE_PX - 5} className={tree.group} fill={theme.ink2}>
          {block.title}
        </text>
      )}
      {block.tiles.map(({ item, x, y, width, height, text, lines }) => {
        const change = item.change === undefined ? null : f.change(item.change);
        const size = figure(f, { id: "", unit }, item.size);
        const paint = shade(item.change ?? null, most, theme);
        return (
          // biome-ignore lint/a11y/noStaticElementInteractions: the table view has the keys
          <g
            key={item.id}
            className={onOpen ? tree.open : undefined}
            onClick={() => onOpen?.(item)}
            data-tile={item.id}
          >
            <rect x={x} y={y} width={width} height={height} fill={paint.fill}>
              <title>{[item.title ?? item.name, change, size].filter(Boolean).join(" · ")}</title>
            </rect>
            {lines > 0 && (
              <text x={x + 6} y={y + 16} fill={paint.ink} className={tree.name}>
                {text}
              </text>
            )}
            {lines > 1 && change && (
              <text x={x + 6} y={y + 31} fill={paint.ink} className={tree.figure}>
                {change}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}
