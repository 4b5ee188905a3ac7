import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "policy-recursion",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary:
      "The condition of a policy reads its own table, or a table whose policies read that one, by itself or in a function with the rights of its caller.",
    why: "To find the rows of the sub-select, PostgreSQL applies the policies of its table once more, and so on: it refuses each query of the table with `infinite recursion detected in policy` (42P17). A policy for INSERT, UPDATE or DELETE that reads its own table recurs as soon as one of the policies for SELECT has a sub-select, even `(SELECT auth.uid())`. The migration itself succeeds. By way of a function, it fails with `stack depth limit exceeded` (54001). Owners of the table, and roles with `BYPASSRLS`, don't notice.",
    instead:
      "Put the sub-select into a function with `SECURITY DEFINER` and `SET search_path = ''`, whose owner is the owner of the table that it reads, and call the function in the policy: as `(SELECT is_admin())` where it gets no column of the row. With `FORCE ROW LEVEL SECURITY` that owner needs `BYPASSRLS`.",
    exceptions: [
      "policies of INSERT, UPDATE and DELETE that read the table, if no policy for SELECT has a sub-select",
      "functions with `SECURITY DEFINER`, and views, which are read with the rights of their owner; other functions with a condition, which may not read the table",
      "tables without row level security at the end of the migration, and policies that a later migration drops or replaces",
    ],
  },
  messages: {
    self: "queries of {{table}}{{more}} fail: the policy reads {{table}} itself, and recurs without end",
    others:
      "queries of {{table}}{{more}} fail: the policy reads {{others}}, whose policies read {{table}} again",
    write:
      "{{command}} on {{table}} fails: the policy reads {{read}}, and those for SELECT have a sub-select",
  },
  kinds: { policy: ["createPolicy", "alterPolicy"] },
  on: {
    policy({ operation, security: { recursion }, show }, { report }) {
      const found = recursion();
      if (found === undefined) return;
      const others = found.tables.slice(1).map(({ key }) => show(key));
      const about = { at: operation.head, repaired: found.isGone };
      const table = show(operation.table);
      const readers = found.alsoFailing.map(({ key }) => show(key));
      const few = readers.slice(0, readers.length > 3 ? 3 : -1);
      const last = readers.length > 3 ? `${readers.length - 3} more` : readers.at(-1);
      const named = few.length === 0 ? last : `${few.join(", ")} and ${last}`;
      const more = named === undefined ? "" : ` (and of ${named}, which read it)`;
      if (found.command !== "select") {
        const read = others.length === 0 ? "it" : `it through ${others.join(" and ")}`;
        const data = { command: found.command.toUpperCase(), table, read };
        report({ ...about, message: "write", data });
      } else if (others.length === 0) report({ ...about, message: "self", data: { table, more } });
      else report({ ...about, message: "others", data: { table, more, others: others.join(" and ") } });
    },
  },
});
