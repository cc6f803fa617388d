// Writes src/generated/: types of every operation from the SDL, and for each operation file one typed constant with the
// id of its text, which is all that the app sends of it. `Documents` in registry_api/graph makes the same ids.
import { createHash } from "node:crypto";
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { codegen } from "@graphql-codegen/core";
import * as operations from "@graphql-codegen/typescript-operations";
import { parse } from "graphql";

const root = new URL("../graphql/", import.meta.url).pathname;
const files = globSync("operations/*/*.graphql", { cwd: root }).sort();
const documents = files.map((location) => {
  const text = readFileSync(root + location, "utf8");
  return { location, document: parse(text), id: `sha256:${createHash("sha256").update(text).digest("hex")}` };
});
const text = ["Base64Url", "Date", "DateTime", "LocalTime", "PartialDate", "TimeZone", "UUID"];
const config = {
  enumType: "string-literal",
  useTypeImports: true,
  scalars: { JSON: "unknown", ...Object.fromEntries(text.map((name) => [name, "string"])) },
};
const types = await codegen({
  schema: parse(readFileSync(`${root}schema.graphql`, "utf8")),
  documents,
  config,
  filename: "types.ts",
  plugins: [{ operations: {} }],
  pluginMap: { operations },
});

const lines = ['import { operation } from "../operation.ts";', 'import type * as types from "./types.ts";'];
for (const { location, document, id } of documents) {
  const name = basename(location, ".graphql");
  const definition = document.definitions[0];
  if (document.definitions.length !== 1 || definition.name.value !== name)
    throw new Error(`${location} must hold the one operation ${name}.`);
  const kind = definition.operation === "query" ? "Query" : "Mutation";
  lines.push(
    `export const ${name} = operation<types.${name}${kind}, types.${name}${kind}Variables>("${name}", "${id}");`,
  );
}
mkdirSync(new URL("src/generated/", import.meta.url), { recursive: true });
writeFileSync(new URL("src/generated/types.ts", import.meta.url), types);
writeFileSync(new URL("src/generated/operations.ts", import.meta.url), `${lines.join("\n")}\n`);
