// The libraries inside the programs, without what only builds or tests them.

import { execFileSync } from "node:child_process";

const PROGRAMS = ["--package=connect-cli", "--package=datatrax-connect"];

/** As `cargo metadata` tells of each. The options are passed on to cargo: another system's target has other libraries. */
export function libraries(options) {
  const inside = namesInside(options);
  return JSON.parse(cargo("metadata", "--format-version=1"))
    .packages.filter((one) => one.source !== null) // what has no source is our own
    .filter((one) => inside.has(nameOf(one)))
    .sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
}

export function nameOf(one) {
  return `${one.name} ${one.version}`;
}

function namesInside(options) {
  const lines = cargo("tree", ...PROGRAMS, ...options, "--edges=normal", "--prefix=none", "--format={p}").split("\n");
  return new Set(lines.map((line) => line.split(" ").slice(0, 2).join(" ").replace(" v", " ")));
}

function cargo(command, ...options) {
  return execFileSync("cargo", [command, "--locked", ...options], { encoding: "utf8", maxBuffer: 1 << 28 });
}

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
