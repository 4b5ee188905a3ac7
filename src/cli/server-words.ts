/** What is said of the server that migrations run on. */
import { dialectTitles, knownServers } from "../index.ts";
import type { DialectName, History } from "../index.ts";

type Found = Pick<History, "dialect" | "dialectEvidence" | "serverVersion" | "serverEvidence">;

/** `MariaDB 10.11 (compose.yaml runs mariadb:10.11)`. */
export function serverInWords(history: Found): string {
  const { dialectEvidence = [], serverVersion, serverEvidence = [] } = history;
  const evidence = [...new Set([...dialectEvidence, ...serverEvidence])];
  const because = evidence.length === 0 ? "" : ` (${evidence.join("; ")})`;
  return `${dialectTitles[history.dialect]}${serverVersion === undefined ? ", version not known" : ` ${serverVersion}`}${because}`;
}

/** A server that nothing is known of; undefined where it is known. */
export function strangeVersion(history: Found): string | undefined {
  const { serverVersion: version } = history;
  if (version === undefined) return undefined;
  const { dialect } = history;
  const { oldest, newest } = knownServers[dialect];
  const isOlder = compareParts(version, oldest) < 0;
  if (!isOlder && compareParts(version, newest) <= 0) return undefined;
  const major = Number.parseInt(version, 10);
  const other = mixedUp[dialect]?.(major);
  return (
    `ddlint: ${dialectTitles[dialect]} ${version} isn't known (${oldest} to ${newest} are): ` +
    `the locks and the advice are those of ${isOlder ? oldest : newest}` +
    (other === undefined ? "" : `; is it "${other} ${version}"?`)
  );
}

/** Whose version that is, by its first number. */
const mixedUp: Partial<Record<DialectName, (major: number) => DialectName | undefined>> = {
  mysql: (major) => (major > 9 ? "mariadb" : undefined),
  mariadb: (major) => (major < 10 ? "mysql" : undefined),
};

/** Compares the parts that `b` has: `9.1` is `9`. */
function compareParts(a: string, b: string): number {
  const left = a.split(".");
  for (const [i, part] of b.split(".").entries()) {
    const order = Number(left[i] ?? part) - Number(part);
    if (order !== 0) return order;
  }
  return 0;
}
