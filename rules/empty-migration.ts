import { defineRule, type MigrationScope } from "../src/lint/rule.ts";

/** `rollback-does-not-reverse` says what an unsent call leaves, and why. */
const leavesSchema = ({ migration, unreversed }: MigrationScope): boolean =>
  migration.irreversible === undefined && unreversed().length > 0;

export default defineRule({
  id: "empty-migration",
  category: "history",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb", "mongodb"],
  docs: {
    summary:
      "A migration that contains nothing but comments, or a call of Knex, Prisma or Drizzle that nothing awaits.",
    why: "A tool records it as applied, so statements that are added to it later never run. Either the file wasn't finished, or its statements were commented out. Knex, Prisma and Drizzle send what their calls make only if the migration awaits, returns or chains (`then`) the call: otherwise the statement never runs, and no error says so.",
    instead:
      "Write the statements, delete the file if no server has run it and no other migration names it, or state in a comment that it is a `no-op`, and why.",
    exceptions: [
      "a migration with a comment such as `no-op`, `nop`, `nothing to do`, `intentionally left blank` or `placeholder`, or one that says where it is done, why no more, or what the file is kept for; or with a sentence in another language than English, or several beside statements that are commented out",
      "a note: another migration of Alembic or Django names it as the one that it follows",
      "a file that is named after a database, as the migration may be for another one",
      "a baseline, and an empty rollback; a note, where the tool fails on a file without a statement",
      "a rollback whose call nothing awaits, where `rollback-does-not-reverse` says what it leaves",
    ],
  },
  messages: {
    empty: "does nothing, and is recorded as applied",
    byHand: "does nothing: it has no statement",
    refused: "has no statement: {{what}}",
    unsent: "never runs: nothing awaits or returns it, and the migration is recorded as applied",
    unsentBack: "never runs: nothing awaits or returns it, and the migration is recorded as rolled back",
  },
  on: {
    migration(scope, { report }) {
      const { comments, emptyOnPurpose, startOf } = scope;
      const { up, down, kind, unread, emptyHere, isFollowed } = scope.migration;
      for (const script of leavesSchema(scope) ? [up] : [up, down])
        for (const span of script?.code?.unsent ?? [])
          report({
            at: { path: up.path, span },
            message: script === up ? "unsent" : "unsentBack",
            instead: "write `await` before it, or return it",
          });
      const refused = scope.history.empty?.refused;
      if (down?.empty === true && refused && (scope.leavesNothingToUndo() || emptyOnPurpose("down"))) {
        const instead = `Write ${refused.write} there.`;
        report({ at: startOf(down), message: "refused", severity: "note", data: refused, instead });
      }
      if (!up.empty || unread === true || emptyHere === true) return;
      if (refused === undefined && (kind === "baseline" || emptyOnPurpose("up"))) return;
      const last = up.code === undefined ? comments.up.at(-1) : undefined;
      const at = last ? { path: up.path, span: last, wholeFile: true as const } : startOf(up);
      const instead = up.part.start === 0 ? scope.history.empty?.file : scope.history.empty?.section;
      if (refused !== undefined) {
        report({ at, message: "refused", data: refused, severity: "error", instead });
        return;
      }
      // The others go on from it, so that it has to stay.
      report({
        at,
        message: scope.history.handMade ? "byHand" : "empty",
        severity: isFollowed === true ? "note" : undefined,
        instead,
      });
    },
  },
});
