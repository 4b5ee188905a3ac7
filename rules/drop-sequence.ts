import { defineRule, type Step } from "../src/lint/rule.ts";

/** The application takes values from it by a column's default. */
const isOfDefault = (schema: Step["before"], { operation }: Step<"dropSequence">): boolean =>
  schema.dependents({ table: operation.sequence }).some(({ kind }) => kind === "column default");

export default defineRule({
  id: "drop-sequence",
  category: "compatibility",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mariadb"],
  sameCause: ["drop-cascade"],
  docs: {
    summary: "`DROP SEQUENCE` of a sequence that the running application may take values from.",
    why: "`nextval()` fails from that moment until no instance of the old version runs any more (42P01). How far the sequence was is lost: one that is created later starts again, with values that rows hold already.",
    instead: "Deploy the version that doesn't use it first, and drop the sequence in a later migration.",
    exceptions: [
      "a sequence that a column owns (`serial`, `OWNED BY`), which only its default uses",
      "a sequence of a column's default that the same migration drops or changes first",
      "a sequence that this migration, or another pending one, creates",
      "a sequence that the same migration creates again",
      "a sequence that no migration creates, if it is dropped with `IF EXISTS`",
    ],
  },
  messages: {
    dropped: "the running application that takes values from {{sequence}} fails from this moment on",
  },
  on: {
    dropSequence(step, { report }) {
      const { operation, before, scope, createdPending, spell } = step;
      const { sequence, ifExists, head } = operation;
      const found = before.relation(sequence);
      if (found.is === "absent" || (found.is === "unknown" && ifExists)) return;
      if (found.is === "present" && found.value.ownedBy !== undefined) return;
      if (createdPending(sequence) === "yes" || scope.after.relation(sequence).is === "present") return;
      if (isOfDefault(scope.before, step) && !isOfDefault(before, step)) return;
      report({ at: head, message: "dropped", data: { sequence: spell(sequence.name) } });
    },
  },
});
