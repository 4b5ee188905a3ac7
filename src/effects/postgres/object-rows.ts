/** Types, functions, triggers, policies, and objects without an operation of their own. */
import { keyOf, type Key, type QualifiedName } from "../../model/names.ts";
import type {
  AddEnumValue,
  AlterCompositeType,
  AlterDomain,
  AlterObject,
  ChangeOwner,
  Comment,
  CreateFunction,
  CreateObject,
  DropObject,
  DropSchema,
  DropTrigger,
  DropType,
  Grant,
  ObjectClass,
  ObjectOperation,
  RenameEnumValue,
  RenameObject,
  SetObjectSchema,
} from "../../model/operation.ts";
import { dropDependents } from "./drop.ts";
import { dropStatistics } from "./refused-objects.ts";
import { hasRule } from "./refusals.ts";
import { indexRows } from "./index-rows.ts";
import type { Rows } from "./row.ts";
import type { StatementContext } from "./statement-context.ts";
import { viewRows } from "./view-rows.ts";
import { knownKind } from "../../schema/model.ts";

export const objectRows: Rows<ObjectOperation["kind"]> = {
  ...indexRows,
  ...viewRows,
  createType: { manual: "CREATE TYPE" },
  addEnumValue: { manual: "ALTER TYPE, Notes", more: addEnumValue },
  renameEnumValue: { manual: "ALTER TYPE", more: renameEnumValue },
  alterCompositeType: { manual: "ALTER TYPE", more: alterCompositeType },
  dropType: { manual: "DROP TYPE", more: dropType },
  createDomain: { manual: "CREATE DOMAIN" },
  alterDomain: { manual: "ALTER DOMAIN, Notes", more: alterDomain },
  createFunction: { manual: "CREATE FUNCTION", more: createFunction },
  alterFunction: { manual: "ALTER FUNCTION" },
  dropFunction: {
    manual: "DROP FUNCTION",
    more: (op, context) => {
      dropDependents({ routine: op.function }, `function ${op.function.name}()`, op, context);
    },
  },
  createTrigger: {
    manual: "CREATE TRIGGER; section 13.3.1, SHARE ROW EXCLUSIVE",
    more: (op, context) => {
      // Only a trigger for each row is copied to the partitions.
      const below = op.forEachRow && context.isPartitioned(op.table);
      context.lockTree(op.table, "SHARE ROW EXCLUSIVE", !below);
      if (op.orReplace) context.needs(14, "TRIGGER");
      if (op.references !== undefined) context.lock(op.references, "ACCESS SHARE");
    },
  },
  dropTrigger: { manual: "DROP TRIGGER", more: dropTrigger },
  createPolicy: { manual: "CREATE POLICY", lock: "ACCESS EXCLUSIVE", more: policy },
  alterPolicy: { manual: "ALTER POLICY", lock: "ACCESS EXCLUSIVE", more: policy },
  dropPolicy: {
    manual: "DROP POLICY",
    more: (op, context) => {
      const table = context.relation(op.table);
      const isThere = table?.policies.some((policy) => policy.name === op.name.text) === true;
      if (isThere || !op.ifExists || table?.complete !== true) context.lock(op.table, "ACCESS EXCLUSIVE");
    },
  },
  createRule: {
    manual: "CREATE RULE",
    lock: "ACCESS EXCLUSIVE",
    more: (op, context) => {
      context.name(op.query);
      for (const table of op.writes ?? []) context.lock(table, "ROW EXCLUSIVE");
    },
  },
  dropRule: {
    manual: "DROP RULE",
    more: (op, context) => {
      const table = context.relation(op.table);
      const isNone = table?.complete === true && !hasRule(table, op.name.text);
      if (!isNone || !op.ifExists) context.lock(op.table, "ACCESS EXCLUSIVE");
    },
  },
  createSchema: { manual: "CREATE SCHEMA" },
  dropSchema: { manual: "DROP SCHEMA", more: dropSchema },
  createExtension: { manual: "CREATE EXTENSION" },
  createStatistics: { manual: "CREATE STATISTICS", lock: "SHARE UPDATE EXCLUSIVE" },
  createObject: { manual: "CREATE PUBLICATION, CREATE SUBSCRIPTION, …", more: createObject },
  alterObject: { manual: "ALTER PUBLICATION, ALTER SYSTEM, …", more: alterObject },
  dropObject: { manual: "DROP PUBLICATION, DROP TABLESPACE, …", more: dropObject },
  renameObject: { manual: "ALTER SEQUENCE, ALTER TRIGGER, …", more: renameObject },
  setObjectSchema: { manual: "ALTER VIEW, ALTER SEQUENCE, …", more: renameObject },
  changeOwner: { manual: "ALTER TABLE, OWNER TO", more: changeOwner },
  comment: { manual: "COMMENT", more: comment },
  grant: { manual: "GRANT", more: grant },
};

