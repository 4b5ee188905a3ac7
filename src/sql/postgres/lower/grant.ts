/** COMMENT, GRANT, REVOKE, ALTER DEFAULT PRIVILEGES. */
import type { CommentStmt, GrantStmt, Node } from "@pgsql/types";
import type { Name, QualifiedName } from "../../../model/names.ts";
import type { ObjectClass, Operation, OperationOf } from "../../../model/operation.ts";
import { argumentTypes } from "./drop.ts";
import { listedName, nameAt, nameText, nodesName, relationName } from "./names.ts";
import { nounWords, objectClasses, objectNames, relationClasses, roleTexts } from "./object-class.ts";
import { headTo } from "./rename.ts";
import { items, strings, type Handlers } from "./tree.ts";
import type { TokenReader } from "./tokens.ts";

export const grantHandlers: Handlers = {
  CommentStmt: (reader, statement) => [comment(reader, statement)],
  GrantStmt: (reader, statement) => [grant(reader, statement, false)],
  AlterDefaultPrivilegesStmt: (reader, { action, options }) => {
    const schemas = (options ?? []).flatMap((node) =>
      "DefElem" in node && node.DefElem.defname === "schemas" ? strings(items(node.DefElem.arg)) : [],
    );
    return [{ ...grant(reader, action ?? {}, true), inSchemas: schemas }];
  },
  GrantRoleStmt: (reader, statement) => [
    {
      kind: "grant",
      span: reader.source.span,
      head: reader.span(0, 1),
      object: "role",
      relations: [],
      privileges: privileges(statement.granted_roles, false),
      grantees: roleTexts(statement.grantee_roles),
      inSchemas: [],
      revoke: statement.is_grant !== true,
      defaults: false,
    },
  ],
};

function privileges(nodes: readonly Node[] | undefined, upper: boolean): string[] {
  return (nodes ?? []).flatMap((node) => {
    if (!("AccessPriv" in node)) return [];
    // Column privileges without a name: ALL (a, b).
    const name = node.AccessPriv.priv_name ?? "ALL";
    return [upper ? name.toUpperCase() : name];
  });
}

function grantedColumns(nodes: readonly Node[] | undefined): { columns?: string[] } {
  const columns = (nodes ?? []).flatMap((node) =>
    "AccessPriv" in node ? strings(node.AccessPriv.cols) : [],
  );
  return columns.length === 0 ? {} : { columns };
}

function grant(
  reader: TokenReader,
  statement: GrantStmt,
  defaults: boolean,
): Extract<Operation, { kind: "grant" }> {
  const { objects, objtype, targtype } = statement;
  const inSchema = targtype === "ACL_TARGET_ALL_IN_SCHEMA";
  const relations = (objects ?? []).flatMap((node) =>
    "RangeVar" in node ? [relationName(reader, node.RangeVar)] : [],
  );
  const first = objects?.[0];
  const on = reader.find("on");
  let name: QualifiedName | undefined = relations.length === 1 ? relations[0] : undefined;
  if (!inSchema && !defaults && relations.length === 0 && on >= 0) {
    const parts = objectNames(first);
    const words = objtype === "OBJECT_FOREIGN_SERVER" ? 2 : nounWords(reader, on + 1, objtype);
    if (parts.length > 0) name = listedName(reader, parts, on + 1 + words);
  }
  const granted = privileges(statement.privileges, true);
  const types = first === undefined ? undefined : argumentTypes(reader, first);
  const last = relations[0] ?? name;
  const routines = name === undefined ? [] : (objects ?? []).flatMap((node) => routineIn(reader, node, name));
  return {
    kind: "grant",
    span: reader.source.span,
    head:
      last === undefined
        ? reader.span(0, defaults ? 3 : Math.max(1, on))
        : { start: reader.source.span.start, end: last.span.end },
    object: objectClasses[objtype ?? ""] ?? "table",
    ...(name === undefined ? {} : { name }),
    relations,
    ...(types === undefined ? {} : { arguments: types }),
    ...(routines.length === 0 ? {} : { routines }),
    privileges: granted.length === 0 ? ["ALL"] : granted,
    grantees: roleTexts(statement.grantees),
    ...grantedColumns(statement.privileges),
    inSchemas: inSchema ? strings(objects) : [],
    revoke: statement.is_grant !== true,
    defaults,
  };
}

/** @param first the name of the first one, which has a place of its own */
function routineIn(
  reader: TokenReader,
  node: Node,
  first: QualifiedName,
): NonNullable<OperationOf<"grant">["routines"]> {
  if (!("ObjectWithArgs" in node)) return [];
  const [name = "", schema] = objectNames(node).toReversed();
  const types = argumentTypes(reader, node);
  const own = {
    ...(schema === undefined ? {} : { schema }),
    name,
    text: nameText(schema, name),
    span: first.span,
  };
  return [{ name: own, ...(types === undefined ? {} : { arguments: types }) }];
}

const members: ReadonlySet<string> = new Set([
  "OBJECT_TRIGGER",
  "OBJECT_POLICY",
  "OBJECT_RULE",
  "OBJECT_TABCONSTRAINT",
  "OBJECT_DOMCONSTRAINT",
]);

function comment(reader: TokenReader, statement: CommentStmt): Operation {
  const { objtype, object } = statement;
  const position = 2 + nounWords(reader, 2, objtype);
  const names = objectNames(object);
  const objectClass: ObjectClass = objectClasses[objtype ?? ""] ?? "type";
  const base = {
    kind: "comment" as const,
    span: reader.source.span,
    object: objectClass,
    ...(statement.comment === undefined ? {} : { text: statement.comment }),
  };
  if (objtype === "OBJECT_COLUMN") {
    const end = reader.nameEnd(position);
    const [schema, name] = names.length > 2 ? names.slice(-3, -1) : [undefined, names.at(-2)];
    const table: QualifiedName = {
      ...(schema === undefined ? {} : { schema }),
      name: name ?? "",
      text: nameText(schema, name ?? ""),
      span: reader.span(position, Math.max(end - 2, position + 1)),
    };
    const column = nameAt(reader, end - 1, names.at(-1));
    return { ...base, head: reader.span(0, end), relations: [table], member: column };
  }
  if (members.has(objtype ?? "")) {
    const on = reader.find("on", position);
    const member: Name = nameAt(reader, position, names.at(-1));
    if (objtype === "OBJECT_DOMCONSTRAINT") {
      const type = items(object).find((node) => "TypeName" in node);
      const parts = type !== undefined && "TypeName" in type ? type.TypeName.names : [];
      const domain = nodesName(reader, parts, on + 2);
      return { ...base, head: headTo(reader, domain), name: domain, relations: [], member };
    }
    const table = listedName(reader, names.slice(0, -1), on + 1);
    return { ...base, head: headTo(reader, table), relations: [table], member };
  }
  if (objtype === "OBJECT_OPCLASS" || objtype === "OBJECT_OPFAMILY") names.shift();
  if (names.length === 0 || objtype === "OBJECT_CAST" || objtype === "OBJECT_TRANSFORM") {
    return { ...base, head: reader.span(0, Math.min(position, reader.length)), relations: [] };
  }
  const name = listedName(reader, names, position);
  return {
    ...base,
    head: headTo(reader, name),
    name,
    relations: relationClasses.has(objectClass) ? [name] : [],
  };
}
