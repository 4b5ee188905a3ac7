/** The condition on a row that it belongs to the account which asks, by what its column refers to. */
import type { Key } from "../model/names.ts";
import { split, withoutBrackets } from "../replay/questions/security/conditions.ts";
import type { Step } from "../replay/step.ts";
import type { Policy, Relation } from "../schema/model.ts";
import type { Schema } from "../schema/schema.ts";
import { withoutSqlComments } from "../text/sql-comments.ts";
import { quote } from "./words.ts";

/** Supabase's table of accounts, whose key `auth.uid()` gives. */
const accounts: Key = "auth.users";
const account = "(SELECT auth.uid())";

/** A column, and what it is compared with in SQL; or why that isn't known. */
export type OwnCondition =
  | { readonly condition: string }
  /** The table whose keys the column holds, where those aren't known to be the accounts'. */
  | { readonly holdsKeysOf: Key };

interface Place {
  readonly table: Relation;
  readonly column: string;
}

/** Tables that refer to one another aren't followed further than this. */
const longestChain = 5;
/** Tables and policies of a history that are looked at for what they compare. */
const mostPolicies = 1_000;
/** In letters: longer conditions aren't taken apart. */
const longest = 2_000;

/** What holds of a row of the account that asks. */
export function ownCondition(step: Step, table: Relation, column: string): OwnCondition {
  const { after: schema } = step;
  const own = { table, column };
  const target = targetOf(own, schema);
  const direct = { condition: `${account} = ${quote(column)}` };
  const end = endOf(own, schema);
  if (end === accounts) return direct;
  const others = comparedWith(own, target?.key, schema);
  const other = others.find((one) => !asksAccount(one));
  if (other !== undefined) return { condition: `${quote(column)} ${other}` };
  if (target === undefined) return direct;
  const holder = target.place && accountColumnOf(target.place.table, schema);
  if (target.place !== undefined && holder !== undefined) {
    const { table: of, column: key } = target.place;
    if (!isReadable(of, table, schema)) return { holdsKeysOf: target.key };
    const rows = `SELECT ${quote(key)} FROM ${step.show(of.key)} WHERE ${quote(holder)} = ${account}`;
    return { condition: `${quote(column)} IN (${rows})` };
  }
  const isAccounts =
    others.some(asksAccount) ||
    (target.place !== undefined && comparedWith(target.place, undefined, schema).some(asksAccount));
  return isAccounts ? direct : { holdsKeysOf: target.key };
}

/** What the column refers to; without a place: a table that isn't known. */
function targetOf(
  { table, column }: Place,
  schema: Schema,
): { readonly key: Key; readonly place: Place | undefined } | undefined {
  for (const one of table.constraints) {
    const at = one.kind === "foreign key" ? one.columns.indexOf(column) : -1;
    if (one.kind !== "foreign key" || at === -1) continue;
    const found = schema.relation(one.references);
    const referenced = one.referencedColumns[at];
    const isKnown = found.is === "present" && referenced !== undefined;
    return {
      key: one.references,
      place: isKnown ? { table: found.value, column: referenced } : undefined,
    };
  }
  return undefined;
}

/** The last table that foreign keys lead to. */
function endOf(start: Place, schema: Schema): Key | undefined {
  let place: Place | undefined = start;
  let key: Key | undefined;
  for (let length = 0; place !== undefined && length < longestChain; length += 1) {
    const target = targetOf(place, schema);
    if (target === undefined) return key;
    ({ key, place } = target);
    if (key === accounts) return key;
  }
  return key;
}

/** Of a table of users: the column that refers to the accounts. */
const accountColumnOf = (table: Relation, schema: Schema): string | undefined =>
  table.columns.find(({ name }) => endOf({ table, column: name }, schema) === accounts)?.name;

/**
 * The sub-select finds the row of who asks: row security shows it, and asks no other table, which could lead back to the
 * table of the policy.
 */
