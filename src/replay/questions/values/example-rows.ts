/** UPDATE and DELETE of the examples that migrations have written, and of what refers to them. */
import type { Predicate } from "../../../model/expression.ts";
import type { Key } from "../../../model/names.ts";
import type { OperationOf } from "../../../model/operation.ts";
import type { Schema } from "../../../schema/schema.ts";
import { withoutSqlComments } from "../../../text/sql-comments.ts";

/**
 * `order_number LIKE 'DEMO-%'`, by an index; or `order_id IN (SELECT id FROM orders WHERE order_number LIKE 'DEMO-%')`,
 * where that is a foreign key. However fast the table grows, examples are as many as somebody has written.
 */
export function isOfExamples(
  { where, table }: OperationOf<"updateRows" | "deleteRows">,
  schema: Schema,
): boolean {
  const found = schema.relation(table);
  if (where === undefined || found.is !== "present") return false;
  const text = textOf(where);
  const [, column = "", parent = "", condition = ""] = ofParent.exec(text) ?? [];
  if (condition === "") return choosesExamples(text, found.value.key, schema);
  return found.value.constraints.some(
    (key) =>
      key.kind === "foreign key" &&
      isSame(key.columns[0], column) &&
      isSame(lastWord(key.references), parent) &&
      choosesExamples(condition, key.references, schema),
  );
}

const textOf = ({ text }: Predicate): string =>
  withoutSqlComments(text)
    .trim()
    .replaceAll(/\s*\.\s*/g, ".");
const isSame = (a: string | undefined, b: string): boolean => a?.toLowerCase() === b.toLowerCase();
const lastWord = (key: Key): string => key.slice(key.lastIndexOf(".") + 1);

const name = '["`]?(\\w+)["`]?';
const ofParent = new RegExp(
  String.raw`^(?:\w+\.)?${name}\s+in\s*\(\s*select\s+(?:\w+\.)?["\`]?\w+["\`]?\s+from\s+(?:["\`]?\w+["\`]?\.)?${name}` +
    String.raw`(?:\s+(?:as\s+)?(?!where\b)\w+)?\s+where\s+([^()]+)\)$`,
  "i",
);

const byExample = new RegExp(
  String.raw`^\(?\s*(?:\w+\.)?${name}\s+i?like\s+'(?:demo|sample|example|dummy|seed(?:ed)?|placeholder)[.:/@_-][\w.:/@-]*%'\s*\)?$`,
  "i",
);

/** Migrations have written rows of the table, and an index begins with the column. */
function choosesExamples(condition: string, table: Key, schema: Schema): boolean {
  const found = schema.relation(table);
  if (found.is !== "present" || ((found.value.seeded ?? 0) === 0 && !found.value.loaded)) return false;
  if (/\bor\b/i.test(condition)) return false;
  return condition.split(/\band\b/i).some((part) => {
    const [, column] = byExample.exec(part.trim()) ?? [];
    return (
      column !== undefined &&
      schema
        .indexesOn(table)
        .some(({ elements: [first], where }) => where === undefined && isSame(first?.column, column))
    );
  });
}
