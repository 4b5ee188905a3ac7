/** Types, schemas and objects by class that surely aren't there, or whose name is taken. */
import { keyOf, type Key, type QualifiedName } from "../../model/names.ts";
import type { ObjectClass, Operation } from "../../model/operation.ts";
import type { ColumnType } from "../../model/types.ts";
import { knownKind } from "../../schema/model.ts";
import type { StatementContext } from "./statement-context.ts";

export function refuseNames(op: Operation, context: StatementContext): void {
  refuseTaken(op, context);
  if (!context.schema.whole) return;
  for (const type of typesOf(op)) refuseType(type, context);
  for (const schema of schemasOf(op))
    if (context.schema.namespace(schema) === "no") context.found.fail(`schema "${schema}" does not exist`);
  refuseObject(op, context);
}

function refuseType(type: ColumnType, context: StatementContext): void {
  const name = { schema: type.schema, name: type.name, text: type.text, span: type.span };
  if (context.schema.type(name).is !== "absent" || context.schema.relation(name).is === "present") return;
  context.found.fail(`type "${type.text}" does not exist`);
}

/** Column types that the statement names. */
function typesOf(op: Operation): readonly ColumnType[] {
  switch (op.kind) {
    case "createTable":
      return op.columns.map((column) => column.type);
    case "addColumn":
      return [op.column.type];
    case "changeColumnType":
    case "createDomain":
      return [op.type];
    case "createType":
      return op.attributes.map((attribute) => attribute.type);
    case "alterCompositeType":
      return op.attributeType === undefined ? [] : [op.attributeType];
    case "createFunction":
      return [...op.parameters.map(({ type }) => type), ...(op.returns === undefined ? [] : [op.returns])];
    default:
      return [];
  }
}

const written = (name: QualifiedName | undefined): readonly string[] =>
  name?.schema === undefined ? [] : [name.schema];

/** Schemas in which something is to be made, or that the statement is about. */
function schemasOf(op: Operation): readonly string[] {
  switch (op.kind) {
    case "createTable":
      return written(op.table);
    case "createView":
      return written(op.view);
    case "createSequence":
      return written(op.sequence);
    case "createType":
      return written(op.type);
    case "createDomain":
      return written(op.domain);
    case "createFunction":
      return written(op.function);
    case "setTableSchema":
    case "setObjectSchema":
      return [op.to.text];
    case "grant":
      return [...op.inSchemas, ...(op.object === "schema" && op.name !== undefined ? [op.name.name] : [])];
    case "reindex":
      return op.scope === "schema" && op.target !== undefined ? [op.target.name] : [];
    case "comment":
    case "renameObject":
    case "changeOwner":
      return op.object === "schema" && op.name !== undefined ? [op.name.name] : [];
    default:
      return [];
  }
}

/** Classes whose objects belong to the database, and all come from statements. */
const followed: ReadonlySet<ObjectClass> = new Set<ObjectClass>([
  "event trigger",
  "extension",
  "foreign data wrapper",
  "language",
  "publication",
  "server",
  "subscription",
]);

function refuseObject(op: Operation, context: StatementContext): void {
  const isThere = (object: ObjectClass, name: string): boolean =>
    context.schema.object(object, name) === "yes";
  const missing = (object: ObjectClass, name: string): void => {
    if (!isThere(object, name)) context.found.fail(`${object} "${name}" does not exist`);
  };
  switch (op.kind) {
    case "createExtension":
      if (!op.ifNotExists && isThere("extension", op.extension.text))
        context.found.fail(`extension "${op.extension.text}" already exists`);
      return;
    case "createFunction":
      // plpython3u and the like are extensions of their own.
      if (!isThere("language", op.language) && !op.language.startsWith("pl"))
        context.found.fail(`language "${op.language}" does not exist`);
      return;
    case "createObject":
      if (op.name === undefined || !followed.has(op.object) || op.ifNotExists || op.orReplace) return;
      if (isThere(op.object, op.name.name))
        context.found.fail(`${op.object} "${op.name.name}" already exists`);
      return;
    case "dropObject":
      if (op.name !== undefined && followed.has(op.object) && !op.ifExists) missing(op.object, op.name.name);
      return;
    case "alterObject":
    case "renameObject":
    case "setObjectSchema":
    case "changeOwner":
    case "comment":
    case "grant":
      if (op.name !== undefined && followed.has(op.object)) missing(op.object, op.name.name);
      return;
    default:
  }
}

/** Relations and types share names: a table has a row type. */
function refuseTaken(op: Operation, context: StatementContext): void {
  const made = (name: QualifiedName): Key =>
    keyOf(name.schema ?? context.schema.searchPath[0] ?? "public", name.name);
  const { schema, found } = context;
  if (op.kind === "createTable" && !op.temporary) {
    const type = schema.type(made(op.table));
    if (type.is === "present" && type.value.form !== "shell" && type.value.origin !== undefined)
      found.fail(`type "${op.table.name}" already exists`);
  }
  if (op.kind === "createType" || op.kind === "createDomain") {
    const name = op.kind === "createType" ? op.type : op.domain;
    const relation = schema.relation(made(name));
    if (
      relation.is === "present" &&
      relation.value.origin !== undefined &&
      knownKind(relation.value) !== undefined &&
      relation.value.kind !== "sequence"
    )
      found.fail(`type "${name.name}" already exists`);
  }
  if (op.kind === "renameObject" && op.object === "schema" && schema.namespace(op.to.text) === "yes")
    found.fail(`schema "${op.to.text}" already exists`);
}
