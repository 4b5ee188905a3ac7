/** What the driver of tools that run on Java makes of a statement before the server reads it. */

const apart = /'(?:[^']|'')*'|"[^"]*"|--[^\n]*|\/\*[^]*?\*\/|\?\?/g;

/** PostgreSQL's driver takes `??` for the operator `?`, but leaves what stands in dollar quotes as it is. */
export const inDollarQuotes = (statement: string): string =>
  statement.replaceAll(apart, (found) => (found === "??" ? "?" : found));
