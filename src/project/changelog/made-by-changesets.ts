/** What changesets make, by the names of it, and what those behind them make. */
import type { ChangelogNode } from "../../model/changelog.ts";
import { withoutSqlComments } from "../../text/sql-comments.ts";

export interface Making {
  /** Tells the changeset from others of its file. */
  readonly at: number;
  /** `index orders_code`; in small letters. */
  readonly names: readonly string[];
  readonly behind: () => readonly Making[];
}

/** Of one file, in order. */
export function makingsOf(changesets: readonly ChangelogNode[]): ReadonlyMap<ChangelogNode, Making> {
  const all = together(changesets.map((one) => one.children.flatMap(madeBy)));
  return new Map(changesets.map((one, at) => [one, all[at] ?? nothing]));
}

export const makingsOfTexts = (texts: readonly string[]): readonly Making[] => together(texts.map(madeBySql));

const nothing: Making = { at: -1, names: [], behind: () => [] };

function together(all: readonly (readonly string[])[]): readonly Making[] {
  const found: readonly Making[] = all.map((names, at) => ({ at, names, behind: () => found.slice(at + 1) }));
  return found;
}

/** Changes that make something, with the attribute that names it. */
const making: ReadonlyMap<string, readonly [kind: string, attribute: string]> = new Map([
  ["createTable", ["table", "tableName"]],
  ["createIndex", ["index", "indexName"]],
  ["createView", ["view", "viewName"]],
  ["createSequence", ["sequence", "sequenceName"]],
  ["addUniqueConstraint", ["constraint", "constraintName"]],
  ["addForeignKeyConstraint", ["constraint", "constraintName"]],
  ["addPrimaryKey", ["constraint", "constraintName"]],
]);

function madeBy(node: ChangelogNode): readonly string[] {
  const { name, attributes, children } = node;
  if (name === "changes") return children.flatMap(madeBy);
  const get = (attribute: string): string => plain(attributes.get(attribute)?.value ?? "");
  const [kind, attribute] = making.get(name) ?? [];
  if (kind !== undefined && attribute !== undefined) return [`${kind} ${get(attribute)}`];
  if (name === "addColumn") {
    const columns = children.flatMap((one) => (one.name === "columns" ? one.children : one));
    return columns.flatMap((one) =>
      one.name === "column"
        ? `column ${get("tableName")} ${plain(one.attributes.get("name")?.value ?? "")}`
        : [],
    );
  }
  return name === "sql" ? madeBySql((node.text ?? attributes.get("sql"))?.value ?? "") : [];
}

const identifier = String.raw`(?:["\`\w$]{1,99}\.)?["\`]?([\w$]{1,99})`;
const created = new RegExp(
  String.raw`\bCREATE\s+(?:OR\s+REPLACE\s+|UNIQUE\s+|TEMP(?:ORARY)?\s+)?(TABLE|INDEX|VIEW|SEQUENCE|TYPE|SCHEMA|EXTENSION|FUNCTION|PROCEDURE)\s+(?:CONCURRENTLY\s+)?(?:IF\s+NOT\s+EXISTS\s+)?${identifier}`,
  "gi",
);
const added = new RegExp(
  String.raw`\bALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?${identifier}["\`]?\s+ADD\s+(CONSTRAINT|COLUMN)\s+(?:IF\s+NOT\s+EXISTS\s+)?${identifier}`,
  "gi",
);

function madeBySql(text: string): readonly string[] {
  const code = withoutSqlComments(text);
  return [
    ...Array.from(code.matchAll(created), ([, kind = "", name = ""]) => `${kind} ${name}`),
    ...Array.from(code.matchAll(added), ([, table = "", kind = "", name = ""]) =>
      /^column$/i.test(kind) ? `${kind} ${table} ${name}` : `${kind} ${name}`,
    ),
  ].map((one) => one.toLowerCase());
}

const plain = (name: string): string => name.trim().replaceAll(/["`]/g, "").toLowerCase();