function isReadable(users: Relation, table: Relation, schema: Schema): boolean {
  if (users.key === table.key) return false;
  if (!users.rowSecurity.enabled) return true;
  const reads = users.policies.filter(({ command }) => command === "select" || command === "all");
  return (
    reads.some(({ permissive, roles, using }) => {
      const isOfUsers =
        roles.length === 0 || roles.some((one) => one === "public" || one === "authenticated");
      if (!permissive || !isOfUsers || using === undefined) return false;
      if (/^\(*\s*true\s*\)*$/i.test(using.text)) return true;
      return users.columns.some(
        ({ name }) =>
          endOf({ table: users, column: name }, schema) === accounts &&
          comparisons(using.text, name).some(asksAccount),
      );
    }) && reads.every(({ permissive, using }) => permissive && (using?.relations ?? []).length === 0)
  );
}

/**
 * What policies compare the column with, those of its own table first; of other tables, a column that holds the same
 * keys. As SQL: `= public.current_user_id()`.
 */
function comparedWith({ table, column }: Place, target: Key | undefined, schema: Schema): readonly string[] {
  const found = table.policies.flatMap((policy) => inPolicy(policy, table, column));
  if (target === undefined) return found;
  let left = mostPolicies;
  for (const other of schema.relations()) {
    if (left <= 0) break;
    left -= 1 + other.policies.length;
    if (other.key === table.key || other.policies.length === 0) continue;
    const columns = other.constraints.flatMap((one) =>
      one.kind === "foreign key" && one.references === target ? one.columns : [],
    );
    for (const name of columns)
      found.push(...other.policies.flatMap((policy) => inPolicy(policy, other, name)));
  }
  return found;
}

const inPolicy = ({ using, withCheck }: Policy, table: Relation, column: string): readonly string[] =>
  [using, withCheck].flatMap((one) => {
    if (one === undefined || !one.columns.some((used) => used.column === column)) return [];
    // A sub-select that asks for other columns of the row is another question.
    const isOfRow = one.columns.some(
      (used) => used.table?.name === table.name && used.column !== column && one.subquery,
    );
    return isOfRow ? [] : comparisons(one.text, column);
  });

const call = /^(?:select\s+)?([\w."]+\(\s*\))(?:\s+as\s+\w+)?$/i;
const ofAccount =
  /^select\s+[\w."]+\s+from\s+[\w."]+(?:\s+(?:as\s+)?\w+)?\s+where\s+(?:[\w."]+\s*=\s*\(?\s*(?:select\s+)?auth\.uid\(\)\s*\)?|\(?\s*(?:select\s+)?auth\.uid\(\)\s*\)?\s*=\s*[\w."]+)(?:\s+limit\s+1)?$/i;

/** What is compared with the column in a part of an AND, alone. */
function comparisons(text: string, column: string): readonly string[] {
  if (text.length > longest) return [];
  const bare = withoutSqlComments(text).replaceAll(/\s+/g, " ");
  if (split(bare, "or").length > 1) return [];
  const name = `(?:[\\w."]+\\.)?"?${column.replaceAll(/\W/g, "\\$&")}"?`;
  const left = new RegExp(`^${name} ?(=|in\\b) ?(.+)$`, "i");
  const right = new RegExp(`^(.+?) ?= ?${name}$`, "i");
  return split(bare, "and").flatMap((part) => {
    const [, operator = "=", first] = left.exec(part) ?? [];
    const other = withoutBrackets(first ?? right.exec(part)?.[1] ?? "");
    const called = call.exec(other)?.[1];
    if (called !== undefined) return `= (SELECT ${called.replaceAll(" ", "")})`;
    return ofAccount.test(other) ? `${operator.toUpperCase()} (${other})` : [];
  });
}

const asksAccount = (compared: string): boolean => /^= \(SELECT auth\.uid\(\)\)$/i.test(compared);
