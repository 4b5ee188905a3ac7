/**
 * Keys of YAML and JSON where Liquibase reads none of that name: it refuses those of a column, and passes over all others
 * (5.0, run). A schema rejects them in XML.
 */
import type { IgnoredPart } from "../../model/call.ts";
import type { ChangelogNode, WrittenText } from "../../model/changelog.ts";
import type { Change } from "./change.ts";

/** Words for what a column is to be, or a table's constraint. */
const aboutColumns =
  /^(?:constraints?|nullable|autoIncrement|references|defaultValue\w*|(?:primary|foreign|unique)\w*|deleteCascade)$/;
const ofConstraints =
  /^(?:nullable|references|primaryKey\w*|foreignKeyName|unique|uniqueConstraintName|deleteCascade)$/;
const ofColumn = /^(?:autoIncrement|defaultValue\w*)$/;
/** Changes that take none of these words themselves. */
const changes: ReadonlySet<string> = new Set(["createTable", "addColumn", "modifyDataType", "renameColumn"]);

export function ignoredIn(change: Change): readonly IgnoredPart[] {
  const table = change.get("tableName")?.text;
  return passedOver(change).map((part) => ({ ...part, table }));
}

function passedOver(change: Change): readonly IgnoredPart[] {
  const { node } = change;
  if (!changes.has(node.name)) return [];
  const lists = node.children.filter(({ name }) => name === "columns");
  const columns = change.columns.map((one) => one.node);
  for (const column of columns) refuseIn(change, column);
  const inColumn = "Write it in constraints, among the keys of its column, beside name and type.";
  const ofChange =
    change.columns.length > 0 ? inColumn : `Write a change of its own for it: ${node.name} has none.`;
  return [
    ...partsOf(
      node,
      (name) => aboutColumns.test(name),
      (name, own) => ({
        why: `Liquibase reads no ${name} in ${node.name}`,
        instead: (node.name === "createTable" ? keyOf(own) : undefined) ?? ofChange,
      }),
    ),
    ...lists
      .filter((list) => !columns.includes(list))
      .flatMap((list) =>
        partsOf(
          list,
          (name, isSingle) => name !== "column" && (!isSingle || aboutColumns.test(name)),
          (name) => ({
            why: `Liquibase reads no ${name} beside column`,
            instead: aboutColumns.test(name)
              ? "Indent it as the column's name and type are: it belongs to the keys of column."
              : "Write column for it, or leave it out.",
          }),
        ),
      ),
    ...columns
      .flatMap(({ children }) => children.filter(({ name }) => name === "constraints"))
      .flatMap((one) =>
        partsOf(
          one,
          (name, isSingle) => !isSingle || ofColumn.test(name),
          (name) => ({
            why: `Liquibase reads no ${name} in constraints`,
            instead: ofColumn.test(name)
              ? "Write it among the keys of its column, beside name and type."
              : "Write its parts as keys of constraints: foreignKeyName, references, primaryKeyName.",
          }),
        ),
      ),
  ];
}

function partsOf(
  node: ChangelogNode,
  isIgnored: (name: string, isSingle: boolean) => boolean,
  words: (name: string, node?: ChangelogNode) => Pick<IgnoredPart, "why" | "instead">,
): readonly IgnoredPart[] {
  const singles = [...node.attributes].filter(([name]) => isIgnored(name, true));
  const others = node.children.filter(({ name }) => isIgnored(name, false));
  return [
    ...singles.map(([name, { parts }]) => ({
      ...words(name),
      at: parts[0]?.at ?? node.head,
      isKey: /^primaryKey/.test(name),
    })),
    ...others.map((one) => ({
      ...words(one.name, one),
      at: one.head,
      isKey: isKey(one) || one.children.some(isKey) || isTrue(one.attributes.get("primaryKey")),
    })),
  ];
}

const isKey = ({ name }: ChangelogNode): boolean => /^primaryKey/.test(name);

/** How a table gets the primary key that stands beside its columns with a list of them. */
function keyOf(node: ChangelogNode | undefined): string | undefined {
  const key = [node, ...(node?.children ?? [])].find((one) => one !== undefined && isKey(one));
  const columns = (key?.attributes.get("columnNames")?.value ?? "").split(",").map((one) => one.trim());
  const [last = "", ...others] = columns.toReversed();
  if (last === "") return undefined;
  const each = others.length === 0 ? last : `each of ${others.toReversed().join(", ")} and ${last}`;
  return `Write primaryKey: true in the constraints of ${each}, or addPrimaryKey behind createTable.`;
}

const isTrue = (text: WrittenText | undefined): boolean => text?.value.trim().toLowerCase() === "true";

function refuseIn(change: Change, column: ChangelogNode): void {
  const name = [...column.attributes.keys()].find((one) => ofConstraints.test(one));
  if (name !== undefined)
    change.invalid(
      `Liquibase refuses ${name} as a key of a column, and runs no changeset`,
      "Write it in constraints, among the keys of the column.",
    );
}
