/** Shows a long text page by page, as git does. */
import { spawnSync } from "node:child_process";
import { findProgram } from "../index.ts";

/** False: there is no pager, or it isn't wanted. `PAGER` names another one, or none if it is empty. */
export function page(text: string): boolean {
  const { PAGER = "less -FRX" } = process.env;
  const [command, ...args] = PAGER.split(" ").filter((word) => word !== "");
  if (command === undefined || !process.stdout.isTTY) return false;
  const program = findProgram(command);
  if (program === undefined) return false;
  const { error } = spawnSync(program, args, { input: text, stdio: ["pipe", "inherit", "inherit"] });
  return error === undefined;
}
