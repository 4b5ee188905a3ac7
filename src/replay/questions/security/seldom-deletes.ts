import type { AddForeignKey } from "../../../model/operations/constraint.ts";
import type { QualifiedName } from "../../../model/names.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { Step } from "../../step.ts";
import { bodiesOf, codeOf } from "../dependents/kept.ts";
import { isDoneBy } from "../rows/by-hand.ts";
import { spelt } from "../rows/few-rows.ts";
import { isDeletedByMark } from "../rows/deleted-by-mark.ts";
import { grantsIn } from "./granted-roles.ts";

const deletes: ReadonlySet<string> = new Set(["DELETE", "TRUNCATE", "ALL"]);

/** See `SecurityQuestions.seldomDeletes`. */
export function seldomDeletes({ before, scope, rows }: Step, key: AddForeignKey): boolean {
  const { references: table } = key;
  const { are } = rows(table);
  if (are === "few" || are === "some" || isDeletedByMark(scope.after, table)) return true;
  // Without an action, a user who has written something isn't deleted.
  const isLeft = key.onDelete === undefined || key.onDelete === "no action" || key.onDelete === "restrict";
  if (isLeft && key.columns.every(({ text }) => isDoneBy(text))) return true;
  if (
    isLeft &&
    ofAccounts.test(spelt(table.name)) &&
    key.columns.every(({ text }) => author.test(spelt(text)))
  )
    return true;
  // By an action, rows that refer to it are meant to go, or to lose it.
  if (isLeft && onlyGrows.test(table.name)) return true;
  if (refusesDeletes(scope.after, table)) return true;
  const parent = before.resolve(table);
  const found = before.relation(parent);
  // A cascade asks for no privilege.
  const isFree =
    found.is === "present" &&
    found.value.origin?.migration === scope.migration.index &&
    found.value.constraints.every((one) => one.kind !== "foreign key" || one.onDelete !== "cascade");
  if (!isFree) return false;
  const grants = grantsIn(scope).flatMap(({ operation, before: then }) => {
    const { relations, inSchemas, defaults } = operation;
    const isOn = inSchemas.length > 0 || defaults || relations.some((name) => then.resolve(name) === parent);
    return isOn ? [operation] : [];
  });
  return grants.length > 0 && !grants.some(({ privileges }) => privileges.some((one) => deletes.has(one)));
}

/** `author_id` of a message says the same of a user; that of a book, which refers to `authors`, says something else. */
const author = /^(?:author|creator|editor|uploader|approver|inviter)(?:_user)?_(?:uu)?id$/;
const ofAccounts = /(?:^|_)(?:users?|accounts?|profiles?|members?|employees?|staff|people|persons?|admins?)$/;

/** Books are kept, with all that was ever written into them: money that has moved isn't deleted. */
const onlyGrows =
  /(?:^|_)(?:ledgers?|audits?|journal_entr(?:y|ies))(?:_|$)|(?:^|_)(?:donations?|payouts?|refunds?)$/i;

/** A trigger raises an error for each row, whatever is in it. */
function refusesDeletes(schema: Schema, table: QualifiedName): boolean {
  const found = schema.relation(table);
  if (found.is !== "present") return false;
  return found.value.triggers.some(
    ({ timing, events, when, body, function: called }) =>
      timing === "before" &&
      events.includes("delete") &&
      when === undefined &&
      bodiesOf({ body: body === undefined ? undefined : { text: body }, function: called }, schema).some(
        (text) => raisesAtOnce.test(codeOf(text)),
      ),
  );
}

const raisesAtOnce = /^\W*begin\s+raise\s+(?!(?:debug|log|info|notice|warning)\b)/i;
