/** PostgreSQL's ObjectType as the words of the manual's commands. */
import type { Node, ObjectType, RoleSpec } from "@pgsql/types";
import type { ObjectClass } from "../../../model/operation.ts";
import { strings } from "./tree.ts";
import type { TokenReader } from "./tokens.ts";
import { dictionary } from "../../../text/dictionary.ts";

export const objectClasses: Readonly<Record<string, ObjectClass>> = dictionary({
  OBJECT_ACCESS_METHOD: "access method",
  OBJECT_AGGREGATE: "aggregate",
  OBJECT_ATTRIBUTE: "column",
  OBJECT_CAST: "cast",
  OBJECT_COLUMN: "column",
  OBJECT_COLLATION: "collation",
  OBJECT_CONVERSION: "conversion",
  OBJECT_DATABASE: "database",
  OBJECT_DOMAIN: "domain",
  OBJECT_DOMCONSTRAINT: "constraint",
  OBJECT_EVENT_TRIGGER: "event trigger",
  OBJECT_EXTENSION: "extension",
  OBJECT_FDW: "foreign data wrapper",
  OBJECT_FOREIGN_SERVER: "server",
  OBJECT_FOREIGN_TABLE: "foreign table",
  OBJECT_FUNCTION: "function",
  OBJECT_INDEX: "index",
  OBJECT_LANGUAGE: "language",
  OBJECT_LARGEOBJECT: "large object",
  OBJECT_MATVIEW: "materialized view",
  OBJECT_OPCLASS: "operator class",
  OBJECT_OPERATOR: "operator",
  OBJECT_OPFAMILY: "operator family",
  OBJECT_PARAMETER_ACL: "parameter",
  OBJECT_POLICY: "policy",
  OBJECT_PROCEDURE: "procedure",
  OBJECT_PUBLICATION: "publication",
  OBJECT_ROLE: "role",
  OBJECT_ROUTINE: "routine",
  OBJECT_RULE: "rule",
  OBJECT_SCHEMA: "schema",
  OBJECT_SEQUENCE: "sequence",
  OBJECT_SUBSCRIPTION: "subscription",
  OBJECT_STATISTIC_EXT: "statistics",
  OBJECT_TABCONSTRAINT: "constraint",
  OBJECT_TABLE: "table",
  OBJECT_TABLESPACE: "tablespace",
  OBJECT_TRANSFORM: "transform",
  OBJECT_TRIGGER: "trigger",
  OBJECT_TSCONFIGURATION: "text search configuration",
  OBJECT_TSDICTIONARY: "text search dictionary",
  OBJECT_TSPARSER: "text search parser",
  OBJECT_TSTEMPLATE: "text search template",
  OBJECT_TYPE: "type",
  OBJECT_USER_MAPPING: "user mapping",
  OBJECT_VIEW: "view",
} satisfies Partial<Record<ObjectType, ObjectClass>>);

/** Words that name the kind of object in DROP, ALTER and COMMENT ON, where these are not one. */
const nouns: Readonly<Record<string, number>> = dictionary({
  OBJECT_ACCESS_METHOD: 2,
  OBJECT_EVENT_TRIGGER: 2,
  OBJECT_FDW: 3,
  OBJECT_FOREIGN_TABLE: 2,
  OBJECT_LARGEOBJECT: 2,
  OBJECT_MATVIEW: 2,
  OBJECT_OPCLASS: 2,
  OBJECT_OPFAMILY: 2,
  OBJECT_TSCONFIGURATION: 3,
  OBJECT_TSDICTIONARY: 3,
  OBJECT_TSPARSER: 3,
  OBJECT_TSTEMPLATE: 3,
  OBJECT_TRANSFORM: 2,
});

/** Number of words from `position` on that name the kind of object. */
export function nounWords(reader: TokenReader, position: number, type: string | undefined): number {
  return (nouns[type ?? ""] ?? 1) + (reader.is(position, "procedural") ? 1 : 0);
}

/** Parts of the name of an object: a list, a type, or a function with arguments. */
export function objectNames(node: Node | undefined): string[] {
  if (node === undefined) return [];
  if ("List" in node) return strings(node.List.items);
  if ("TypeName" in node) return strings(node.TypeName.names);
  if ("ObjectWithArgs" in node) return strings(node.ObjectWithArgs.objname);
  if ("String" in node) return [node.String.sval ?? ""];
  return [];
}

/** A role as written: its name, or `public`, `current_user`, … */
export function roleText(role: RoleSpec | undefined): string {
  if (role?.rolename !== undefined) return role.rolename;
  return (role?.roletype ?? "").replace("ROLESPEC_", "").toLowerCase();
}

export const roleTexts = (nodes: readonly Node[] | undefined): string[] =>
  (nodes ?? []).flatMap((node) => ("RoleSpec" in node ? [roleText(node.RoleSpec)] : []));

/** Kinds whose name is that of a table-like relation. */
export const relationClasses: ReadonlySet<ObjectClass> = new Set([
  "table",
  "view",
  "materialized view",
  "foreign table",
  "sequence",
]);
