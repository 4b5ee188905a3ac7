/** What the condition of a policy calls for each row, though it gives the same for all of them. */
import type { Expression } from "../../../model/expression.ts";
import type { QualifiedName } from "../../../model/names.ts";
import { typeText } from "../../../model/types.ts";
import type { Policy } from "../../../schema/model.ts";
import { sameOrigin } from "../../../schema/later.ts";
import type { Schema } from "../../../schema/schema.ts";
import { withoutSqlComments } from "../../../text/sql-comments.ts";
import type { Step } from "../../step.ts";
import { policyOf } from "./policy-of.ts";
import { queriesFail } from "./policy-recursion.ts";

export interface CallPerRow {
  /** As written: `auth.uid()`. */
  readonly call: string;
  /** It is a function of the history that reads tables each time. */
  readonly reads: boolean;
  /** The call, with ANY around it where the array is what it gives: `ANY(own_shops())`. */
  readonly written: string;
  /** What runs once per query in its place. ANY takes a bare sub-select for rows. */
  readonly once: string;
}

export interface CalledPerRow {
  /** The first one; with OR in the condition the others, too, which rows meet that no earlier part lets pass. */
  readonly calls: readonly [CallPerRow, ...CallPerRow[]];
  /** At the end of the migration, queries of the table fail, as its policies lead to a table that reads itself. */
  readonly fails: boolean;
  /** In that later schema the policy is gone or says something else, or queries of the table fail. */
  readonly isGone: (later: Schema) => boolean;
}

/** See `SecurityQuestions.calledPerRow`. */
export function calledPerRow(step: Step): CalledPerRow | undefined {
  const { operation, after, scope } = step;
  if (operation.kind !== "createPolicy" && operation.kind !== "alterPolicy") return undefined;
  const policyIn = (schema: Schema): Policy | undefined =>
    policyOf(schema, operation.table, operation.name)?.policy;
  const policy = policyIn(after);
  const { text, whole } = ownText(policy?.using, after, operation.table);
  // An index can't be searched for what changes from row to row.
  const [first, ...others] = callsOf(step, text)
    .filter((one) => one.isVolatile || !isFoundByIndex(step, text, one.call))
    .map((one) => ({
      ...one,
      call: whole(one.call),
      written: whole(one.written),
      once: whole(one.once),
    }));
  if (policy === undefined || first === undefined || isOfStorage(operation.table, policy)) return undefined;
  const columns = policy.using?.columns.map(({ column }) => column) ?? [];
  const isIndexed = (later: Schema): boolean =>
    later
      .indexesOn(operation.table)
      .some(({ where, elements }) =>
        elements.some(
          ({ column }) => where === undefined && column !== undefined && columns.includes(column),
        ),
      );
  /** Who changes rows names some of them, and the index finds those of the condition among them. */
  const isFolded = (later: Schema): boolean => {
    const left = commandsLeft(policy, later, operation.table);
    if (left.length === 0) return true;
    return policy.command === "all" && !left.includes("select") && isIndexed(later);
  };
  const isGone = (later: Schema): boolean => {
    const left = policyIn(later);
    const isSame = left?.using?.text === policy.using?.text && sameOrigin(left?.origin, policy.origin);
    return !isSame || isFolded(later);
  };
  if (isGone(scope.after)) return undefined;
  const failsIn = (later: Schema): boolean =>
    queriesFail(later.resolve(operation.table), policy.roles, later);
  return {
    calls: [first, ...(/\bor\b/i.test(text) ? others : [])],
    fails: failsIn(scope.after),
    isGone: (later) => isGone(later) || failsIn(later),
  };
}

type Command = Exclude<Policy["command"], "all">;

const commandsOf = ({ command }: Policy): readonly Command[] =>
  command === "all" ? ["select", "update", "delete"] : [command];

/** Those of the policy for which no other one lets all rows pass: the planner leaves out what `true OR …` says beside it. */
function commandsLeft(policy: Policy, schema: Schema, table: QualifiedName): readonly Command[] {
  const found = schema.relation(table);
  if (found.is !== "present" || !policy.permissive) return commandsOf(policy);
  const open = found.value.policies.filter(
    ({ permissive, using, roles }) =>
      permissive &&
      /^[\s(]*true[\s)]*$/i.test(using?.text ?? "") &&
      (roles.length === 0 || roles.includes("public") || isAmong(policy.roles, roles)),
  );
  const passed = new Set(open.flatMap(commandsOf));
  return commandsOf(policy).filter((command) => !passed.has(command));
}

const isAmong = (some: readonly string[], all: readonly string[]): boolean =>
  some.length > 0 && some.every((one) => all.includes(one));

/** Supabase's Storage changes one object, which it finds by bucket and name; Supabase's own linter leaves the schema out, too. */
const isOfStorage = ({ schema }: QualifiedName, { command }: Policy): boolean =>
  schema === "storage" && (command === "update" || command === "delete");

/** A condition without its sub-selects, which the server runs once where they don't depend on the row. */
interface OwnText {
  /** With a mark for each sub-select that is the same for all rows, and another for one that isn't. */
  readonly text: string;
  /** Puts the sub-selects back into a part of the text. */
  readonly whole: (part: string) => string;
}

