/** Policies by which users give themselves rights: they may write their own row, and a column of it says what they may do. */
import type { Expression } from "../../../model/expression.ts";
import type { QualifiedName } from "../../../model/names.ts";
import { sameOrigin } from "../../../schema/later.ts";
import type { Column, Policy, Relation, Trigger } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import { withoutSqlComments } from "../../../text/sql-comments.ts";
import type { Step } from "../../step.ts";
import { split } from "./conditions.ts";
import { policyOf } from "./policy-of.ts";
import { labelsOf } from "../values/narrowing.ts";

/** See `SecurityQuestions.ownEscalation`. */
export interface OwnEscalation {
  readonly table: Relation;
  /** Columns that the user may set, as no part of the policy binds them. */
  readonly columns: readonly string[];
  /** `role` or `is_admin`; false: money, or what is paid for. */
  readonly isOfRights: boolean;
  /** Another policy, or a function that one calls, reads the column of that table. */
  readonly isTrusted: boolean;
  readonly command: "insert" | "update";
  /** Other policies let users change the rows of others. */
  readonly byOthers: boolean;
  /** In that later schema, the user can't set any of them by that policy. */
  readonly isGone: (later: Schema) => boolean;
}

/** Who has an account: `auth.uid()` is NULL for the others. */
const signedIn = "authenticated";

/** See `SecurityQuestions.ownEscalation`. */
export function ownEscalation({ operation, after, scope }: Step): OwnEscalation | undefined {
  if (operation.kind !== "createPolicy" && operation.kind !== "alterPolicy") return undefined;
  if (scope.history.web === undefined) return undefined;
  const found = (schema: Schema, key: QualifiedName | string = operation.table) => {
    const own = policyOf(schema, key, operation.name);
    return own && openIn(own.table, own.policy, schema);
  };
  const [made, last] = [found(after), found(scope.after)];
  if (made === undefined || last === undefined) return undefined;
  const isGone = (later: Schema): boolean => {
    const left = found(later, last.table.key);
    return left === undefined || !sameOrigin(left.table.origin, last.table.origin);
  };
  return { ...last, isGone };
}

type Open = Omit<OwnEscalation, "isGone">;

function openIn(table: Relation, policy: Policy, schema: Schema): Open | undefined {
  const { command, permissive, roles, using, withCheck } = policy;
  if (!permissive || !table.rowSecurity.enabled || table.schema !== "public") return undefined;
  if (roles.length > 0 && !roles.some((role) => role === signedIn || role === "public")) return undefined;
  if (command !== "update" && command !== "all" && command !== "insert") return undefined;
  const isInsert = command === "insert";
  const check = branchesOf(withCheck ?? using);
  const owner = (isInsert ? check : branchesOf(using)).map(ownerIn).find((one) => one !== undefined);
  if (owner === undefined) return undefined;
  const event = isInsert ? "insert" : "update";
  if (table.revoked?.includes(`${event.toUpperCase()} ${signedIn}`) === true) return undefined;
  const isFree = (name: string): boolean =>
    check.some((parts) => parts.every(isPlain) && !parts.some((part) => mentions(part, name))) &&
    !isGuarded(table, event, name, schema);
  const free = table.columns.filter(({ name, generated }) => generated === undefined && isFree(name));
  const named = free.filter(({ name }) => namesRights(name));
  const trusted = named.filter(({ name }) => isTrusted(table, name, policy, schema));
  const rights = named.filter((column) => trusted.includes(column) || isOfRights(column, table, schema));
  const columns = [...rights, ...(isOneRow(table, owner, schema) ? free.filter(isPaidFor) : [])];
  const others = table.policies.filter((other) => other !== policy && isForUpdate(other));
  if (columns.length === 0) return undefined;
  if (isInsert) {
    // A row that the server makes when the account is made can't be inserted once more.
    if (rights.length === 0 || isMadeWithAccount(schema)) return undefined;
    if (others.some((other) => openIn(table, other, schema) !== undefined)) return undefined;
  }
  return {
    table,
    columns: columns.map(({ name }) => name),
    isOfRights: rights.length > 0,
    isTrusted: trusted.length > 0,
    command: event,
    byOthers: [policy, ...others].some(({ using }) => branchesOf(using).map(ownerIn).includes(undefined)),
  };
}

const isForUpdate = ({ command, permissive }: Policy): boolean =>
  permissive && (command === "update" || command === "all");

const roleName = /^(?:(?:user|account|member|team|org|organization|app|system)_)?roles?(?:_id|_name)?$/;
const rightsName =
  /^(?:is_?)?(?:super_?)?(?:admin|superuser|staff|moderator)$|^permissions?$|^(?:access|permission|role)_level$/;
const paidName =
  /^is_(?:premium|pro|paid|verified|approved)$|^credits?(?:_(?:balance|remaining))?$|^wallet_balance$|^subscription_(?:status|tier|plan|type)$|^(?:payment|kyc|approval|verification)_status$/;

