import { defineRule } from "../src/lint/rule.ts";

const whole: ReadonlySet<string> = new Set(["database", "tablespace"]);

export default defineRule({
  id: "drop-database",
  category: "data-loss",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary:
      "`DROP DATABASE` or `DROP TABLESPACE`; on MySQL and MariaDB also `DROP SCHEMA`, which is the same.",
    why: "All data of the database is lost, and no rollback restores it. It is an administrator's task, done by hand after a dump, and not a step that every server repeats.",
    instead:
      "Leave it out of the migrations. Drop the database by hand once a dump of it has been restored elsewhere.",
    exceptions: ["a database or tablespace that this migration creates"],
  },
  messages: {
    lost: "all data in {{object}} is lost, on every server that runs this migration",
    files: "fails while {{object}} holds anything, and no rollback brings it back",
  },
  on: {
    dropSchema({ operation, before, dependents: { objectMadeHere } }, { report }) {
      if (before.family !== "mysql" || objectMadeHere()) return;
      const object = `database ${operation.schema.text}`;
      report({ at: operation.head, message: "lost", data: { object } });
    },
    dropObject({ operation, names: { objectText }, dependents: { objectMadeHere } }, { report }) {
      if (!whole.has(operation.object) || objectMadeHere()) return;
      const message = operation.object === "database" ? "lost" : "files";
      report({ at: operation.head, message, data: { object: objectText() ?? operation.object } });
    },
  },
});
