/** What `preConditions` leave open: whether a changeset runs. */
import type { ChangelogNode } from "../../model/changelog.ts";
import type { ChangesetTerms } from "../../model/tool.ts";
import type { Piece } from "../sql-text.ts";

/** `ifMissing`, `ifPresent`: it runs where its object isn't there, or is; `maybe`: where the server takes it, as far as anybody knows. */
export type Guard = Piece["guard"] | "maybe";

const skips = new Set(["MARK_RAN", "CONTINUE", "WARN"]);
const objects = new Set([
  "tableExists",
  "columnExists",
  "viewExists",
  "sequenceExists",
  "indexExists",
  "foreignKeyConstraintExists",
  "primaryKeyExists",
  "uniqueConstraintExists",
]);

/** Undefined: it runs, or Liquibase stops with an error. */
export function guardOf(changeset: ChangelogNode): Guard {
  const found = changeset.children.filter(({ name }) => name === "preConditions").map(one);
  const open = found.filter((guard) => guard !== undefined);
  return open.length > 1 ? "maybe" : open[0];
}

function one(conditions: ChangelogNode): Guard {
  const onFail = conditions.attributes.get("onFail")?.value.trim().toUpperCase() ?? "HALT";
  // WARN runs the changeset, whatever the conditions say.
  if (!skips.has(onFail) || onFail === "WARN") return undefined;
  const guards = conditions.children.map(condition);
  const kinds = new Set(guards.filter((guard) => guard !== undefined));
  const [first] = kinds;
  return kinds.size > 1 ? "maybe" : first;
}

/** Those that say something of the database alone were decided before. */
function condition(node: ChangelogNode): Guard {
  if (node.name === "dbms") return undefined;
  if (objects.has(node.name)) return "ifPresent";
  const inner = new Set(node.children.map(condition).filter((guard) => guard !== undefined));
  const [first] = inner;
  if (inner.size === 0) return node.children.length > 0 ? undefined : "maybe";
  if (inner.size > 1) return "maybe";
  if (node.name === "and") return first;
  if (node.name === "or") return node.children.length === 1 ? first : "maybe";
  if (node.name !== "not" || node.children.length > 1) return "maybe";
  return first === "ifPresent" ? "ifMissing" : first === "ifMissing" ? "ifPresent" : "maybe";
}

/**
 * The tables that have to be missing, as their names are written, where nothing else is asked: a changeset that runs only
 * without a table, and creates it, has it for itself.
 */
export function missingTables(changeset: ChangelogNode, guard: Guard): ReadonlySet<string> {
  const leaves = (node: ChangelogNode): readonly ChangelogNode[] =>
    node.name === "dbms" ? [] : objects.has(node.name) ? [node] : node.children.flatMap(leaves);
  const all = changeset.children.filter(({ name }) => name === "preConditions").flatMap(leaves);
  if (guard !== "ifMissing" || all.some(({ name }) => name !== "tableExists")) return new Set();
  return new Set(all.map(({ attributes }) => attributes.get("tableName")?.value.trim() ?? ""));
}

/** Of the name that they ask for; what has none is found by its table. */
const named = /^(?:column|view|sequence|index|foreignKey|constraint|primaryKey)Name$/;
const ofTable = /^(?:foreignKey|base)?TableName$/i;
const catalog = /\b(?:information_schema|pg_\w+|mysql\.\w+)\b|^\s*show\b/i;

/** What conditions ask about in the database, as far as a changeset changes it. */
export function askedBy(conditions: readonly ChangelogNode[]): ChangesetTerms["asks"] {
  const missing = new Set<string>();
  const present = new Set<string>();
  let other = false;
  const visit = (node: ChangelogNode, isNegated: boolean): void => {
    if (objects.has(node.name)) {
      const attributes = [...node.attributes];
      const [, name] =
        attributes.find(([key]) => named.test(key)) ?? attributes.find(([key]) => ofTable.test(key)) ?? [];
      if (name === undefined) other = true;
      else (isNegated ? missing : present).add(name.value.trim().toLowerCase());
    } else if (node.name === "customPrecondition") other = true;
    else if (node.name === "sqlCheck") {
      const text = [node, ...node.children].flatMap((one) => [
        one.text?.value ?? "",
        ...[...one.attributes.values()].map(({ value }) => value),
      ]);
      if (text.some((one) => catalog.test(one))) other = true;
    } else for (const child of node.children) visit(child, isNegated !== (node.name === "not"));
  };
  for (const one of conditions) visit(one, false);
  return { missing: [...missing], present: [...present], other };
}
