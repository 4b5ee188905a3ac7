/** Each change becomes the SQL that Liquibase itself sends; `npm run frameworks` asks it. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadCodeReader } from "../../../src/engine/code-migrations.ts";
import type { DialectName } from "../../../src/model/dialect.ts";
import { discover } from "../../../src/project/discover.ts";
import { memoryFileSystem } from "../../../src/project/files/file-system.ts";
import type { History, Script } from "../../../src/project/migration.ts";

const home = join(import.meta.dirname, "../../../fixtures/frameworks/liquibase");

type Directions = Readonly<Record<"up" | "down", readonly string[]>>;

interface Golden {
  readonly files: Readonly<
    Record<string, Readonly<Record<string, Readonly<Record<DialectName, Directions>>>>>
  >;
}

const golden = JSON.parse(readFileSync(join(home, "liquibase.json"), "utf8")) as Golden;
const dataFiles = readdirSync(join(home, "data"));

/** Without what means the same: case, blanks, and comments, which Liquibase leaves out. */
const plain = (sql: string): string =>
  sql
    .replace(/--[^\n]*\n|\/\*.*?\*\//g, " ")
    .replace(/\s+/g, " ")
    .replace(/ ?([(),]) ?/g, "$1")
    .trim()
    .replace(/;$/, "")
    .toLowerCase();

/** `!`: refused, or not known before it runs. */
function sent(script: Script | undefined): string {
  if (script === undefined) return "";
  const { text, code, part: own } = script;
  // A file that the changeset does nothing but load.
  if (code === undefined) return plain(text.slice(own.start, own.end)).replaceAll(/; ?/g, "; ");
  const pieces = code.pieces
    .filter(({ part }) => script.part.start <= part.start && part.end <= script.part.end)
    .map(({ part, dynamic }) => (dynamic === undefined ? plain(text.slice(part.start, part.end)) : "!"));
  // What a refused change may make once it is corrected stands beside the refusal.
  const known = code.refused.length === 0 ? pieces : pieces.filter((one) => one !== "!");
  return [...known, ...code.refused.map(() => "!")].join("; ");
}

/**
 * Their statements; what Liquibase makes of rows in files, and what it looks up, is opaque here. A run sends nothing for a
 * change that the database has no support for, except for `renameSequence`, which fails (`update-sql` of 5.0.1).
 */
const theirs = (all: readonly string[], written: string): string =>
  all
    .filter((one) => one !== "!unsupported" || written.includes("<renameSequence"))
    .map((one) => (one.startsWith("!") ? "!" : plain(one)))
    .join("; ");

const opaque = /<(?:loadData|loadUpdateData|dropAllForeignKeyConstraints)|<dropPrimaryKey tableName="t"\/>/;

async function read(file: string, dialect: DialectName): Promise<History> {
  const texts = Object.fromEntries([
    ["build.gradle", "implementation 'org.liquibase:liquibase-core:5.0.1'\n"],
    [file.replace(/^/, "changelog-"), readFileSync(join(home, file), "utf8")],
    ...dataFiles.map((name) => [`data/${name}`, readFileSync(join(home, "data", name), "utf8")] as const),
  ]);
  const fs = memoryFileSystem(texts);
  const histories = discover(fs, ["."], { dialect, tool: "liquibase" }) as readonly History[];
  const [history] = (await loadCodeReader()).histories(fs, histories);
  if (history === undefined) throw new Error(`${file} is no history`);
  return history;
}

describe.each(Object.entries(golden.files))("%s", (file, changesets) => {
  test.each(["postgres", "mysql", "mariadb"] as const)("%s", async (dialect) => {
    const { migrations } = await read(file, dialect);
    const byName = new Map(migrations.map((one) => [one.name, one]));
    const different: unknown[] = [];
    for (const [name, databases] of Object.entries(changesets)) {
      const migration = byName.get(name);
      const source = migration?.up.code?.source ?? "";
      const node = migration?.changeset?.node.at;
      const written = source.slice(node?.start, node?.end);
      const { up, down } = databases[dialect];
      if (opaque.test(written)) continue;
      const isRefused = theirs(up, written).includes("!");
      const ours = {
        up: sent(migration?.up),
        down: file === "rollbacks.xml" && !isRefused ? sent(migration?.down) : "",
      };
      const wanted = {
        up: isRefused ? "!" : theirs(up, written),
        down:
          file === "rollbacks.xml" && !isRefused && theirs(down, written) !== "!"
            ? theirs(down, written)
            : "",
      };
      if (ours.up !== wanted.up || ours.down !== wanted.down) different.push({ written, ours, wanted });
    }
    expect(different).toEqual([]);
  });
});
