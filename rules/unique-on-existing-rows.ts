import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "unique-on-existing-rows",
  category: "data",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb", "mongodb"],
  assumes: "rows",
  docs: {
    summary:
      "A UNIQUE key or a primary key is added to a table whose rows may be alike in its columns, or an UPDATE or `INSERT … SELECT` may make rows alike in those of such a key; on MongoDB a unique index.",
    why: "The server reads the whole table first and fails at the first duplicate (23505; MySQL and MariaDB 1062), and a primary key also at the first NULL (23502; 1138); rows that are written meanwhile count too. An UPDATE such as `SET email = lower(email)` fails in the same way at the first row whose new value another one has; `SET position = position + 1` does too, as the server checks a key after each row. `INSERT … SELECT` into a table with a key fails at the second row that has the same values in the table that it reads. A failed `CREATE UNIQUE INDEX CONCURRENTLY` leaves an invalid index behind, which every write still maintains. On MySQL and MariaDB, what the migration did before stays. On MongoDB the build reads the whole collection on every member before it fails (11000).",
    instead:
      "Find duplicates, remove them in an earlier migration, and let the application write no more of them. Then add the key, or run the UPDATE. If the migration adds a column of the key, leave it NULL in old rows, or give each row its own value first: a blank default makes rows alike. `INSERT … SELECT` copies one row of each value with `DISTINCT ON` or GROUP BY.",
    exceptions: [
      "a table or collection that this migration creates, and materialized views",
      "MongoDB: a collection that the migration is the first to use, and that its rollback drops",
      "columns that include those of an existing UNIQUE key, or of one that the migration has dropped",
      "a new column that is NULL in all rows, or a partial index that asks for a value of one",
      "a column that the migration adds as NOT NULL without a default: with a row, that fails first",
      "a column that has numbers or random values by its default",
      "PostgreSQL: columns by which a `DO` block before it looks for duplicates (`GROUP BY … HAVING count(*) > 1`) and raises an exception",
      "a note: a comment of the migration is about duplicates, and selects from the table",
      "columns by which the history has deleted duplicates, or into which it has written values that differ",
      "a migration, or one just before, with statements that can't be read",
      "keys on prefixes of columns",
      "an UPDATE of rows that a key names, or that writes one value where its `WHERE` isn't about NULL in the column",
      "an UPDATE that reads another table or other rows, or whose value is more than one call of functions of the column",
      "`INSERT … SELECT` with `ON CONFLICT`, GROUP BY, DISTINCT or a condition on anything but NULL, from several tables, or from one that the migration makes or that has few rows",
      "MySQL and MariaDB: `lower` and `upper`, unless the collation tells letters apart, and `rtrim`, unless it is one of `0900`",
      "`position + 1` under a key that is `DEFERRABLE`",
      "MongoDB: a call whose errors the migration catches",
      "MongoDB: a migration that first changes or deletes the documents that a `$group` by the fields finds, computes a value of a field for one document after the other, or deletes all documents",
    ],
  },
  messages: {
    lost: "{{tool}} drops rows of {{table}} that have the same {{columns}}, or refuses",
    documents: "fails if two documents of {{table}} have the same {{columns}}",
    nulls: "fails if two rows of {{table}} have the same {{columns}}, or a row has NULL in {{nullable}}",
    alike: "fails if two rows of {{table}}{{which}} have the same {{columns}}",
    one: "fails if {{table}} has two rows: all get {{values}} in {{columns}}",
    same: "fails if it meets two rows of {{table}}: all get the same {{columns}}, which {{key}} holds unique",
    moved:
      "fails if the new {{columns}} of a row of {{table}} is still another one's: each row is checked at once",
    made: "fails if it gives two rows of {{table}} the same {{columns}}, which {{key}} holds unique",
    copied: "fails if two rows of {{table}} have the same {{columns}}, which {{key}} holds unique",
    invalid: "fails if two rows of {{table}}{{which}} have the same {{columns}}, and leaves an invalid index",
  },
  recipe: {
    postgres: recipes.findAlike,
    mysql: recipes.findAlikeInAll,
    mongodb: recipes.mongodb.uniqueIndex,
  },
  on: {
    operation({ operation, values: { newUnique, askedInComment }, show, spell, script }, { report }) {
      const key = newUnique();
      if (key === undefined) return;
      const data = { table: show(key.table), columns: recipes.columnsAlike(key, spell) };
      const which = key.where === undefined ? "" : " that meet its WHERE";
      const tool = script.code?.copiedBy;
      const at = operation.head;
      const nullable = key.nullable.map(spell).join(" or ");
      const values = key.values?.join(", ");
      // Where its own check is switched off, the tool copies rows with INSERT IGNORE.
      if (tool !== undefined) report({ at, message: "lost", severity, data: { ...data, tool } });
      else if (values !== undefined)
        report({ at, message: "one", data: { ...data, values }, instead: recipes.ownValues });
      else if (nullable !== "") report({ at, message: "nulls", severity, data: { ...data, nullable } });
      else {
        const how = { message: key.concurrently ? "invalid" : "alike", data: { ...data, which } } as const;
        report({ at, ...how, severity: askedInComment(key.table) ? "note" : severity });
      }
    },
    updateRows({ operation: { table, head }, values: { madeAlike }, show, spell }, { report }) {
      const found = madeAlike();
      if (found === undefined) return;
      const { how, index, values } = found;
      const columns = values.map(({ column }) => spell(column)).join(", ");
      const data = { table: show(table), columns };
      const named = { ...data, key: spell(index.name) };
      if (how === "moved") report({ at: head, message: how, severity, data });
      else report({ at: head, message: how === "same" ? how : "made", severity, data: named });
    },
    insertRows({ operation: { head }, values: { alikeCopy }, show, spell }, { report }) {
      const copy = alikeCopy();
      if (copy === undefined) return;
      const { source, columns, index } = copy;
      const data = { table: show(source), columns: columns.map(spell).join(", "), key: spell(index.name) };
      report({ at: head, message: "copied", severity, data });
    },
    createDocumentIndex({ operation: { index, head, caught }, documents }, { report }) {
      if (!index.unique || index.keys === undefined || caught === true || documents.isNew()) return;
      if (documents.withoutDuplicates()) return;
      const columns = index.keys.map(({ field }) => field).join(", ");
      report({ at: head, message: "documents", severity, data: { table: documents.name(), columns } });
    },
  },
});

/** Rows may be alike; an error is only what surely fails. */
const severity = "warning";
