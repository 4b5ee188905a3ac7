/**
 * Checks that compare two columns, of which one gets another type: the server makes them anew with what it then finds, and
 * converts nothing. Which built-in types have operators with one another is measured on 13 and 18.
 */
import type { ChangeColumnType } from "../../model/operation.ts";
import type { ColumnType } from "../../model/types.ts";
import type { Relation } from "../../schema/model.ts";
import { dictionary } from "../../text/dictionary.ts";
import { withoutSqlComments } from "../../text/sql-comments.ts";
import { kindsOfTypes } from "./kinds-of-types.ts";
import type { StatementContext } from "./statement-context.ts";

/** Measured here for `jsonb`, too. */
const groups: Readonly<Record<string, string>> = dictionary({ ...kindsOfTypes, jsonb: "jsonb" });

/** Of two columns of such a type, a check keeps no cast; of two `varchar`, it keeps one to `text`. */
const castless: ReadonlySet<string> = new Set(
  "smallint integer bigint text uuid boolean date timestamp timestamptz".split(" "),
);

/** `a < b`, alone or as a whole part of an AND or OR. */
const compared =
  /(?<=^[\s(]*|\(\s*|\b(?:and|or|not)\s+)("?)([a-z_]\w*)\1\s*(=|<>|!=|<=|>=|<|>)\s*("?)([a-z_]\w*)\4(?=[\s)]*$|\s*\)|\s+(?:and|or)\b)/gi;
/** Where the text has more than names, operators and brackets, they may be something else. */
const more = /['[]|::|\bcast\b/i;
const longest = 2000;

/** Fails where the column's new type has no operator with that of the column that a check compares it with. */
export function refuseComparedTypes(
  op: ChangeColumnType,
  relation: Relation | undefined,
  context: StatementContext,
): void {
  const { schema } = context;
  if (relation === undefined || schema.hasAny("operator") || schema.hasAny("cast")) return;
  const own = op.column.text;
  for (const constraint of relation.constraints) {
    if (constraint.kind !== "check" || isDropped(constraint.name, context)) continue;
    const { text: written, columns } = constraint.expression;
    if (written.length > longest || !columns.some(({ column }) => column === own)) continue;
    const text = withoutSqlComments(written);
    if (more.test(text)) continue;
    for (const [, , left = "", operator = "", , right = ""] of text.matchAll(compared)) {
      const [a, b] = [left.toLowerCase(), right.toLowerCase()];
      if (a === b || (a !== own && b !== own)) continue;
      const old = [a, b].map((name) => typeOf(name, relation));
      if (old[0] === undefined || old[0] !== old[1] || !castless.has(old[0])) continue;
      const [first, second] = [a, b].map((name) => newType(name, relation, context));
      const [one, other] = [groups[first ?? ""], groups[second ?? ""]];
      if (one === undefined || other === undefined || one === other) continue;
      const sign = operator === "!=" ? "<>" : operator;
      context.found.fail(
        `operator does not exist: ${first} ${sign} ${second}, which ${constraint.name} compares`,
      );
      return;
    }
  }
}

const isDropped = (name: string, { statement }: StatementContext): boolean =>
  statement.some((op) => op.kind === "dropConstraint" && op.name.text === name);

const plain = (type: ColumnType | undefined): string | undefined =>
  type?.schema === undefined && type?.dimensions === 0 ? type.name : undefined;

const typeOf = (name: string, { columns }: Relation): string | undefined =>
  plain(columns.find((one) => one.name === name)?.type);

/** With what the statement changes as well: a check is made anew when all types are. */
function newType(name: string, relation: Relation, { statement }: StatementContext): string | undefined {
  const changed = statement.find((op) => op.kind === "changeColumnType" && op.column.text === name);
  return changed?.kind === "changeColumnType" ? plain(changed.type) : typeOf(name, relation);
}
