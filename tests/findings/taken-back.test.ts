/** Fixes of rules that have bugs: they are taken back, and the rule is named. */
import { expect, it } from "vitest";
import { fixProject, memoryFileSystem, rules, rulesOfPack, type Rule } from "../../src/index.ts";
import { defineRule } from "../../src/lint/rule.ts";

/** Replaces the name of a table by a text. */
const replacing = (id: string, name: string, text: string): Rule =>
  defineRule({
    id,
    category: "schema",
    severity: "warning",
    presets: ["recommended"],
    dialects: ["postgres"],
    fix: "safe",
    docs: { summary: "A table is odd.", why: "It is.", instead: "Another name." },
    messages: { odd: "the table is odd" },
    on: {
      createTable({ operation: { table, head } }, { report }) {
        if (table.name !== name) return;
        const fix = { title: "change it", edits: [{ span: table.span, text }] };
        report({ at: head, message: "odd", fix });
      },
    },
  });

async function fixed(own: readonly Rule[], files: Readonly<Record<string, string>>) {
  const packs = rulesOfPack("acme", { name: "ddlint-rules-acme", rules: own });
  const outcome = await fixProject({
    fs: memoryFileSystem(files),
    rules: [...rules, ...packs],
    opinions: { only: [...packs.map(({ id }) => id), "syntax-error"] },
  });
  return {
    texts: Object.fromEntries(outcome.files.map(({ file, after }) => [file, after])),
    errors: outcome.result.errors.map(({ pack, ruleId, file, message }) =>
      [pack, ruleId, file, message].join(": "),
    ),
    reverted: outcome.reverted,
  };
}

const one = "migrations/001_a.sql";
const two = "migrations/002_b.sql";
const breaks =
  "ddlint-rules-acme: acme/breaks: migrations/001_a.sql: its fix makes a text that is no SQL, and was taken back";
const stays =
  "ddlint-rules-acme: acme/stays: migrations/001_a.sql: its fix leaves the finding as it is, and was taken back";

it("says which of the two it was", async () => {
  expect(await fixed([replacing("breaks", "a", "((")], { [one]: "CREATE TABLE a ();\n" })).toEqual({
    texts: {},
    errors: [breaks],
    reverted: [one],
  });
  expect(await fixed([replacing("stays", "a", "public.a")], { [one]: "CREATE TABLE a ();\n" })).toEqual({
    texts: {},
    errors: [stays],
    reverted: [one],
  });
});

it("leaves the fixes of other rules and files", async () => {
  const own = [
    replacing("breaks", "a", "(("),
    replacing("stays", "b", "public.b"),
    replacing("right", "c", "d"),
  ];
  expect(
    await fixed(own, {
      [one]: "CREATE TABLE a ();\nCREATE TABLE b ();\nCREATE TABLE c ();\n",
      [two]: "CREATE TABLE other.c ();\n",
    }),
  ).toEqual({
    texts: {
      [one]: "CREATE TABLE a ();\nCREATE TABLE b ();\nCREATE TABLE d ();\n",
      [two]: "CREATE TABLE d ();\n",
    },
    errors: [breaks, stays],
    reverted: [one],
  });
});

it("also those that undo each other", async () => {
  const own = [replacing("first", "a", "b"), replacing("second", "b", "a")];
  const { texts, errors } = await fixed(own, { [one]: "CREATE TABLE a ();\nCREATE TABLE b ();\n" });
  expect(texts).toEqual({});
  expect(errors).toEqual(["first", "second"].map((id) => stays.replace("acme/stays", `acme/${id}`)));
});
