/** What single nodes of the parser say. */
import type { PrismNode } from "./convert.ts";

/** The variables that get a value; undefined: it is no variable. */
export const targetNames = (targets: readonly PrismNode[]): readonly (string | undefined)[] =>
  targets
    .map((target) => target.toJSON())
    .map(({ type, name }) => (/VariableTargetNode$/.test(type) ? String(name) : undefined));

/** A `rescue` that names no error. */
export const isBare = (clause: unknown): boolean =>
  clause !== null &&
  clause !== undefined &&
  ((clause as PrismNode).toJSON()["exceptions"] as readonly unknown[]).length === 0;
