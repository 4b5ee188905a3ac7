/** Code that asks the database whether something is there runs where the history knows the answer, or doesn't. */
import type { Ask } from "../model/operations/base.ts";
import type { Schema } from "../schema/schema.ts";
import type { Statement } from "../sql/front-end.ts";

/** By the place of the question: it is asked once. */
export type AskedAnswers = Map<string, boolean | undefined>;

export function asAnswered(statement: Statement, schema: Schema, answers: AskedAnswers): Statement {
  if (statement.operations.every(({ asks }) => asks === undefined)) return statement;
  const operations = statement.operations.map((operation) => {
    const runs = operation.asks?.every((ask) => {
      const key = `${ask.at} ${ask.table} ${ask.column ?? ""}`;
      if (!answers.has(key)) answers.set(key, isThere(schema, ask));
      return answers.get(key) === ask.there;
    });
    // Where the history says that it isn't needed, it may be written for a database that isn't like it.
    return runs === true ? { ...operation, conditional: undefined, asked: true as const } : operation;
  });
  return { ...statement, operations };
}

function isThere(schema: Schema, { table, column }: Ask): boolean | undefined {
  const name = { name: table, text: table, span: nowhere };
  const relation = schema.relation(name);
  // A view may stand before a table of another schema.
  if (relation.is === "present" && relation.value.kind !== "table") return undefined;
  const found = column === undefined ? relation : schema.column(name, column);
  if (found.is === "present") return true;
  // The tool may send other names than the code has: `user_id` for `userId`.
  return found.is === "absent" && !/[A-Z]/.test(column ?? table) ? false : undefined;
}

const nowhere = { start: 0, end: 0 };
