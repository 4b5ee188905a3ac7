/** Ways back of later migrations run before that of this one: the columns that it renames have their new names then. */
import { quoteIdentifier } from "../model/names.ts";
import type { Step } from "../replay/step.ts";
import { alterTable, createIndex, plain, qualified } from "./statement-forms.ts";

type Asked = Pick<Step, "scope" | "statement" | "script">;

/** The list of columns of a key or an index. */
const list =
  /^((?:ALTER TABLE \S+ ADD (?:CONSTRAINT (?:"[^"]*"|\S+) )?(?:FOREIGN KEY|UNIQUE|PRIMARY KEY)|CREATE (?:UNIQUE )?INDEX [^(]*?) ?\()([^()]*)\)/i;

/** The statements of a later migration's way back, with the names that the columns of its list have before this one's. */
export function columnsByThen(step: Asked, down: readonly string[]): readonly string[] {
  // What it adds itself has the name that it gives.
  const added = new Set(down.flatMap((sql) => addsColumn.exec(sql)?.[1] ?? []).map(plain));
  return down.map((sql) => byThen(step, sql, added));
}

const addsColumn =
  /\bADD (?:COLUMN )?(?!(?:CONSTRAINT|FOREIGN|UNIQUE|PRIMARY|CHECK|INDEX|KEY)\b)("[^"]*"|`[^`]*`|\w+)/i;

function byThen({ scope, statement, script }: Asked, sql: string, added: ReadonlySet<string>): string {
  const table = alterTable.exec(sql)?.[1] ?? createIndex.exec(sql)?.[3];
  const [whole, head = "", columns = ""] = list.exec(sql) ?? [];
  if (table === undefined || whole === undefined) return sql;
  const names = new Map<string, string>();
  for (const { operation, script: own, statement: other, before, skipped } of scope.steps) {
    if (operation.kind !== "renameColumn" || own !== script || skipped) continue;
    if (other.span.start < statement.span.start) continue;
    if (before.resolve(operation.table) !== before.resolve(qualified(table))) continue;
    const first = [...names].find(([, now]) => now === operation.column.text)?.[0] ?? operation.column.text;
    names.set(first, operation.to.text);
  }
  const now = columns.split(",").map((one) => {
    const written = one.trim();
    const name = names.get(plain(written));
    const isGone = scope.after.column(qualified(table), plain(written)).is === "absent";
    return name === undefined || !isGone || added.has(plain(written))
      ? one
      : one.replace(written, () => spelledAs(written, name));
  });
  return `${head}${now.join(",")})${sql.slice(whole.length)}`;
}

/** In the quotes that the old name has. */
function spelledAs(written: string, name: string): string {
  const [first = ""] = written;
  return /["`]/.test(first)
    ? `${first}${name.replaceAll(first, first + first)}${first}`
    : quoteIdentifier(name);
}
