import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "removed-driver-method",
  category: "correctness",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mongodb"],
  directions: ["up", "down"],
  docs: {
    summary: "A migration calls a method that newer releases of MongoDB's driver no longer have.",
    why: "It fails with `… is not a function` as soon as the driver is upgraded, and migrations run again on every new database: in tests, on a developer's machine, after a disaster.",
    instead:
      "Use `insertOne`, `insertMany`, `updateOne`, `updateMany`, `replaceOne`, `deleteOne`, `deleteMany`, `findOneAndUpdate`, `createIndex` and `aggregate`.",
    exceptions: [
      "scripts for mongosh, and models of Mongoose",
      "a note, where `package.json` states an older driver, or an older Mongoose or migrate-mongo that brings one",
    ],
  },
  messages: { removed: "the driver has no {{method}}() since {{release}}" },
  on: {
    operation({ operation, documents }, { report }) {
      const call = documents.call();
      const release = documents.removedSince();
      if (call === undefined || release === undefined) return;
      const instead = successors[call.method];
      const severity = documents.hasDriverBefore(release) ? "note" : undefined;
      const data = { method: call.method, release };
      report({ at: operation.head, message: "removed", data, severity, instead });
    },
  },
});

const successors: Readonly<Record<string, string | undefined>> = {
  save: "Use `replaceOne({ _id: document._id }, document, { upsert: true })`, or `insertOne(document)` for a new one.",
  insert: "Use `insertOne`, or `insertMany` for a list.",
  update:
    "Use `updateOne`, `updateMany` with `multi: true`, or `replaceOne` for a document without operators.",
  remove: "Use `deleteMany`, or `deleteOne` with `justOne` or `single`.",
  ensureIndex: "Use `createIndex`.",
  dropAllIndexes: "Use `dropIndex`, one by one.",
  findAndModify: "Use `findOneAndUpdate`, `findOneAndReplace` or `findOneAndDelete`.",
  mapReduce: "Use `aggregate`.",
};
