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
  alsoRefused: "looks at what is written",
  fix: "none",
  docs: {
    summary: "A constraint's name doesn't follow the convention.",
    why: "The name is what the application gets when a row is refused: it has to say which table and columns.",
    instead:
      "By default the server's own names (`orders_customer_id_fkey`) or a prefix (`fk_orders_customer_id`). `primaryKey`, `unique`, `foreignKey` and `check` say otherwise: `<table>`, `<columns>` and `<references>` stand for these names, `*` for anything.",
  },
  messages: { other: "{{name}} isn't named like {{pattern}}" },
  options: {
    primaryKey: {
      default: ["<table>_pkey", "pk_<table>"],
      minItems: 1,
      description: "Accepted patterns.",
    },
    unique: {
      default: ["<table>_<columns>_key", "uq_<table>_<columns>"],
      minItems: 1,
      description: "Accepted patterns.",
    },
    foreignKey: {
      default: ["<table>_<columns>_fkey", "fk_<table>_<columns>", "fk_<table>_<references>"],
      minItems: 1,
      description: "Accepted patterns.",
    },
    check: {
      default: ["<table>_*", "chk_<table>_*", "ck_<table>_*"],
      minItems: 1,
      description: "Accepted patterns.",
    },
  },
  on: {
    operation({ operation, givenNames }, { report, options }) {
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
