/** Migrations that a generator wrote twice, or that somebody copied. */
import type { History, Migration } from "../../../project/migration.ts";

/** By the places of the copies in their history. */
const known = new WeakMap<readonly Migration[], ReadonlyMap<number, Migration>>();

/** The body of what migrates in code: above it stand names and times. */
const body = /\b(?:async\s+up|def\s+(?:upgrade|up|change|self\.up)|exports\.up|up)\b[^]*/;

/** It changes nothing that lasts. */
const ofSession = /^(?:SELECT|SET|RESET|BEGIN|START|COMMIT)\b|^$/i;

function statementsOf({ up, changeset }: Migration): string {
  const { text, part, code } = up;
  const own = code === undefined ? text.slice(part.start, part.end) : (body.exec(text)?.[0] ?? text);
  return (changeset === undefined ? own : changesOf(changeset, code?.source ?? text))
    .replaceAll(/<!--[^]*?-->|--[^\n]*|\/\*[^]*?\*\//g, "")
    .replaceAll(/\s+/g, " ")
    .split(";")
    .map((statement) => statement.trim())
    .filter((statement) => !ofSession.test(statement))
    .join(";");
}

/** What a changeset of a file with several holds, without its name. */
function changesOf({ node: { children } }: NonNullable<Migration["changeset"]>, source: string): string {
  const [first] = children;
  return first === undefined ? "" : source.slice(first.at.start, children.at(-1)?.at.end);
}

/** See `MigrationScope.copyOf`. */
export function copyOf({ migrations }: History, migration: Migration): Migration | undefined {
  let copies = known.get(migrations);
  if (copies === undefined) known.set(migrations, (copies = copiesAmong(migrations)));
  return copies.get(migration.index);
}

const refused = new WeakMap<History["problems"], ReadonlySet<string>>();

/** The tool stops at its file, a copy, before it runs anything of it. */
export function isRefusedCopy({ problems }: History, { up }: Migration): boolean {
  let paths = refused.get(problems);
  if (paths === undefined) {
    paths = new Set(problems.filter(({ isCopy }) => isCopy === true).map(({ path }) => path));
    refused.set(problems, paths);
  }
  return paths.has(up.path);
}

function copiesAmong(migrations: readonly Migration[]): ReadonlyMap<number, Migration> {
  const first = new Map<string, Migration>();
  const copies = new Map<number, Migration>();
  for (const one of migrations) {
    const text = statementsOf(one);
    const earlier = first.get(text);
    if (earlier !== undefined) copies.set(one.index, earlier);
    else if (text !== "") first.set(text, one);
  }
  return copies;
}