/** IF EXISTS of a trigger that isn't there locks nothing. */
function dropTrigger(op: DropTrigger, context: StatementContext): void {
  const table = context.relation(op.table);
  const trigger = table?.triggers.find(({ name }) => name === op.name.text);
  // Nothing in a closed history makes it, although its table, by IF NOT EXISTS, may be older.
  const isKnown = table?.complete === true || (context.schema.closed && table?.origin !== undefined);
  if (trigger === undefined && op.ifExists && isKnown) return;
  context.lockTree(op.table, "ACCESS EXCLUSIVE", !context.isPartitioned(op.table));
}

function addEnumValue(op: AddEnumValue, context: StatementContext): void {
  const found = context.schema.type(op.type);
  const labels = found.is === "present" ? found.value.labels : [];
  if (!op.ifNotExists && labels.some((known) => known.label === op.label))
    context.found.fail(`enum label "${op.label}" already exists`);
  const { neighbour } = op;
  if (found.is !== "present" || !found.value.complete || neighbour === undefined) return;
  if (!labels.some((known) => known.label === neighbour.label))
    context.found.fail(`"${neighbour.label}" is not an existing enum label`);
}

function renameEnumValue(op: RenameEnumValue, context: StatementContext): void {
  const found = context.schema.type(op.type);
  if (found.is !== "present" || !found.value.complete) return;
  const labels = found.value.labels.map((known) => known.label);
  const isTaken = labels.includes(op.to);
  const already = isTaken ? `, and "${op.to}" is one already` : "";
  if (!labels.includes(op.label)) context.found.fail(`"${op.label}" is not an existing enum label${already}`);
  else if (isTaken) context.found.fail(`enum label "${op.to}" already exists`);
}

function alterCompositeType(op: AlterCompositeType, context: StatementContext): void {
  const typed = typedTables(op.type, context);
  if (typed.length > 0 && !op.cascade)
    context.found.fail(`cannot alter type "${op.type.name}" because it is the type of a typed table`);
  for (const table of typed) context.lock(table, "ACCESS EXCLUSIVE");
  // Rows hold values of the old shape; a new attribute reads as NULL in them.
  if (op.change !== "type") return;
  const user = context.schema.dependents({ type: op.type }).find((d) => d.kind === "column");
  if (user !== undefined)
    context.found.fail(
      `cannot alter type "${op.type.name}" because ${user.text.replace(/^column (.*)$/, 'column "$1"')} uses it`,
    );
}

function dropType(op: DropType, context: StatementContext): void {
  const { name } = op.type;
  dropDependents({ type: op.type }, `type ${name}`, op, context);
  for (const table of typedTables(op.type, context)) {
    if (op.cascade) context.lock(table, "ACCESS EXCLUSIVE");
    else context.found.fail(`cannot drop type ${name} because other objects depend on it`);
  }
}

const typedTables = (type: QualifiedName, context: StatementContext): readonly Key[] => {
  const key = context.key(type);
  return [...context.schema.relations()].filter((r) => r.ofType === key).map((r) => r.key);
};

