import { defineRule, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "drop-cascade",
  category: "data-loss",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  fix: "none",
  docs: {
    summary: "`CASCADE` on a `DROP`.",
    why: "`CASCADE` also drops whatever depends on the object: foreign keys of other tables, views, functions, columns. What that is differs from server to server, and nobody reads the list.",
    instead: "Drop each dependent by its name first, then the object without `CASCADE`.",
  },
  messages: {
    known: "CASCADE also drops {{dependents}}",
    unknown: "CASCADE also drops whatever depends on {{object}}, on this server or another",
  },
  on: {
    operation(step, { report }) {
      const { operation, before, dependentsOfDropped } = step;
      if (!("cascade" in operation) || !operation.cascade || operation.kind === "truncateTable") return;
      if (step.failures.length > 0) return;
      const dropped = dependentsOfDropped().filter(({ onDrop }) => onDrop === "refuses");
      const at = operation.head;
      if (dropped.length > 0) {
        const few = dropped.slice(0, 3).map(({ text }) => text);
        const rest = dropped.length > 3 ? ` and ${dropped.length - 3} more` : "";
        report({
          at,
          message: "known",
          data: { dependents: few.join(", ") + rest },
          related: dropped.flatMap(({ origin, text }) =>
            origin === undefined ? [] : [{ at: { path: origin.path, span: origin.span }, message: text }],
          ),
        });
      } else if (!(before.closed && knownWhole(step))) {
        report({ at, message: "unknown", data: { object: objectName(step) } });
      }
    },
  },
});

/** The history made the object and would know of dependents. */
function knownWhole({ operation, before, createdHere }: Step): boolean {
  if ("table" in operation && typeof operation.table === "object") {
    const found = before.relation(operation.table);
    return createdHere(operation.table) === "yes" || (found.is === "present" && found.value.complete);
  }
  if (operation.kind === "dropView") return before.relation(operation.view).is === "present";
  if (operation.kind === "dropType") return before.type(operation.type).is === "present";
  return operation.kind === "dropFunction" && before.routines(operation.function).is === "present";
}

function objectName({ operation }: Step): string {
  if ("column" in operation && operation.kind === "dropColumn") return operation.column.text;
  if (operation.kind === "dropConstraint") return operation.name.text;
  for (const key of ["table", "view", "type", "sequence", "function", "index", "schema", "name"] as const) {
    const name = (operation as Partial<Record<typeof key, { text?: string }>>)[key];
    if (typeof name?.text === "string") return name.text;
  }
  return "it";
}
