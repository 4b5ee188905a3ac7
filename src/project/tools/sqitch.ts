import { sqlWord } from "../../model/database-words.ts";
import { engineOf } from "../layouts/sqitch.ts";
import type { DatabaseSigns, Tool } from "../tool.ts";

const database: DatabaseSigns = {
  inProject(view) {
    const engine = engineOf(view);
    const dialect = engine && sqlWord(engine.word);
    return dialect === undefined ? undefined : { dialect, file: engine?.file ?? "", isFixed: true };
  },
};

export const sqitch: Tool = {
  name: "sqitch",
  rank: 7,
  signs: [{ files: ["sqitch.conf", "sqitch.plan"], beside: ["sqitch.plan", "../sqitch.plan"] }],
  shapes: ["sqitch"],
  database,
  planned: true,
  wraps: "none",
  sends: "statement",
  resets: "all",
  duplicates: "fine",
  late: {
    what: "sqitch refuses to run where the later changes are deployed",
    runs: false,
    instead: "move it to the end of sqitch.plan",
  },
  trackingTables: ["sqitch.changes", "sqitch.tags", "sqitch.events", "sqitch.dependencies"],
  tracking: { table: "sqitch.changes", key: "change", keyOf: ({ name }) => name, order: "committed_at" },
  commands: {
    server: "what `sqitch.conf` says",
    apply: () => "sqitch deploy --verify",
    applyTo: ({ migration }) => `sqitch deploy --verify --to-change ${migration.name}`,
    undo: () => "sqitch revert -y --to @HEAD^",
    status: () => "sqitch status",
    forget: ({ previous }) => `sqitch revert -y --log-only --to-change ${previous?.name ?? "@ROOT"}`,
    mark: ({ migration }) => `sqitch deploy --log-only --to-change ${migration.name}`,
  },
};
