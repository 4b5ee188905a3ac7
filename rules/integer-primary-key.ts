import {
  counts,
  defineRule,
  extendsRow,
  growth,
  hasFewRowsLater,
  laterRelation,
  namesThings,
  recipes,
} from "../src/lint/rule.ts";

const fourBytes = "2,147,483,647";
const limits: ReadonlyMap<string, string> = new Map(
  Object.entries({
    tinyint: "127",
    smallint: "32,767",
    mediumint: "8,388,607",
    int: fourBytes,
    integer: fourBytes,
  }),
);
// INT UNSIGNED holds 4.29 billion, which few tables ever reach.
const unsigned: ReadonlyMap<string, string> = new Map(
  Object.entries({
    tinyint: "255",
    smallint: "65,535",
    mediumint: "16,777,215",
  }),
);

export default defineRule({
  id: "integer-primary-key",
  category: "schema",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "An auto-incremented primary key has the type `integer` or a smaller one.",
    why: "Its numbers run out; deleted rows and failed INSERTs use them up too. From then on every INSERT fails. The change to a larger type rewrites the table and all tables that refer to it.",
    instead: {
      postgres:
        "Use `bigint GENERATED ALWAYS AS IDENTITY`, and `bigint` for the foreign keys that refer to it.",
      mysql: "Use `BIGINT AUTO_INCREMENT`, and `BIGINT` for the foreign keys that refer to it.",
    },
    exceptions: [
      "a key whose values the server doesn't generate",
      "a table known to be small, also by its history: settings (`CHECK (id = 1)`), look-up tables whose rows it writes",
      "a note: each row is a word (a unique name beside what it means, an enum or a short unique text beside the key alone)",
      "a note: `integer` (MySQL, MariaDB: `INT`), whose 2,147,483,647 numbers few tables use up, unless the table is known to be large",
      "a table with one row for each row of another (a unique `NOT NULL` foreign key), whose key has the same type",
      "`integer`: a table of people or things (a unique name, e-mail address or the like), that refers to no other, and pairs of rows of other tables that can't be there twice",
      "temporary tables",
      "a column that the same or a later migration changes to `bigint` or drops",
      "a unique key that isn't the primary key",
      "MySQL, MariaDB: `INT UNSIGNED`, which holds 4,294,967,295",
    ],
  },
  messages: { runsOut: "{{column}} runs out of numbers after {{limit}} rows: inserts fail" },
  recipe: recipes.wideKey,
  on: {
    addPrimaryKey({ operation: key, after, scope, script, isHere, rows, show, values }, { report }) {
      const { are } = rows(key.table);
      if (are === "few" || scope.isTracking(key.table)) return;
      const table = after.relation(key.table);
      if (table.is !== "present" || table.value.temporary) return;
      for (const { text } of key.columns) {
        const column = table.value.columns.find(({ name }) => name === text);
        const most = column?.type?.unsigned === true ? unsigned : limits;
        const limit = most.get(column?.type?.name ?? "");
        // Other keys are natural, or take their numbers from the table that they refer to.
        if (column?.type === undefined || limit === undefined || !counts(column)) continue;
        const type = column.type.name;
        const isSeldomUsedUp = limit === fourBytes && are !== "many";
        const isOfWords = values.rowsAreWords(table.value);
        const isWritten = isHere(column.origin) && column.origin.path === script.path && key.called !== true;
        const at = isWritten && column.type.text !== "" ? column.type.span : key.head;
        report({
          at,
          message: "runsOut",
          data: { column: show(key.table, text), limit },
          severity: isSeldomUsedUp || isOfWords ? "note" : undefined,
          weight: growth(after, table.value),
          repaired(end) {
            const later = laterRelation(end, table.value);
            if (later === undefined || hasFewRowsLater(end, later) || extendsRow(end, later, type))
              return true;
            if (isSeldomUsedUp && (isOfWords || namesThings(end, later))) return true;
            const its = later.columns.find((one) => one.name === column.name)?.type;
            return its === undefined || !most.has(its.name);
          },
        });
      }
    },
  },
});
