import pc from "picocolors";
import type { Colors } from "../index.ts";

/** `--color`, then FORCE_COLOR, then NO_COLOR, then whether someone looks at it. */
export function colorsFor(option: boolean | undefined, toTerminal: boolean): Colors {
  const wanted = option ?? (toTerminal && wantsColors());
  const colors = pc.createColors(wanted);
  return wanted && toTerminal && knowsLinks() ? { ...colors, link } : colors;
}

function wantsColors(): boolean {
  const { FORCE_COLOR, NO_COLOR, TERM } = process.env;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "") return FORCE_COLOR !== "0";
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  // `isTTY` is undefined for a pipe, for which picocolors would ask the environment and colour all on a CI server.
  return process.stdout.isTTY ? TERM !== "dumb" : false;
}

const link = (text: string, url: string): string => `\u001b]8;;${url}\u001b\\${text}\u001b]8;;\u001b\\`;

/** Terminals say so each in its own way, or the user does: FORCE_HYPERLINK. */
function knowsLinks(): boolean {
  const { FORCE_HYPERLINK, KITTY_WINDOW_ID, TERM_PROGRAM = "", VTE_VERSION, WT_SESSION } = process.env;
  if (!process.stdout.isTTY) return false;
  if (FORCE_HYPERLINK !== undefined && FORCE_HYPERLINK !== "") return FORCE_HYPERLINK !== "0";
  // VTE 0.50 crashed on them.
  if (Number(VTE_VERSION ?? 0) > 5000) return true;
  if (["vscode", "iTerm.app", "WezTerm"].includes(TERM_PROGRAM)) return true;
  return KITTY_WINDOW_ID !== undefined || WT_SESSION !== undefined;
}
