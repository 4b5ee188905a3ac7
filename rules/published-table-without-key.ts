import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "published-table-without-key",
  category: "compatibility",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary:
      "A table whose changes a publication sends has no primary key, or no other replica identity, at the end of the migration.",
    why: "Logical replication names each changed row to its subscribers by the replica identity, which is the primary key unless `REPLICA IDENTITY` says otherwise. Without one, the server refuses every UPDATE and DELETE of the table.",
    instead:
      "Keep the primary key, or set `REPLICA IDENTITY USING INDEX` to a unique index on NOT NULL columns first. `REPLICA IDENTITY FULL` works without a key, but sends and looks up whole rows.",
    exceptions: [
      "a publication that sends neither UPDATE nor DELETE: `WITH (publish = 'insert')`",
      "a table with `REPLICA IDENTITY FULL`, or one whose index exists",
      "partitioned, temporary and unlogged tables",
      "a table that has a key again at the end of the migration",
      "a table that the history doesn't create",
    ],
  },
  messages: {
    refused:
      "UPDATE and DELETE on {{table}} fail: {{publication}} publishes it and it has no replica identity",
  },
  on: {
    migration({ applied }, { report }) {
      for (const step of applied())
        for (const { table, publication, known } of step.dependents.losesIdentity())
          report({
            at: step.operation.head,
            message: "refused",
            step,
            // Another place may have said what the publication sends.
            severity: known ? undefined : "warning",
            data: { table: step.show(table), publication: step.spell(publication.name) },
          });
    },
  },
});
