import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "key-too-long",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  failuresOfRollback: true,
  alsoRefused: "reports the failure itself",
  declared: true,
  docs: {
    summary:
      "A key is longer than InnoDB allows: 3072 bytes, or 767 bytes for each column in the formats COMPACT and REDUNDANT.",
    why: "A character of utf8mb4 counts as four bytes, so `VARCHAR(768)` is the longest that fits. The statement fails with error 1071 or 1709; on MariaDB, a plain key covers only the beginning of the column.",
    instead:
      "Use a prefix (`KEY (url(191))`), a shorter column, or a unique key on a generated column with a hash of the value.",
    exceptions: [
      "FULLTEXT and SPATIAL keys, and tables of other engines",
      "on MariaDB, long UNIQUE keys, which the server replaces by a hash",
      "a column that is too long only in a character set which neither the migration nor a stated MySQL 8.0 determines",
    ],
  },
  messages: {
    long: "fails: the key on {{column}} takes {{bytes}} bytes, and {{most}} are allowed",
    cut: "{{column}} takes {{bytes}} bytes: only the first {{most}} are in the key",
    unlimited: "fails: a key on {{column}}, a TEXT or BLOB, needs a length",
  },
  on: {
    operation({ operation, mysql: { keyFault } }, { report }) {
      const fault = keyFault();
      if (fault === undefined) return;
      const { how, column, bytes, most } = fault;
      const at = operation.head;
      if (how === "unlimited") report({ at, message: "unlimited", data: { column } });
      else if (how === "long") report({ at, message: "long", data: { column, bytes, most } });
      else report({ at, message: "cut", data: { column, bytes, most }, severity: "warning" });
    },
  },
});
