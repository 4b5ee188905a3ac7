import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "key-too-long",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  alsoRefused: "says itself that the statement fails",
  docs: {
    summary:
      "A key whose columns may be longer than InnoDB indexes: 3072 bytes, or 767 for each column in COMPACT and REDUNDANT.",
    why: "A character of utf8mb4 counts as four bytes: `VARCHAR(768)` is the longest that fits. The statement fails with error 1071 or 1709; MariaDB makes a plain key of the beginning alone.",
    instead:
      "A prefix (`KEY (url(191))`), a shorter column, or a unique key on a generated column that holds a hash of the value.",
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