/** Columns of the domain are checked one table after the other, under SHARE. */
function alterDomain(op: AlterDomain, context: StatementContext): void {
  const checks =
    op.change === "set not null" ||
    op.change === "validate constraint" ||
    (op.change === "add constraint" && op.check?.notValid !== true);
  if (!checks) return;
  for (const domain of domainsOver(op.domain, context))
    for (const user of context.schema.dependents({ type: domain })) {
      if (user.kind !== "column" || user.relation === undefined) continue;
      if (user.nested === true)
        context.found.fail(`cannot alter type "${op.domain.name}" because ${user.text} uses it`);
      context.lock(user.relation, "SHARE");
      context.scan(user.relation);
    }
}

/** The domain and those made over it. */
function domainsOver(domain: QualifiedName, context: StatementContext): readonly (QualifiedName | Key)[] {
  const found: (QualifiedName | Key)[] = [domain];
  const names = new Set([domain.name]);
  const domains = [...context.schema.types()].filter((type) => type.form === "domain");
  for (let before = 0; before < names.size;) {
    before = names.size;
    for (const type of domains) {
      if (type.base === undefined || !names.has(type.base.name) || names.has(type.name)) continue;
      names.add(type.name);
      found.push(keyOf(type.schema, type.name));
    }
  }
  return found;
}

function createFunction(op: CreateFunction, context: StatementContext): void {
  if (op.atomic) context.needs(14, "BEGIN");
  // Its queries are analysed, unless check_function_bodies is off.
  if (op.atomic || (op.language === "sql" && context.server.setting("check_function_bodies") !== "off"))
    context.name(op.uses);
  if (op.language !== "sql" || context.server.setting("check_function_bodies") === "off") return;
  for (const inner of op.operations)
    if (
      inner.kind === "insertRows" ||
      inner.kind === "updateRows" ||
      inner.kind === "deleteRows" ||
      inner.kind === "mergeRows"
    )
      context.lock(inner.table, "ROW EXCLUSIVE");
}

function policy(
  op: { readonly table: Parameters<StatementContext["key"]>[0] } & Pick<
    Extract<ObjectOperation, { kind: "createPolicy" }>,
    "using" | "withCheck"
  >,
  context: StatementContext,
): void {
  context.nameIn(op.using, context.key(op.table));
  context.nameIn(op.withCheck, context.key(op.table));
}

function dropSchema(op: DropSchema, context: StatementContext): void {
  for (const relation of context.schema.relations()) {
    if (relation.schema !== op.schema.text) continue;
    if (!op.cascade)
      context.found.fail(`cannot drop schema ${op.schema.text} because other objects depend on it`);
    context.lock(relation.key, "ACCESS EXCLUSIVE");
    for (const fk of context.foreignKeysOf(relation.key)) context.lock(fk.references, "ACCESS EXCLUSIVE");
    for (const user of context.schema.dependents({ table: relation.key }))
      if (user.relation !== undefined && user.onDrop === "refuses")
        context.lock(user.relation, "ACCESS EXCLUSIVE");
  }
  const users = [
    ...[...context.schema.types()]
      .filter((type) => type.schema === op.schema.text)
      .flatMap((type) => context.schema.dependents({ type: keyOf(type.schema, type.name) })),
    ...[...context.schema.allRoutines()]
      .filter((routine) => routine.schema === op.schema.text)
      .flatMap((routine) => context.schema.dependents({ routine: keyOf(routine.schema, routine.name) })),
  ];
  for (const user of users)
    if (user.relation !== undefined && user.onDrop === "refuses")
      context.lock(user.relation, "ACCESS EXCLUSIVE");
  const isFilled = (things: Iterable<{ readonly schema: string }>): boolean =>
    [...things].some((thing) => thing.schema === op.schema.text);
  if (!op.cascade && (isFilled(context.schema.types()) || isFilled(context.schema.allRoutines())))
    context.found.fail(`cannot drop schema ${op.schema.text} because other objects depend on it`);
}

