import { first, type Tool } from "../tool.ts";

export const evolve: Tool = {
  name: "evolve",
  rank: 1,
  signs: [
    {
      dependencies: { dotnet: ["Evolve"] },
      line: /^[^\n]{0,200}\bevolve-(?:tx-off|repeat-always)\b/i,
    },
  ],
  shapes: ["flyway"],
  rollbacks: "none",
  wraps: "each",
  sends: "text",
  optOut: "evolve-tx-off in the first line, and the statement alone in the file",
  optOutText: "-- evolve-tx-off",
  optedOut: first(/^[^\n]*evolve-tx-off/i),
  edited: "evolve refuses to run",
  trackingTables: ["changelog"],
};
