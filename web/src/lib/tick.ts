/** Whether figures on screen change because new data came: only then they flash. */

const SPAN_MS = 10_000;
let last = Number.NEGATIVE_INFINITY;

/** New data came just now; what is asked again may flash. */
export function ticked(now = performance.now()): void {
  last = now;
}

export function ticking(now = performance.now()): boolean {
  return now - last < SPAN_MS;
}
