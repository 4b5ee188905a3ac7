import type { Tool } from "../tool.ts";

export const sqitch: Tool = {
  name: "sqitch",
  rank: 7,
  signs: [{ files: ["sqitch.conf", "sqitch.plan"], beside: ["sqitch.plan", "../sqitch.plan"] }],
  shapes: ["sqitch"],
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
};
