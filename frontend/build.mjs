// Bundles the editor and the charts: `node build.mjs FOLDER` writes all that the pages load.

import { build } from "esbuild";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";

const PERMISSIVE = new Set([
  "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC-BY-4.0", "CC0-1.0", "ISC", "MIT",
]);
// Packages that do not name their licence in package.json: what their LICENSE file says.
const UNNAMED = { jsuri: ["MIT", "Permission is hereby granted, free of charge"] };

const target = process.argv[2];
if (!target) throw new Error("name the folder to write: node build.mjs FOLDER");

await mkdir(target, { recursive: true });
for (const name of await readdir(target)) await rm(path.join(target, name), { recursive: true });
await build({
  entryPoints: ["src/editor.js", "src/editor.css", "src/charts.js"],
  outdir: target,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  // The editor loads the charts when one is asked for; other pages load them alone.
  external: ["./charts.js"],
  logLevel: "warning",
});
await writeFile(path.join(target, "THIRD-PARTY-LICENCES.txt"), await licences());

/** Return the licences of all packages that the bundles may hold, with their texts. */
async function licences() {
  const lock = JSON.parse(await readFile("package-lock.json", "utf8"));
  const parts = [
    "The files of this folder hold parts of the packages below, under the licences that follow.\n",
  ];
  for (const [folder, entry] of Object.entries(lock.packages).sort()) {
    if (!folder || entry.dev || entry.optional) continue;
    parts.push(await licence(folder));
  }
  return parts.join(`\n${"=".repeat(78)}\n\n`);
}

async function licence(folder) {
  const about = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  const texts = await textsIn(folder);
  const name = about.license ?? unnamed(about.name, texts);
  if (!isPermissive(name)) throw new Error(`${about.name} has the licence ${name}: not permissive`);
  const text = texts.join("\n\n").trim() || "(The package holds no text of its licence.)";
  return `${about.name} ${about.version}\nLicence: ${name}\n\n${text}\n`;
}

/** Return the texts of the licence files of a package; some keep theirs in a folder. */
async function textsIn(folder) {
  const names = (await readdir(folder, { recursive: true })).sort();
  const files = names.filter((name) => /^(licen[cs]es?|notice)([-./][^/]*)?$/i.test(name));
  const texts = await Promise.all(
    files.map((name) => readFile(path.join(folder, name), "utf8").catch(() => "")),
  );
  return texts.filter(Boolean);
}

function unnamed(name, texts) {
  const [licence, proof] = UNNAMED[name] ?? [];
  return texts.some((text) => proof && text.includes(proof)) ? licence : undefined;
}

/** Whether an SPDX expression of names, AND and OR leaves a permissive choice. */
function isPermissive(expression) {
  return String(expression)
    .replace(/[()]/g, " ")
    .split(" OR ")
    .some((choice) => choice.split(" AND ").every((name) => PERMISSIVE.has(name.trim())));
}
