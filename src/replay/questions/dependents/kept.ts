/** Columns that triggers keep in step with others, as far as their bodies show it. */
import type { Key, QualifiedName } from "../../../model/names.ts";
import type { Trigger } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import { emptyMap, has, set, type PersistentMap } from "../../../schema/persistent.ts";
import type { Step } from "../../step.ts";

/** `public.orders.code sku_code`: a trigger gives, or gave, the second column the value of the first. */
export type Kept = PersistentMap<true>;

export const noneKept: Kept = emptyMap();

/** With what the triggers do that the steps create. */
export function keptAfter(kept: Kept, steps: readonly Step[]): Kept {
  let all = kept;
  for (const { operation, before, after } of steps) {
    if (operation.kind !== "createTrigger") continue;
    for (const body of bodiesOf(operation, after))
      for (const [from, to] of assignments(body))
        all = set(all, keyOf(before.resolve(operation.table), from, to), true);
  }
  return all;
}

/** A trigger has given column `to` the value of `from`. */
export const isKept = (kept: Kept, table: Key, from: string, to: string): boolean =>
  has(kept, keyOf(table, from, to));

const keyOf = (table: Key, from: string, to: string): string => `${table}.${from} ${to}`;

/** What the trigger does: its own text, or those of the functions of that name. Empty: they aren't known. */
export function bodiesOf(
  {
    body,
    function: name,
  }: {
    readonly body?: { readonly text: string } | undefined;
    readonly function?: QualifiedName | Key | undefined;
  },
  schema: Schema,
): readonly string[] {
  if (body !== undefined) return [body.text];
  const found = name === undefined ? undefined : schema.routines(name);
  return found?.is === "present" ? found.value.map(({ definition }) => definition.body?.text ?? "") : [];
}

const name = '("(?:[^"]|"")+"|`[^`]+`|[a-z_][\\w$]*)';
/** At the beginning of a statement: `NEW.a = NEW.b` in a condition compares. */
const assignment = new RegExp(
  `(?:^|;|,|\\b(?:begin|then|else|loop|set))\\s*new\\s*\\.\\s*${name}\\s*:?=([^;]*)`,
  "gi",
);
const ofRow = new RegExp(`\\b(new|old)\\s*\\.\\s*${name}`, "gi");

/** A body without its comments. */
export const codeOf = (body: string): string => body.replaceAll(/--[^\n]*|\/\*[^]*?\*\//g, " ");

/** The columns of the new row that a body gives a value, with its text. */
export const assignedValues = (body: string): readonly (readonly [column: string, value: string])[] =>
  [...codeOf(body).matchAll(assignment)].map(([, to = "", value = ""]) => [plain(to), value]);

/** The columns of `NEW`, of `OLD` or of both that a text names. */
export const rowReferences = (text: string, row?: "new" | "old"): readonly string[] =>
  [...text.matchAll(ofRow)].flatMap(([, of = "", column = ""]) =>
    row === undefined || of.toLowerCase() === row ? [plain(column)] : [],
  );

/** `NEW.a := … NEW.b …`, in PL/pgSQL or in MySQL's SET: from b to a. */
function* assignments(body: string): Generator<readonly [from: string, to: string]> {
  for (const [to, value] of assignedValues(body)) for (const from of rowReferences(value)) yield [from, to];
}

/** The trigger gives a column of the new row a value, which may depend on others. */
export function givesValue({ function: called, body }: Trigger, column: string, schema: Schema): boolean {
  const own = body === undefined ? undefined : { text: body };
  return bodiesOf({ body: own, function: called }, schema).some((text) =>
    [...text.matchAll(assignment)].some(([, to = ""]) => plain(to) === column),
  );
}

const plain = (written: string): string =>
  /^["`]/.test(written) ? written.slice(1, -1).replaceAll('""', '"') : written.toLowerCase();
