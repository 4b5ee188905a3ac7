/** What is read of builders' calls for MySQL against what the real tools sent for them (tools/builders). */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { loadCode, readCode } from "../../../src/sources/javascript/index.ts";
import { readPieces } from "../../../src/sources/pieces.ts";
import { toolNamed } from "../../../src/project/known-tools.ts";
import type { ParsedText } from "../../../src/sql/front-end.ts";
import { mariadb } from "../../../src/sql/mysql/parse.ts";

const home = join(import.meta.dirname, "../../../fixtures/code");

beforeAll(async () => {
  await loadCode();
});

const cases = readdirSync(home)
  .filter((folder) => folder.endsWith("-mysql"))
  .flatMap((folder) =>
    readdirSync(join(home, folder))
      .filter((file) => /\.[jt]s$/.test(file) && existsSync(sentOf(folder, file)))
      .map((file) => [folder, file] as const),
  );

function sentOf(folder: string, file: string): string {
  return join(home, folder, file.replace(/\.\w+$/, ".sent.json"));
}

/** What the tool asks the server for before it sends it. */
const asked: readonly string[] = [
  "knex-mysql/3-asked.js",
  "sequelize-mysql/3-asked.js",
  "db-migrate-mysql/2-asked.js",
];

/** What means the same; and TypeORM's names of unique indexes, which are hashes, are left to the server. */
const respelled = (sql: string): string => sql.replaceAll("\\'", "''").replaceAll(/`UQ_[0-9a-f]{27}` ?/g, "");

/** Names, types and clauses; not where they stand, nor how they are spelled. */
function meaning(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(meaning);
  if (typeof value === "string") return value.replaceAll(" (", "(");
  if (typeof value !== "object" || value === null) return value;
  const record = value as Readonly<Record<string, unknown>>;
  if (typeof record["text"] === "string" && "span" in record && Object.keys(record).length <= 3)
    return meaning(record["text"]);
  return Object.fromEntries(
    Object.entries(record)
      .filter(([key, one]) => one !== undefined && !isPlace(key, one))
      .map(([key, one]) => [key, meaning(one)]),
  );
}

const isPlace = (key: string, value: unknown): boolean =>
  /span$|^(?:head|written|afterKeyword|call)$/i.test(key) ||
  (typeof value === "object" && value !== null && Object.keys(value).join() === "start,end");

/** A line for each statement. */
const statementsOf = ({ statements }: ParsedText): readonly string[] =>
  statements.map(({ operations }) => operations.map((one) => JSON.stringify(meaning(one))).join("\n"));

describe("builders on MySQL say what their tools send", () => {
  test.each(cases)("%s/%s", (folder, file) => {
    const tool = folder.replace(/-mysql$/, "");
    const path = `${folder}/${file}`;
    const text = readFileSync(join(home, path), "utf8");
    const wraps = toolNamed(tool).wraps !== "none";
    const read = readCode({ path, text, tool, wraps, isMysql: true, readFile: () => undefined });
    if (read === undefined) throw new Error(`${tool} is not read`);
    const ours = readPieces(mariadb, { ...read, part: read.up.part, comments: [] });
    expect(ours.problems).toEqual([]);
    const sent = JSON.parse(readFileSync(sentOf(folder, file), "utf8")) as readonly string[];
    const theirs = sent.flatMap((one) => statementsOf(mariadb.read(respelled(one))));
    if (asked.includes(path)) expect(ours.statements).toHaveLength(theirs.length);
    else expect(statementsOf(ours)).toEqual(theirs);
  });
});
