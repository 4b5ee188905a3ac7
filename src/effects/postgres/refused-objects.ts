/** Functions, triggers, statistics, comments and grants about what isn't there, or isn't of that kind. */
import { keyOf, type QualifiedName } from "../../model/names.ts";
import type {
  Comment,
  CreateFunction,
  CreateStatistics,
  DropFunction,
  Operation,
} from "../../model/operation.ts";
import { typeText } from "../../model/types.ts";
import { fits, sameSignature } from "../../schema/apply/object.ts";
import type { Relation, Routine } from "../../schema/model.ts";
import { hasRule, hasTrigger } from "./refusals.ts";
import type { StatementContext } from "./statement-context.ts";

export function refuseObjects(op: Operation, context: StatementContext): void {
  switch (op.kind) {
    case "createFunction":
      refuseReplacement(op, context);
      return;
    case "dropFunction":
      refuseRoutine(op, context);
      return;
    case "createTrigger":
      if (op.function !== undefined) refuseResult(op.function, "trigger", context);
      return;
    case "createObject":
      if (op.function !== undefined) refuseResult(op.function, "event_trigger", context);
      return;
    case "createStatistics":
      refuseStatistics(op, context);
      return;
    case "dropObject":
      if (op.object === "statistics" && !op.ifExists) refuseNone(op.name, context);
      return;
    case "alterObject":
    case "setObjectSchema":
    case "changeOwner":
      if (op.object === "statistics") refuseNone(op.name, context);
      return;
    case "renameObject": {
      if (op.object === "statistics") refuseNone(op.name, context);
      const [table] = op.relations;
      if (table !== undefined && op.name !== undefined)
        refuseMember(op.object, op.name.name, context.relation(table), context);
      return;
    }
    case "comment":
      refuseComment(op, context);
      return;
    case "grant":
      if (op.privileges.includes("MAINTAIN") && context.server.version < 17)
        context.found.fail('unrecognized privilege type "maintain"', 17);
      for (const table of op.relations)
        for (const column of op.columns ?? [])
          if (context.relation(table) !== undefined && context.schema.column(table, column).is === "absent")
            context.found.fail(`column "${column}" of relation "${table.name}" does not exist`);
      return;
    default:
  }
}

const routinesOf = (name: QualifiedName, context: StatementContext): readonly Routine[] => {
  const found = context.schema.routines(name);
  return found.is === "present" ? found.value : [];
};

const said = (type: CreateFunction["returns"]): string => (type === undefined ? "void" : typeText(type));

/** Without its schema, a type may be that of any. */
function isSameResult(one: CreateFunction["returns"], other: CreateFunction["returns"]): boolean {
  const isBare = one?.schema === undefined || other?.schema === undefined;
  const bare = (type: typeof one): typeof one =>
    isBare && type !== undefined ? { ...type, schema: undefined } : type;
  return said(bare(one)) === said(bare(other));
}

/** OR REPLACE leaves the result and the names of the parameters as they are (manual, CREATE FUNCTION). */
function refuseReplacement(op: CreateFunction, context: StatementContext): void {
  const old = op.orReplace
    ? routinesOf(op.function, context).find(({ definition }) => sameSignature(definition, op))?.definition
    : undefined;
  if (old === undefined) return;
  if (old.procedure !== op.procedure) context.found.fail("cannot change routine kind");
  // OUT parameters make up a row type of their own.
  if ([old, op].some(({ parameters }) => parameters.some(({ mode }) => mode !== "in"))) return;
  if (!isSameResult(old.returns, op.returns) || old.returnsSet !== op.returnsSet)
    context.found.fail("cannot change return type of existing function");
  for (const [i, { name }] of old.parameters.entries())
    if (name !== undefined && op.parameters[i]?.name !== name)
      context.found.fail(`cannot change name of input parameter "${name}"`);
}

