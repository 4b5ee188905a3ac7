/** A session with an editor that asks for diagnostics, as VS Code does. */
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  CancellationTokenSource,
  type CodeAction,
  type CodeLens,
  type Diagnostic,
  type DocumentSymbol,
  type Hover,
  type InlayHint,
  type WorkspaceDiagnosticReport,
} from "vscode-languageserver-protocol/node";
import { lintProject, wholeMessage } from "../../src/index.ts";
import { Editor, codes, profile, uri, write } from "./editor.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "ddlint lsp ")));
const path = (name: string): string => join(folder, name);
const init =
  "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\nCREATE VIEW notes AS SELECT note FROM orders;\n";
const index = "SET lock_timeout = '2s';\nCREATE INDEX orders_note_idx ON orders (note);\n";
const third = path("migrations/003_more.sql");
const start = { line: 0, character: 0 };

let editor: Editor;
beforeAll(async () => {
  write(path("migrations/001_init.sql"), init);
  write(path("migrations/002_index.sql"), index);
  editor = await Editor.start({ profile: profile("vscode"), folders: [folder] });
});
afterAll(async () => {
  expect(await editor.stop()).toBe(0);
  rmSync(folder, { recursive: true });
});

const actions = (at: string, line: number, only?: string[]): Promise<CodeAction[]> =>
  editor.request("textDocument/codeAction", at, {
    range: { start: { line, character: 0 }, end: { line, character: 40 } },
    context: { diagnostics: [], ...(only && { only }) },
  });

it("offers what it can do, and asks to be told of changes", async () => {
  expect(editor.initialized.capabilities).toMatchObject({
    positionEncoding: "utf-16",
    diagnosticProvider: { interFileDependencies: true, workspaceDiagnostics: true },
  });
  await expect
    .poll(() => editor.registered)
    .toEqual(["workspace/didChangeWatchedFiles", "workspace/didChangeConfiguration"]);
});

describe("diagnostics", () => {
  it("are those of the text as it is, in the history's context", async () => {
    const at = await editor.open(third, "SET lock_timeout = '2s';\nALTER TABLE orders DROP COLUMN note;\n");
    const found = await editor.pull(at);
    expect(codes(found)).toEqual(["drop-breaks-dependent", "drop-column"]);
    const [first] = found;
    expect(first).toMatchObject({
      range: { start: { line: 1, character: 19 }, end: { line: 1, character: 35 } },
      severity: 1,
      source: "ddlint",
      relatedInformation: [{ location: { uri: uri(path("migrations/001_init.sql")) } }],
    });
    expect(first?.codeDescription?.href).toMatch(/^https:\/\/.*\/docs\/rules\/drop-breaks-dependent\.md$/);
    await editor.change(at, "DROP VIEW notes;\n", { start, end: start });
    expect(codes(await editor.pull(at))).not.toContain("drop-breaks-dependent");
    await editor.change(at, "SELECT 1;\n");
    expect(await editor.pull(at)).toEqual([]);
  });

  it("are told as unchanged where they are", async () => {
    const at = uri(third);
    const report: { resultId: string } = await editor.request("textDocument/diagnostic", at);
    expect(
      await editor.request("textDocument/diagnostic", at, { previousResultId: report.resultId }),
    ).toEqual({ kind: "unchanged", resultId: report.resultId });
  });

  it("count in UTF-16 code units", async () => {
    const at = uri(third);
    await editor.change(at, "/* 🙂é */ ALTER TABLE orders DROP COLUMN note;\n");
    expect((await editor.pull(at))[0]?.range.start.character).toBe(29);
    await editor.change(at, "SELECT 1;\n");
  });

  it("are never sent to an editor that asks", () => {
    expect(editor.published).toEqual([]);
  });

  it("of all files come without those that the editor has already", async () => {
    const ask = (previousResultIds: readonly object[] = []): Promise<WorkspaceDiagnosticReport> =>
      editor.connection.sendRequest("workspace/diagnostic", { previousResultIds });
    const { items } = await ask();
    expect(items.map((item) => item.uri)).toEqual([uri(path("migrations/002_index.sql"))]);
    const before = items.map((item) => ({ uri: item.uri, value: item.resultId }));
    expect(await ask(before)).toEqual({ items: [] });
    // One that has none any more is told so.
    const at = uri(path("migrations/002_index.sql"));
    await editor.open(path("migrations/002_index.sql"), "SELECT 1;\n");
    expect(await ask(before)).toMatchObject({ items: [{ uri: at, items: [], version: 1 }] });
    await editor.close(at);
    expect(await ask(before)).toEqual({ items: [] });
  });

  it("are none for files outside of histories, and for what is no file", async () => {
    for (const [name, language] of [
      ["src/app.ts", "typescript"],
      ["queries/report.sql", "sql"],
    ] as const) {
      const at = await editor.open(path(name), "DROP TABLE orders;", language);
      expect(await editor.pull(at)).toEqual([]);
      expect(await editor.request("textDocument/codeLens", at)).toEqual([]);
      await editor.close(at);
    }
    expect(await editor.pull("untitled:Untitled-1")).toEqual([]);
    expect(await editor.pull(uri(path("nowhere.sql")))).toEqual([]);
    expect(await editor.pull("file://host/share/x.sql")).toEqual([]);
  });
});

