/** What MySQL reads and does nothing about. */
import { isSince } from "../../../effects/mysql/release.ts";
import type { Operation } from "../../../model/operation.ts";

/**
 * REFERENCES behind a column before 9.0, also where the release isn't known, and CHECK before 8.0.16. MariaDB heeds
 * both.
 */
export function isIgnored(
  dialect: string,
  release: readonly number[] | undefined,
): ((operation: Operation) => boolean) | undefined {
  if (dialect !== "mysql") return undefined;
  const isKnown = release !== undefined && release.length > 0;
  const isSinceOrUnknown = (since: string): boolean => !isKnown || isSince({ release }, since);
  const checks = isSinceOrUnknown("8.0.16");
  const inline = isKnown && isSinceOrUnknown("9.0");
  if (checks && inline) return undefined;
  return (operation) =>
    (operation.kind === "addForeignKey" && operation.inlineColumn !== undefined && !inline) ||
    (operation.kind === "addCheck" && !checks);
}
