/** Statements that are found in any order, put into one in which a server takes them. */
import { inOrderOfUse, type Made } from "./creation-order.ts";

/** In the order of the statements. */
const phases = [
  "dropPart",
  "dropForeignKey",
  "dropKey",
  "dropColumn",
  "dropRelation",
  "dropOther",
  "create",
  "attach",
  "addColumn",
  "refill",
  "alterColumn",
  "key",
  "foreignKey",
  "facts",
  "view",
  "part",
] as const;
export type Phase = (typeof phases)[number];

/** Statements by what they do, and what isn't known. */
export class Collected {
  readonly gaps: string[] = [];
  readonly #made: Made[] = [];
  readonly #phases = new Map<Phase, string[]>(phases.map((phase) => [phase, []]));

  get statements(): readonly string[] {
    const { first, views } = inOrderOfUse(this.#made);
    const made: Partial<Record<Phase, readonly Made[]>> = { create: first, view: views };
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

  /** With their semicolons. */
  refill(sql: readonly string[]): void {
    this.#phases.get("refill")?.push(...sql);
  }
}
