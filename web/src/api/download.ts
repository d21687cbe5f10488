/** Saves an answer of the API as a file: the token is in memory, so a plain link cannot. */

import { problemOf } from "./problem";
import { authorised } from "./session";

export type FileFormat = "xlsx" | "csv" | "parquet";

/** Downloads `path` (with its query) under a file name; throws a `Problem`. */
export async function download(path: string, name: string, init?: RequestInit): Promise<void> {
  const response = await authorised(new Request(new URL(path, location.origin), init));
  if (!response.ok) throw await problemOf(response);
  save(await response.blob(), name);
}

/** The same path asking for a file format: `?format=csv`. */
export function inFormat(path: string, format: FileFormat): string {
  return `${path}${path.includes("?") ? "&" : "?"}format=${format}`;
}

export function save(blob: Blob, name: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
