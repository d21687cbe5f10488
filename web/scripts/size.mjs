// Fails where the first load's JavaScript, compressed, is above its bar: entry and what it imports.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const BAR_KB = 250;
const out = "../src/lastro/api/static";
const manifest = JSON.parse(readFileSync(join(out, ".vite/manifest.json"), "utf8"));

function closure(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) closure(next, seen);
  return seen;
}

const kb = (key) => gzipSync(readFileSync(join(out, manifest[key].file))).length / 1000;
const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
// The first page is Home: its chunk loads with the entry.
const home = Object.keys(manifest).find((key) => key.startsWith("src/routes/index.tsx"));
const parts = [...new Set([...closure(entry), ...(home ? closure(home) : [])])];
const total = parts.reduce((sum, key) => sum + kb(key), 0);
for (const key of parts)
  process.stdout.write(`${kb(key).toFixed(1).padStart(8)} kB  ${manifest[key].file}\n`);
process.stdout.write(`${total.toFixed(1).padStart(8)} kB  first load, gzip (bar ${BAR_KB})\n`);
if (total > BAR_KB) process.exit(1);
