/** ESLint's own formatters print messages as they are: names in them do nothing there. */
import { expect, it, vi } from "vitest";
import ddlint from "../../src/eslint/index.ts";
import { commandIn, dangerous } from "../support/runner.ts";
import { eslintIn, folderWith } from "./project.ts";

const name = "a\u001b[31m\n::error::x ##[error]y\u202e";
const sql = `CREATE TABLE "${name}" (id int, x json);\nDROP TABLE "no${name}";\nSELECT FRM "${name}";\n`;
const init = { "migrations/001_init.sql": "CREATE TABLE t (id bigint PRIMARY KEY);\n" };

/** All that is said of the folder's migrations. */
async function saidOf(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const results = await eslintIn(folderWith({ ...init, ...files }), ddlint.configs.strict).lintFiles(["."]);
  return results.flatMap(({ messages }) =>
    messages.flatMap(({ message, suggestions = [] }) => [message, ...suggestions.map(({ desc }) => desc)]),
  );
}

function expectHarmless(lines: readonly string[]): void {
  expect(lines.some((line) => line.includes("a\\x1b[31m\\n::error::x"))).toBe(true);
  for (const line of lines.flatMap((text) => text.split("\n"))) {
    expect(dangerous(line)).toEqual([]);
    expect(commandIn(line)).toBeUndefined();
  }
  // Only what to write instead has lines of its own.
  for (const [, ...more] of lines.map((text) => text.split("\n")))
    for (const line of more) expect(line).toMatch(/^(?: {2}|$)/);
}

it("findings", async () => {
  expectHarmless(await saidOf({ "migrations/002_x.sql": sql }));
});

it("mistakes in the configuration", async () => {
  expectHarmless(await saidOf({ "ddlint.json": JSON.stringify({ [name]: 1 }) }));
  expectHarmless(await saidOf({ "ddlint.json": JSON.stringify({ startAfter: name }) }));
});

it("warnings", async () => {
  const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
  await saidOf({ "ddlint.config.js": "export default {};" });
  const lines = warn.mock.calls.map(([text]) => String(text));
  warn.mockRestore();
  expect(lines).toEqual([expect.stringContaining("ddlint.config.js")]);
  for (const line of lines) expect([dangerous(line), commandIn(line)]).toEqual([[], undefined]);
});
