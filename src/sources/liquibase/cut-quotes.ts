/**
 * Liquibase's own splitter of statements knows strings and comments, and no dollar quotes: it cuts at each semicolon, since
 * 4.20 but for those between BEGIN and the next END. Run with 3.5.5, 3.10.3, 4.9.1, 4.20, 4.24, 4.31.1 and 5.0.1.
 */
const tokens =
  /'(?:[^']|'')*'|"[^"]*"|--[^\n]*|\/\*[^]*?\*\/|\$(?:[a-z_]\w*)?\$|(?<![\w$.])(?:begin|end)(?![\w$])|;/gi;

/** The dollar quotes between which it cuts a statement, whichever the release. */
export function cutQuotes(text: string): string | undefined {
  let quote: string | undefined;
  let depth = 0;
  for (const [token] of text.matchAll(tokens)) {
    if (token.startsWith("$")) {
      if (quote === undefined) quote = token;
      else if (quote === token) quote = undefined;
    } else if (/^begin$/i.test(token)) depth++;
    else if (/^end$/i.test(token)) depth = Math.max(0, depth - 1);
    else if (token === ";" && depth === 0 && quote !== undefined) return quote;
  }
  return undefined;
}
