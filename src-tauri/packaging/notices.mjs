// Prints what the authors of the libraries inside the programs ask to be passed on: each library with its licence, and
// each licence's text once, below the names of the libraries that come with it. Its arguments are passed on to cargo: another
// system's target has other libraries.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { libraries, nameOf } from "./libraries.mjs";

const LICENCE_FILE = /^(licen[cs]e|copying|copyright|notice|unlicense)/i;
const inside = libraries(process.argv.slice(2));

print(`Datatrax Connect holds the libraries below, ${inside.length} in all, each under its own licence.\n`);
for (const one of inside) {
  const licence = one.license ?? "see its text below";
  print(`${nameOf(one)}: ${licence}${one.repository ? `, ${one.repository}` : ""}`);
}
for (const [text, names] of namesByText()) {
  print(`\n${"-".repeat(80)}\n${names.join(", ")}\n\n${text}`);
}

function namesByText() {
  const names = new Map();
  for (const one of inside) {
    for (const text of textsOf(one)) names.set(text, [...(names.get(text) ?? []), nameOf(one)]);
  }
  return names;
}

function textsOf(one) {
  const folder = dirname(one.manifest_path);
  const files = readdirSync(folder, { withFileTypes: true }).filter((file) => file.isFile()).map((file) => file.name);
  const named = files.filter((name) => LICENCE_FILE.test(name));
  if (one.license_file) named.push(one.license_file);
  const texts = named.map((name) => join(folder, name)).filter((path) => existsSync(path));
  return new Set(texts.map((path) => readFileSync(path, "utf8").replace(/\r\n?/g, "\n").replace(/[ \t]+$/gm, "").trim()));
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
