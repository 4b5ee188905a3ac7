/** DROP of everything that the grammar drops by one statement. */
import type { DropStmt, Node } from "@pgsql/types";
import type { ObjectClass, Operation } from "../../../model/operation.ts";
import { listedName, nameAt } from "./names.ts";
import { objectClasses } from "./object-class.ts";
import { strings, type Handlers } from "./tree.ts";
import type { Range, TokenReader } from "./tokens.ts";
import { columnType } from "./type.ts";

export const dropHandlers: Handlers = { DropStmt: drop };

/** Words between DROP and the first name. */
const nouns: Readonly<Record<string, number>> = {
  OBJECT_ACCESS_METHOD: 2,
  OBJECT_EVENT_TRIGGER: 2,
  OBJECT_FDW: 3,
  OBJECT_FOREIGN_TABLE: 2,
  OBJECT_MATVIEW: 2,
  OBJECT_OPCLASS: 2,
  OBJECT_OPFAMILY: 2,
  OBJECT_TSCONFIGURATION: 3,
  OBJECT_TSDICTIONARY: 3,
  OBJECT_TSPARSER: 3,
  OBJECT_TSTEMPLATE: 3,
};

function drop(reader: TokenReader, statement: DropStmt): Operation[] {
  let start = 1 + (nouns[statement.removeType ?? ""] ?? 1);
  if (reader.is(1, "procedural")) start++;
  const afterKeyword = reader.tokens[start - 1]?.end ?? reader.source.span.end;
  if (statement.concurrent === true) start++;
  start = reader.skip(start, "if", "exists");
  const parts = reader.split(start, reader.length);
  return (statement.objects ?? []).map((object, i) =>
    dropOne(reader, statement, object, parts[i] ?? { from: start, to: reader.length }, i === 0, afterKeyword),
  );
}

/** Names of an object: a list, a type, or a function with arguments. */
function objectNames(node: Node): string[] {
  if ("List" in node) return strings(node.List.items);
  if ("TypeName" in node) return strings(node.TypeName.names);
  if ("ObjectWithArgs" in node) return strings(node.ObjectWithArgs.objname);
  if ("String" in node) return [node.String.sval ?? ""];
  return [];
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
  const at = range.from;
  const end = reader.nameEnd(at);
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

const routines: Readonly<Record<string, "function" | "procedure" | "routine" | "aggregate">> = {
  OBJECT_FUNCTION: "function",
  OBJECT_PROCEDURE: "procedure",
  OBJECT_ROUTINE: "routine",
  OBJECT_AGGREGATE: "aggregate",
};

function argumentTypes(reader: TokenReader, object: Node): string[] | undefined {
  if (!("ObjectWithArgs" in object) || object.ObjectWithArgs.args_unspecified === true) return undefined;
  return (object.ObjectWithArgs.objargs ?? []).flatMap((node) =>
    "TypeName" in node ? [columnType(reader, node.TypeName).name] : [],
  );
}
