/** What the indexes page's address holds: which index, and the day of its portfolio. */

export interface IndexesSearch {
  code?: string;
  date?: string;
}

/** Reads an address; what it does not understand is left out. */
export function indexesSearch(raw: Record<string, unknown>): IndexesSearch {
  const found: IndexesSearch = {};
  if (typeof raw.code === "string" && /^[A-Za-z0-9]{1,12}$/.test(raw.code)) {
    found.code = raw.code.toUpperCase();
  }
  if (typeof raw.date === "string" && /^\d{4}-\d{2}-\d{2}$/.test(raw.date)) found.date = raw.date;
  return found;
}
