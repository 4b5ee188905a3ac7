/** One migration up, down and up again in a database, with rows of one kind in it. */
import type { Script } from "../project/migration.ts";
import type { Statement } from "../sql/front-end.ts";
import { naming, placeOfStatement } from "./differences.ts";
import type { Definitions, Lab, Labs, Rows, Seeding } from "./lab.ts";
import { notRestored } from "./not-restored.ts";
import { isWrapped, parsedOf, type Prepared } from "./prepared.ts";
import { changedDefinitions, type Changed } from "./restored.ts";
import type { VerifiedMigration, VerifiedRun, VerifiedStatement, VerifyProblem } from "./result.ts";
import { failureOf, type Run } from "./run.ts";

type Stage = "up" | "down" | "upAgain";

/** Runs a script, and again where something was missing that could be made. */
type Supplied = (play: () => Promise<readonly Run[]>) => Promise<readonly Run[]>;

const words: Readonly<Record<Stage, string>> = {
  up: "the migration",
  down: "the rollback",
  upAgain: "the migration, after its rollback,",
};

const kinds = { up: "up-fails", down: "down-fails", upAgain: "up-again-fails" } as const;

export class Attempt {
  readonly #prepared: Prepared;
  readonly #lab: Lab;
  readonly #seeding: Seeding;
  readonly #labs: Pick<Labs, "isOfRows" | "title">;
  readonly #problems: VerifyProblem[] = [];
  readonly #statements: VerifiedStatement[] = [];
  readonly #ran: Record<Stage, VerifiedRun> = { up: "not run", down: "not run", upAgain: "not run" };
  /** Of attempts with other rows: what failed for those. */
  readonly #onRows: readonly VerifyProblem[];
  #isSeeded = false;
  /** The database is as it is behind the migration. */
  isApplied = false;
  /** What failed may run where there are other rows, or none. */
  failedOnRows = false;

  constructor(
    prepared: Prepared,
    lab: Lab,
    seeding: Seeding,
    earlier: Attempt | undefined,
    labs: Pick<Labs, "isOfRows" | "title">,
  ) {
    this.#prepared = prepared;
    this.#lab = lab;
    this.#seeding = seeding;
    this.#labs = labs;
    this.#onRows = earlier?.onRows ?? [];
  }

