/** What an editor shows of a migration of MongoDB: findings, and advice as code of the driver. */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Hover } from "vscode-languageserver-protocol/node";
import { Editor, profile, uri, write } from "./editor.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "ddlint mongodb ")));
const file = join(folder, "migrations/20240101000000-plan.js");
const text = `exports.up = async (db) => {
  await db.collection("users").updateMany({}, { $set: { plan: "free" } });
};
exports.down = async (db) => {
  await db.collection("users").updateMany({}, { $unset: { plan: "" } });
};
`;

let editor: Editor;
beforeAll(async () => {
  write(join(folder, "package.json"), '{ "dependencies": { "migrate-mongo": "^14.0.0" } }');
  write(
    join(folder, "migrate-mongo-config.js"),
    "module.exports = { lockCollectionName: 'changelog_lock', lockTtl: 600 };\n",
  );
  write(file, text);
  editor = await Editor.start({ profile: profile("vscode"), folders: [folder] });
  await editor.open(file, text);
});
afterAll(async () => {
  expect(await editor.stop()).toBe(0);
  rmSync(folder, { recursive: true });
});

it("says why, with code of the driver, and nothing of locks of tables", async () => {
  const position = { line: 1, character: 34 };
  const found = await editor.request<Hover>("textDocument/hover", uri(file), { position });
  const { value } = found.contents as { value: string };
  expect(value).toContain("## backfill-without-batches");
  expect(value).toContain("```js\n// it can stop and start again at any time");
  expect(value).not.toMatch(/Locks|transaction block/);
});
