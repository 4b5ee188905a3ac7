/** The database that the settings of migration tools name. */
import type { Database } from "../../model/dialect.ts";
import type { Found, Words } from "./dialect-surroundings.ts";
import { rankedTools } from "../known-tools.ts";
import { readManifest } from "../manifests.ts";
import type { FileSystem } from "../migration.ts";
import { programTexts } from "../own-runner.ts";
import { ancestors, join } from "../files/paths.ts";
import type { DatabaseSetting } from "../tool.ts";

/** Whichever tool reads the folder: the nearest file that names a database counts. */
const settings: readonly DatabaseSetting[] = rankedTools.flatMap(({ database }) => database?.settings ?? []);
/** Of tools whose migrations are code. */
const codeSettings: readonly DatabaseSetting[] = rankedTools.flatMap(
  ({ database }) => database?.codeSettings ?? [],
);

const driverWord = (word: string): string =>
  word
    .replace(/^better-/, "")
    .replace(/^mysql2$/, "mysql")
    .replace(/^pgnative$/, "pg");

/** `isFixed`: no environment has another one. */
export function bySettings(
  fs: FileSystem,
  root: string,
  wordOf: Words,
  inCode: boolean,
): { dialect: Database; evidence: readonly string[]; isFixed?: true } | undefined {
  const all = inCode ? [...codeSettings, ...settings] : settings;
  for (const folder of ancestors(root, 4)) {
    for (const { files, pattern } of all) {
      for (const file of files) {
        const text = readManifest(fs, join(folder, file)) ?? "";
        const word = pattern.exec(text)?.[1];
        const dialect = word === undefined ? undefined : wordOf(driverWord(word));
        if (dialect === undefined) continue;
        const evidence = [`${join(folder, file)} says ${word ?? ""}`];
        return { dialect, evidence, ...(isSole(text, pattern, word) ? { isFixed: true } : {}) };
      }
    }
  }
  return undefined;
}

/** What the programs near the folder make their connections with, where that is one server; a file beside it is for tests. */
export function byCalls(fs: FileSystem, root: string, wordOf: Words): Found | undefined {
  const calls = rankedTools.flatMap(({ database }) => database?.call ?? []);
  const found = new Map<Database, string>();
  for (const { path, text } of programTexts(fs, root)) {
    const code = text.replaceAll(comment, "");
    for (const call of calls)
      for (const [, word = ""] of code.matchAll(new RegExp(call, "g"))) {
        const dialect = wordOf(driverWord(word.toLowerCase()));
        if (dialect !== undefined && !found.has(dialect)) found.set(dialect, `${path} connects to ${word}`);
      }
  }
  const servers = [...found].filter(([dialect]) => dialect !== "sqlite");
  const [one, ...more] = servers.length > 0 ? servers : found;
  return one === undefined || more.length > 0 ? undefined : { dialect: one[0], evidence: [one[1]] };
}

const comment = /^[ \t]*\/\/[^\n]*/gm;

/** The file gives the key this one value wherever it has it, and not to the environment of developers alone. */
function isSole(text: string, pattern: RegExp, word: string | undefined): boolean {
  const found = [...text.matchAll(new RegExp(pattern.source, `${pattern.flags}g`))];
  const key = /\w+/.exec(found[0]?.[0] ?? "")?.[0] ?? "";
  const isForDevelopers = /\bdevelopment\b/.test(text) && !/\bproduction\b/.test(text);
  return (
    !isForDevelopers &&
    found.every(([whole, other]) => other === word && !/\benv\b/.test(whole)) &&
    found.length === [...text.matchAll(new RegExp(`\\b${key}["']?\\s{0,20}[:=]`, "g"))].length
  );
}