const ofRow = "⟦row⟧";

function ownText(condition: Expression | undefined, schema: Schema, table: QualifiedName): OwnText {
  const plain = withoutSqlComments(condition?.text ?? "")
    .replaceAll('"', "")
    .replaceAll(/\s*\.\s*/g, ".");
  const selects: string[] = [];
  let depth = 0;
  let left = "";
  let select = "";
  for (const part of plain.split(/('(?:[^']|'')*'|\(\s*select\b|[()])/i)) {
    const isSelect = /^\(\s*select$/i.test(part);
    if (depth === 0 && !isSelect) {
      left += part;
      continue;
    }
    select = depth === 0 ? part : select + part;
    depth += part.endsWith("(") || isSelect ? 1 : part === ")" ? -1 : 0;
    if (depth > 0) continue;
    left += dependsOnRow(select, condition?.relations ?? [], schema, table)
      ? ofRow
      : `⟦${selects.push(select) - 1}⟧`;
  }
  return {
    text: left,
    whole: (part) => part.replaceAll(/⟦(\d+)⟧/g, (_, which) => selects[Number(which)] ?? ""),
  };
}

/** It names a column of the policy's own table: a bare name is one if no relation that the sub-select reads has it. */
function dependsOnRow(
  select: string,
  relations: readonly QualifiedName[],
  schema: Schema,
  table: QualifiedName,
): boolean {
  const own = schema.relation(table);
  if (own.is !== "present") return true;
  const code = select.replaceAll(/'(?:[^']|'')*'/g, "''");
  if (new RegExp(`(?<![\\w.]|\\b(?:from|join)\\s+)(?:\\w+\\.)?${escaped(table.name)}\\.\\w`, "i").test(code))
    return true;
  const read = relations.filter(({ name }) => new RegExp(`\\b${escaped(name)}\\b`, "i").test(code));
  const bare = new Set([...code.matchAll(/(?<![\w.:])\w+(?![\w.(])/g)].map(([word]) => word.toLowerCase()));
  return own.value.columns.some(
    ({ name }) =>
      bare.has(name.toLowerCase()) && read.every((one) => schema.column(one, name).is !== "present"),
  );
}

/** Those of Supabase, which parse the token each time, and those of the history that read tables. */
function callsOf(
  { operation, after }: Step,
  text: string,
): readonly (CallPerRow & { readonly isVolatile: boolean })[] {
  if (operation.kind !== "createPolicy" && operation.kind !== "alterPolicy") return [];
  const own = (operation.using?.functions ?? []).flatMap((name) => {
    const found = after.routines(name);
    const isPure =
      found.is !== "present" || found.value.some(({ definition }) => definition.volatility === "immutable");
    if (isPure || !found.value.every(({ definition }) => definition.uses.relations.length > 0)) return [];
    // Its arguments are the same for all rows, too.
    const form = new RegExp(
      `(?:\\w+\\.)?\\b${escaped(name.name)}\\s*\\((?:auth\\.uid\\s*\\(\\s*\\)|'[^']*'|⟦\\d+⟧|::\\s*\\w+|[,\\s])*\\)`,
      "i",
    );
    const isVolatile = found.value.some(({ definition }) => definition.volatility === "volatile");
    const { 0: call = "", index: at = 0 } = form.exec(text) ?? {};
    const array = new RegExp(`\\b(?:any|some|all)\\s*[(\\s]+${escaped(call)}[)\\s]*?\\)`, "i").exec(
      text,
    )?.[0];
    const type = found.value[0]?.definition.returns;
    const isArray = array !== undefined && type !== undefined;
    const [written, once] = isArray
      ? [array, `${/^\w+/.exec(array)?.[0] ?? ""}((SELECT ${call})::${typeText(type)})`]
      : [call, `(SELECT ${call})`];
    return { call, at, reads: true, isVolatile, written, once };
  });
  // Of several, the first one is called for each row, the others only for those that it lets pass.
  own.sort((one, other) => one.at - other.at);
  const ofToken = [...text.matchAll(/\bauth\.(?:uid|jwt|role|email)\s*\(\s*\)/gi)].map(([call]) => ({
    call,
    reads: false,
    isVolatile: false,
    written: call,
    once: `(SELECT ${call})`,
  }));
  return [...own, ...ofToken].filter(({ call }) => call !== "");
}

const escaped = (text: string): string => text.replaceAll(/\W/g, "\\$&");

/** `auth.uid() = user_id`, where an index begins with the column: the server asks once and finds the rows by it. */
function isFoundByIndex({ operation, scope, indexes }: Step, text: string, call: string): boolean {
  if (operation.kind !== "createPolicy" && operation.kind !== "alterPolicy") return false;
  if (/\bor\b/i.test(text)) return false;
  const flat = text.replaceAll(/::\s*\w+|[\s()]/g, "");
  const asked = call.replaceAll(/[\s()]/g, "");
  const at = flat.indexOf(asked);
  const column =
    /^=(?:\w+\.)*(\w+)/.exec(flat.slice(at + asked.length))?.[1] ?? /(\w+)=$/.exec(flat.slice(0, at))?.[1];
  return column !== undefined && indexes.indexedBy(scope.after, operation.table, [column]) !== "no";
}
