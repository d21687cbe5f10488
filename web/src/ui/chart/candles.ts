/** What candles are told. */

export interface Candle {
  date: string;
  open: number | null;
  high: number | null;
  low: number | null;
  close: number | null;
  volume?: number | null;
}

export interface CandleLine {
  name: string;
  x: readonly string[];
  y: readonly (number | null)[];
  colour?: string;
}

export type Whole = Candle & { open: number; high: number; low: number; close: number };

/** A candle with all four prices; a day without them stays a gap. */
export function isWhole(row: Candle): row is Whole {
  return row.open !== null && row.high !== null && row.low !== null && row.close !== null;
}
