/** `modifySql`: what a changeset replaces in the SQL of its changes. */
import type { ChangelogNode, Changeset } from "../../model/changelog.ts";
import { valueOf, written, type Sql } from "./sql.ts";

type Edit = (own: Sql) => Sql;

/** Undefined: nothing is modified. The SQL of a rollback is, where `applyToRollback` says so. */
export function modification(changeset: Changeset, isRollback: boolean): Edit | undefined {
  const edits = changeset.node.children
    .filter(({ name, attributes }) => name === "modifySql" && changeset.isFor(attributes.get("dbms")?.value))
    .filter(({ attributes }) => !isRollback || attributes.get("applyToRollback")?.value.trim() === "true")
    .flatMap(({ children }) => children.flatMap((child) => editOf(child, changeset) ?? []));
  return edits.length === 0 ? undefined : (own) => edits.reduce((sql, edit) => edit(sql), own);
}

function editOf(node: ChangelogNode, { properties }: Changeset): Edit | undefined {
  const get = (name: string) => {
    const own = node.attributes.get(name);
    return own && valueOf(own, properties);
  };
  const value = get("value");
  if (node.name === "append") return value && ((own) => [...own, value]);
  if (node.name === "prepend") return value && ((own) => [value, ...own]);
  const replace = get("replace")?.text;
  const by = get("with")?.text ?? "";
  if (replace === undefined || replace === "") return undefined;
  if (node.name === "replace") return (own) => edited(own, (text) => text.replaceAll(replace, () => by));
  if (node.name !== "regExpReplace") return undefined;
  const pattern = safePattern(replace);
  return (own) => (pattern === undefined ? own : edited(own, (text) => text.replaceAll(pattern, by)));
}

/** A pattern of Java that means the same here, and can't take long; undefined: another one. */
function safePattern(source: string): RegExp | undefined {
  if (source.length > 200 || /[*+}]\)?[*+{]|\([^)]*[*+|][^)]*\)[*+{]|\(\?|\\[pGAzZQE]/.test(source))
    return undefined;
  try {
    return new RegExp(source, "g");
  } catch {
    return undefined; // not a pattern in this language
  }
}

/** Words by words; where that changes something else than the whole, the whole without its places. */
function edited(own: Sql, edit: (text: string) => string): Sql {
  const whole = edit(written(own));
  const parts = own.map((part): Sql[number] => {
    if (typeof part === "string") return edit(part);
    return edit(part.text) === part.text ? part : edit(part.text);
  });
  return written(parts) === whole ? parts : [whole];
}