describe("code actions", () => {
  const second = path("migrations/002_index.sql");

  it("make what is found go away", async () => {
    const at = await editor.open(second, index);
    const [action] = (await actions(at, 1)).filter(({ title }) => title.includes("CONCURRENTLY"));
    expect(action?.diagnostics?.[0]?.code).toBe("index-without-concurrently");
    await editor.apply(action?.edit ?? {});
    expect(editor.document(at).getText()).toContain("CREATE INDEX CONCURRENTLY orders_note_idx");
    expect(await editor.pull(at)).toEqual([]);
  });

  it.each(["statement", "file"])("silence a rule for the %s", async (where) => {
    const at = uri(second);
    await editor.change(at, `${index}\n  ALTER TABLE orders\n    DROP COLUMN note;\n`);
    const before = codes(await editor.pull(at));
    const all = await actions(at, 4);
    const action = all.find(({ title }) => title === `Disable drop-column for this ${where}`);
    await editor.apply(action?.edit ?? {});
    const text = editor.document(at).getText();
    expect(text).toContain(
      where === "file"
        ? "-- ddlint-disable-file drop-column -- <reason>\nSET lock_timeout"
        : "\n  -- ddlint-disable-next-line drop-column -- <reason>\n  ALTER TABLE orders\n",
    );
    expect(codes(await editor.pull(at))).toEqual(before.filter((code) => code !== "drop-column"));
  });

  it("explain a rule on its page", async () => {
    const at = uri(second);
    await editor.change(at, index);
    const action = (await actions(at, 1)).find(({ title }) => title.startsWith("Explain"));
    await editor.connection.sendRequest("workspace/executeCommand", action?.command);
    expect(editor.shown[0]).toMatch(/\/docs\/rules\/index-without-concurrently\.md$/);
    const page = readFileSync(new URL(editor.shown[0] ?? ""), "utf8");
    expect(page).toContain("index-without-concurrently");
    expect(editor.messages.at(-1)).toMatch(/Instead: [^]*CREATE INDEX CONCURRENTLY .*ON orders/);
  });

  it("make all safe fixes at once", async () => {
    const at = uri(second);
    const comment = "-- ddlint-disable-next-line drop-table -- old\n";
    await editor.change(at, `${comment}SELECT 1;\n${comment}SELECT 2;\n`);
    expect(await editor.pull(at)).toMatchObject([{ tags: [1] }, { tags: [1] }]);
    const [preferred] = (await actions(at, 0, ["quickfix"])).filter(({ isPreferred }) => isPreferred);
    expect(preferred?.title).toBe("Delete it");
    expect(await actions(at, 0, ["refactor"])).toEqual([]);
    const [all] = await actions(at, 0, ["source.fixAll"]);
    expect(all?.kind).toBe("source.fixAll.ddlint");
    await editor.apply(all?.edit ?? {});
    expect(editor.document(at).getText()).toBe("SELECT 1;\nSELECT 2;\n");
    await editor.close(at);
  });
});