  /** What kept this attempt, and those before it, from running for their rows; the worst of each stage. */
  get onRows(): readonly VerifyProblem[] {
    const own = this.#problems.filter(({ kind }) => this.failedOnRows && /fails/.test(kind));
    const isWorse = (kind: string): boolean => own.some((one) => kind.startsWith(one.kind));
    return [...this.#onRows.filter(({ kind }) => !isWorse(kind)), ...own];
  }

  result(): VerifiedMigration {
    const { migration } = this.#prepared.scope;
    const own = this.#problems.filter((one) => !this.onRows.includes(one));
    return {
      migration: migration.name,
      file: migration.up.path,
      up: this.#ran.up,
      down: this.#ran.down,
      upAgain: this.#ran.upAgain,
      seeded: this.#isSeeded,
      problems: [...this.onRows, ...own],
      statements: this.#statements,
    };
  }

  async run(supplied: Supplied): Promise<void> {
    const { migration } = this.#prepared.scope;
    if (migration.unread === true) {
      this.#add("not-run", "note", "the migration isn't read, and wasn't run", { file: migration.up.path });
      return;
    }
    const refused = await this.#lab.seed(this.#seeding);
    const rows = await this.#lab.rows();
    this.#isSeeded = this.#seeding !== "none" && rows.size > 0;
    const before = await this.#lab.definitions();
    for (const { because, script, statement } of this.#prepared.left)
      this.#add("not-run", "note", `not run: ${because}`, placeOfStatement(script, statement));
    if (!(await this.#play("up", migration.up, supplied))) {
      await this.#leftBehind(before);
      return;
    }
    const after = await this.#lab.definitions();
    await this.#comparePrediction();
    this.isApplied = true;
    const cannot = this.#noDown();
    if (cannot !== undefined) {
      this.#ran.down = this.#ran.upAgain = cannot;
      return;
    }
    await this.#down(before, after, rows);
    if (this.#isSeeded && refused.size > 0) {
      const details = [...refused].map(([table, why]) => `${table}: ${why}`);
      const message = `no rows in ${refused.size} tables, which refuse those that ddlint makes`;
      this.#add("not-run", "note", message, { file: migration.up.path }, details);
    }
  }

  /** Why there is nothing to run for the way back; undefined: there is. */
  #noDown(): VerifiedRun | undefined {
    const { migration } = this.#prepared.scope;
    const { down } = migration;
    if (down === undefined || down.empty) return "none";
    const left = this.#prepared.left.find(({ script }) => script === down);
    if (left === undefined) return undefined;
    this.#add("not-run", "note", "the rollback wasn't run: a part of it can't be run", { file: down.path });
    return "not run";
  }

  async #down(before: Definitions, after: Definitions, rows: Rows): Promise<void> {
    const { migration } = this.#prepared.scope;
    const down = migration.down as Script;
    this.isApplied = false;
    if (this.#seeding === "adverse") await this.#lab.seed("later");
    if (!(await this.#play("down", down))) return;
    this.#compare("down-differs", before, await this.#lab.definitions());
    if (this.#isSeeded)
      for (const lost of notRestored(rows, await this.#lab.rows())) {
        const at = this.#naming(lost.replace(/ \(.*/, "").replace(/^\w+ of /, "column "));
        this.#add("rows-not-restored", "warning", `the rollback doesn't restore ${lost}`, at);
      }
    if (!(await this.#play("upAgain", migration.up))) return;
    this.#compare("up-again-differs", after, await this.#lab.definitions());
    this.isApplied = true;
  }

  /** False: it failed, which is a problem. */
  async #play(stage: Stage, script: Script, supplied: Supplied = (play) => play()): Promise<boolean> {
    const { scope } = this.#prepared;
    const direction = stage === "down" ? "down" : "up";
    const wrapped = isWrapped(stage === "down" ? scope.downSteps : scope.steps);
    const parsed = parsedOf(scope, direction);
    await this.#lab.renew();
    const runs = await supplied(() => this.#lab.play(script, parsed, { wrapped, observes: true }));
    if (stage !== "upAgain")
      this.#statements.push(...runs.flatMap((run) => statementOf(script, direction, run)));
    const failed = failureOf(runs);
    const isIgnored = direction === "up" && scope.migration.ignoresFailure !== undefined;
    this.#ran[stage] = failed === undefined ? "ran" : "failed";
    if (failed?.error === undefined || isIgnored) return true;
    const isOfRows = this.#seeding !== "none" && this.#labs.isOfRows(failed.error);
    this.failedOnRows = isOfRows;
    // Plain rows are like those of every table in use.
    const dependsOnRows = isOfRows && this.#seeding === "adverse" && stage !== "upAgain";
    const kind = kinds[stage];
    this.#add(
      dependsOnRows && kind !== "up-again-fails" ? `${kind}-on-rows` : kind,
      dependsOnRows ? "warning" : "error",
      `${words[stage]} fails${dependsOnRows ? " on some rows" : isOfRows ? " on rows" : ""}: ${failed.error.message}`,
      placeOfStatement(script, failed.statement),
      dependsOnRows ? ["with NULLs, duplicates or long values in the tables; see below for plain rows"] : [],
    );
    return false;
  }

  /** What a failed migration has left. */
  async #leftBehind(before: Definitions): Promise<void> {
    const left = changedDefinitions(before, await this.#lab.definitions(), true);
    const problem = this.#problems.at(-1);
    if (left.length === 0 || problem === undefined) return;
    this.#problems[this.#problems.length - 1] = {
      ...problem,
      details: [...problem.details, ...left.map((one) => `what ran before stays: ${inWords(one)}`)],
    };
  }

  #compare(kind: "down-differs" | "up-again-differs", expected: Definitions, found: Definitions): void {
    for (const change of changedDefinitions(expected, found, kind === "up-again-differs")) {
      const { object, before, after, isFinal } = change;
      const details = before === undefined || after === undefined ? [] : [`- ${before}`, `+ ${after}`];
      const message =
        kind === "up-again-differs"
          ? `${object} differs after up, down and up`
          : before === undefined
            ? `the rollback leaves ${object}`
            : after === undefined
              ? `the rollback doesn't restore ${object}`
              : `the rollback restores another ${object}`;
      const isMinor = isFinal || object.startsWith("comment ");
      this.#add(kind, isMinor ? "note" : "error", message, this.#naming(object), details);
    }
  }

  /** The server's schema beside the one that ddlint replays. */
  async #comparePrediction(): Promise<void> {
    const { after } = this.#prepared.scope;
    if (!after.closed) return;
    for (const { object, ours, servers } of await this.#lab.schemaDifferences(after)) {
      const details = [`ddlint: ${ours ?? "none"}`, `${this.#labs.title}: ${servers ?? "none"}`];
      const message = `ddlint expects another ${object}: please report this`;
      this.#add("prediction-differs", "note", message, this.#naming(object), details);
    }
  }

  /** Where the migration names an object. */
  #naming(object: string): { readonly file: string; readonly line?: number | undefined } {
    const { scope } = this.#prepared;
    const { up } = scope.migration;
    const statements: readonly Statement[] = parsedOf(scope, "up").statements;
    const statement = naming(up, statements, object.replace(/\(.*/, "").replaceAll('"', ""));
    return statement === undefined ? { file: up.path } : placeOfStatement(up, statement);
  }

  #add(
    kind: VerifyProblem["kind"],
    severity: VerifyProblem["severity"],
    message: string,
    { file, line }: { readonly file: string; readonly line?: number | undefined },
    details: readonly string[] = [],
  ): void {
    this.#problems.push({ kind, severity, message, file, line, details });
  }
}

const inWords = ({ object, before, after }: Changed): string =>
  before === undefined ? object : after === undefined ? `no ${object}` : `another ${object}`;

/** What it locked or wrote anew; nothing where that wasn't seen. */
function statementOf(
  script: Script,
  direction: "up" | "down",
  { statement, observed }: Run,
): readonly VerifiedStatement[] {
  if (observed === undefined) return [];
  const { held, heldBefore, rewritten, online } = observed;
  const taken = [...held]
    .filter(([relation, mode]) => heldBefore.get(relation) !== mode)
    .map(([relation, mode]) => ({ relation, mode }));
  const locks = online === undefined ? taken : [...taken, online];
  if (locks.length === 0 && rewritten.length === 0) return [];
  return [{ direction, ...placeOfStatement(script, statement), statement: statement.kind, locks, rewritten }];
}
