/** The SQL in a log of Rails, as `bin/rails db:migrate` prints it where it logs to standard output. */

/** What stands in front of a statement: `D, [2024-…] DEBUG -- :   User Load (0.5ms)  `, in colours or not. */
const sent =
  /^(?:[DI], \[[^\]\n]{1,60}\][^\n]{0,40}? -- :)?(?:\u001b\[[\d;]*m|\s)*(?:(?:[A-Z][\w:]*(?: [A-Z]\w*){0,3}|TRANSACTION|SQL)\s*)?\(\d+(?:\.\d+)?ms\)(?:\u001b\[[\d;]*m|\s)*(?=[A-Z])/;
/** Values of parameters, and the end of a colour. */
const behind = /(?:\s{2}\[\[.*\]\])?(?:\u001b\[[\d;]*m|\s)*$/;

/**
 * The statements of the log, at their places: all else is blank. Undefined: it is no such log.
 */
export function sqlOfRailsLog(text: string): string | undefined {
  const lines = text.split("\n");
  if (!lines.some((line) => sent.test(line.slice(0, 400)))) return undefined;
  let out = "";
  let isOpen = false;
  for (const [i, line] of lines.entries()) {
    const start = sent.exec(line.slice(0, 400))?.[0].length;
    const isSql = start !== undefined;
    const end = isSql ? Math.max(start, line.length - (behind.exec(line)?.[0].length ?? 0)) : 0;
    // A statement ends where the next line begins: the log has no semicolons.
    const before = " ".repeat(isSql ? start : line.length);
    const shown = isSql ? before + line.slice(start, end) + " ".repeat(line.length - end) : before;
    out += (i === 0 ? "" : "\n") + (isOpen && shown.startsWith(" ") ? `;${shown.slice(1)}` : shown);
    if (isOpen && shown.startsWith(" ")) isOpen = false;
    if (isSql) isOpen = true;
  }
  return out;
}