const option = (op: { readonly options: readonly string[] }, pattern: RegExp): boolean =>
  op.options.some((text) => pattern.test(text));

/** Commands that refuse a transaction block (manual, each command's Notes). */
const alone: ReadonlySet<ObjectClass> = new Set(["database", "tablespace"]);

function createObject(op: CreateObject, context: StatementContext): void {
  if (alone.has(op.object)) context.found.notInTransaction();
  // Making the slot on the publisher can't be undone.
  if (op.object === "subscription" && !option(op, /^(?:connect|create_slot)\s*=\s*false$/i))
    context.found.notInTransaction();
  if (op.object !== "publication") return;
  if (option(op, /IN SCHEMA/i)) context.needs(15, "TABLES");
  refuseUnpublishable(op, context);
  publish(op, context);
}

/** A partitioned table stands for its partitions; inheriting tables are published one by one. */
function publish(op: { readonly relations: readonly QualifiedName[] }, context: StatementContext): void {
  for (const table of op.relations)
    context.lockTree(table, "SHARE UPDATE EXCLUSIVE", table.only === true || context.isPartitioned(table));
}

/** Only tables that are logged and stay are published. */
function refuseUnpublishable(op: CreateObject | AlterObject, context: StatementContext): void {
  for (const name of op.relations) {
    const relation = context.relation(name);
    if (relation === undefined) continue;
    const kind = knownKind(relation);
    if (kind !== undefined && kind !== "table") context.found.fail(`"${relation.name}" is not a table`);
    else if (relation.unlogged || relation.temporary)
      context.found.fail(`table "${relation.name}" cannot be replicated`);
  }
}

function alterPublication(op: AlterObject, context: StatementContext): void {
  const { name } = op;
  if (name === undefined || op.relations.length === 0) return;
  const has = (table: QualifiedName): boolean | undefined => {
    const relation = context.relation(table);
    return relation?.origin === undefined ? undefined : (relation.publications ?? []).includes(name.name);
  };
  if (op.options.includes("ADD") && op.relations.some((table) => has(table) === true))
    context.found.fail(`relation is already member of publication "${name.name}"`);
  // One that is made elsewhere may have any table.
  const isKnown = context.schema.object("publication", name.name) === "yes";
  if (isKnown && op.options.includes("DROP") && op.relations.some((table) => has(table) === false))
    context.found.fail("relation is not part of the publication");
  if (!op.options.includes("SET")) return;
  for (const relation of context.schema.relations())
    if (relation.publications?.includes(name.name) === true)
      context.lock(relation.key, "SHARE UPDATE EXCLUSIVE");
}

function alterObject(op: AlterObject, context: StatementContext): void {
  if (op.object === "system") context.found.notInTransaction();
  if (op.object === "tablespace") moveAll(op, context);
  if (op.object !== "publication") return;
  if (option(op, /IN SCHEMA/i)) context.needs(15, "TABLES");
  refuseUnpublishable(op, context);
  publish(op, context);
  alterPublication(op, context);
}

/** ALL IN TABLESPACE: relations of the default one, as the history says of no other what lies there. */
function moveAll({ name, options }: AlterObject, context: StatementContext): void {
  if (name?.name !== "pg_default" || options[0] !== "MOVE ALL") return;
  const kind =
    options[1] === "TABLE" ? "table" : options[1] === "MATERIALIZED VIEW" ? "materialized view" : "";
  for (const relation of context.schema.relations()) {
    if (relation.kind !== kind || relation.temporary) continue;
    context.lock(relation.key, "ACCESS EXCLUSIVE");
    if (relation.partitionBy === undefined && context.holdsRows(relation.key))
      context.found.rewrite(relation.key);
  }
}

