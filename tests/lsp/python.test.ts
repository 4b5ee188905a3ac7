/** What an editor shows in Django's migrations, and in no other file of Python. */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { CodeAction, Hover } from "vscode-languageserver-protocol/node";
import { Editor, codes, profile, uri, write } from "./editor.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "ddlint python ")));
const path = (name: string): string => join(folder, name);
const migration = (after: string, operations: string): string =>
  `from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n    dependencies = [${after}]\n    operations = [\n${operations}    ]\n`;
const first = migration(
  "",
  '        migrations.CreateModel("Order", [("id", models.BigAutoField(primary_key=True)), ("code", models.TextField())]),\n',
);
const index = '        migrations.AddIndex("order", models.Index(fields=["code"], name="by_code")),\n';
const second = migration('("shop", "0001_initial")', index);
const file = path("shop/migrations/0002_index.py");

let editor: Editor;
let at = "";
beforeAll(async () => {
  write(
    path("manage.py"),
    'import os\nos.environ["DJANGO_SETTINGS_MODULE"] = "project.settings"\n# django\n',
  );
  write(
    path("project/settings.py"),
    'DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}\n',
  );
  write(path("shop/migrations/0001_initial.py"), first);
  write(file, second);
  editor = await Editor.start({ profile: profile("vscode"), folders: [folder] });
  at = await editor.open(file, second, "python");
});
afterAll(async () => {
  expect(await editor.stop()).toBe(0);
  rmSync(folder, { recursive: true });
});

const place = { line: 6, character: 12 };

it("says what the operation does, and what to write instead", async () => {
  expect(codes(await editor.pull(at))).toEqual(["index-without-concurrently"]);
  const found = await editor.request<Hover>("textDocument/hover", at, { position: place });
  const { value } = found.contents as { value: string };
  expect(value).toContain("SHARE");
  expect(value).toContain('AddIndexConcurrently("order", models.Index(fields=["code"], name="by_code")),');
});

it.each([
  ["statement", `        # ddlint-disable-next-line index-without-concurrently -- <reason>\n${index}`],
  ["file", "# ddlint-disable-file index-without-concurrently -- <reason>\nfrom django.db import"],
])("silences a finding by a comment of Python, for a %s", async (where, wanted) => {
  await editor.change(at, second);
  const actions = await editor.request<CodeAction[]>("textDocument/codeAction", at, {
    range: { start: place, end: place },
    context: { diagnostics: [] },
  });
  const action = actions.find(
    ({ title }) => title === `Disable index-without-concurrently for this ${where}`,
  );
  await editor.apply(action?.edit ?? {});
  expect(editor.document(at).getText()).toContain(wanted);
  expect(codes(await editor.pull(at))).not.toContain("index-without-concurrently");
  await editor.change(at, second);
});

it("reports nothing in other files of Python", async () => {
  for (const name of ["shop/models.py", "shop/migrations/__init__.py", "tests/migrations.py"]) {
    const other = await editor.open(path(name), second, "python");
    expect(await editor.pull(other)).toEqual([]);
    await editor.close(other);
  }
  expect(codes(await editor.pull(uri(file)))).toEqual(["index-without-concurrently"]);
});
