/** Runs migrations of Rails with ActiveRecord, whose process stays for all of them. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Address } from "../../runners/server.ts";
import type { Migrator } from "../advice.ts";
import { findRuby } from "./ruby.ts";

const first = 20240101000000;

export function railsMigrator({ host, port, database }: Address): Migrator {
  const { program, args, env } = findRuby();
  const ruby = spawn(program, [...args, join(import.meta.dirname, "advice.rb")], {
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const answers = createInterface(ruby.stdout);
  const config = { adapter: "postgresql", host, port, database, username: "postgres" };
  const migrate = async (folder: string, to: number | null): Promise<void> => {
    const answer = once(answers, "line") as Promise<[string]>;
    ruby.stdin.write(`${JSON.stringify({ folder: join(folder, "db/migrate"), to, config })}\n`);
    const [said] = await answer;
    if (said !== "ok") throw new Error(`${to === null ? "up" : "back"}: ${said}`);
  };
  return {
    up: (folder) => migrate(folder, null),
    toBase: (folder) => migrate(folder, first),
    stop: () => {
      ruby.stdin.end();
    },
  };
}
