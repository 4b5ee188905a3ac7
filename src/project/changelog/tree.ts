/** A changelog in XML, YAML or JSON as a tree. */
import type { ChangelogTree } from "../../model/changelog.ts";
import { readJsonTree } from "./json.ts";
import { elementAt } from "./placed.ts";
import { readXmlTree } from "./xml.ts";
import { readYamlTree } from "./yaml.ts";

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
    const value = readJsonTree(text);
    const root = value && elementAt(text, value, top);
    return root && { root, comments: [] };
  }
  const tree = readYamlTree(text);
  const root = tree && elementAt(text, tree.value, top);
  return root && { root, comments: tree.comments };
}
