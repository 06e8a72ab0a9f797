// Prints what the programs are made of, for programs that look for libraries with known faults: CycloneDX 1.6. The first argument is
// the version; the others are passed on to cargo: another system's target has other libraries. Equal sources give equal lists.

import { readFileSync } from "node:fs";
import { libraries } from "./libraries.mjs";

const [version, ...options] = process.argv.slice(2);
const digests = digestsByName();
const list = {
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  version: 1,
  metadata: {
    component: {
      type: "application",
      name: "datatrax-connect",
      version,
      supplier: { name: "Datatrax", url: ["https://www.getdatatrax.com"] },
      licenses: [{ expression: "MIT OR Apache-2.0" }],
    },
  },
  components: libraries(options).map(component),
};
process.stdout.write(`${JSON.stringify(list, null, 2)}\n`);

function component(one) {
  const address = `pkg:cargo/${one.name}@${encodeURIComponent(one.version)}`;
  return {
    type: "library",
    "bom-ref": address,
    name: one.name,
    version: one.version,
    hashes: [{ alg: "SHA-256", content: digests.get(`${one.name} ${one.version}`) }],
    // Some write a slash where SPDX has OR.
    licenses: one.license ? [{ expression: one.license.replace(/ *\/ */g, " OR ") }] : [],
    purl: address,
  };
}

/** As Cargo.lock has them: what was built is what was locked. */
function digestsByName() {
  const lock = readFileSync(new URL("../../Cargo.lock", import.meta.url), "utf8");
  const found = lock.matchAll(/^name = "(.*)"\nversion = "(.*)"\nsource = .*\nchecksum = "(.*)"$/gm);
  return new Map([...found].map(([, name, version, digest]) => [`${name} ${version}`, digest]));
}
