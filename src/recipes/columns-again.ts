/** What brings a column back, without what the way back of another step has. */
import {
  addsColumn,
  alterTable,
  clausesOf,
  constraintGone,
  isSame,
  lastOf,
  part,
  plain,
  setsNotNull,
} from "./statement-forms.ts";

/** Names of the constraints that earlier statements of the advice have dropped. */
export const constraintsGone = (table: string, done: readonly string[]): ReadonlySet<string> =>
  new Set(
    done.flatMap((sql) => {
      const head = alterTable.exec(sql);
      if (head === null || !isSame(lastOf(head[1] ?? ""), lastOf(table))) return [];
      return clausesOf(sql.slice(head[0].length)).flatMap((clause) => {
        const [, name] = constraintGone.exec(clause) ?? [];
        return name === undefined ? [] : [plain(name)];
      });
    }),
  );

/** An ADD COLUMN without the foreign keys of these names. */
export const withoutReferences = (sql: string, names: ReadonlySet<string>): string =>
  sql.replaceAll(inlineReferences, (clause, name: string) => (names.has(plain(name)) ? "" : clause));

const inlineReferences = new RegExp(
  String.raw`\s+CONSTRAINT (${part}) REFERENCES [^\s(]+ ?\([^()]*\)(?: (?:NOT )?DEFERRABLE| INITIALLY \w+| MATCH \w+| ON (?:DELETE|UPDATE) (?:CASCADE|RESTRICT|NO ACTION|SET (?:NULL|DEFAULT)))*`,
  "gi",
);

/** Types that are NOT NULL by themselves. */
const numbersItself = /\b(?:(?:big|small)?serial|GENERATED|PRIMARY KEY)\b/i;

/** A statement that makes a column, and leaves it nullable. */
export function nullable(table: string, column: string, sql: string): readonly string[] {
  if (setsNotNull.test(sql)) return [];
  if (!addsColumn.test(sql)) return [sql];
  if (numbersItself.test(sql)) return [sql, `ALTER TABLE ${table} ALTER COLUMN ${column} DROP NOT NULL`];
  return [sql.replaceAll(/'(?:[^']|'')*'|\s+NOT NULL\b/gi, (part) => (part.startsWith("'") ? part : ""))];
}
