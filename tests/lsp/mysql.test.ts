/** What an editor shows of the statements of a MySQL and of a MariaDB project. */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CodeLens, Hover } from "vscode-languageserver-protocol/node";
import { Editor, profile, uri, write } from "./editor.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "ddlint mysql ")));
const path = (name: string): string => join(folder, name);
const init = [
  "CREATE TABLE Orders (id INT PRIMARY KEY, Total INT, `Rank` INT) ENGINE=InnoDB;",
  "CREATE TABLE logs (id INT PRIMARY KEY) ENGINE=InnoDB;",
].join("\n");
const changes = [
  "ALTER TABLE Orders MODIFY Total BIGINT;",
  "ALTER TABLE Orders ADD COLUMN note TEXT;",
  "ALTER TABLE Orders ADD INDEX Ix_Total (Total), DROP COLUMN `rank`;",
  "UPDATE Orders SET Total = 1;",
  "DROP TABLE logs;",
  "CREATE TABLE New (id INT PRIMARY KEY);",
].join("\n");

let editor: Editor;
beforeAll(async () => {
  for (const dialect of ["mysql", "mariadb"]) {
    write(path(`${dialect}/ddlint.jsonc`), JSON.stringify({ dialect }));
    write(path(`${dialect}/migrations/001_init.sql`), init);
    write(path(`${dialect}/migrations/002_more.sql`), changes);
  }
  const folders = [path("mysql"), path("mariadb")];
  editor = await Editor.start({ profile: profile("vscode"), folders });
  for (const each of folders) await editor.open(join(each, "migrations/002_more.sql"), changes);
});
afterAll(async () => {
  expect(await editor.stop()).toBe(0);
  rmSync(folder, { recursive: true });
});

const hoverAt = async (dialect: string, line: number): Promise<string> => {
  const at = uri(path(`${dialect}/migrations/002_more.sql`));
  const position = { line, character: 2 };
  const found = await editor.request<Hover>("textDocument/hover", at, { position });
  return (found.contents as { value: string }).value.split("\n\n---\n\n")[0] ?? "";
};

describe("hovers", () => {
  it("say what MySQL takes, in its words", async () => {
    expect(await hoverAt("mysql", 0)).toBe(
      [
        "**Copies Orders with ALGORITHM=COPY, LOCK=SHARED.**",
        "- `Orders`: `ALGORITHM=COPY`, `LOCK=SHARED`, copied row by row: blocks writes meanwhile\n" +
          "- Metadata lock of `Orders`: waits for every transaction that has used it, and all later queries wait behind it",
        "Commits the transaction around it, and itself: it can't be rolled back.",
      ].join("\n\n"),
    );
  });

  it("say what differs between releases", async () => {
    const table = (await hoverAt("mysql", 1)).split("\n\n").at(-1);
    expect(table).toBe(
      [
        "| MySQL | |",
        "| --- | --- |",
        "| before 8.0.12 | rebuilds Orders with ALGORITHM=INPLACE, LOCK=NONE |",
        "| since 8.0.12 | changes Orders with ALGORITHM=INSTANT, LOCK=NONE |",
      ].join("\n"),
    );
    const text = await hoverAt("mariadb", 1);
    expect(text).toContain("**Changes Orders with ALGORITHM=INSTANT, LOCK=NONE.**");
    expect(text).not.toContain("| MariaDB |");
  });

  it("combine what a statement does", async () => {
    const text = await hoverAt("mysql", 2);
    expect(text).toContain("**Rebuilds Orders with ALGORITHM=INPLACE, LOCK=NONE, builds Ix\\_Total.**");
    expect(text).not.toMatch(/PostgreSQL|ACCESS|SHARE\b/);
  });

  it("speak of rows where rows are changed", async () => {
    expect(await hoverAt("mysql", 3)).toContain("Locks the rows that it changes until its transaction ends.");
    expect(await hoverAt("mariadb", 4)).toContain("Metadata lock of `logs`");
    expect(await hoverAt("mysql", 5)).toContain("Locks no existing table.");
  });
});

it("lenses are in these words as well", async () => {
  const at = uri(path("mysql/migrations/002_more.sql"));
  const lenses = await editor.request<CodeLens[]>("textDocument/codeLens", at);
  expect(lenses.map(({ command }) => command?.title)).toEqual([
    "ALGORITHM=COPY, LOCK=SHARED on Orders · blocks writes · copies it row by row",
    "ALGORITHM=INSTANT, LOCK=NONE on Orders · blocks nothing",
    "ALGORITHM=INPLACE, LOCK=NONE on Orders · blocks nothing · rebuilds it",
    "metadata lock of logs",
  ]);
});
