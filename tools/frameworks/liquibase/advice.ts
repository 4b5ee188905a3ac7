/** Updates with Liquibase, whose process stays for all of it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Address } from "../../runners/server.ts";
import type { Migrator } from "../advice.ts";
import { libraries } from "./run.ts";

export function liquibaseMigrator({ host, port, database }: Address): Migrator {
  const java = spawn("java", ["-cp", join(libraries(), "*"), join(import.meta.dirname, "Advice.java")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const answers = createInterface(java.stdout);
  const url = `jdbc:postgresql://${host}:${String(port)}/${database}`;
  const run = (what: string) => async (folder: string) => {
    const answer = once(answers, "line") as Promise<[string]>;
    java.stdin.write(`${[what, folder, url, "postgres"].join("\t")}\n`);
    const [said] = await answer;
    if (said !== "ok") throw new Error(`${what}: ${said}`);
  };
  return {
    up: run("up"),
    toBase: run("back"),
    stop: () => {
      java.stdin.end();
    },
  };
}
