/** LOCK TABLE, before statements that would lock the same tables one after the other. */
import { hasHoleName } from "../model/hole-names.ts";
import { quoteIdentifier, type Key } from "../model/names.ts";
import type { Step } from "../replay/step.ts";
import { laterRelation } from "../schema/later.ts";
import type { Schema } from "../schema/schema.ts";
import { instead, inWords, type Advice } from "./advice.ts";
import { textOf } from "./words.ts";

/** The lock that the statements behind take in any case, before the first of them takes a weaker one. None: nothing. */
export const lockTables = (tables: readonly string[]): readonly string[] =>
  tables.length === 0 ? [] : [`${lock(tables.join(", "))};`];

/**
 * For tables that the application locks in another order: where the two wait for each other, the server ends the one
 * whose `deadlock_timeout`, a second, is over first, unless the migration has given up before.
 */
export const lockOrGiveUp = (tables: readonly string[]): readonly string[] =>
  tables.length === 0 ? [] : [giveUpFirst, ...lockTables(tables)];

/** Both where BEGIN may not stand before them. */
export const lockTablesHere = (step: Step, tables: readonly string[]): readonly string[] =>
  tables.length > 0 && inPipeline(step) ? [inBlock(tables.join(", "))] : lockTables(tables);
export const lockOrGiveUpHere = (step: Step, tables: readonly string[]): readonly string[] =>
  tables.length === 0 ? [] : [giveUpFirst, ...lockTablesHere(step, tables)];

/** The transaction makes triggers, and takes no stronger lock than theirs on a table that existed before. */
export const isOnlyOfTriggers = (step: Step): boolean =>
  step.operation.kind === "createTrigger" &&
  !locksOfUsers(step).some(({ mode }) => mode === "ACCESS EXCLUSIVE");

/** Locks that writers wait for, on tables that existed before, by their names before the first of the statements. */
function locksOfUsers(step: Step): readonly { readonly relation: Key; readonly mode: LockMode }[] {
  const all = [...step.earlier(), step, ...step.later()].filter(
    ({ transaction }) => transaction.id === step.transaction.id,
  );
  const start = (all[0] ?? step).before;
  return all.flatMap(({ effects: { locks }, locks: { treeOf }, before, createdHere }) =>
    locks
      .filter(({ relation, mode }) => waitedFor.has(mode) && createdHere(relation) !== "yes")
      .map(({ relation, mode }) => ({ relation: nameIn(start, before, treeOf(relation)), mode })),
  );
}

/** What the table is called in an earlier schema, if it has been renamed since. */
function nameIn(earlier: Schema, now: Schema, table: Key): Key {
  const found = now.relation(table);
  return found.is === "present" ? (laterRelation(earlier, found.value)?.key ?? table) : table;
}

const waitedFor: ReadonlySet<LockMode> = new Set(["SHARE ROW EXCLUSIVE", "ACCESS EXCLUSIVE"]);

/** Shown as SQL spells it, and known before it runs. */
const isPlain = (name: string): boolean =>
  !hasHoleName(name) && name.split(".").every((part) => quoteIdentifier(part) === part);

/** More fit into no sentence. */
const mostNamed = 5;

/** What the words of the rule say to lock all tables with, where less is enough, or the runner's transaction refuses LOCK TABLE. */
export function lockTogether(step: Step): Advice | undefined {
  const mode = isOnlyOfTriggers(step) ? "SHARE ROW EXCLUSIVE" : undefined;
  const keys = [...new Set(locksOfUsers(step).map(({ relation }) => relation))];
  const names = keys.map((key) => step.show(key));
  const isNamed = names.length > 1 && names.length <= mostNamed && names.every(isPlain);
  const tables = isNamed ? names.join(", ") : "…, …";
  if (step.transaction.kind === "block" || !inPipeline(step))
    return mode === undefined
      ? undefined
      : [
          inWords(
            `Make the triggers of one table per transaction. If they must come together, lock the tables with one \`${lock(tables, mode)}\` at the start, behind \`SET LOCAL lock_timeout = '500ms'\`, and run the migration again if it gives up: reads don't wait for it.`,
          ),
        ];
  const [must, all] = keys.length > 2 ? ["they", "all"] : ["both", "both"];
  return [
    inWords(
      `Change one table per file. If ${must} must change together, lock ${all} at the start with \`${inBlock(tables, mode)}\`, behind \`SET lock_timeout = '500ms'\`. Sent as a pipeline, as the Supabase CLI does, the file isn't a transaction block: a plain LOCK TABLE fails there before PostgreSQL 18, and on 18 as the first statement.`,
    ),
  ];
}

/** LOCK TABLE in a pipeline, which is a transaction; undefined: none is open, and the lock would end at once. */
export function lockInCode(step: Step): Advice | undefined {
  if (!inPipeline(step)) return undefined;
  const own = textOf(step, step.statement.span).replace(/[\s;]+$/, "");
  return instead(`DO $$ BEGIN ${own}; END $$;`);
}

type LockMode = Step["effects"]["locks"][number]["mode"];

const giveUpFirst =
  "SET LOCAL lock_timeout = '500ms'; -- less than deadlock_timeout: the migration gives up, and not the application";

/**
 * A pipeline is a transaction, but no transaction block: PostgreSQL 13 and 15 refuse LOCK TABLE there, 18 as its first
 * statement. Several statements in one message are a block. SET LOCAL warns in a pipeline, and sets.
 */
const inPipeline = ({ script: { transaction } }: Step): boolean =>
  transaction.sends === "pipeline" && transaction.wraps === "none";

/** Code may lock, and the lock stays until the transaction ends. */
const inBlock = (tables: string, mode?: LockMode): string => `DO $$ BEGIN ${lock(tables, mode)}; END $$;`;

const lock = (tables: string, mode: LockMode = "ACCESS EXCLUSIVE"): string =>
  `LOCK TABLE ${tables} IN ${mode} MODE`;
