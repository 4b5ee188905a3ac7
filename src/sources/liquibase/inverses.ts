/** The way back that Liquibase makes itself. */
import type { ChangelogNode, WrittenText } from "../../model/changelog.ts";
import type { Change } from "./change.ts";
import { isOfMongodb } from "./mongodb.ts";
import { lookupName } from "./changes/constraints.ts";
import { deleteLoaded } from "./changes/data.ts";
import { written } from "./sql.ts";

/** An element that undoes another: some of its attributes, by the names that they have there. */
type Inverse = (change: Change) => readonly ChangelogNode[];

const made = (
  { node }: Change,
  name: string,
  attributes: Readonly<Record<string, string | WrittenText | undefined>>,
): ChangelogNode => {
  const own = new Map<string, WrittenText>();
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    own.set(
      key,
      typeof value === "string" ? { value, parts: [{ text: value, at: node.head, exact: false }] } : value,
    );
  }
  return { name, at: node.at, head: node.head, attributes: own, children: [], text: undefined };
};

/** `to` with attributes of the change: `new=old` where the name differs. */
const by =
  (to: string, ...names: readonly string[]): Inverse =>
  (change) => {
    const { attributes } = change.node;
    const pairs = names.map((name): [string, WrittenText | undefined] => {
      const [own = name, from = own] = name.split("=");
      return [own, attributes.get(from)];
    });
    return [made(change, to, Object.fromEntries(pairs))];
  };

const place = ["tableName", "schemaName", "catalogName"] as const;
const basePlace = ["baseTableName", "baseTableSchemaName", "baseTableCatalogName"] as const;
const nothing: Inverse = () => [];

const inverses: Readonly<Record<string, Inverse>> = {
  createTable: by("dropTable", ...place),
  renameTable: by(
    "renameTable",
    "oldTableName=newTableName",
    "newTableName=oldTableName",
    "schemaName",
    "catalogName",
  ),
  createView: by("dropView", "viewName", "schemaName", "catalogName"),
  renameView: by(
    "renameView",
    "oldViewName=newViewName",
    "newViewName=oldViewName",
    "schemaName",
    "catalogName",
  ),
  createSequence: by("dropSequence", "sequenceName", "schemaName", "catalogName"),
  renameSequence: by(
    "renameSequence",
    "oldSequenceName=newSequenceName",
    "newSequenceName=oldSequenceName",
    "schemaName",
    "catalogName",
  ),
  renameColumn: by(
    "renameColumn",
    ...place,
    "oldColumnName=newColumnName",
    "newColumnName=oldColumnName",
    "columnDataType",
  ),
  addNotNullConstraint: by("dropNotNullConstraint", ...place, "columnName", "columnDataType"),
  dropNotNullConstraint: by("addNotNullConstraint", ...place, "columnName", "columnDataType"),
  addDefaultValue: by("dropDefaultValue", ...place, "columnName", "columnDataType"),
  addForeignKeyConstraint: by("dropForeignKeyConstraint", ...basePlace, "constraintName"),
  addPrimaryKey: by("dropPrimaryKey", ...place, "constraintName"),
  addUniqueConstraint: by("dropUniqueConstraint", ...place, "constraintName"),
  createIndex: by("dropIndex", ...place, "indexName"),
  addColumn(change) {
    const own = made(change, "dropColumn", fromPlace(change));
    const columns = change.columns.map(({ node }) => ({ ...node, name: "column", children: [] }));
    return [{ ...own, children: columns }];
  },
  addLookupTable(change) {
    const attribute = (name: string): WrittenText | undefined => change.node.attributes.get(name);
    return [
      made(change, "dropForeignKeyConstraint", {
        baseTableName: attribute("existingTableName"),
        baseTableSchemaName: attribute("existingTableSchemaName"),
        constraintName: attribute("constraintName") ?? written(lookupName(change)),
      }),
      made(change, "dropTable", {
        tableName: attribute("newTableName"),
        schemaName: attribute("newTableSchemaName"),
      }),
    ];
  },
  loadUpdateData: by(deleteLoaded, ...place),
  tagDatabase: nothing,
  empty: nothing,
  output: nothing,
};

const fromPlace = ({ node }: Change): Readonly<Record<string, WrittenText | undefined>> =>
  Object.fromEntries(place.map((name) => [name, node.attributes.get(name)]));

/** Elements that undo it; undefined: Liquibase refuses to take it back. */
export function inverseOf(change: Change): readonly ChangelogNode[] | undefined {
  if (isOfMongodb(change)) return ofMongodb(change);
  return Object.hasOwn(inverses, change.name) ? inverses[change.name]?.(change) : undefined;
}

/** The extension takes back what makes something. */
function ofMongodb(change: Change): readonly ChangelogNode[] | undefined {
  const collectionName = change.node.attributes.get("collectionName");
  switch (change.name) {
    case "createCollection":
      return [made(change, "dropCollection", { collectionName })];
    case "createIndex":
      return [
        made(change, "dropIndex", {
          collectionName,
          keys: change.node.attributes.get("keys") ?? change.child("keys")?.text,
        }),
      ];
    default:
      return undefined;
  }
}
