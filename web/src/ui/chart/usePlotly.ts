/** Draws a figure into an element with Plotly, redraws it as it changes, and frees it. */

import { type RefObject, useEffect, useRef, useState } from "react";
import { save } from "@/api/download";
import { figureOf } from "./figure";
import type { FigureOptions } from "./placed";

type Engine = typeof import("./plotly")["Plotly"];

interface Plot extends HTMLElement {
  on: (event: string, listener: (change: Record<string, unknown>) => void) => void;
}

const CONFIG = {
  displayModeBar: false,
  scrollZoom: true,
  doubleClick: false,
  responsive: false,
} as const;

const day = (value: unknown) => String(value).slice(0, 10);

/** The days that a zoom or a pan asks for. */
export function askedRange(change: Record<string, unknown>): [string, string] | null {
  const pair = change["xaxis.range"];
  if (Array.isArray(pair)) return [day(pair[0]), day(pair[1])];
  const [from, until] = [change["xaxis.range[0]"], change["xaxis.range[1]"]];
  return from && until ? [day(from), day(until)] : null;
}

export function usePlotly(
  box: RefObject<HTMLDivElement | null>,
  options: FigureOptions,
  { hidden, near }: { hidden: boolean; near: boolean },
  onRange: (days: [string, string]) => void,
  whole: [string, string] | null,
) {
  const [engine, setEngine] = useState<Engine | null>(null);
  const [ready, setReady] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const ask = useRef({ onRange, whole });
  ask.current = { onRange, whole };

  useEffect(() => {
    if (!near) return;
    let here = true;
    void import("./plotly").then((loaded) => here && setEngine(() => loaded.Plotly));
    return () => {
      here = false;
    };
  }, [near]);

  useEffect(() => {
    const node = box.current as Plot | null;
    if (!engine || !node || hidden || options.width === 0) return;
    let here = true;
    const fresh = !node.on;
    // One chart that cannot be drawn must not take its page with it.
    draw(engine, node, options).then(
      () => {
        if (fresh) listen(node, ask);
        if (here) setReady(true);
      },
      (error: unknown) => here && setFailed(error),
    );
    return () => {
      here = false;
    };
  }, [engine, box, options, hidden]);

  useEffect(() => {
    const node = box.current;
    return () => {
      if (engine && node) engine.purge(node);
    };
  }, [engine, box]);

  async function png(name: string) {
    const node = box.current;
    if (!engine || !node) return;
    const url = await engine.toImage(node, {
      format: "png",
      width: options.width,
      height: options.height,
      scale: 2,
    });
    save(pictureOf(url), `${name}.png`);
  }

  return { ready, failed, png };
}

async function draw(engine: Engine, node: Plot, options: FigureOptions) {
  const { data, layout } = figureOf(options);
  const locale = options.format.language === "pt-BR" ? "pt-BR" : "en-US";
  await engine.react(node, data, layout, { ...CONFIG, locale });
}

/** A data URL's bytes, without asking for it: the page may only connect to its own server. */
function pictureOf(url: string): Blob {
  const bytes = atob(url.slice(url.indexOf(",") + 1));
  return new Blob([Uint8Array.from(bytes, (letter) => letter.charCodeAt(0))], {
    type: "image/png",
  });
}

function listen(
  node: Plot,
  ask: RefObject<{ onRange: (days: [string, string]) => void; whole: [string, string] | null }>,
) {
  node.on("plotly_relayout", (change) => {
    const found = askedRange(change);
    if (found) ask.current.onRange(found);
  });
  node.on("plotly_doubleclick", () => {
    if (ask.current.whole) ask.current.onRange(ask.current.whole);
  });
}
