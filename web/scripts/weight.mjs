// What must arrive before the first keystroke works, all style sheets, and their limits. Fails the build above them.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMITS = { js: 90_000, css: 15_000 };
const manifest = JSON.parse(readFileSync("dist/.vite/manifest.json", "utf8"));
const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);

function withImports(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) withImports(next, seen);
  return seen;
}

const scripts = [...[...withImports(entry)].map((key) => manifest[key].file), "theme.js"];
const styles = readdirSync("dist/assets")
  .filter((name) => name.endsWith(".css"))
  .map((name) => `assets/${name}`);
const weigh = (files) => files.reduce((sum, file) => sum + gzipSync(readFileSync(`dist/${file}`)).length, 0);

const weights = { js: weigh(scripts), css: weigh(styles) };
for (const [kind, bytes] of Object.entries(weights)) {
  console.log(`${kind}: ${(bytes / 1000).toFixed(1)} kB gzip (limit ${LIMITS[kind] / 1000})`);
  if (bytes > LIMITS[kind]) process.exitCode = 1;
}
