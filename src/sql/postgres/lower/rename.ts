/** ALTER … RENAME, SET SCHEMA, OWNER TO, DEPENDS ON EXTENSION, of every kind of object. */
import type { AlterObjectSchemaStmt, Node, RangeVar, RenameStmt } from "@pgsql/types";
import type { Name, QualifiedName } from "../../../model/names.ts";
import type { ObjectClass, Operation, RenameColumn } from "../../../model/operation.ts";
import { listedName, nameAt, plainName, relationName } from "./names.ts";
import { nounWords, objectClasses, objectNames, relationClasses, roleText } from "./object-class.ts";
import type { Handlers } from "./tree.ts";
import type { TokenReader } from "./tokens.ts";
import { dictionary } from "../../../text/dictionary.ts";

export const renameHandlers: Handlers = {
  RenameStmt: rename,
  AlterObjectSchemaStmt: setSchema,
  AlterOwnerStmt: (reader, { objectType, relation, object, newowner }) => {
    const described = describe(reader, objectType, relation, object, undefined);
    return [
      {
        kind: "changeOwner",
        span: reader.source.span,
        head: reader.source.span,
        ...described,
        owner: roleText(newowner),
      },
    ];
  },
  AlterObjectDependsStmt: (reader, { objectType, relation, object }) => {
    const described = describe(reader, objectType, relation, object, undefined);
    const base = { span: reader.source.span, head: headTo(reader, described.name) };
    const { name } = described;
    if (name !== undefined && objectType === "OBJECT_INDEX") {
      return [{ kind: "alterIndex", ...base, index: name, change: "depends" }];
    }
    if (name !== undefined && (objectType === "OBJECT_FUNCTION" || objectType === "OBJECT_PROCEDURE")) {
      return [{ kind: "alterFunction", ...base, function: name }];
    }
    return [{ kind: "alterObject", ...base, ...described, options: ["DEPENDS ON EXTENSION"] }];
  },
};

/** What an ALTER is about. */
export function describe(
  reader: TokenReader,
  type: string | undefined,
  relation: RangeVar | undefined,
  object: Node | undefined,
  member: string | undefined,
): { object: ObjectClass; name?: QualifiedName; relations: readonly QualifiedName[] } {
  const objectClass = objectClasses[type ?? ""] ?? "type";
  const position = reader.skip(1 + nounWords(reader, 1, type), "if", "exists");
  if (relation !== undefined) {
    const table = relationName(reader, relation);
    if (member !== undefined) {
      return { object: objectClass, name: plainName(reader, position, member), relations: [table] };
    }
    return { object: objectClass, name: table, relations: relationClasses.has(objectClass) ? [table] : [] };
  }
  const names = member === undefined ? objectNames(object) : [member];
  if (type === "OBJECT_OPCLASS" || type === "OBJECT_OPFAMILY") names.shift();
  if (names.length === 0) return { object: objectClass, relations: [] };
  return { object: objectClass, name: listedName(reader, names, position), relations: [] };
}

export function headTo(reader: TokenReader, name: QualifiedName | undefined): { start: number; end: number } {
  const { start } = reader.source.span;
  return name === undefined || name.span.end <= start ? reader.span(0, 2) : { start, end: name.span.end };
}

/** The name after the last `word`. */
function nameAfterLast(reader: TokenReader, word: string, text: string | undefined): Name {
  let position = reader.length - 1;
  while (position > 0 && !reader.is(position - 1, word)) position--;
  return nameAt(reader, position, text);
}

const columnOwners: Readonly<Record<string, RenameColumn["object"]>> = dictionary({
  OBJECT_VIEW: "view",
  OBJECT_MATVIEW: "materialized view",
  OBJECT_FOREIGN_TABLE: "foreign table",
  OBJECT_TYPE: "type",
});

function rename(reader: TokenReader, statement: RenameStmt): Operation[] {
  const { relation, renameType, subname, missing_ok: missing } = statement;
  const { span } = reader.source;
  const to = nameAfterLast(reader, "to", statement.newname);
  const ifExists = missing === true;
  const only = relation !== undefined && relation.inh !== true ? { only: true } : {};
  switch (renameType) {
    case "OBJECT_TABLE":
    case "OBJECT_FOREIGN_TABLE": {
      const table = relationName(reader, relation);
      return [{ kind: "renameTable", span, head: span, table, ifExists, to }];
    }
    case "OBJECT_INDEX": {
      const index = relationName(reader, relation);
      return [{ kind: "renameIndex", span, head: span, index, ifExists, to }];
    }
    case "OBJECT_VIEW":
    case "OBJECT_MATVIEW": {
      const view = relationName(reader, relation);
      const materialized = renameType === "OBJECT_MATVIEW";
      return [{ kind: "renameView", span, head: span, view, materialized, ifExists, to }];
    }
    case "OBJECT_COLUMN":
    case "OBJECT_ATTRIBUTE": {
      const table = relationName(reader, relation);
      const { position, head } = member(reader);
      const object = columnOwners[statement.relationType ?? ""] ?? "table";
      const column = nameAt(reader, position, subname);
      const inherits = renameType === "OBJECT_COLUMN" ? only : {};
      const cascade = statement.behavior === "DROP_CASCADE" ? { cascade: true as const } : {};
      return [
        { kind: "renameColumn", span, head, table, ifExists, ...inherits, column, object, ...cascade, to },
      ];
    }
    case "OBJECT_TABCONSTRAINT": {
      const table = relationName(reader, relation);
      const { position, head } = member(reader);
      const name = nameAt(reader, position, subname);
      return [{ kind: "renameConstraint", span, head, table, ifExists, ...only, name, to }];
    }
    case "OBJECT_DOMCONSTRAINT": {
      const domain = listedName(reader, objectNames(statement.object), 2);
      const base = { kind: "alterDomain" as const, span, head: member(reader).head, domain };
      return [
        {
          ...base,
          change: "rename constraint",
          ...(subname === undefined ? {} : { constraint: subname }),
          to: to.text,
        },
      ];
    }
    default: {
      const described = describe(reader, renameType, relation, statement.object, subname);
      return [{ kind: "renameObject", span, head: span, ...described, to }];
    }
  }
}

/** `RENAME COLUMN c`: the head, and the position of the name just before TO. */
function member(reader: TokenReader): { position: number; head: { start: number; end: number } } {
  let to = reader.length - 1;
  while (to > 0 && !reader.is(to, "to")) to--;
  let from = to;
  while (from > 0 && !reader.is(from, "rename")) from--;
  return { position: to - 1, head: reader.span(from, to) };
}

function setSchema(reader: TokenReader, statement: AlterObjectSchemaStmt): Operation[] {
  const { relation, objectType, object, missing_ok: missing } = statement;
  const { span } = reader.source;
  const to = nameAfterLast(reader, "schema", statement.newschema);
  if (objectType === "OBJECT_TABLE" || objectType === "OBJECT_FOREIGN_TABLE") {
    const table = relationName(reader, relation);
    return [{ kind: "setTableSchema", span, head: span, table, ifExists: missing === true, to }];
  }
  const described = describe(reader, objectType, relation, object, undefined);
  return [{ kind: "setObjectSchema", span, head: span, ...described, to }];
}
