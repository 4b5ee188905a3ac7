/** Sessions with an editor that is sent diagnostics, watches nothing and asks for no settings, as older Neovims. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CodeAction, CodeLens, Hover } from "vscode-languageserver-protocol/node";
import { Editor, codes, profile, uri, write } from "./editor.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "ddlint-lsp-")));
const path = (name: string): string => join(folder, name);
const drop = "SET lock_timeout = '2s';\nALTER TABLE orders DROP COLUMN note;\n";
const shop = path("shop");
const other = path("other");
const file = join(shop, "migrations/002_drop.sql");

let editor: Editor;
beforeAll(async () => {
  write(join(shop, "migrations/001_init.sql"), "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n");
  write(file, "SELECT 1;\n");
  write(join(other, "ddlint.jsonc"), '{ "rules": { "drop-column": "note" } }');
  write(join(other, "migrations/001_init.sql"), "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n");
  editor = await Editor.start({ profile: profile("neovim"), folders: [shop, other] });
});
afterAll(async () => {
  await editor.stop();
  rmSync(folder, { recursive: true });
});

it("doesn't offer to be asked for diagnostics, nor asks to be told of files", () => {
  expect(editor.initialized.capabilities.diagnosticProvider).toBeUndefined();
  expect(editor.registered).toEqual([]);
});

describe("diagnostics", () => {
  it("come after each change, without those that this editor can't show", async () => {
    const at = await editor.open(file, drop);
    const [only] = await editor.pushed(at);
    expect(only).toMatchObject({ code: "drop-column", severity: 1 });
    expect(only).not.toHaveProperty("codeDescription");
    await editor.change(at, "SELECT 1;\n");
    expect(await editor.pushed(at)).toEqual([]);
  });

  it("of fast typing come once", async () => {
    const at = uri(file);
    const before = editor.published.length;
    await editor.together(() => {
      for (const end of [10, 20, 40, drop.length]) void editor.change(at, drop.slice(0, end));
    });
    expect(codes(await editor.pushed(at))).toEqual(["drop-column"]);
    expect(editor.published.slice(before)).toHaveLength(1);
  });

  it("follow a change in another file of the history", async () => {
    const at = uri(file);
    const first = await editor.open(
      join(shop, "migrations/001_init.sql"),
      "CREATE TABLE orders (id bigint PRIMARY KEY);\n",
    );
    expect(
      codes(await editor.pushed(at, (list) => list.length !== 1 || codes(list)[0] !== "drop-column")),
    ).toContain("unknown-column");
    await editor.close(first);
  });

  it("follow the configuration of each folder", async () => {
    const at = await editor.open(join(other, "migrations/002_drop.sql"), drop);
    expect(await editor.pushed(at)).toMatchObject([{ code: "drop-column", severity: 3 }]);
    write(join(other, "ddlint.jsonc"), '{ "rules": { "drop-column": "warning" } }');
    await editor.save(at);
    await editor.pushed(at, ([only]) => only?.severity === 2);
    await editor.close(at);
    expect(await editor.pushed(at)).toEqual([]);
  });

  it("tell what is wrong in a configuration until it is mended", async () => {
    const config = join(other, "ddlint.jsonc");
    const at = await editor.open(join(other, "migrations/002_drop.sql"), drop);
    await editor.pushed(at);
    write(config, '{ "startAfter": "007_nowhere" }');
    await editor.save(at);
    const found = await editor.pushed(uri(config), (list) => list.length > 0);
    expect(found[0]?.message).toContain('there is no migration "007_nowhere"');
    // It is sent by itself, before the diagnostics or behind them.
    const told = (): readonly string[] => editor.messages.filter((text) => text.includes("007_nowhere"));
    await expect.poll(told, { timeout: 10_000 }).toHaveLength(1);
    await editor.pushed(at, (list) => list.length === 0);
    write(config, "{}");
    await editor.save(at);
    await editor.pushed(uri(config), (list) => list.length === 0);
    await editor.pushed(at, (list) => list.length === 1);
    await editor.close(at);
  });
});

describe("a migration in code", () => {
  const knex = join(shop, "db/migrations/20260101000000_note.js");
  const text =
    "exports.up = async (knex) => {\n  await knex.schema.raw(`\n    ALTER TABLE orders\n      DROP COLUMN note\n  `);\n};\nexports.down = async () => {};\n";
  let at = "";
  beforeAll(async () => {
    write(join(shop, "package.json"), '{ "dependencies": { "knex": "3" } }');
    write(knex, text);
    at = await editor.open(knex, text, "javascript");
  });

  it.each([
    ["statement", "{\n  // ddlint-disable-next-line drop-column -- <reason>\n  await knex"],
    ["file", "// ddlint-disable-file drop-column -- <reason>\nexports.up"],
  ])("is silenced for the %s by a comment of its language", async (where, comment) => {
    await editor.change(at, text);
    const found = await editor.pushed(at, (list) => list.length > 0);
    const range = found.find(({ code }) => code === "drop-column")?.range;
    const all = await editor.request<CodeAction[]>("textDocument/codeAction", at, {
      range,
      context: { diagnostics: found },
    });
    const action = all.find(({ title }) => title === `Disable drop-column for this ${where}`);
    expect(action?.edit).toHaveProperty("changes");
    await editor.apply(action?.edit ?? {});
    expect(editor.document(at).getText()).toContain(comment);
    expect(codes(await editor.pushed(at))).not.toContain("drop-column");
  });

  it("has lenses and hovers where its SQL stands", async () => {
    await editor.change(at, text);
    const [lens] = await editor.request<CodeLens[]>("textDocument/codeLens", at);
    expect(lens?.range.start).toEqual({ line: 2, character: 4 });
    expect(lens?.command?.title).toMatch(/^ACCESS EXCLUSIVE on orders/);
    const position = { line: 3, character: 8 };
    const found = await editor.request<Hover>("textDocument/hover", at, { position });
    expect((found.contents as { value: string }).value).toContain("ACCESS EXCLUSIVE");
  });
});

describe("the explanation of a rule", () => {
  it("is said where no page can be shown", async () => {
    const explain = (id: string): Promise<unknown> =>
      editor.connection.sendRequest("workspace/executeCommand", {
        command: "ddlint.explain",
        arguments: [id],
      });
    await explain("drop-column");
    expect(editor.messages.at(-1)).toMatch(/^drop-column: /);
    expect(editor.messages.at(-1)).toContain("…");
    const found = { message: "the data of orders.note is lost", instead: "-- first\nSELECT 1;" };
    await editor.connection.sendRequest("workspace/executeCommand", {
      command: "ddlint.explain",
      arguments: ["drop-column", found],
    });
    expect(editor.messages.at(-1)).toMatch(
      /^drop-column: the data of orders.note is lost\n\nWhy: [^]*\n\nInstead:\n-- first\nSELECT 1;\n/,
    );
    await explain("../../secret");
    expect(editor.messages.at(-1)).toBe('ddlint: there is no rule "../../secret"');
  });
});

describe("the end", () => {
  const started = (): Promise<Editor> => Editor.start({ profile: profile("neovim"), folders: [other] });

  it("comes with the editor's, also without a word", async () => {
    const one = await started();
    one.process.stdin?.end();
    expect(await once(one.process, "exit")).toEqual([1, null]);
  });

  it("comes with the editor's process", async () => {
    const gone = spawn(process.execPath, ["-e", "0"]);
    await once(gone, "exit");
    const one = await Editor.start({ profile: profile("neovim"), folders: [other], processId: gone.pid });
    expect(await once(one.process, "exit")).toEqual([1, null]);
  });

  it("is an error without a shutdown before", async () => {
    const one = await started();
    await one.connection.sendNotification("exit");
    expect(await once(one.process, "exit")).toEqual([1, null]);
  });
});

it("runs a configuration that is code only for an editor that trusts the folder", async () => {
  const trusted = path("trusted");
  write(
    join(trusted, "ddlint.config.mjs"),
    'console.log("noise"); process.stdout.write("more noise");\nexport default { rules: { "drop-column": "note" } };\n',
  );
  write(
    join(trusted, "migrations/001_init.sql"),
    "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n",
  );
  const severity = async (initializationOptions: object): Promise<number | undefined> => {
    const one = await Editor.start({
      profile: { ...profile("neovim"), initializationOptions },
      folders: [trusted],
    });
    const at = await one.open(join(trusted, "migrations/002_drop.sql"), drop);
    const [only] = await one.pushed(at);
    if (only?.severity === 1)
      expect(one.messages[0]).toContain("is code and was not run; set allowConfigCode if");
    await one.stop();
    return only?.severity;
  };
  expect(await severity({})).toBe(1);
  expect(await severity({ allowConfigCode: true })).toBe(3);
});
