/** Names of others in an editor: one harmless line in messages and notes, no markup in what is shown as Markdown. */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {
  CodeAction,
  CodeLens,
  Diagnostic,
  DocumentSymbol,
  Hover,
} from "vscode-languageserver-protocol/node";
import { commandIn, dangerous } from "../support/runner.ts";
import { Editor, profile, uri, write } from "./editor.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "ddlint lsp names ")));
const wrong = join(folder, "wrong");
const right = join(folder, "right");
const name = "x\n\n![i](https://e.vil) <img> www.e.vil \u001b[31m\u202e";
const sql = `ALTER TABLE "${name}" ADD COLUMN c int DEFAULT random();\nDROP TABLE "${name}";\n`;

const textOf = (message: Diagnostic["message"]): string =>
  typeof message === "string" ? message : message.value;

const expectHarmless = (lines: readonly string[]): void => {
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    expect(dangerous(line)).toEqual([]);
    expect(line).not.toContain("\n");
    expect(commandIn(line)).toBeUndefined();
  }
};

describe.each(["vscode", "neovim"])("in %s", (client) => {
  let editor: Editor;
  let at = "";
  beforeAll(async () => {
    write(join(wrong, "ddlint.json"), JSON.stringify({ [`a\u001b\n[x](command:y)`]: 1 }));
    write(join(wrong, "migrations/001_a.sql"), "SELECT 1;\n");
    write(join(right, "migrations/001_a.sql"), `CREATE TABLE "${name}" (id bigint PRIMARY KEY);\n`);
    write(join(right, "migrations/002_b.sql"), sql);
    editor = await Editor.start({ profile: profile(client), folders: [wrong, right] });
    at = await editor.open(join(right, "migrations/002_b.sql"), sql);
  });
  afterAll(async () => {
    expect(await editor.stop()).toBe(0);
    rmSync(folder, { recursive: true, force: true });
  });

  it("diagnostics and actions", async () => {
    const found =
      client === "vscode" ? await editor.pull(at) : await editor.pushed(at, ({ length }) => length > 0);
    const related = found.flatMap(({ relatedInformation = [] }) =>
      relatedInformation.map((one) => one.message),
    );
    expectHarmless([...found.map(({ message }) => textOf(message)), ...related]);
    const context = { diagnostics: [] };
    const range = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
    const actions = await editor.request<CodeAction[]>("textDocument/codeAction", at, { range, context });
    expectHarmless(actions.map(({ title }) => title));
  });

  it("what is wrong in a configuration", async () => {
    await expect.poll(() => editor.messages.length, { timeout: 10_000 }).toBeGreaterThan(0);
    expectHarmless(editor.messages);
    expect(editor.messages.join("")).toContain("a\\x1b\\n[x] (command:y)");
    const published = editor.published.filter((one) => one.uri === uri(join(wrong, "ddlint.json")));
    expectHarmless(published.flatMap(({ diagnostics }) => diagnostics.map(({ message }) => textOf(message))));
  });

  it("notes and the outline", async () => {
    const lenses = await editor.request<CodeLens[]>("textDocument/codeLens", at);
    expectHarmless(lenses.map(({ command }) => command?.title ?? ""));
    const symbols = await editor.request<DocumentSymbol[]>("textDocument/documentSymbol", at);
    expectHarmless(symbols.map((symbol) => symbol.name));
  });

  it("hovers", async () => {
    const found = await editor.request<Hover>("textDocument/hover", at, {
      position: { line: 0, character: 3 },
    });
    const { kind, value } = found.contents as { kind: string; value: string };
    const [own = ""] = value.split("\n---\n");
    expect(own).toContain("e.vil");
    expect(dangerous(own)).toEqual([]);
    if (kind !== "markdown") return;
    // What stands in backticks is code.
    const outside = own.replace(/`[^`\n]*`/g, "");
    expect(outside).toContain("e.vil");
    expect(outside).not.toMatch(/(?<!\\)[<[\]!]|https:\/\/|www\.e/);
  });
});