function dropObject(op: DropObject, context: StatementContext): void {
  if (alone.has(op.object) || op.object === "subscription") context.found.notInTransaction();
  for (const relation of op.relations) context.lock(relation, "ACCESS EXCLUSIVE");
  if (op.object === "statistics" && op.name !== undefined) dropStatistics(op.name, context);
  if (op.object === "extension" && op.name !== undefined)
    dropDependents({ extension: op.name }, `extension ${op.name.name}`, op, context);
}

const relationClasses: ReadonlySet<ObjectClass> = new Set([
  "table",
  "view",
  "materialized view",
  "sequence",
  "foreign table",
]);
const memberClasses: ReadonlySet<ObjectClass> = new Set([
  "trigger",
  "policy",
  "rule",
  "constraint",
  "column",
]);

/** The relation that the object is, or belongs to. */
function relationOf(op: {
  readonly object: ObjectClass;
  readonly name?: CreateObject["name"];
  readonly relations: CreateObject["relations"];
}): CreateObject["name"] {
  if (memberClasses.has(op.object)) return op.relations[0];
  return relationClasses.has(op.object) ? (op.name ?? op.relations[0]) : undefined;
}

function renameObject(op: RenameObject | SetObjectSchema, context: StatementContext): void {
  const relation = relationOf(op);
  if (relation === undefined) return;
  const owner = context.relation(relation)?.ownedBy;
  if (op.kind === "setObjectSchema" && op.object === "sequence" && owner !== undefined)
    context.found.fail("cannot move an owned sequence into another schema");
  // The copies of a trigger take the name on, since 15.
  const below = op.object === "trigger" && context.server.version >= 15 && context.isPartitioned(relation);
  context.lockTree(relation, "ACCESS EXCLUSIVE", !below);
}

function changeOwner(op: ChangeOwner, context: StatementContext): void {
  const relation = relationOf(op);
  if (relation === undefined) return;
  const key: Key = context.key(relation);
  context.lock(key, "ACCESS EXCLUSIVE");
  const found = context.relation(key);
  const owner = ownerNamed(op.owner);
  // Whoever has it already may be named; who runs the migrations isn't known by name.
  const isOther = found?.owner !== undefined && owner !== undefined && found.owner !== owner;
  if (found?.kind === "sequence" && found.ownedBy !== undefined && isOther)
    context.found.fail(`cannot change owner of sequence "${found.name}"`);
  // Who owns it already: nothing else is touched.
  if (found?.origin !== undefined && found.owner === owner) return;
  for (const sequence of context.sequencesOf(key)) context.lock(sequence, "ACCESS EXCLUSIVE");
}

/** CURRENT_USER made everything that was given to nobody else. */
const ownerNamed = (owner: string): string | undefined =>
  /^(?:current_user|session_user|current_role)$/i.test(owner) ? undefined : owner;

function comment(op: Comment, context: StatementContext): void {
  const named = relationClasses.has(op.object) ? relationOf(op) : undefined;
  const kind = named === undefined ? undefined : context.relation(named)?.kind;
  if (kind !== undefined && kind !== op.object)
    context.found.fail(`"${named?.name ?? ""}" is not a ${op.object}`);
  if (op.object === "column" || relationClasses.has(op.object)) {
    const relation = op.object === "column" ? op.relations[0] : relationOf(op);
    const isType = relation !== undefined && context.schema.type(relation).is === "present";
    if (relation !== undefined && !isType) context.lock(relation, "SHARE UPDATE EXCLUSIVE");
  } else if (memberClasses.has(op.object) && op.relations[0] !== undefined) {
    context.lock(op.relations[0], "ACCESS SHARE");
  }
}

/** Only 18 keeps a lock on the table, so that it can't be dropped meanwhile. */
function grant(op: Grant, context: StatementContext): void {
  if (context.server.version < 18 || op.defaults || op.inSchemas.length > 0) return;
  const relation = relationOf(op);
  for (const name of op.relations.length > 0 ? op.relations : relation === undefined ? [] : [relation])
    if (relationClasses.has(op.object)) context.lock(name, "ACCESS SHARE");
}
