/** A file for an editor of SQL that makes at once what the other files of its folder make: `000_full_setup.sql`. */
import type { FileProblem } from "../file-problem.ts";
import { wholeFile } from "../layouts/assemble.ts";
import type { Migration } from "../migration.ts";
import { baseName } from "../files/paths.ts";
import { sqlComments } from "../sql-words.ts";
import { addTo } from "../../text/group.ts";

interface Summary {
  readonly migration: Migration;
  /** What it sums up, in order. */
  readonly of: readonly Migration[];
}

const name = String.raw`(?:"[^"\n]{1,150}"|\`[^\`\n]{1,150}\`|[\w.]{1,150})`;
/** Without OR REPLACE and IF NOT EXISTS: a second one fails. */
const creation = new RegExp(
  String.raw`\bcreate\s{1,9}(?:unique\s{1,9})?(table|index|policy|trigger|type|view)\s{1,9}(?!(?:if|concurrently)\b)(${name}(?:\.${name})?)`,
  "gi",
);
/** Behind it, the name is free again. */
const freeing =
  /\bdrop\s{1,9}(?:table|schema|database)\b|\brename\s{1,9}(?:to|as)\b|\bset\s{1,9}schema\b|\brename\s{1,9}table\b/i;
const longest = 262_144;
const fewestTables = 2;
const fewestParts = 2;
/** Of ten objects, so many are made by the others, too: a policy may have another name. */
const shared = 8;

const textOf = ({ up: { code, text, part } }: Migration): string =>
  code === undefined
    ? text.slice(part.start, Math.min(part.end, part.start + longest)).replace(sqlComments, " ")
    : "";

/** Neither a baseline, which stands for others, nor what runs only where its conditions hold. */
const isPlain = ({ kind, changeset, beforeBaseline, conditions, skippable }: Migration): boolean =>
  kind === "versioned" && (changeset ?? beforeBaseline ?? conditions ?? skippable) === undefined;

function makes(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [, kind = "", named = ""] of text.matchAll(creation))
    found.add(`${kind} ${named.replace(/["`]/g, "").replace(/^public\./i, "")}`.toLowerCase());
  return found;
}

const isTable = (made: string): boolean => made.startsWith("table ");

/** Those whose tables are all made once more, by several of the others: one database can't have run both. */
function summariesAmong(migrations: readonly Migration[]): readonly Summary[] {
  const texts = new Map(migrations.filter(isPlain).map((migration) => [migration, textOf(migration)]));
  const files = Array.from(texts, ([migration, text]) => ({ migration, made: makes(text) }));
  const makers = new Map<string, Migration[]>();
  for (const { migration, made } of files) for (const one of made) addTo(makers, one, migration);
  return files.flatMap(({ migration, made }): Summary[] => {
    const again = [...made].filter((one) => (makers.get(one)?.length ?? 0) > 1);
    const tables = [...made].filter(isTable);
    if (tables.length < fewestTables || again.length * 10 < made.size * shared) return [];
    if (!tables.every((one) => (makers.get(one)?.length ?? 0) > 1)) return [];
    const parts = new Set(again.flatMap((one) => makers.get(one) ?? []));
    if ([...parts].some((one) => freeing.test(texts.get(one) ?? ""))) return [];
    parts.delete(migration);
    return parts.size < fewestParts ? [] : [{ migration, of: migrations.filter((one) => parts.has(one)) }];
  });
}

interface Kept {
  readonly migrations: readonly Migration[];
  readonly says: readonly string[];
  readonly problems: readonly FileProblem[];
}

/** Leaves such a file out. `runsAll`: something runs all files of the folder; otherwise, somebody chooses. */
export function withoutSummaries(migrations: readonly Migration[], runsAll: boolean): Kept {
  const [summary, ...more] = summariesAmong(migrations);
  // Of several, it isn't known which one is meant.
  if (summary === undefined || more.length > 0) return { migrations, says: [], problems: [] };
  const { migration, of } = summary;
  const { path, text } = migration.up;
  const others = of.length === 2 ? "another one" : `${String(of.length - 1)} others`;
  const makesAgain = `makes what ${baseName(of[0]?.up.path ?? "").slice(0, 40)} and ${others} make`;
  const kept = migrations.filter((one) => one !== migration).map((one, index) => ({ ...one, index }));
  if (!runsAll)
    return {
      migrations: kept,
      says: [`${path} is left out: it ${makesAgain}, and no database can have run both`],
      problems: [],
    };
  const problem: FileProblem = {
    rule: "duplicate-object",
    path,
    ...wholeFile({ read: () => text }, path),
    message: `${makesAgain}: what runs later fails`,
    instead: "move it out of the folder, and run it by hand where a database has none of these tables",
    related: of.map(({ up }) => ({ path: up.path, message: "makes a part of it" })),
  };
  return { migrations: kept, says: [], problems: [problem] };
}
