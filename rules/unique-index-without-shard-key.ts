import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "unique-index-without-shard-key",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mongodb"],
  directions: ["up", "down"],
  docs: {
    summary: "A unique index of a sharded collection doesn't begin with the shard key.",
    why: "Each shard knows only its own values, so the server refuses the index, or refuses to shard a collection that has one.",
    instead:
      "Begin the index with the shard key, or keep the values that must be unique as `_id` of a collection of their own.",
    exceptions: ["an index that begins with `_id`", "a collection that no migration shards"],
  },
  messages: {
    index: "the server refuses it: a unique index of {{name}} has to begin with its shard key {{key}}",
    key: "the server refuses it: unique index {{index}} of {{name}} doesn't begin with the key",
  },
  on: {
    createDocumentIndex({ operation, documents }, { report }) {
      if (documents.withoutShardKey() === undefined) return;
      const key = (documents.shardKey() ?? []).map(({ field }) => field).join(", ");
      report({ at: operation.head, message: "index", data: { name: documents.name(), key } });
    },
    shardCollection({ operation: { head: at, command }, documents }, { report }) {
      const index = documents.withoutShardKey();
      if (index === undefined || command === "unshardCollection") return;
      report({ at, message: "key", data: { name: documents.name(), index } });
    },
  },
});
