/** Up, down and up of some migrations, each compared with what was there before. */
import type { Migration, Script } from "../project/migration.ts";
import { Attempt } from "./attempt.ts";
import { placeOfStatement } from "./differences.ts";
import type { Lab, Labs, Seeding } from "./lab.ts";
import { isWrapped, parsedOf, prepare, type Prepared, type Replay } from "./prepared.ts";
import { releaseDifferences } from "./releases.ts";
import type { VerifiedMigration, VerifyProblem, VerifyResult } from "./result.ts";
import { failureOf, type Run } from "./run.ts";

/** Something in the history before the migrations fails: nothing can be verified. */
export class HistoryFailure extends Error {
  override readonly name = "HistoryFailure";
  readonly file: string;
  readonly line: number | undefined;

  constructor(script: Script, { statement, error }: Run) {
    super(error?.message ?? "");
    const { file, line } = placeOfStatement(script, statement);
    this.file = file;
    this.line = line;
  }
}

export interface VerifyHistoryOptions {
  /** After each migration that was applied. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** The release that the project states, where the server is another one. */
  readonly other?: { readonly title: string; readonly replay: Replay } | undefined;
}

/**
 * @param chosen the migrations to verify; those between them and before the first one are applied
 * @throws HistoryFailure
 */
export async function verifyHistory(
  replay: Replay,
  chosen: ReadonlySet<Migration>,
  labs: Labs,
  { onProgress = () => undefined, other }: VerifyHistoryOptions = {},
): Promise<VerifyResult> {
  const last = replay.migrations.findLastIndex((one) => chosen.has(one));
  const first = replay.migrations.findIndex((one) => chosen.has(one));
  const all = replay.migrations.slice(0, last + 1);
  const here = prepare(replay, all);
  const there = other === undefined ? [] : prepare(other.replay, all);
  const run = new HistoryVerifier(labs, here, onProgress);
  try {
    const migrations: VerifiedMigration[] = [];
    for (const [at, migration] of all.entries())
      if (chosen.has(migration)) {
        const verified = await run.verify(at);
        const [own, elsewhere] = [here[at], there[at]];
        const differences =
          own === undefined || elsewhere === undefined || other === undefined
            ? []
            : releaseDifferences(own.scope, elsewhere.scope, other.title);
        const together = verified.up === "ran" ? await run.together(batchOf(here, at, chosen)) : [];
        migrations.push({ ...verified, problems: [...verified.problems, ...differences, ...together] });
      }
    const notes = [
      ...(other === undefined ? [] : [`the project states ${other.title}, and this is ${labs.title}`]),
      ...run.notes,
    ];
    return { server: labs.title, dialect: labs.dialect, before: first, migrations, notes };
  } finally {
    await run.close();
  }
}

/** Places of the migrations that are chosen and that the tool runs in one transaction, up to this one. */
function batchOf(all: readonly Prepared[], last: number, chosen: ReadonlySet<Migration>): readonly number[] {
  const isOfIt = ({ scope }: Prepared): boolean =>
    chosen.has(scope.migration) && scope.batch !== undefined && scope.before.dialect.transactionalDdl;
  const upTo = all.slice(0, last + 1);
  const others = upTo.findLastIndex((one) => !isOfIt(one));
  return upTo.flatMap((_, at) => (at > others ? [at] : []));
}

class HistoryVerifier {
  readonly #labs: Labs;
  readonly #all: readonly Prepared[];
  readonly #onProgress: (done: number, total: number) => void;
  readonly #notes = new Set<string>();
  /** A database with the migrations before this one. */
  #ready: { readonly lab: Lab; at: number } | undefined;

  constructor(labs: Labs, all: readonly Prepared[], onProgress: (done: number, total: number) => void) {
    this.#labs = labs;
    this.#all = all;
    this.#onProgress = onProgress;
  }

  get notes(): readonly string[] {
    return [...this.#notes];
  }

  async close(): Promise<void> {
    await this.#ready?.lab.close();
    this.#ready = undefined;
  }

  /** A database in which all migrations before this one are applied. */
  async #before(at: number): Promise<Lab> {
    if (this.#ready !== undefined && this.#ready.at > at) await this.close();
    const ready = (this.#ready ??= { lab: await this.#labs.open(), at: 0 });
    while (ready.at < at) {
      const { scope, left } = this.#all[ready.at] as Prepared;
      const { up } = scope.migration;
      const runs = await this.#supplied(ready.lab, () =>
        ready.lab.play(up, parsedOf(scope, "up"), { wrapped: isWrapped(scope.steps), observes: false }),
      );
      const failed = failureOf(runs);
      if (failed !== undefined && scope.migration.ignoresFailure === undefined)
        throw new HistoryFailure(up, failed);
      if (scope.migration.unread === true) this.#notes.add(`${up.path} isn't read, and wasn't run`);
      for (const { because, script } of left)
        if (script === up) this.#notes.add(`not run before the migrations: ${because} (${up.path})`);
      ready.at++;
      this.#onProgress(ready.at, this.#all.length);
    }
    return ready.lab;
  }

  /** Each runs alone: whether the last one also does in the transaction of those before it. */
  async together(places: readonly number[]): Promise<readonly VerifyProblem[]> {
    const [first] = places;
    if (first === undefined || places.length === 1) return [];
    await this.close();
    const lab = await this.#before(first);
    await lab.seed("plain");
    await lab.renew();
    let found: readonly VerifyProblem[] = [];
    for (const at of places) {
      const { scope } = this.#all[at] as Prepared;
      const { up } = scope.migration;
      const isLast = at === places.at(-1);
      const options = { wrapped: isWrapped(scope.steps), staysOpen: !isLast, observes: false };
      const failed = failureOf(await lab.play(up, parsedOf(scope, "up"), options));
      if (failed?.error === undefined) continue;
      const message = `the migration fails in one transaction with those before it: ${failed.error.message}`;
      const place = placeOfStatement(up, failed.statement);
      // What fails before the last one is reported there.
      if (isLast) found = [{ kind: "batch-fails", severity: "error", message, ...place, details: [] }];
      break;
    }
    await this.close();
    return found;
  }

  /** Who deploys has made the roles that a history names; then it runs again. */
  async #supplied(lab: Lab, play: () => Promise<readonly Run[]>): Promise<readonly Run[]> {
    for (;;) {
      const runs = await play();
      const error = failureOf(runs)?.error;
      // What is applied in part can't run again.
      if (error === undefined || runs.some(({ is }) => is === "ran")) return runs;
      const made = await lab.supply(error);
      if (made === undefined) return runs;
      this.#notes.add(`made for this run, as nothing in the history does: ${made}`);
    }
  }

  /** With rows of all kinds; where these keep it from running, once more with plain ones, and with none. */
  async verify(at: number): Promise<VerifiedMigration> {
    const prepared = this.#all[at] as Prepared;
    let attempt: Attempt | undefined;
    for (const seeding of ["adverse", "plain", "none"] as const satisfies readonly Seeding[]) {
      const lab = await this.#before(at);
      attempt = new Attempt(prepared, lab, seeding, attempt, this.#labs);
      await attempt.run((play) => this.#supplied(lab, play));
      this.#onProgress(at + 1, this.#all.length);
      if (attempt.isApplied) this.#ready = { lab, at: at + 1 };
      else await this.close();
      if (!attempt.failedOnRows) break;
      // The database isn't what it would be without these rows.
      await this.close();
    }
    return (attempt as Attempt).result();
  }
}
