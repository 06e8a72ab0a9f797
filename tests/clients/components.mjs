// Reads a Salesforce DX folder with source-deploy-retrieve, the library of Salesforce's own tools, in the copy that came with
// Salesforce CLI, and as that does for a deploy: prints its components as JSON, and what the library warned of.
//
// node components.mjs FOLDER

import { join } from "node:path";

import { Lifecycle } from "@salesforce/core";
import { ComponentSetBuilder, MetadataConverter } from "@salesforce/source-deploy-retrieve";

const folder = process.argv[2];
const warnings = [];
Lifecycle.getInstance().onWarning(async (warning) => void warnings.push(warning));
process.on("warning", (warning) => warnings.push(`${warning.name}: ${warning.message}`));

const set = await ComponentSetBuilder.build({
  manifest: { manifestPath: join(folder, "manifest/package.xml"), directoryPaths: [join(folder, "force-app")] },
  projectDir: folder,
});
const source = set.getSourceComponents().toArray();
const components = await Promise.all(source.map(async (one) => {
  const { name } = one.type;
  return { type: name, fullName: one.fullName, content: (await one.parseXml())[name] };
}));
const isThere = (named) => source.some((one) => one.fullName === named.fullName && one.type.name === named.type.name);
const missing = set.toArray().filter((named) => !isThere(named));
// What is sent.
await new MetadataConverter().convert(set, "metadata", { type: "zip" });
console.log(JSON.stringify({ components, without_source: missing.map((one) => one.fullName), warnings }));
