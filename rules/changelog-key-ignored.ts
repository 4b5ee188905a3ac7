import { defineRule, relationRepaired } from "../src/lint/rule.ts";

export default defineRule({
  id: "changelog-key-ignored",
  category: "correctness",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "A changelog in YAML or JSON declares a constraint or a column where the tool doesn't read it.",
    why: "Liquibase passes over keys that it doesn't know, without a message: the column may be NULL, the table has no primary key, the foreign key isn't there.",
    instead:
      "Write `constraints` among the keys of its `column`, beside `name` and `type`, and a primary key of several columns as `addPrimaryKey`.",
    exceptions: [
      "keys of a column itself that only `constraints` has, which Liquibase refuses (`refused-statement`)",
      "changelogs in XML, which their schema checks",
      "a table that a later migration drops or, for its primary key, gives one",
    ],
  },
  messages: { ignored: "has no effect: {{reason}}" },
  on: {
    migration({ migration: { up }, after, applied }, { report }) {
      const ignored = up.code?.ignored ?? [];
      if (ignored.length === 0) return;
      const tables = applied().flatMap(({ table }) => table ?? []);
      for (const { at: span, why: reason, instead, isKey, table: written } of ignored) {
        const table = tables.find(({ name }) => name.toLowerCase() === written?.toLowerCase());
        const repaired =
          table &&
          relationRepaired(
            after,
            table,
            ({ constraints }) => !isKey || !constraints.some(({ kind }) => kind === "primary key"),
          );
        report({ at: { path: up.path, span }, message: "ignored", data: { reason }, instead, repaired });
      }
    },
  },
});
