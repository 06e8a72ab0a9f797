// Prints what the authors of the libraries inside the programs ask to be passed on: each library with its licence, and
// each licence's text once, below the names of the libraries that come with it. Its arguments are passed on to cargo: another
// system's target has other libraries.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

const PROGRAMS = ["--package=connect-cli", "--package=datatrax-connect"];
const LICENCE_FILE = /^(licen[cs]e|copying|copyright|notice|unlicense)/i;

const inside = namesInside();
const libraries = JSON.parse(cargo("metadata", "--format-version=1"))
  .packages.filter((one) => one.source !== null) // what has no source is our own
  .filter((one) => inside.has(nameOf(one)))
  .sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version));

print(`Datatrax Connect holds the libraries below, ${libraries.length} in all, each under its own licence.\n`);
for (const one of libraries) {
  const licence = one.license ?? "see its text below";
  print(`${nameOf(one)}: ${licence}${one.repository ? `, ${one.repository}` : ""}`);
}
for (const [text, names] of namesByText()) {
  print(`\n${"-".repeat(80)}\n${names.join(", ")}\n\n${text}`);
}

/** What the programs are built from, without what only builds or tests them. */
function namesInside() {
  const lines = cargo("tree", ...PROGRAMS, ...process.argv.slice(2), "--edges=normal", "--prefix=none", "--format={p}").split("\n");
  return new Set(lines.map((line) => line.split(" ").slice(0, 2).join(" ").replace(" v", " ")));
}

function namesByText() {
  const names = new Map();
  for (const one of libraries) {
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

function nameOf(one) {
  return `${one.name} ${one.version}`;
}

function cargo(command, ...options) {
  return execFileSync("cargo", [command, "--locked", ...options], { encoding: "utf8", maxBuffer: 1 << 28 });
}

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
