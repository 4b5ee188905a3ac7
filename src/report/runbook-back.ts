/** The sections of a runbook for when something goes wrong. */
import { fenced } from "./markdown-text.ts";
import { code, list, plain } from "./runbook-text.ts";
import { capital, wordsOf, type RunbookWords } from "./runbook-words.ts";
import type { Runbook, RunbookFailure, RunbookMigration, RunbookStatement } from "./runbook.ts";

/** The newest first, as they are taken back. */
export function rollbackSection({ migrations, dialect }: Runbook): string {
  const parts = migrations
    .toReversed()
    .flatMap((migration) => [
      ...(migrations.length === 1 ? [] : [`### ${plain(migration.name)}`]),
      ...rollbackOf(migration, wordsOf(dialect)),
    ]);
  return ["## Rollback", ...parts].join("\n\n");
}

function rollbackOf({ name, rollback }: RunbookMigration, words: RunbookWords): readonly string[] {
  const { command, statements, lost, writtenSince, stays, faults, gaps, forget } = rollback;
  const notes = [
    ...faults.map((what) => `Wrong: ${plain(what)}`),
    ...lost.map((what) => `Not restored: ${plain(what)}`),
    ...writtenSince.map((what) => `Lost with it: ${plain(what)} since the migration`),
    ...stays.map((what) => `Stays: ${plain(what)}`),
    ...gaps.map((what) => `Not known: ${plain(what)}`),
  ];
  const parts: string[] = notes.length === 0 ? [] : [list(notes)];
  if (command !== undefined) parts.push("The project's own rollback:", fenced("sh", command));
  if (statements.length === 0)
    return [
      ...parts,
      gaps.length === 0 ? "There is nothing to take back." : `No rollback is known for ${code(name)}.`,
    ];
  parts.push(
    command === undefined ? words.byHand : "It runs:",
    fenced(words.language, statements.join("\n")),
  );
  if (command === undefined && forget !== undefined)
    parts.push("Then tell the tool that the migration isn't applied:", fenced("sh", forget));
  return parts;
}

/** Statements that leave the same. */
interface Group {
  readonly from: RunbookStatement;
  to: RunbookStatement;
}

export function failureSection({
  migrations,
  commands: { afterFailure, mark, apply },
  dialect,
}: Runbook): string {
  const words = wordsOf(dialect);
  const parts: string[] = ["## If it fails"];
  for (const migration of migrations) {
    if (migration.statements.length === 0) continue;
    if (migrations.length > 1) parts.push(`### ${plain(migration.name)}`);
    const first = migration.statements[0]?.number ?? 1;
    for (const { from, to } of groupsOf(migration.statements))
      parts.push(...failureOf(from, to, first, words));
  }
  // What stays of an earlier migration is recorded.
  const keeps = migrations.some(({ statements }) =>
    statements.some(({ failure }) => failure.kept.some((number) => number >= (statements[0]?.number ?? 1))),
  );
  const again = apply.length === 0 ? "apply the migrations again" : `run ${code(apply[0] ?? "")} again`;
  parts.push(`To continue: correct the cause, and ${again}.`);
  if (afterFailure !== undefined && (afterFailure.when === "always" || keeps))
    parts.push(
      `${afterFailure.when === "always" ? "Before that" : "Where something stays, before that"}, the tool wants:`,
      fenced("sh", afterFailure.line),
    );
  if (keeps)
    parts.push(
      "What stays would run twice: take it back first, or run the rest by hand.",
      ...(mark.length === 0
        ? []
        : ["After the rest was run by hand, tell the tool:", fenced("sh", mark.join("\n"))]),
    );
  return parts.join("\n\n");
}

function groupsOf(statements: readonly RunbookStatement[]): readonly Group[] {
  const groups: Group[] = [];
  for (const statement of statements) {
    const last = groups.at(-1);
    if (last !== undefined && isSame(last.from.failure, statement.failure)) last.to = statement;
    else groups.push({ from: statement, to: statement });
  }
  return groups;
}

const isSame = (a: RunbookFailure, b: RunbookFailure): boolean =>
  a.transaction === b.transaction &&
  a.kept.join() === b.kept.join() &&
  a.leaves.length + b.leaves.length === 0 &&
  a.partly?.join() === b.partly?.join();

const numbers = (all: readonly number[], statement: string): string => {
  const [first, last] = [all[0] ?? 0, all.at(-1) ?? 0];
  if (all.length === 1) return `${statement} ${first}`;
  if (all.length === 2) return `${statement}s ${first} and ${last}`;
  return last - first === all.length - 1
    ? `${statement}s ${first} to ${last}`
    : `${statement}s ${all.join(", ")}`;
};

/** `first`: the number of the migration's first statement. */
function failureOf(
  from: RunbookStatement,
  to: RunbookStatement,
  first: number,
  words: RunbookWords,
): readonly string[] {
  const { kept, transaction, undo, leaves, partly = [] } = from.failure;
  const { statement, language } = words;
  const which =
    from === to
      ? `${capital(statement)} ${from.number} (${code(from.text)})`
      : `${capital(statement)}s ${from.number} to ${to.number}`;
  const own = kept.filter((number) => number >= first);
  const stays = [
    own.length === 0 ? "nothing stays" : `${numbers(own, statement)} ${own.length === 1 ? "stays" : "stay"}`,
    ...(first === 1
      ? []
      : [`earlier migrations ${kept.length > own.length ? "stay" : "are rolled back, too"}`]),
  ].join("; ");
  const why = {
    "rolled back": "the transaction is rolled back",
    none: `each ${statement} commits by itself`,
    unknown: `each ${statement} commits by itself, unless what runs it opens a transaction`,
  }[transaction];
  return [
    `${which}: ${stays}; ${why}.`,
    ...partly.map((name) => `Documents of ${plain(name)} that it has changed until then stay changed.`),
    ...(leaves.length === 0
      ? []
      : ["It may leave an invalid index. Drop it first:", fenced("sql", leaves.join("\n"))]),
    ...(undo.length === 0 ? [] : [words.takenBack, fenced(language, undo.join("\n"))]),
  ];
}

export function restoreSection({ restore: { lost, save, restore }, dialect }: Runbook): string {
  const title = "## Restore point";
  if (lost.length === 0 && save.length === 0)
    return `${title}\n\nNot needed: a rollback brings all data back.`;
  return [
    title,
    ...(lost.length === 0 ? [] : [`No rollback brings this back: ${lost.map(plain).join(", ")}.`]),
    ...(save.length === 0
      ? ["Make a backup of the database first."]
      : [
          "Before the migration:",
          fenced("sh", save.join("\n")),
          wordsOf(dialect).restore,
          fenced("sh", restore.join("\n")),
        ]),
  ].join("\n\n");
}
