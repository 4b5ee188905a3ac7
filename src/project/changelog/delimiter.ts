/** What ends each of these statements, where one of them holds semicolons; empty: there is a single one. */
export function delimiterOf(statements: readonly string[]): string {
  if (statements.length === 1) return "";
  return ["//", "@@", "~~"].find((one) => !statements.some((sql) => sql.includes(one))) ?? "/~/";
}
