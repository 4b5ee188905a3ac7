/** What an editor is offered to write: safe steps, a rollback, what keeps the data. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CodeAction } from "vscode-languageserver-protocol/node";
import { Editor, codes, profile, uri, write } from "./editor.ts";

let folder = "";
let editor: Editor;
const path = (name: string): string => join(folder, "migrations", name);
const read = (name: string): string => readFileSync(path(name), "utf8");

const init = "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text);\n";

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "ddlint-lsp-")));
  write(path("0001_init.up.sql"), init);
  write(path("0001_init.down.sql"), "DROP TABLE orders;\n");
});
afterEach(async () => {
  expect(await editor.stop()).toBe(0);
  rmSync(folder, { recursive: true });
});

const start = async (name = "vscode"): Promise<void> => {
  editor = await Editor.start({ profile: profile(name), folders: [folder] });
};

const offered = (at: string, line: number): Promise<CodeAction[]> =>
  editor.request("textDocument/codeAction", at, {
    range: { start: { line, character: 0 }, end: { line, character: 40 } },
    context: { diagnostics: [] },
  });

async function run(at: string, line: number, title: string): Promise<void> {
  const action = (await offered(at, line)).find((one) => one.title === title);
  expect(action, title).toBeDefined();
  expect(action?.diagnostics?.length).toBeGreaterThan(0);
  await editor.connection.sendRequest("workspace/executeCommand", action?.command);
}

const steps = "Replace by safe steps";
const rollback = "Write the rollback";
const backup = "Write the rollback, and what keeps the data for it";

describe.each(["vscode", "neovim"])("in %s", (name) => {
  it("replaces a migration that nobody has saved by its safe steps, with which nothing is wrong", async () => {
    await start(name);
    const at = await editor.open(path("0002_index.up.sql"), "SELECT 1;\n");
    await editor.change(at, "CREATE INDEX orders_note_idx ON orders (note);\n");
    await run(at, 0, steps);
    const text = editor.document(at).getText();
    expect(text).toContain("CREATE INDEX CONCURRENTLY orders_note_idx ON orders (note);");
    expect(read("0002_index.down.sql")).toContain("DROP INDEX CONCURRENTLY IF EXISTS orders_note_idx;");
    await editor.connection.sendNotification("workspace/didChangeWatchedFiles", {
      changes: [{ uri: uri(path("0002_index.down.sql")), type: 1 }],
    });
    expect(editor.messages).toEqual([]);
    if (name === "vscode")
      await expect.poll(async () => codes(await editor.pull(at)), { timeout: 5000 }).toEqual([]);
  });
});

it("writes a rollback into the file that the tool looks for, and leaves the migration as it is", async () => {
  await start();
  const sql = "SET lock_timeout = '2s';\nALTER TABLE orders ADD COLUMN paid boolean;\n";
  const at = await editor.open(path("0002_paid.up.sql"), sql);
  await run(at, 0, rollback);
  expect(editor.document(at).getText()).toBe(sql);
  expect(read("0002_paid.down.sql")).toContain("ALTER TABLE orders DROP COLUMN paid;");
});

it("changes the rollback that is open and empty", async () => {
  await start();
  write(path("0002_paid.down.sql"), "");
  const down = await editor.open(path("0002_paid.down.sql"), "-- to do\n");
  const at = await editor.open(
    path("0002_paid.up.sql"),
    "SET lock_timeout = '2s';\nALTER TABLE orders ADD COLUMN paid boolean;\n",
  );
  await run(at, 0, rollback);
  expect(editor.document(down).getText()).toContain("DROP COLUMN paid;");
  expect(read("0002_paid.down.sql")).toBe("");
});

it("keeps what a dropped column holds", async () => {
  await start();
  const at = await editor.open(
    path("0002_note.up.sql"),
    "SET lock_timeout = '2s';\nALTER TABLE orders DROP COLUMN note;\n",
  );
  await run(at, 1, backup);
  const text = editor.document(at).getText();
  expect(text).toMatch(/CREATE TABLE \w+ AS\s+SELECT [^]*note[^]*FROM orders/);
  expect(read("0002_note.down.sql")).toMatch(/UPDATE orders[^]*note/);
});

it("says what is missing for a plan, and writes nothing", async () => {
  await start();
  const sql = "ALTER TABLE orders ADD COLUMN kind text NOT NULL;\n";
  const at = await editor.open(path("0002_kind.up.sql"), sql);
  await run(at, 0, steps);
  expect(editor.messages.join()).toMatch(/can't plan this: .*0002_kind\.up\.sql:1/);
  expect(editor.document(at).getText()).toBe(sql);
  expect(readdirSync(join(folder, "migrations"))).toHaveLength(2);
});

it("refuses to replace what the configuration says is applied", async () => {
  write(join(folder, "ddlint.jsonc"), '{ "startAfter": "0001_init" }\n');
  await start();
  const at = await editor.open(path("0001_init.up.sql"), init);
  await editor.connection.sendRequest("workspace/executeCommand", {
    command: "ddlint.plan",
    arguments: [at],
  });
  expect(editor.messages.join()).toMatch(/is applied already/);
  expect(editor.document(at).getText()).toBe(init);
});

it("offers nothing to an editor that makes no files", async () => {
  const plain = profile("vscode");
  plain.capabilities.workspace = {
    ...plain.capabilities.workspace,
    workspaceEdit: { documentChanges: true },
  };
  editor = await Editor.start({ profile: plain, folders: [folder] });
  const at = await editor.open(path("0002_index.up.sql"), "CREATE INDEX orders_note_idx ON orders (note);\n");
  const titles = (await offered(at, 0)).map(({ title }) => title);
  expect(titles.length).toBeGreaterThan(0);
  expect(titles).not.toContain(steps);
  expect(existsSync(path("0002_index.down.sql"))).toBe(false);
});

it("takes no command for what isn't open, or isn't an address", async () => {
  await start();
  for (const given of [[uri(path("0001_init.up.sql"))], [5], undefined])
    await editor.connection.sendRequest("workspace/executeCommand", {
      command: "ddlint.rollback",
      ...(given !== undefined && { arguments: given }),
    });
  expect(editor.messages).toEqual([]);
});