const namesRights = (name: string): boolean => roleName.test(name) || rightsName.test(name);
const isPaidFor = ({ name }: Column): boolean => paidName.test(name);

/** `role` is also the job of a person, and who wrote a message to a model. */
const ofAccounts =
  /\b(?:admin\w*|owner|moderator|staff|manager|super\w*|editor|member|user|customer|student|teacher)\b/i;
const ofMessages = /\b(?:assistant|system)\b/i;

function isOfRights(
  { name, type, default: given }: Column,
  { constraints }: Relation,
  schema: Schema,
): boolean {
  if (rightsName.test(name)) return true;
  if (!roleName.test(name)) return false;
  const labels = type === undefined ? [] : (labelsOf(type, schema) ?? []);
  const checks = constraints.flatMap((one) =>
    one.kind === "check" && mentions(one.expression.text, name) ? one.expression.text : [],
  );
  if (
    constraints.some(
      (one) => one.kind === "foreign key" && one.columns.includes(name) && /role/i.test(one.references),
    )
  )
    return true;
  const text = [...labels, ...checks, given?.text ?? ""].join(" ");
  return ofAccounts.test(text) && !ofMessages.test(text);
}

/** The row is the account's only one. */
function isOneRow(table: Relation, owner: string, schema: Schema): boolean {
  return schema
    .indexesOn(table.key)
    .some(
      ({ unique, elements, where }) =>
        unique && where === undefined && elements.length === 1 && elements[0]?.column === owner,
    );
}

const isMadeWithAccount = (schema: Schema): boolean => {
  const accounts = schema.relation("auth.users");
  return accounts.is === "present" && accounts.value.triggers.length > 0;
};

/** `is_admin`, and not a call of `is_admin()`. */
const mentions = (text: string, name: string): boolean =>
  new RegExp(`\\b${name.replaceAll(/\W/g, "\\$&")}\\b(?!\\s*\\()`, "i").test(text);

/** A trigger or a restrictive policy may refuse it. */
function isGuarded(table: Relation, event: "insert" | "update", column: string, schema: Schema): boolean {
  const refuses = ({ events, function: key, when }: Trigger): boolean => {
    if (!events.includes(event)) return false;
    const found = key === undefined ? undefined : schema.routines(key);
    if (found?.is !== "present") return true;
    const texts = [when?.text, ...found.value.map(({ definition }) => definition.body?.text)];
    return texts.some((text) => mentions(text ?? "", column));
  };
  const limits = ({ permissive, using, withCheck }: Policy): boolean =>
    !permissive && [using, withCheck].some((one) => mentions(one?.text ?? "", column));
  return table.triggers.some(refuses) || table.policies.some(limits);
}

/** What another policy, or a function that one calls, says of the column of that table. */
function isTrusted(table: Relation, column: string, own: Policy, schema: Schema): boolean {
  const says = (text: string, isOwn: boolean): boolean =>
    mentions(text, column) && (isOwn || mentions(text, table.name));
  const inFunctions = (one: Expression | undefined): boolean =>
    (one?.functions ?? []).some((name) => {
      const found = schema.routines(name);
      return (
        found.is === "present" &&
        found.value.some(({ definition: { body } }) => says(body?.text ?? "", false))
      );
    });
  for (const other of schema.relations())
    for (const policy of other.policies) {
      if (policy === own) continue;
      const parts = [policy.using, policy.withCheck];
      if (parts.some((one) => says(one?.text ?? "", other.key === table.key) || inFunctions(one)))
        return true;
    }
  return false;
}

/** In letters: longer conditions aren't taken apart. */
const longest = 2_000;

/** The conditions of an OR, each as the parts of its AND; in lower case, without blanks and casts. */
function branchesOf(condition: Expression | undefined): readonly (readonly string[])[] {
  if (condition === undefined || condition.text.length > longest) return [];
  const flat = withoutSqlComments(condition.text)
    .toLowerCase()
    .replaceAll('"', "")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/ ?([.():=]) ?/g, "$1")
    .replaceAll(/\(select (auth\.uid\(\))(?: as \w+)?\)/g, "$1")
    .replaceAll(/::\w+/g, "");
  return split(flat, "or").map((branch) => split(branch, "and"));
}

const owned = /^(?:\w+\.)*(\w+)=auth\.uid\(\)$|^auth\.uid\(\)=(?:\w+\.)*(\w+)$/;

/** The column that holds whose row it is, if the parts ask for nothing that isn't seen here. */
function ownerIn(parts: readonly string[]): string | undefined {
  if (!parts.every(isPlain)) return undefined;
  const [, left, right] = parts.map((part) => owned.exec(part)).find((found) => found !== null) ?? [];
  return left ?? right;
}

/** It calls nothing but who asks, and reads no table. */
const isPlain = (part: string): boolean =>
  !/[\w.]\(|\bselect\b/.test(part.replaceAll(/\bauth\.(?:uid|role)\(\)|\b(?:and|or|not|in)\(/g, ""));
