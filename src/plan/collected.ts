/** Statements that are found in any order, put into one in which a server takes them. */
import type { Origin } from "../schema/model.ts";

/** In the order of the statements. */
const phases = [
  "dropPart",
  "dropForeignKey",
  "dropKey",
  "dropColumn",
  "dropRelation",
  "dropOther",
  "createOther",
  "createRelation",
  "refill",
  "alterColumn",
  "key",
  "foreignKey",
  "facts",
  "part",
] as const;
export type Phase = (typeof phases)[number];

interface View {
  readonly sql: string;
  readonly origin: Origin | undefined;
}

/** Statements by what they do, and what isn't known. */
export class Collected {
  readonly gaps: string[] = [];
  readonly #views: View[] = [];
  readonly #phases = new Map<Phase, string[]>(phases.map((phase) => [phase, []]));

  get statements(): readonly string[] {
    return phases.flatMap((phase) => [
      ...(this.#phases.get(phase) ?? []),
      ...(phase === "part" ? this.#views.sort(byOrigin).map(({ sql }) => `${sql};`) : []),
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

  addView(sql: string, origin: Origin | undefined): void {
    this.#views.push({ sql, origin });
  }

  /** With their semicolons. */
  refill(sql: readonly string[]): void {
    this.#phases.get("refill")?.push(...sql);
  }
}

/** A view is made after those that it reads. */
const byOrigin = ({ origin: a }: View, { origin: b }: View): number =>
  (a?.migration ?? -1) - (b?.migration ?? -1) || (a?.span.start ?? 0) - (b?.span.start ?? 0);
