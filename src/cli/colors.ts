import pc from "picocolors";
import type { Colors } from "../index.ts";

/** `--color`, then FORCE_COLOR, then NO_COLOR, then whether someone looks at it. */
export function colorsFor(option: boolean | undefined, toTerminal: boolean): Colors {
  const { FORCE_COLOR, NO_COLOR, TERM } = process.env;
  if (option !== undefined) return pc.createColors(option);
  if (!toTerminal) return pc.createColors(false);
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "") return pc.createColors(FORCE_COLOR !== "0");
  if (NO_COLOR !== undefined && NO_COLOR !== "") return pc.createColors(false);
  // `isTTY` is undefined for a pipe, for which picocolors would ask the environment and colour all on a CI server.
  return pc.createColors(process.stdout.isTTY ? TERM !== "dumb" : false);
}
