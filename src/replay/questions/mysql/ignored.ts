/** What MySQL reads and does nothing about. */
import type { DialectModel } from "../../../model/dialect.ts";
import { isSince } from "../../../effects/mysql/release.ts";
import type { Operation } from "../../../model/operation.ts";

/**
 * REFERENCES behind a column before 9.0, also where the release isn't known, and CHECK before 8.0.16. MariaDB heeds
 * both.
 */
export function isIgnored(
  { ignores }: DialectModel,
  release: readonly number[] | undefined,
): ((operation: Operation) => boolean) | undefined {
  if (ignores === undefined) return undefined;
  const isKnown = release !== undefined && release.length > 0;
  const isSinceOrUnknown = (since: string): boolean => !isKnown || isSince({ release }, since);
  const checks = isSinceOrUnknown(ignores.checks);
  const inline = isKnown && isSinceOrUnknown(ignores.inlineReferences);
  if (checks && inline) return undefined;
  return (operation) =>
    (operation.kind === "addForeignKey" && operation.inlineColumn !== undefined && !inline) ||
    (operation.kind === "addCheck" && !checks);
}
