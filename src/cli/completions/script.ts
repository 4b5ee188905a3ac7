import type { Command } from "commander";
import { describe } from "../describe.ts";
import { bashScript } from "./bash.ts";
import { fishScript } from "./fish.ts";
import type { Shell } from "./shells.ts";
import { zshScript } from "./zsh.ts";

/** What a shell reads to complete `ddlint …`: all of it is in the script, nothing is asked while one types. */
export function completionScript(shell: Shell, program: Command): string {
  const write = { bash: bashScript, zsh: zshScript, fish: fishScript }[shell];
  return write(describe(program));
}
