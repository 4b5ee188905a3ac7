import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "policy-function-per-row",
  category: "schema",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "A policy calls a function for each row, though the result is the same for all rows.",
    why: "A query of 300,000 rows took 3.6 s with `USING (is_admin())`, where the function looks into another table, and 13 ms with `USING ((SELECT is_admin()))`. Supabase's `auth.uid()` alone made it 18 times slower: it parses the token for each row. It is a note, because less is lost. PostgreSQL runs a sub-select that doesn't depend on the row once per query.",
    instead: "Write `(SELECT auth.uid())` in place of `auth.uid()`, and so for each such function.",
    exceptions: [
      "all policies of a migration except the first, if it has a function that reads tables the first of those",
      "a function that gets a column of the row, also in a sub-select (`(SELECT s.study_id FROM sites s WHERE s.id = site_id)`), and `current_setting`, which is fast",
      "a function that the history doesn't create, except `auth.uid()`, `auth.jwt()`, `auth.role()` and `auth.email()`",
      "a call in a sub-select, and `WITH CHECK`, which only new rows meet",
      "`auth.uid() = user_id` without `OR`, where an index begins with `user_id`: the rows are found by it, unless the function is `VOLATILE`, which it is if its definition doesn't say",
      "a policy beside another one of the same roles and commands that says `USING (true)`: the server leaves `true OR …` out; beside one of SELECT, `FOR ALL` counts for UPDATE and DELETE alone, which find the rows by an index that has the column",
      "a table known to be small, also by its history",
      "functions that are `IMMUTABLE`, or read no tables",
      "a policy that a later migration drops or replaces",
      "a table whose queries fail, because its policies lead to a table that reads itself (see `policy-recursion`)",
    ],
  },
  messages: { each: "each query runs {{call}} once for every row of {{table}} that it looks at{{more}}" },
  on: {
    migration({ applied }, { report }) {
      const all = applied().flatMap((step) => {
        const slow = step.security.calledPerRow();
        const { operation } = step;
        if (slow === undefined || !("table" in operation) || operation.table === undefined) return [];
        return step.rows(operation.table).are === "few" ? [] : { ...slow, step, table: operation.table };
      });
      // A later migration may repair those that fail; until then, they run nothing.
      const running = all.filter(({ fails }) => !fails);
      const found = running.length === 0 ? all : running;
      const first = found.find(({ calls }) => calls[0].reads) ?? found[0];
      if (first === undefined) return;
      const { calls, step, table } = first;
      const [{ call, reads, written, once }] = calls;
      // Another function is another cause, which the advice names.
      const isOwn = (one: { readonly call: string }): boolean => functionOf(one.call) === functionOf(call);
      const tables = new Set(found.flatMap((one) => (one.calls.some(isOwn) ? step.show(one.table) : [])));
      const others = found.flatMap((one) => one.calls).filter((one) => !isOwn(one));
      const asArrays = new Set(others.flatMap((one) => (isArray(one) ? `, ${inPlace(one)}` : [])));
      const alike = new Set(others.flatMap((one) => (isArray(one) ? [] : `\`${one.written}\``)));
      const then = alike.size === 0 ? "" : `, and so for ${[...alike].join(", ")}`;
      const are = others.length === 0 ? "it is" : "each of them is";
      report({
        at: step.operation.head,
        message: "each",
        data: {
          call,
          table: step.show(table),
          more: tables.size > 1 ? ` (and of ${tables.size - 1} more)` : "",
        },
        severity: reads ? "warning" : "note",
        instead: `Write ${inPlace({ written, once })}${[...asArrays].join("")}${then}: ${are} then run once per query.`,
        repaired: (end) => found.every(({ isGone }) => isGone(end)),
        step,
      });
    },
  },
});

interface Written {
  readonly written: string;
  readonly once: string;
}

const inPlace = ({ written, once }: Written): string => `\`${once}\` in place of \`${written}\``;

const isArray = ({ once }: Written): boolean => !once.startsWith("(");

/** Without its arguments. */
const functionOf = (call: string): string | undefined => call.split("(", 1)[0];
