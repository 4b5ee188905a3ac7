/** The generated part of docs/configuration.md: every key, from the JSON schema that checks a configuration. */
import { allowedValues, type JsonSchema } from "./json-schema.ts";

/** Keys that tools read, and ddlint doesn't. */
const forEditors = "$schema";
const longest = 12;

export function configurationParts(schema: JsonSchema): Readonly<Record<string, string>> {
  const keys = Object.entries(schema.properties ?? {}).filter(([key]) => key !== forEditors);
  const facts = Object.keys(folderFacts(schema.properties?.["migrations"]));
  if (facts.length === 0) throw new Error("the schema has no facts of single folders");
  const isFact = ([key]: readonly [string, JsonSchema]): boolean => facts.includes(key);
  return {
    facts: keyTable(keys.filter(isFact)),
    "other-keys": keyTable(keys.filter((entry) => !isFact(entry))),
    "tool-names": toolNames(schema),
  };
}

/** What may be stated of a single folder of migrations. */
const folderFacts = (migrations: JsonSchema = {}): Readonly<Record<string, JsonSchema>> =>
  (migrations.anyOf ?? [])
    .flatMap(({ additionalProperties: own }) => (typeof own === "object" ? [own.properties ?? {}] : []))
    .reduce((all, one) => ({ ...all, ...one }), {});

function keyTable(keys: readonly (readonly [string, JsonSchema])[]): string {
  const rows = keys.map(
    ([key, schema]) => `| \`${key}\` | ${valuesOf(schema)} | ${inCode(schema.description ?? "")} |`,
  );
  return ["| Key | Values | Meaning |", "|---|---|---|", ...rows].join("\n");
}

/** A long list of values is left to the page around the table. */
const valuesOf = (schema: JsonSchema): string =>
  (schema.enum?.length ?? 0) > longest ? "[a name](#tool-names)" : allowedValues(schema);

/** Examples of JSON in a description are code. */
const inCode = (text: string): string =>
  text.replace(/\{ .* \}|\[[^\]]+\]|"[^"]*"/g, (example) => `\`${example}\``).replaceAll("|", "\\|");

const toolNames = (schema: JsonSchema): string =>
  (schema.properties?.["tool"]?.enum ?? []).map((name) => `\`${String(name)}\``).join(", ");
