import { defineRule } from "../src/lint/rule.ts";

/** Only triggers call these. */
const forTriggers: ReadonlySet<string> = new Set(["trigger", "event_trigger"]);

export default defineRule({
  id: "drop-function",
  category: "compatibility",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  sameCause: ["drop-cascade"],
  alsoRefused: { effects: "the server refuses it only until the dependent objects are dropped" },
  docs: {
    summary: "`DROP FUNCTION` or `DROP PROCEDURE` of a routine that the running application may call.",
    why: "Calls fail from that moment until no instance of the old version runs any more.",
    instead:
      "Deploy the version that doesn't call it first. To change a routine, use `CREATE OR REPLACE`, or drop and create it in one transaction.",
    exceptions: [
      "a routine of which the same migration creates one with that name",
      "functions of triggers",
      "procedures of PostgreSQL, which migrations make to commit between batches",
      "a routine that the same migration creates",
      "a routine that no migration creates, if it is dropped with `IF EXISTS`",
    ],
  },
  messages: { dropped: "the running application that calls {{routine}} fails from this moment on" },
  on: {
    dropFunction({ operation, before, scope, isHere, spell }, { report }) {
      if (operation.object === "procedure" && before.family === "postgres") return;
      const found = before.routines(before.resolve(operation.function));
      if (found.is === "absent" || (found.is === "unknown" && operation.ifExists)) return;
      const made = found.is === "present" ? found.value : [];
      if (made.some(({ origin }) => isHere(origin))) return;
      if (made.length > 0 && made.every(({ definition }) => forTriggers.has(definition.returns?.name ?? "")))
        return;
      const later = scope.after.routines(scope.after.resolve(operation.function));
      if (later.is === "present") return;
      report({ at: operation.head, message: "dropped", data: { routine: spell(operation.function.name) } });
    },
  },
});
