import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { UserError, nearest } from "../index.ts";

/**
 * After a mistake in usage: what to say if it comes from the first word being meant as a command; undefined: it wasn't.
 * Words that are no command count as paths.
 */
export function misspeltCommand(program: Command, cwd: string): string | undefined {
  const [word] = program.args;
  const commands = program.commands.map((command) => command.name());
  if (word === undefined || word.startsWith("-") || commands.includes(word)) return undefined;
  if (existsSync(resolve(cwd, word))) return undefined;
  const meant = nearest(word, [...commands, ...(existsSync(cwd) ? readdirSync(cwd) : [])]);
  if (meant === undefined || !commands.includes(meant)) return undefined;
  return new UserError(`there is no command, file or folder "${word}"`, { nearest: meant }).line();
}
