import { number } from "../tracking.ts";
import { marks } from "../layouts/section-markers.ts";
import type { Tool } from "../tool.ts";

export const playEvolutions: Tool = {
  name: "play-evolutions",
  rank: 1,
  signs: [{ files: ["conf/evolutions/"], needsProof: true }],
  shapes: ["sections"],
  marks: marks({
    // Play trims the lines before it looks for them.
    opens: /^\s*(?:#|--).*!Ups/,
    closes: /^\s*(?:#|--).*!Downs/,
    up: "-- !Ups",
    down: "-- !Downs",
  }),
  // A semicolon ends a statement, two of them stand for one.
  sent: (text) => text.replaceAll(";;", "; "),
  whole: (statement) => statement.replaceAll(/;(?=[\s\S])/g, ";;"),
  wraps: "none",
  sends: "statement",
  edited: "play runs the old down and the new up",
  late: { what: "play undoes the newer ones first", runs: false },
  trackingTables: ["play_evolutions"],
  tracking: {
    table: "play_evolutions",
    key: "id",
    keyOf: number,
    state: "CASE WHEN state = 'applied' THEN 'applied' ELSE 'failed' END",
    order: "id",
  },
};
