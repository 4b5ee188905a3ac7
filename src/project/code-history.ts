/** One migration in JavaScript or TypeScript as a history of its own, whatever its name is. */
import { codeToolOf } from "./code-tools.ts";
import type { Database } from "../model/dialect.ts";
import type { AnyHistory } from "./migration.ts";
import { baseName, parentOf } from "./paths.ts";
import { toolFacts, toolNamed } from "./known-tools.ts";

/** `tool`: where the text doesn't tell it by itself. */
export function codeHistory(path: string, text: string, tool: string, dialect: Database): AnyHistory {
  const name = baseName(path).replace(/\.\w+$/, "");
  const known = codeToolOf(text) ?? toolNamed(tool);
  const transaction = { wraps: "none", sends: "unknown", optedOut: false } as const;
  const up = { path, text: "", part: { start: 0, end: 0 }, transaction, empty: true };
  return {
    ...toolFacts(known),
    root: parentOf(path) ?? ".",
    layout: "code",
    evidence: ["one file in code"],
    rollbacks: "section",
    keepsRollbacks: false,
    rollbackName: () => "the export down",
    migrations: [{ index: 0, name, description: name, kind: "versioned", up, unread: true }],
    problems: [],
    trackingTables: known.trackingTables,
    dialect,
  };
}
