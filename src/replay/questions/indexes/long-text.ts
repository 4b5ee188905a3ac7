/** Columns of an index whose values may be longer than an entry of a B-tree. */
import { isLookUp } from "../rows/few-rows.ts";
import type { Step } from "../../step.ts";

/** What is written in it has no length that anybody thinks of. */
const named =
  /^(?:\w+_)?(?:contents?|body|html|markdown|payload|transcript|stack_?trace|description|biography|article_text|full_text|raw_text)$/i;
const unbounded: ReadonlySet<string> = new Set(["text", "varchar", "citext"]);

/** Bytes, of three entries on a page. */
const mostBytes = 2704;

/** See `IndexQuestions.longText`. */
export function longText({ operation, after }: Step): string | undefined {
  const columns = columnsOf(operation);
  const found = columns === undefined ? undefined : after.relation(columns.table);
  if (columns === undefined || found?.is !== "present" || isLookUp(after, found.value)) return undefined;
  return columns.names.find((name) => {
    const column = found.value.columns.find((one) => one.name === name);
    if (column?.type === undefined || !named.test(name)) return false;
    const { type } = after.belowDomains(column.type);
    const [length = Infinity] = type.modifiers;
    if (type.dimensions > 0 || !unbounded.has(type.name) || length < mostBytes) return false;
    const limits = [
      ...found.value.constraints.flatMap((one) => (one.kind === "check" ? [one.expression] : [])),
      ...(operation.kind === "createIndex" && operation.where !== undefined ? [operation.where] : []),
    ];
    // `CHECK (char_length(body) < 500)`
    return !limits.some(
      (one) =>
        one.columns.some((read) => read.column === name) &&
        one.functions.some((call) => /length$/.test(call.name)),
    );
  });
}

function columnsOf(operation: Step["operation"]) {
  if (operation.kind === "createIndex" && operation.method === "btree") {
    const { table, elements, include } = operation;
    return { table, names: [...elements.flatMap(({ column }) => column ?? []), ...include] };
  }
  if (operation.kind !== "addUnique" && operation.kind !== "addPrimaryKey") return undefined;
  const { table, columns } = operation;
  return { table, names: columns.map(({ text }) => text) };
}
