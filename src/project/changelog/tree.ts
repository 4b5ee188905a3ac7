/** A changelog in XML, YAML or JSON as a tree. */
import type { ChangelogTree } from "../../model/changelog.ts";
import { indexLines } from "../../text/lines.ts";
import { readJsonTree } from "./json.ts";
import { elementAt } from "./placed.ts";
import { readXmlTree } from "./xml.ts";
import { faultInYaml, readYamlTree } from "./yaml.ts";

const top = "databaseChangeLog";

/** Undefined if `text` is no changelog that can be read. */
export function readChangelogTree(file: string, text: string): ChangelogTree | undefined {
  const ending = file.slice(file.lastIndexOf(".") + 1).toLowerCase();
  if (ending === "xml") {
    // An entity of its own may stand for anything.
    const tree = /<!ENTITY/i.test(text) ? undefined : readXmlTree(text);
    return tree?.root.name === top ? tree : undefined;
  }
  if (ending === "json") {
    // Liquibase has one parser for both: a comma may be too many, and `#` begins a comment (`//` is refused).
    const json = readJsonTree(text);
    const root = json && elementAt(text, json, top);
    if (json !== undefined) return root && { root, comments: [] };
  }
  const tree = readYamlTree(text);
  const root = tree && elementAt(text, tree.value, top);
  return root && { root, comments: tree.comments };
}

/** Why it can't be read, with the line and the column of that: `3:7: expected </sql>`. */
export function faultOf(file: string, text: string): string {
  let fault: readonly [at: number, why: string] | undefined;
  const isXml = /\.xml$/i.test(file);
  if (!isXml) fault = faultInYaml(text) ?? noList(text);
  else {
    const entity = text.search(/<!ENTITY/i);
    if (entity >= 0) fault = [entity, "an entity may stand for anything"];
    else readXmlTree(text, (at, why) => (fault = [at, why]));
  }
  const [at, why] = fault ?? [0, `expected ${isXml ? `<${top}>` : top}`];
  const { line, column } = indexLines(text).position(at);
  return `${line}:${column}: ${why}`;
}

/** `-include:` without a blank is a key, and no entry of a list. */
function noList(text: string): readonly [at: number, why: string] | undefined {
  const tree = readYamlTree(text)?.value;
  const entry = tree?.is === "record" ? tree.entries.findLast(({ key }) => key === top) : undefined;
  return entry && [entry.value.at.start, 'expected a list of entries, each behind "- "'];
}
