/** The table of a rule's page that says what the statements of its bad example lock, per range of server versions. */
import { describe, type Effects } from "../src/effects/index.ts";
import { effectsIn, preparedSchema } from "../src/engine/effects-of.ts";
import { postgres } from "../src/sql/postgres/parse.ts";

const versions = [13, 14, 15, 16, 17, 18] as const;

interface Row {
  readonly statement: string;
  /** One for each version. */
  readonly words: readonly string[];
}

/** Undefined: nothing before the last migration is known to exist, or nothing of it is locked. */
export function effectsTable(example: string): string | undefined {
  const [first = "", ...later] = example.split(/^-- next migration[^\n]*\n/m).map(withoutRollback);
  const rows: Row[] = [];
  let schema = first;
  for (const migration of later)
    for (const { span } of postgres.read(migration).statements) {
      const sql = migration.slice(span.start, span.end);
      const effects = versions.map((version) => effectsIn(sql, preparedSchema(schema, version), { version }));
      schema = `${schema};\n${sql}`;
      if (effects.some(isTelling)) rows.push({ statement: sql, words: effects.map((one) => describe(one)) });
    }
  return rows.length === 0 ? undefined : table(rows);
}

const withoutRollback = (migration: string): string => migration.replace(/^-- rollback[\s\S]*/m, "");

const isTelling = ({ locks, fails, inTransaction }: Effects): boolean =>
  fails === undefined && (locks.length > 0 || !inTransaction);

function table(rows: readonly Row[]): string {
  const isNew = (i: number): boolean => i === 0 || rows.some(({ words }) => words[i] !== words[i - 1]);
  const starts = versions.flatMap((_, i) => (isNew(i) ? [i] : []));
  const headings = starts.map((from, i) => {
    const last = versions[(starts[i + 1] ?? versions.length) - 1] ?? 18;
    const start = versions[from] ?? 13;
    return start === last ? String(start) : `${start}–${last}`;
  });
  return [
    ["Statement", ...headings.map((range) => `PostgreSQL ${range}`)],
    ["---", ...headings.map(() => "---")],
    ...rows.map(({ statement, words }) => [code(statement), ...starts.map((i) => cell(words[i] ?? ""))]),
  ]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

const longest = 90;

function code(statement: string): string {
  const line = statement.replace(/\s+/g, " ");
  return `\`${cell(line.length > longest ? `${line.slice(0, longest - 1)}…` : line)}\``;
}

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
