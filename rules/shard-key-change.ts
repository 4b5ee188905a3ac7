import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "shard-key-change",
  category: "locks",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mongodb"],
  docs: {
    summary:
      "An existing collection is sharded, or gets another shard key: `shardCollection`, `reshardCollection`, `refineCollectionShardKey`.",
    why: "`reshardCollection` copies all documents, takes more than their size in free space, and blocks writes for up to two seconds at its end. After `shardCollection`, the balancer moves documents for hours, queries without the key ask every shard, and only servers since 8.0 can undo it. With `refineCollectionShardKey`, every query that is to find one shard needs the new fields.",
    instead:
      "Run it by hand, with the load and the free space watched, outside of the deploy. Before it, build the index that the key needs, and deploy the version whose queries name the key.",
    exceptions: ["a collection that this migration creates", "the rollback"],
  },
  messages: {
    sharded: "distributes the documents of {{name}} over shards while the application uses them",
    copied: "copies all documents of {{name}}, and blocks writes to it at the end",
    refined: "queries of {{name}} without the new fields of its key ask several shards",
    old: "servers before {{release}} don't have {{command}}",
  },
  on: {
    shardCollection({ operation, documents }, { report }) {
      const { command, head: at } = operation;
      const release = since[command];
      if (release !== undefined && documents.isOlderThan(release))
        report({ at, message: "old", data: { release, command }, severity: "error" });
      else if (!documents.isNew())
        report({ at, message: messages[command], data: { name: documents.name() } });
    },
  },
});

/** The manual's pages of the commands. */
const since: Readonly<Record<string, string | undefined>> = {
  refineCollectionShardKey: "4.4",
  reshardCollection: "5.0",
  unshardCollection: "8.0",
};

const messages = {
  shardCollection: "sharded",
  reshardCollection: "copied",
  unshardCollection: "copied",
  refineCollectionShardKey: "refined",
} as const;
