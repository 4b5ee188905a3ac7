/** Statements that are found in any order, put into one in which a server takes them. */
import { inOrderOfUse, type Made } from "./creation-order.ts";

/** In the order of the statements. */
const phases = [
  "dropPart",
  "dropForeignKey",
  "leave",
  "dropKey",
  "dropColumn",
  "drop",
  "rename",
  "create",
  "attach",
  "addColumn",
  "refill",
  "alterColumn",
  "key",
  "foreignKey",
  "join",
  "facts",
  "view",
  "part",
  "dropLast",
] as const;
export type Phase = (typeof phases)[number];

/** Statements by what they do, and what isn't known. */
export class Collected {
  readonly gaps: string[] = [];
  readonly #made: Made[] = [];
  readonly #gone: Made[] = [];
  readonly #phases = new Map<Phase, string[]>(phases.map((phase) => [phase, []]));

  get statements(): readonly string[] {
    const { first, views } = inOrderOfUse(this.#made);
    const gone = inOrderOfUse(this.#gone);
    const made: Partial<Record<Phase, readonly Made[]>> = {
      dropPart: gone.views.toReversed(),
      // A type may still be that of a column which gets another one.
      drop: gone.first.filter(({ kind }) => !isLast(kind)).toReversed(),
      create: first,
      view: views,
      dropLast: gone.first.filter(({ kind }) => isLast(kind)).toReversed(),
    };
    return phases.flatMap((phase) => [
      ...(made[phase] ?? []).map(({ sql }) => `${sql};`),
      ...(this.#phases.get(phase) ?? []),
    ]);
  }

  /** Statements without their semicolons. */
  add(phase: Phase, ...sql: readonly string[]): void {
    this.#phases.get(phase)?.push(...sql.map((one) => `${one};`));
  }

  /** Before those of its phase that are there already. */
  addFirst(phase: Phase, sql: string): void {
    this.#phases.get(phase)?.unshift(`${sql};`);
  }

  /** A statement; undefined: it isn't known, and `what` says what of the schema isn't. */
  addKnown(phase: Phase, sql: string | undefined, what: string): void {
    if (sql === undefined) this.gaps.push(what);
    else this.add(phase, sql);
  }

  /** An object that is made by one statement; without it: that isn't known, and `what` says what of the schema isn't. */
  make(one: Omit<Made, "sql">, sql: string | undefined, what: string): void {
    if (sql === undefined) this.gaps.push(what);
    else this.#made.push({ ...one, sql });
  }

  /** An object that is dropped by one statement. */
  drop(one: Made): void {
    this.#gone.push(one);
  }

  /** With their semicolons. */
  refill(sql: readonly string[]): void {
    this.#phases.get("refill")?.push(...sql);
  }
}

const isLast = (kind: Made["kind"]): boolean => kind === "type" || kind === "schema";
