// Compressed forms beside the built files, so that the server never compresses them again.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const out = "../src/lastro/api/static";
const WORTH = /\.(js|css|html|svg|json)$/;

for (const name of readdirSync(out, { recursive: true })) {
  const path = join(out, String(name));
  if (!WORTH.test(path) || !statSync(path).isFile()) continue;
  const bytes = readFileSync(path);
  if (bytes.length < 1000) continue;
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
}
