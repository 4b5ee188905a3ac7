/** The fixtures that laws are held on, each with what is found in it. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { rules } from "../../src/index.ts";
import type { Finding } from "../../src/index.ts";
import { lintFixture } from "../../src/testing/lint-fixture.ts";

export const strict = { presets: ["strict" as const] };
export interface Case {
  readonly name: string;
  readonly text: string;
  readonly findings: readonly Finding[];
}

const folders = ["fixtures/rules", "fixtures/recipes"].map((folder) =>
  join(import.meta.dirname, "../..", folder),
);
const paths = folders.filter(existsSync).flatMap((folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    // A folder in a rule's folder is a project of several files, which the transformations here don't know.
    .filter((entry) => entry.isFile() && entry.name.endsWith(".sql") && depth(folder, entry.parentPath) < 2)
    .map((entry) => join(entry.parentPath, entry.name)),
);

function depth(folder: string, path: string): number {
  return path.slice(folder.length).split(/[\\/]/).length - 1;
}

export const lint = (text: string, only?: string): readonly Finding[] => {
  const result = lintFixture(
    "migrations/x.sql",
    text,
    rules,
    undefined,
    only === undefined ? strict : { only: [only] },
  );
  expect(result.errors.map((error) => error.stack ?? error.message)).toEqual([]);
  return result.findings;
};

/** Test files that share a process lint each fixture once. */
const known = new Map<string, readonly Finding[]>();

/** The findings of a fixture's text, to be read only. */
export function findingsOf(text: string): readonly Finding[] {
  const findings = known.get(text) ?? lint(text);
  known.set(text, findings);
  return findings;
}

/** The findings of the fixtures; `shard` of `shards`: of each so-manieth one, counted from 1. */
export function lintedCases(shard = 1, shards = 1): readonly Case[] {
  return paths
    .filter((_, i) => i % shards === shard - 1)
    .map((path) => {
      const text = readFileSync(path, "utf8").replaceAll("\r\n", "\n");
      return { name: path.split(/[\\/]/).slice(-2).join("/"), text, findings: findingsOf(text) };
    });
}
