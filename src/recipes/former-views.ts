/** Views that a migration has only replaced: its rollback gives them back what they were, and drops nothing. */
import type { Step } from "../replay/step.ts";
import type { Dependent, Relation } from "../schema/model.ts";
import { quoteIdentifier, type Key } from "../model/names.ts";
import { beside, instead, inWords, type Advice } from "./advice.ts";

/** Longer ones are named by where they stand. */
const mostLines = 20;

/**
 * Of what a rollback drops too early: a view that the migration has found and replaced, or what only such views use.
 * Undefined: neither is so.
 */
export function formerViews(step: Step, users: readonly Dependent[]): Advice | undefined {
  const { operation, before } = step;
  if (!before.dialect.viewsHold || step.direction === "up") return undefined;
  const own = operation.kind === "dropView" ? replacedView(step, before.resolve(operation.view)) : undefined;
  if (own !== undefined) return instead(restored(step, own));
  const keys = users.map(({ relation }) => relation ?? "");
  const views = keys.flatMap((key) => replacedView(step, key) ?? []);
  const rest = keys.filter((key) => !views.some(({ now }) => now.key === key));
  if (views.length === 0 || !rest.every((key) => isThrough(step, key, views))) return undefined;
  return beside(...views.map((one) => restored(step, one)));
}

/** It uses what is dropped only by way of these views. */
function isThrough({ before, table }: Step, user: Key, views: readonly Replaced[]): boolean {
  const found = before.relation(user);
  const read =
    found.is === "present" ? (found.value.query?.relations.map((one) => before.resolve(one)) ?? []) : [];
  return (
    views.some(({ now }) => read.includes(now.key)) &&
    (table === undefined || !read.includes(before.resolve(table)))
  );
}

interface Replaced {
  readonly former: Relation;
  readonly now: Relation;
}

function replacedView({ before, scope }: Step, key: Key): Replaced | undefined {
  const [former, now] = [scope.before.relation(key), before.relation(key)];
  if (former.is !== "present" || now.is !== "present") return undefined;
  if (former.value.kind !== "view" || now.value.kind !== "view") return undefined;
  const isOwn = now.value.origin?.migration === scope.migration.index;
  return isOwn && former.value.origin?.migration !== scope.migration.index
    ? { former: former.value, now: now.value }
    : undefined;
}

/** The same of one statement of a rollback that a tool makes: what to write in its place; null: that isn't known. */
export function formerView(step: Step): string | null | undefined {
  const { operation, before } = step;
  if (!before.dialect.viewsHold || operation.kind !== "dropView") return undefined;
  const own = replacedView(step, before.resolve(operation.view));
  const sql = own && restored(step, own);
  return sql === undefined || typeof sql === "string" ? sql : null;
}

function restored({ show }: Step, { former, now }: Replaced) {
  const name = show(former.key);
  const { definition, origin } = former;
  const place = origin === undefined ? "" : `, that of ${origin.path}`;
  if (!fits(former, now))
    return inWords(
      `the migration has only replaced view ${name}, and the server takes no column from a view: drop what uses it and the view, and create all of them again, the view with its former query${place}`,
    );
  const isShort = definition !== undefined && definition.split("\n").length <= mostLines;
  if (!isShort || !isWholeQuery(former))
    return inWords(
      `the migration has only replaced view ${name}: give it back its former query with CREATE OR REPLACE VIEW${place}`,
    );
  const output = former.query?.output?.join();
  // What `*` stands for is only known in part.
  const names = output === undefined || output === columnsOf(former).join() ? [] : columnsOf(former);
  const list = names.length === 0 ? "" : ` (${names.map(quoteIdentifier).join(", ")})`;
  const options = former.securityInvoker === true ? " WITH (security_invoker = true)" : "";
  return `CREATE OR REPLACE VIEW ${name}${list}${options} AS ${definition.trim()};`;
}

const columnsOf = ({ columns }: Relation): readonly string[] => columns.map(({ name }) => name);

/** CREATE OR REPLACE only adds columns, at the end. */
const fits = (former: Relation, now: Relation): boolean =>
  !former.complete || !now.complete || columnsOf(now).every((name, at) => former.columns[at]?.name === name);

/** With names behind the view's own, it isn't known whether these were written. */
const isWholeQuery = ({ query, columns }: Relation): boolean =>
  query?.output !== undefined || columns.length === 0 || (query?.stars.length ?? 0) > 0;