function refuseRoutine(op: DropFunction, context: StatementContext): void {
  const routines = routinesOf(op.function, context);
  if (routines.length === 0 || op.object === "routine" || op.object === "aggregate") return;
  const { arguments: types } = op;
  const meant = types === undefined ? routines : routines.filter((r) => fits(r.definition, types));
  const { name } = op.function;
  // The spelling of a type may differ from what we compare with.
  const isPlain = types?.every((type) => /^[a-z ]+$/.test(type)) !== false;
  if (meant.length === 0 && isPlain && context.schema.selfContained && !op.ifExists)
    context.found.fail(`${op.object} ${name}(${types?.join(", ") ?? ""}) does not exist`);
  if (types === undefined && routines.length > 1) context.found.fail(`function name "${name}" is not unique`);
  const isProcedure = op.object === "procedure";
  if (meant.length > 0 && meant.every(({ definition }) => definition.procedure !== isProcedure))
    context.found.fail(`${name}() is not a ${op.object}`);
}

/** Of a trigger's function: no parameters, and the result that is asked for. */
function refuseResult(name: QualifiedName, result: string, context: StatementContext): void {
  const routines = routinesOf(name, context);
  if (routines.length === 0) return;
  const meant = routines.find(({ definition }) => definition.parameters.length === 0)?.definition;
  if (meant === undefined) context.found.fail(`function ${name.name}() does not exist`);
  else if (meant.returns?.name !== result)
    context.found.fail(`function ${name.name} must return type ${result}`);
}

const tableWith = (name: QualifiedName, context: StatementContext): Relation | undefined => {
  const key = keyOf(name.schema ?? context.schema.searchPath[0] ?? "public", name.name);
  for (const relation of context.schema.relations())
    if (relation.statistics?.some((one) => one.key === key) === true) return relation;
  return undefined;
};

function refuseNone(name: QualifiedName | undefined, context: StatementContext): void {
  if (name !== undefined && context.schema.whole && tableWith(name, context) === undefined)
    context.found.fail(`statistics object "${name.name}" does not exist`);
}

/** DROP STATISTICS locks the table, so that nobody plans meanwhile. */
export function dropStatistics(name: QualifiedName, context: StatementContext): void {
  const table = tableWith(name, context);
  if (table !== undefined) context.lock(table.key, "SHARE UPDATE EXCLUSIVE");
}

function refuseStatistics(op: CreateStatistics, context: StatementContext): void {
  if (op.name !== undefined && op.ifNotExists !== true && tableWith(op.name, context) !== undefined)
    context.found.fail(`statistics object "${op.name.name}" already exists`);
  if (op.columns.length === 1 && op.expressions === 0)
    context.found.fail("extended statistics require at least 2 columns");
  for (const column of op.columns)
    if (context.relation(op.table) !== undefined && context.schema.column(op.table, column).is === "absent")
      context.found.fail(`column "${column}" does not exist`);
}

function refuseMember(
  object: string,
  name: string,
  relation: Relation | undefined,
  context: StatementContext,
): void {
  if (relation?.complete !== true) return;
  const isThere =
    object === "trigger"
      ? hasTrigger(relation, name)
      : object === "rule"
        ? hasRule(relation, name)
        : object !== "policy" || relation.policies.some((policy) => policy.name === name);
  if (!isThere) context.found.fail(`${object} "${name}" for table "${relation.name}" does not exist`);
}

function refuseComment(op: Comment, context: StatementContext): void {
  if (op.object === "statistics") refuseNone(op.name, context);
  const [table] = op.relations;
  if (op.member === undefined) return;
  if (table !== undefined) refuseMember(op.object, op.member.text, context.relation(table), context);
  if (table !== undefined || op.name === undefined || op.object !== "constraint") return;
  const domain = context.schema.type(op.name);
  if (domain.is !== "present" || !domain.value.complete || domain.value.notNull) return;
  if (!domain.value.checks.some(({ name }) => name === op.member?.text))
    context.found.fail(`constraint "${op.member.text}" for domain "${op.name.name}" does not exist`);
}