describe("the statements of a document", () => {
  beforeAll(async () => {
    await editor.change(
      uri(third),
      "CREATE INDEX ON orders (note);\n\nALTER TABLE orders\n  ALTER id TYPE text;\nALTER TABLE orders DETACH PARTITION old CONCURRENTLY;\n",
    );
  });
  const at = uri(third);
  const hoverAt = async (line: number, character: number): Promise<string> => {
    const found = await editor.request<Hover | null>("textDocument/hover", at, {
      position: { line, character },
    });
    return found === null ? "" : (found.contents as { value: string }).value;
  };

  it("tell when the mouse rests on them what they lock and why that was found", async () => {
    const text = await hoverAt(0, 3);
    expect(text).toContain("`SHARE` on `orders`: blocks writes");
    expect(text).toContain("## index-without-concurrently");
    // This statement's own, not a word on indexes in general.
    const [, sql = ""] = /```sql\n([^]*?)\n```/.exec(text) ?? [];
    expect(sql).toMatch(/CREATE INDEX CONCURRENTLY .*ON orders \(note\)/);
    expect(text).not.toContain("…");
    expect(text).not.toContain("| PostgreSQL |");
    expect(await hoverAt(1, 0)).toBe("");
  });

  it("tell what differs between servers", async () => {
    expect(await hoverAt(4, 30)).toMatch(
      /\| PostgreSQL \| +\|\n\| --- \| --- \|\n\| 13 \| fails.*\n\| 14–18 \|/,
    );
  });

  it("have their locks above them, beside them, or nowhere", async () => {
    const lenses = await editor.request<CodeLens[]>("textDocument/codeLens", at);
    expect(lenses.map(({ command }) => command?.title)).toEqual([
      "SHARE on orders · blocks writes · reads all of orders",
      "ACCESS EXCLUSIVE on orders · blocks reads and writes · rewrites orders",
      "ACCESS EXCLUSIVE on old · blocks reads and writes",
    ]);
    editor.settings = { locks: "hint" };
    await editor.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
    await expect.poll(() => editor.refreshes).toContain("inlayHint");
    expect(await editor.request("textDocument/codeLens", at)).toEqual([]);
    const hints = await editor.request<InlayHint[]>("textDocument/inlayHint", at, {
      range: { start, end: { line: 1, character: 0 } },
    });
    expect(hints).toMatchObject([{ position: { line: 0, character: 29 } }]);
  });

  it("are its outline", async () => {
    const symbols = await editor.request<DocumentSymbol[]>("textDocument/documentSymbol", at);
    expect(symbols.map(({ name }) => name)).toEqual([
      "CREATE INDEX ON orders",
      "ALTER TABLE orders ALTER id TYPE text",
      "ALTER TABLE orders DETACH PARTITION old CONCURRENTLY",
    ]);
    expect(symbols[1]?.range).toEqual({ start: { line: 2, character: 0 }, end: { line: 3, character: 20 } });
  });
});

