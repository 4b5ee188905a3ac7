/** Words that continue a type's name: `character varying`, `timestamp with time zone`. */
const typeWords: ReadonlySet<string> = new Set(["varying", "precision", "with", "without", "time", "zone"]);

const token = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[\w$.]+|::|\s+|[^]/g;

/**
 * A text by which expressions are compared: blanks, brackets, the case of words outside of quotes and casts of string
 * literals, which the server adds when it prints an expression, don't count.
 */
export function normalise(text: string): string {
  const tokens = (text.match(token) ?? []).filter((part) => part.trim() !== "");
  const out: string[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const part = tokens[at] ?? "";
    if (part === "::" && out.at(-1)?.startsWith("'") === true) at = endOfType(tokens, at + 1) - 1;
    else if (part.startsWith("'") || part.startsWith('"')) out.push(part);
    else if (part !== "(" && part !== ")") out.push(part.toLowerCase());
  }
  return out.join(" ");
}

/** Position after `text`, `character varying(20)`, `numeric(10, 2)[]`. */
function endOfType(tokens: readonly string[], from: number): number {
  let at = from + 1;
  while (typeWords.has(tokens[at]?.toLowerCase() ?? "")) at++;
  if (tokens[at] === "(") at = tokens.indexOf(")", at) + 1 || tokens.length;
  while (tokens[at] === "[" && tokens[at + 1] === "]") at += 2;
  return at;
}
