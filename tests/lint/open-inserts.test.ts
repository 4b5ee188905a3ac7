/** A policy FOR INSERT that is always true: how much that is depends on whether rows belong to somebody. */
import { expect, test } from "vitest";
import { lintProject } from "../../src/index.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";

test.each([
  ["name text", "warning", "No column says whose a row is."],
  ["created_by uuid NOT NULL", "error", "CREATE POLICY"],
])("a table with %s", async (column, severity, advice) => {
  const text = `CREATE TABLE o (id uuid PRIMARY KEY, ${column});
ALTER TABLE o ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON o FOR INSERT TO authenticated WITH CHECK (true);\n`;
  const fs = memoryFileSystem({ "supabase/migrations/20240101000000_a.sql": text });
  const { findings } = await lintProject({ fs, facts: {} });
  const found = findings.find(({ ruleId }) => ruleId === "policy-always-true");
  expect(found?.severity).toBe(severity);
  expect(found?.instead).toContain(advice);
});

test.each([
  ["Service role only", "FOR ALL USING (true)", "error", "Leave the policy out: its name doesn't limit it"],
  [
    "service_role_can_add",
    "FOR INSERT WITH CHECK (true)",
    "warning",
    "Leave the policy out: its name doesn't limit it",
  ],
  [
    "posts_insert_service",
    "FOR ALL USING (true)",
    "error",
    "Leave the policy out: its name doesn't limit it",
  ],
  ["Editors", "FOR ALL USING (true)", "error", "(SELECT auth.jwt() -> 'app_metadata' ->> 'role') = 'admin'"],
])("a policy called %s", async (name, rest, severity, advice) => {
  const text = `CREATE TABLE posts (id uuid PRIMARY KEY, title text);
ALTER TABLE posts ENABLE ROW LEVEL SECURITY;
CREATE POLICY "${name}" ON posts ${rest};\n`;
  const fs = memoryFileSystem({ "supabase/migrations/20240101000000_a.sql": text });
  const { findings } = await lintProject({ fs, facts: {} });
  const found = findings.find(({ ruleId }) => ruleId === "policy-always-true");
  expect(found?.severity).toBe(severity);
  expect(found?.instead).toContain(advice);
});