describe("what is asked too early or too late", () => {
  it("isn't answered once it is cancelled", async () => {
    const params = { textDocument: { uri: uri(third) }, position: start };
    const source = new CancellationTokenSource();
    const [answer] = await editor.together(() => {
      const one = editor.connection.sendRequest("textDocument/hover", params, source.token);
      source.cancel();
      return [expect(one).rejects.toMatchObject({ code: -32800 })];
    });
    await answer;
    const all = editor.connection.sendRequest(
      "workspace/diagnostic",
      { previousResultIds: [] },
      source.token,
    );
    await expect(all).rejects.toMatchObject({ code: -32800 });
  });

  it("is asked again when the text is another one meanwhile", async () => {
    const at = uri(third);
    const [answer] = await editor.together(() => {
      const one = editor.pull(at);
      void editor.change(at, "SELECT 2;\n");
      return [expect(one).rejects.toMatchObject({ code: -32802, data: { retriggerRequest: true } })];
    });
    await answer;
    expect(await editor.pull(at)).toEqual([]);
  });
});

describe("the configuration", () => {
  const config = path("ddlint.jsonc");

  it("is read anew when it has changed", async () => {
    const at = uri(third);
    await editor.change(at, index.replace("_idx", "_idx2"));
    expect(codes(await editor.pull(at))).toContain("index-without-concurrently");
    editor.refreshes.length = 0;
    await editor.fileChanged(config, '{ "rules": { "index-without-concurrently": "off" } }');
    await expect.poll(() => editor.refreshes).toContain("diagnostic");
    expect(codes(await editor.pull(at))).not.toContain("index-without-concurrently");
  });

  it("is marked where it is wrong, and that is said once", async () => {
    await editor.fileChanged(config, '{\n  "rules": { "drop-colum": "off" }\n}');
    const found = await editor.pushed(uri(config));
    expect(found).toMatchObject([{ range: { start: { line: 1, character: 13 } }, severity: 1 }]);
    expect(found[0]?.message).toBe('there is no rule "drop-colum"; did you mean "drop-column"?');
    expect(await editor.pull(uri(third))).toEqual([]);
    await editor.fileChanged(config, '{\n  "rules": { "drop-colum": "off" }\n}\n');
    await setTimeout(300);
    expect(editor.messages.filter((text) => text.includes("drop-colum"))).toHaveLength(1);
    await editor.fileChanged(config, "{}");
    expect(await editor.pushed(uri(config), (list) => list.length === 0)).toEqual([]);
    expect(codes(await editor.pull(uri(third)))).toContain("index-without-concurrently");
  });

  it("of a folder within holds there", async () => {
    write(path("api/ddlint.jsonc"), '{ "rules": { "drop-table": "off" } }');
    write(path("api/migrations/001_a.sql"), "CREATE TABLE a (id bigint PRIMARY KEY);\n");
    await editor.fileChanged(path("api/ddlint.jsonc"), '{ "rules": { "drop-table": "off" } }');
    const at = await editor.open(path("api/migrations/002_b.sql"), "DROP TABLE a;\n");
    await expect.poll(async () => codes(await editor.pull(at))).not.toContain("drop-table");
    await editor.close(at);
  });
});

it("finds in a project what the command line finds there", async () => {
  const demo = path("demo");
  cpSync(join(import.meta.dirname, "../../fixtures/demo"), demo, { recursive: true });
  const own = await Editor.start({ profile: profile("vscode"), folders: [`${demo}/`] });
  const { items }: WorkspaceDiagnosticReport = await own.connection.sendRequest("workspace/diagnostic", {
    previousResultIds: [],
  });
  const shown = items.flatMap((item) =>
    (item as { items: Diagnostic[] }).items.map(({ code, message, range: { start, end } }) =>
      JSON.stringify([
        item.uri,
        code,
        message,
        start.line + 1,
        start.character + 1,
        end.line + 1,
        end.character + 1,
      ]),
    ),
  );
  const { findings } = await lintProject({ cwd: demo });
  const found = findings.map((finding) => {
    const { file, ruleId, line, column, endLine, endColumn } = finding;
    return JSON.stringify([
      uri(join(demo, file)),
      ruleId,
      wholeMessage(finding),
      line,
      column,
      endLine,
      endColumn,
    ]);
  });
  expect(found.length).toBeGreaterThan(10);
  expect(shown.sort()).toEqual(found.sort());
  expect(await own.stop()).toBe(0);
});
