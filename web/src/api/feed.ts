/**
 * The live feed: what runs do and which tables changed, as the server tells it.
 *
 * Read by fetch and not by EventSource, which cannot send an access token. The server ends the
 * stream before a token runs out; it is asked again, and its first word says what was missed.
 */

import type { components } from "./schema";
import { authorised } from "./session";

export type Run = components["schemas"]["RunView"];
export type Progress = components["schemas"]["Progress"];

export type FeedEvent =
  | {
      kind: "hello";
      data: { running: Run[]; progress: Progress | null; waiting: { kind: string }[] };
    }
  | { kind: "progress"; data: Progress }
  | { kind: "run"; data: Run }
  | { kind: "tables"; data: { name: string; version: number }[] };

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 15_000;

/** Cuts whole events off a stream's text; the rest waits for more. */
export function cut(text: string): { events: FeedEvent[]; rest: string } {
  const blocks = text.split("\n\n");
  const rest = blocks.pop() ?? "";
  const events: FeedEvent[] = [];
  for (const block of blocks) {
    const lines = block.split("\n").filter((line) => !line.startsWith(":"));
    const kind = lines.find((line) => line.startsWith("event: "))?.slice(7);
    const data = lines.find((line) => line.startsWith("data: "))?.slice(6);
    if (kind && data) events.push({ kind, data: JSON.parse(data) } as FeedEvent);
  }
  return { events, rest };
}

async function read(onEvent: (event: FeedEvent) => void, signal: AbortSignal): Promise<void> {
  const address = new URL("/api/v1/runs/events", location.origin);
  const answer = await authorised(new Request(address, { signal }));
  if (!answer.ok || !answer.body) throw new Error(`the feed answered ${answer.status}`);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const found = cut(text + value);
    text = found.rest;
    for (const event of found.events) onEvent(event);
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      done();
    });
  });
}

interface Hearer {
  onEvent: (event: FeedEvent) => void;
  onLive?: (live: boolean) => void;
}

const hearers = new Set<Hearer>();
let end: (() => void) | null = null;
let live: boolean | null = null;
let progress: Progress | null = null;
let running: Run[] = [];

function told(event: FeedEvent) {
  if (event.kind === "progress") progress = event.data;
  if (event.kind === "hello") ({ progress, running } = event.data);
  if (event.kind === "run") {
    const others = running.filter((run) => run.number !== event.data.number);
    running = event.data.status === "running" ? [...others, event.data] : others;
    if (progress?.number === event.data.number && event.data.status !== "running") progress = null;
  }
  for (const hearer of hearers) hearer.onEvent(event);
}

/**
 * Hears the feed until the returned function is called. One connection serves all who hear;
 * who comes later is told at once how things stand.
 */
export function hear(onEvent: Hearer["onEvent"], onLive?: Hearer["onLive"]): () => void {
  const hearer = { onEvent, onLive };
  hearers.add(hearer);
  if (!end) {
    end = listen(told, (now) => {
      if (now === live) return;
      live = now;
      for (const one of hearers) one.onLive?.(now);
    });
  } else if (live !== null) {
    onLive?.(live);
    onEvent({ kind: "hello", data: { running, progress, waiting: [] } });
  }
  return () => {
    hearers.delete(hearer);
    if (hearers.size) return;
    end?.();
    end = null;
    live = null;
    progress = null;
    running = [];
  };
}

/** Listens until the returned function is called; a feed that breaks off is asked for again. */
function listen(onEvent: (event: FeedEvent) => void, onLive?: (live: boolean) => void): () => void {
  const end = new AbortController();
  void (async () => {
    let wait = FIRST_WAIT;
    while (!end.signal.aborted) {
      try {
        await read((event) => {
          wait = FIRST_WAIT;
          onLive?.(true);
          onEvent(event);
        }, end.signal);
      } catch {
        if (end.signal.aborted) return;
        onLive?.(false);
        await pause(wait, end.signal);
        wait = Math.min(wait * 2, LONGEST_WAIT);
      }
    }
  })();
  return () => end.abort();
}
