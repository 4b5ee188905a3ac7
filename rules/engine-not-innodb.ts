import {
  defineRule,
  engineName,
  engineOf,
  relationRepaired,
  type Span,
  type StorageParameter,
} from "../src/lint/rule.ts";

const crashes = "no transactions, no foreign keys, and a crash may damage it";
/** Engines by their names in lower case, and what becomes of their rows. */
const engines: ReadonlyMap<string, string> = new Map(
  Object.entries({
    myisam: crashes,
    mrg_myisam: crashes,
    merge: crashes,
    aria: "no transactions and no foreign keys",
    memory: "no transactions, and a restart empties it",
    heap: "no transactions, and a restart empties it",
    archive: "no transactions, no UPDATE and no DELETE",
    csv: "no transactions and no keys",
  }),
);

export default defineRule({
  id: "engine-not-innodb",
  category: "schema",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary:
      "A storage engine without transactions: MyISAM, MEMORY, Aria, ARCHIVE or CSV; or a foreign key to a table of one.",
    why: "A statement that fails halfway leaves part of its rows changed, ROLLBACK has no effect, foreign keys are parsed and ignored, and writes lock the whole table. After a crash a MyISAM table may need repair, and a MEMORY table is empty.",
    instead: "Use `ENGINE=InnoDB`, or leave ENGINE out: InnoDB is the default.",
    exceptions: ["a temporary table", "other engines, such as RocksDB"],
  },
  alsoRefused:
    "a foreign key that refers to a table of such an engine is refused, unless foreign_key_checks is off",
  messages: {
    engine: "{{table}} uses {{engine}}: {{consequence}}",
    ignored: "{{table}} uses {{engine}}, which parses the foreign key and ignores it",
    parent: "fails (1824; MariaDB 1005): {{table}} uses {{engine}}, which no foreign key can refer to",
  },
  kinds: { made: ["createTable", "setTableOptions"] },
  on: {
    made({ operation, after, show }, { report }) {
      if (operation.kind === "createTable" && operation.temporary) return;
      for (const { engine, consequence, at } of enginesOf(operation.options ?? [])) {
        const { table } = operation;
        const repaired = relationRepaired(after, table, (its) => engineOf(its) === engine.toLowerCase());
        report({ at, message: "engine", data: { table: show(table), engine, consequence }, repaired });
      }
    },
    addForeignKey({ operation, before, effects, createdHere, mysql: { hasTransactions }, show }, { report }) {
      const parent = before.relation(operation.references);
      // Without foreign_key_checks the server takes it.
      if (effects.fails !== undefined && parent.is === "present" && !hasTransactions(operation.references)) {
        const data = { table: show(operation.references), engine: engineName(engineOf(parent.value)) };
        report({ at: operation.head, message: "parent", severity: "error", data, instead: convert });
        return;
      }
      const table = before.relation(operation.table);
      // The engine of a new table is reported at CREATE TABLE.
      if (table.is !== "present" || createdHere(operation.table) === "yes") return;
      if (hasTransactions(operation.table)) return;
      const engine = engineName(engineOf(table.value));
      report({ at: operation.head, message: "ignored", data: { table: show(operation.table), engine } });
    },
  },
});

const convert =
  "First make the referenced table one of InnoDB, `ALTER TABLE … ENGINE=InnoDB`, which copies it; or leave the foreign key out.";

const enginesOf = (
  options: readonly StorageParameter[],
): readonly { readonly engine: string; readonly consequence: string; readonly at: Span }[] =>
  options.flatMap(({ name, value = "", span }) => {
    const consequence = name === "engine" ? engines.get(value.toLowerCase()) : undefined;
    return consequence === undefined || span === undefined ? [] : [{ engine: value, consequence, at: span }];
  });
