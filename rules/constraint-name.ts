import { defineRule } from "../src/lint/rule.ts";

const kinds: ReadonlyMap<string, "primaryKey" | "unique" | "foreignKey" | "check"> = new Map(
  Object.entries({
    addPrimaryKey: "primaryKey",
    addUnique: "unique",
    addForeignKey: "foreignKey",
    addCheck: "check",
  }),
);

export default defineRule({
  id: "constraint-name",
  category: "schema",
  severity: "warning",
  presets: ["conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: "checks the text as it is written",
  declared: true,
  docs: {
    summary: "A constraint name that doesn't follow the naming convention.",
    why: "The application gets this name when the server refuses a row: it has to identify the table and the columns.",
    instead:
      "Use the server's own names (`orders_customer_id_fkey`) or a prefix (`fk_orders_customer_id`), or set the options to the project's convention.",
    exceptions: [
      "a constraint without a name",
      "exclusion constraints and NOT NULL constraints",
      "the part `<columns>` in names of CHECK constraints, and of long names",
    ],
  },
  messages: { other: "{{name}} isn't named like {{pattern}}" },
  options: {
    primaryKey: {
      default: ["<table>_pkey", "pk_<table>"],
      minItems: 1,
      description:
        "Names of primary keys; one pattern has to match. `<table>`, `<columns>` and `<references>` stand for these names, `<short_table>` for some of the words, the beginnings of words or the initials, `*` for anything.",
    },
    unique: {
      default: ["<table>_<columns>_key", "uq_<table>_<columns>"],
      minItems: 1,
      description:
        "Names of unique constraints; one pattern has to match. `<table>`, `<columns>` and `<references>` stand for these names, `<short_table>` for some of the words, the beginnings of words or the initials, `*` for anything.",
    },
    foreignKey: {
      default: ["<table>_<columns>_fkey", "fk_<table>_<columns>", "fk_<table>_<references>"],
      minItems: 1,
      description:
        "Names of foreign keys; one pattern has to match. `<table>`, `<columns>` and `<references>` stand for these names, `<short_table>` for some of the words, the beginnings of words or the initials, `*` for anything.",
    },
    check: {
      default: ["<table>_*", "chk_<table>_*", "ck_<table>_*"],
      minItems: 1,
      description:
        "Names of CHECK constraints; one pattern has to match. `<table>`, `<columns>` and `<references>` stand for these names, `<short_table>` for some of the words, the beginnings of words or the initials, `*` for anything.",
    },
  },
  on: {
    operation({ operation, names: { givenNames } }, { report, options }) {
      const kind = kinds.get(operation.kind);
      if (kind === undefined) return;
      const patterns = options[kind];
      for (const { name, at, matches, filled } of givenNames()) {
        if (matches(patterns)) continue;
        const better = filled(patterns);
        report({
          at,
          message: "other",
          data: { name, pattern: patterns.join(" or ") },
          instead: better && `Name it ${better}.`,
        });
      }
    },
  },
});
