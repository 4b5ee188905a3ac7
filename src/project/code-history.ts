/** One migration in code as a history of its own, whatever its name is. */
import { codeToolOf, isPython, isRuby } from "./code-tools.ts";
import type { Database } from "../model/dialect.ts";
import type { AnyHistory } from "./migration.ts";
import { baseName, parentOf } from "./files/paths.ts";
import { rankedTools, toolFacts, toolNamed } from "./known-tools.ts";
import { revisionOf } from "./layouts/revision-graph.ts";
import type { Tool } from "./tool.ts";

/** `tool`: where the text doesn't tell it by itself. */
export function codeHistory(path: string, text: string, tool: string, dialect: Database): AnyHistory {
  const name = baseName(path).replace(/\.\w+$/, "");
  const own = isPython(path)
    ? pythonTool(path, text)
    : isRuby(path)
      ? rubyTool
      : codeToolOf(text, () => [toolNamed(tool)]);
  const known = own ?? toolNamed(tool);
  const transaction = { wraps: "none", sends: "unknown", optedOut: false } as const;
  const up = { path, text: "", part: { start: 0, end: 0 }, transaction, empty: true };
  return {
    ...toolFacts(known),
    root: parentOf(path) ?? ".",
    layout: "code",
    evidence: ["one file in code"],
    rollbacks: "section",
    keepsRollbacks: false,
    rollbackName: () => `the export ${known.downExport ?? "down"}`,
    migrations: [{ index: 0, name, description: name, kind: "versioned", up, unread: true }],
    problems: [],
    trackingTables: known.trackingTables,
    dialect,
  };
}

/** The tool of all classes in Ruby. */
const rubyTool: Tool | undefined = rankedTools.find(({ ownShape }) => ownShape === "classes");

/** The tool whose revisions look like this. */
const pythonTool = (path: string, text: string): Tool | undefined =>
  revisionOf(path, text) === undefined
    ? undefined
    : rankedTools.find(({ ownShape }) => ownShape === "revisions");
