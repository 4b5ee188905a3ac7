/** DROP of everything that the grammar drops by one statement. */
import type { DropStmt, Node } from "@pgsql/types";
import type { ObjectClass, Operation } from "../../../model/operation.ts";
import type { ColumnType } from "../../../model/types.ts";
import { listedName, nameAt } from "./names.ts";
import { nounWords, objectClasses, objectNames } from "./object-class.ts";
import type { Handlers } from "./tree.ts";
import type { Range, TokenReader } from "./tokens.ts";
import { columnType } from "./type.ts";
import { dictionary } from "../../../text/dictionary.ts";

export const dropHandlers: Handlers = { DropStmt: drop };

function drop(reader: TokenReader, statement: DropStmt): Operation[] {
  let start = 1 + nounWords(reader, 1, statement.removeType);
  const afterKeyword = reader.tokens[start - 1]?.end ?? reader.source.span.end;
  if (statement.concurrent === true) start++;
  start = reader.skip(start, "if", "exists");
  const parts = reader.split(start, reader.length);
  const seen = new Set<string>();
  return (statement.objects ?? []).flatMap((object, i) => {
    // Named twice, it is dropped once. Functions have arguments, too.
    const name = "List" in object ? JSON.stringify(objectNames(object)) : String(i);
    if (seen.has(name)) return [];
    seen.add(name);
    return dropOne(
      reader,
      statement,
      object,
      parts[i] ?? { from: start, to: reader.length },
      i === 0,
      afterKeyword,
    );
  });
}

function dropOne(
  reader: TokenReader,
  statement: DropStmt,
  object: Node,
  range: Range,
  first: boolean,
  afterKeyword: number,
): Operation {
  const names = objectNames(object);
  // DROP OPERATOR CLASS a USING m: the tree puts the method first.
  const byMethod = statement.removeType === "OBJECT_OPCLASS" || statement.removeType === "OBJECT_OPFAMILY";
  if (byMethod) names.shift();
  const at = range.from;
  const end = names.length === 0 ? range.to : reader.nameEnd(at);
  const base = {
    span: reader.source.span,
    head: reader.span(first ? 0 : at, end),
    ifExists: statement.missing_ok === true,
    cascade: statement.behavior === "DROP_CASCADE",
  };
  const name = listedName(reader, names, at);
  switch (statement.removeType) {
    case "OBJECT_TABLE":
      return { kind: "dropTable", ...base, table: name, foreign: false };
    case "OBJECT_FOREIGN_TABLE":
      return { kind: "dropTable", ...base, table: name, foreign: true };
    case "OBJECT_INDEX":
      return {
        kind: "dropIndex",
        ...base,
        index: name,
        concurrently: statement.concurrent === true,
        afterKeyword,
      };
    case "OBJECT_VIEW":
    case "OBJECT_MATVIEW":
      return {
        kind: "dropView",
        ...base,
        view: name,
        materialized: statement.removeType === "OBJECT_MATVIEW",
      };
    case "OBJECT_SEQUENCE":
      return { kind: "dropSequence", ...base, sequence: name };
    case "OBJECT_TYPE":
    case "OBJECT_DOMAIN":
      return { kind: "dropType", ...base, type: name, domain: statement.removeType === "OBJECT_DOMAIN" };
    case "OBJECT_SCHEMA":
      return { kind: "dropSchema", ...base, schema: nameAt(reader, at, names[0]) };
    case "OBJECT_FUNCTION":
    case "OBJECT_PROCEDURE":
    case "OBJECT_ROUTINE":
    case "OBJECT_AGGREGATE": {
      const types = argumentTypes(reader, object);
      return {
        kind: "dropFunction",
        ...base,
        function: name,
        ...(types === undefined ? {} : { arguments: types }),
        object: routines[statement.removeType] ?? "function",
      };
    }
    case "OBJECT_TRIGGER":
    case "OBJECT_POLICY":
    case "OBJECT_RULE": {
      const on = reader.find("on", at);
      const member = {
        ...base,
        head: reader.span(0, reader.nameEnd(on + 1)),
        table: listedName(reader, names.slice(0, -1), on + 1),
        name: nameAt(reader, at, names.at(-1)),
      };
      if (statement.removeType === "OBJECT_TRIGGER") return { kind: "dropTrigger", ...member };
      if (statement.removeType === "OBJECT_RULE") return { kind: "dropRule", ...member };
      const { span, head, table, ifExists, name: policy } = member;
      return { kind: "dropPolicy", span, head, table, ifExists, name: policy };
    }
    default: {
      const objectClass: ObjectClass = objectClasses[statement.removeType ?? ""] ?? "type";
      return {
        kind: "dropObject",
        ...base,
        object: objectClass,
        ...(names.length === 0 ? {} : { name }),
        relations: [],
      };
    }
  }
}

const routines: Readonly<Record<string, "function" | "procedure" | "routine" | "aggregate">> = dictionary({
  OBJECT_FUNCTION: "function",
  OBJECT_PROCEDURE: "procedure",
  OBJECT_ROUTINE: "routine",
  OBJECT_AGGREGATE: "aggregate",
});

const withDimensions = ({ name, dimensions }: ColumnType): string => name + "[]".repeat(dimensions);

/** Of a function; undefined: it is named alone. */
export function argumentTypes(reader: TokenReader, object: Node): string[] | undefined {
  if (!("ObjectWithArgs" in object) || object.ObjectWithArgs.args_unspecified === true) return undefined;
  return (object.ObjectWithArgs.objargs ?? []).flatMap((node) =>
    "TypeName" in node ? [withDimensions(columnType(reader, node.TypeName))] : [],
  );
}
