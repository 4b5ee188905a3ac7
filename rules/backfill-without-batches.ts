import { defineRule, recipes, type Related, type Step, type Span } from "../src/lint/rule.ts";

export default defineRule({
  id: "backfill-without-batches",
  category: "data",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb", "mongodb"],
  assumes: "many rows",
  alsoRefused: { tables: "something else may make a table that it only reads" },
  docs: {
    summary:
      "`UPDATE`, `DELETE`, `MERGE` or `INSERT … SELECT` over an existing table without a bound on the rows; on MongoDB `updateMany({}, …)`.",
    why: "All rows are changed in one transaction. Other writers of any of these rows wait until it ends. On MongoDB there is no transaction: each document is an entry of its own in the oplog, so that secondaries fall behind, and a call that stops in the middle starts from the beginning.",
    instead:
      "Change the rows in batches, in a migration of its own that runs outside a transaction: by key range, with a `LIMIT`, or in a loop that commits each round.",
    exceptions: [
      "rows that are chosen by a unique key, a key range or a `LIMIT`",
      "one of ten statements or more of a migration that choose rows of a table by a name or a code, each by another one",
      "rows that `UPDATE` or `DELETE` chooses by a value of a uuid column: those of one user, order and the like; not by one that refers to a look-up table",
      "rows that an e-mail address chooses, or, in a table of users, a user name: those of one person",
      "the row of a person whose first and last name a migration has inserted, once",
      "rows that a column such as `is_builtin` or `is_system` marks, which is false by default, of a table into which the migrations insert rows",
      "rows that `UPDATE` or `DELETE` chooses by values, of a table that the migrations have created and filled right before",
      "rows whose unique key begins with a name and a separator: `key LIKE 'mail.%'`; of a table that grows, only examples beside rows that the migrations have written, and what refers to them: `number LIKE 'DEMO-%'`",
      "rows that `UPDATE … FROM` joins by a unique key to a list of `VALUES`",
      "a note: rows that `UPDATE` or `DELETE` chooses by values of the first column of a unique key, whose index finds them",
      "a condition `IS NULL` on a column that is NOT NULL, that was added with a default directly before, or that `UPDATE` without `WHERE` has just given a constant: no row meets it",
      "`UPDATE` of a foreign key's column in the migration that also changes the key it refers to: neither works without the other",
      "a batch of a loop that commits each round",
      "a loop over a written list, over a range of numbers, or over rows of a table that is new, small or limited",
      "`UPDATE` and `DELETE` without `WHERE` (see `update-without-where` and `delete-without-where`)",
      "MongoDB: a filter that chooses some documents",
      "`INSERT … VALUES`",
      "`INSERT … SELECT` whose conditions compare a unique key of each table that it reads with values, or with columns of such rows",
      "`INSERT … SELECT` that gives literals to all columns of a unique key of its table",
      "`INSERT … SELECT` of the key of the row with a certain name or code, beside constants, into a table that is new, too",
      "`INSERT … SELECT` from tables of the migration before whose first rows this one has written itself",
      "a table that this migration creates",
      "a table that is small, by the `tables` setting or by production's statistics",
      "PostgreSQL: `INSERT … SELECT` and `MERGE` into a table that this migration creates: they only read the other one; `INSERT … SELECT` into an older table, without ON CONFLICT DO UPDATE, is a note: nobody waits for it, but the transaction is long",
      "PostgreSQL: `INSERT … SELECT DISTINCT` and `GROUP BY` into a table of words, each of which has a unique name",
      "`INSERT … SELECT` and `MERGE` that read only tables that this migration creates, or small ones",
    ],
  },
  messages: {
    deletes: "deletes rows of {{table}} without a bound: their writers wait until the transaction ends",
    unbounded: "changes rows of {{table}} without a bound: their writers wait until the transaction ends",
    cascades: "deletes rows of {{table}} without a bound, and by ON DELETE CASCADE those of {{children}}",
    together: "the batches are one transaction: changed rows of {{table}} stay locked until it ends",
    loop: "the loop is one transaction: changed rows of {{table}} stay locked until it ends",
    documents: "changes all documents of {{table}} in one call, which can't continue after a failure",
    copies: "copies rows of {{table}} in one transaction, without a bound",
    reads: "locks all rows that it reads of {{table}}: their writers wait until the transaction ends",
  },
  recipe: { postgres: recipes.inBatches, mysql: recipes.mysql.inBatches, mongodb: recipes.mongodb.batches },
  kinds: { change: ["updateRows", "deleteRows"], copy: ["insertRows", "mergeRows"] },
  on: {
    change: changes,
    copy: copies,
    updateDocuments({ operation: { head: at }, documents }, { report }) {
      if (documents.choosesAll()) report({ at, message: "documents", data: { table: documents.name() } });
    },
  },
});

type Report = (report: {
  at: Span;
  message: "deletes" | "unbounded" | "cascades" | "together" | "loop" | "copies" | "reads";
  data: { table: string; children: string };
  severity?: "note" | undefined;
  related?: readonly Related[];
}) => void;

function changes(step: Step<"updateRows" | "deleteRows">, { report }: { report: Report }) {
  const { operation, names, dependents, madeHere, size, show } = step;
  const { kind, table, where, head, repeated } = operation;
  const { bounded, batchesInOneTransaction, byPartOfKey, followsKey } = step.values;
  // Without WHERE, another rule reports it.
  if (where === undefined || where.trivial || madeHere(table) || size(table) === "small") return;
  const batched = batchesInOneTransaction() ? (repeated === true ? "loop" : "together") : undefined;
  const message = bounded() ? batched : kind === "deleteRows" ? "deletes" : "unbounded";
  if (message === undefined || !names.mayRun() || followsKey()) return;
  const along = message === "deletes" ? dependents.deletedAlong(table) : undefined;
  report({
    at: head,
    severity: along === undefined && byPartOfKey() ? "note" : undefined,
    message: along === undefined ? message : "cascades",
    data: { table: show(table), children: along?.tables ?? "" },
    related: along?.related ?? [],
  });
}

function copies(step: Step<"insertRows" | "mergeRows">, { report }: { report: Report }) {
  const { operation, values, names, madeHere, size, show, scope } = step;
  const { table, query, head } = operation;
  if (values.bounded() || !names.mayRun()) return;
  const rows = query.relations.filter((one) => query.aside?.includes(one) !== true);
  const source = rows.find((one) => !madeHere(one) && size(one) !== "small");
  // Nobody else writes the new rows. InnoDB locks those that are read, PostgreSQL doesn't.
  const isNew = madeHere(table);
  if (source === undefined || (isNew && scope.dialect.family === "postgres")) return;
  const message = isNew ? "reads" : "copies";
  // Rows that it changes are locked.
  const adds = operation.kind === "insertRows" && operation.onConflict !== "update";
  const severity = adds && scope.dialect.family === "postgres" ? "note" : undefined;
  report({ at: head, message, severity, data: { table: show(source), children: "" } });
}
