/** The advice on policies asks for the account as the platform gives it, whichever tool runs the migrations. */
import { describe, expect, test } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

const table = "CREATE TABLE notes (id bigint PRIMARY KEY, user_id uuid NOT NULL);\n";
const open = "CREATE POLICY writes ON notes FOR UPDATE USING (true);\n";
const npm = (name: string): string => JSON.stringify({ dependencies: { [name]: "^2.0.0" } });

async function adviceOn(sql: string, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const fs = memoryFileSystem({ "db/migrations/001_notes.sql": table + sql, ...files });
  const { findings } = await lintProject({ fs });
  return JSON.stringify(findings.find(({ ruleId }) => ruleId === "policy-always-true") ?? "none");
}

const account = "(SELECT auth.uid()) = user_id";
const setting = "current_setting('app.user_id')";

describe("the account of who asks is that of Supabase where", () => {
  test.each([
    ["a policy names one of its roles", open.replace("USING", "TO authenticated USING"), {}],
    ["a privilege is granted to one of its roles", `GRANT SELECT ON notes TO anon;\n${open}`, {}],
    [
      "another policy calls its function",
      `CREATE POLICY reads ON notes FOR SELECT USING (auth.uid() = user_id);\n${open}`,
      {},
    ],
    [
      "a key refers to its accounts",
      `ALTER TABLE notes ADD FOREIGN KEY (user_id) REFERENCES auth.users (id);\n${open}`,
      {},
    ],
    ["the project depends on its client", open, { "package.json": npm("@supabase/supabase-js") }],
    ["a program beside it depends on its client", open, { "web/package.json": npm("@supabase/supabase-js") }],
  ])("%s", async (_, sql, files) => {
    expect(await adviceOn(sql, files)).toContain(account);
  });
});

describe("it isn't known where", () => {
  const own = `CREATE POLICY own ON notes FOR SELECT USING (user_id = ${setting}::uuid);\n`;
  test.each([
    ["nothing speaks of Supabase", open, {}],
    ["the project depends on another library", open, { "package.json": npm("pg") }],
    ["another policy asks for a setting", own + open, { "package.json": npm("@supabase/supabase-js") }],
  ])("%s", async (_, sql, files) => {
    const advice = await adviceOn(sql, files);
    expect(advice).toContain(setting);
    expect(advice).not.toContain("auth.uid()");
  });
});
