import { defineRule, type OperationOf, type Step } from "../src/lint/rule.ts";

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
    summary:
      "`DROP FUNCTION` or `DROP PROCEDURE` of a routine that the running application may call, or that comes back with other parameters.",
    why: "Calls fail from that moment until no instance of the old version runs any more.",
    instead: {
      postgres:
        "Deploy the version that doesn't call it first. To change a routine, use `CREATE OR REPLACE`, or drop and create it in one transaction.",
      mysql:
        "Deploy the version that doesn't call it first. To change a routine, use `CREATE OR REPLACE` on MariaDB; on MySQL, where `DROP` commits, create it under another name.",
    },
    exceptions: [
      "a routine that the same migration creates again with parameters that the old calls fit",
      "functions of triggers, also one without arguments that no migration creates, behind the `DROP TRIGGER` of such a trigger",
      "procedures of PostgreSQL that commit, which migrations make for their batches",
      "a routine that the same migration creates",
      "a routine whose body names a table that the same migration drops: `drop-table` reports that",
      "a routine that no migration creates, if it is dropped with `IF EXISTS`",
    ],
  },
  messages: {
    dropped: "the running application that calls {{routine}} fails from this moment on",
    changed: "{{routine}} comes back with other parameters: the running application that calls it fails",
  },
  on: {
    dropFunction(step, { report }) {
      const { operation, before, scope, dependents, isHere, spell } = step;
      const found = before.routines(before.resolve(operation.function));
      if (found.is === "absent" || (found.is === "unknown" && operation.ifExists)) return;
      if (found.is === "unknown" && isOfTrigger(step)) return;
      const made = dependents.routinesGone();
      if (made.some(({ origin }) => isHere(origin))) return;
      if (made.length > 0 && made.every(({ definition }) => forTriggers.has(definition.returns?.name ?? "")))
        return;
      if (made.length > 0 && made.every(({ definition }) => isForBatches(definition))) return;
      const later = scope.after.routines(scope.after.resolve(operation.function));
      const calls = dependents.refusedCalls();
      if (later.is === "present" && calls === undefined) return;
      const data = { routine: spell(operation.function.name) };
      // That drop is what calls fail from.
      if (later.is !== "present" && dependents.losesTable()) return;
      if (later.is !== "present" || calls === undefined || calls === "gone")
        report({ at: operation.head, message: "dropped", data });
      else
        report({
          at: operation.head,
          message: "changed",
          data,
          instead: adviceFor(before, calls),
        });
    },
    createFunction({ operation, before, dependents, spell }, { report }) {
      const calls = dependents.refusedCalls();
      if (calls === undefined || calls === "gone") return;
      const data = { routine: spell(operation.function.name) };
      report({ at: operation.head, message: "changed", data, instead: adviceFor(before, calls) });
    },
  },
});

const advice = {
  "another overload":
    "Leave the old overload, and drop it in a later migration, once no version calls it. Or add the new parameters last, each with a `DEFAULT`: the old calls fit, and the old overload can go in the same transaction.",
  "another routine":
    "Create the new routine under another name, and drop the old one in a later migration, once no version calls it.",
} as const;

/** MySQL and MariaDB have no overloads. */
const adviceFor = ({ family }: Step["before"], calls: keyof typeof advice): string =>
  advice[family === "mysql" ? "another routine" : calls];

/** The migration has dropped a trigger before that isn't known, either: most probably, that called the function. */
const isOfTrigger = ({ operation, neighbours }: Step<"dropFunction">): boolean =>
  (operation.arguments ?? []).length === 0 &&
  neighbours("earlier", "dropTrigger").some(({ operation: { table, name }, before }) => {
    const found = before.relation(table);
    return found.is !== "present" || !found.value.triggers.some((one) => one.name === name.text);
  });

/** Such a procedure does the batches of a migration. */
const isForBatches = ({ procedure, language, operations }: OperationOf<"createFunction">): boolean =>
  procedure && language === "plpgsql" && operations.some(({ kind }) => kind === "commit");
