/** The tokens as plain colours, for libraries that draw by themselves. */

export interface ChartTheme {
  dark: boolean;
  paper: string;
  raised: string;
  ink: string;
  ink2: string;
  ink3: string;
  rule: string;
  accent: string;
  up: string;
  down: string;
  upFill: string;
  downFill: string;
  warn: string;
  benchmark: string;
  font: string;
}

export function readTheme(): ChartTheme {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    dark: document.documentElement.dataset.theme === "dark",
    paper: of("paper"),
    raised: of("raised"),
    ink: of("ink"),
    ink2: of("ink-2"),
    ink3: of("ink-3"),
    rule: of("rule"),
    accent: of("accent"),
    up: of("up"),
    down: of("down"),
    upFill: of("up-fill"),
    downFill: of("down-fill"),
    warn: of("warn"),
    benchmark: of("series-benchmark"),
    font: of("font-sans"),
  };
}

/** `#rrggbb` with an opacity. */
export function faint(colour: string, opacity: number): string {
  const found = /^#(..)(..)(..)$/.exec(colour);
  if (!found) return colour;
  const [r, g, b] = found.slice(1).map((part) => Number.parseInt(part, 16));
  return `rgba(${r},${g},${b},${opacity})`;
}
