/**
 * The modules of ddlint, lower ones first: what each holds, and which others it may import, types included; a module may
 * always import itself. `tests/architecture.test.ts` enforces it, docs/architecture.md shows it.
 */
export interface Module {
  /** For the documentation: a phrase. Markdown. */
  readonly holds: string;
  readonly imports: readonly string[];
}

export const modules: Readonly<Record<string, Module>> = {
  "src/text": { holds: "source text: spans, lines, edits, globs", imports: [] },
  "src/model": {
    holds:
      "the union of operations, the traits of their kinds, names, types, expressions; what a database is asked for",
    imports: ["src/text"],
  },
  "src/sql": {
    holds: "the front ends, which read SQL as operations: a folder for each grammar",
    imports: ["src/text", "src/model"],
  },
  "src/sources": {
    holds: "migrations in other languages, read as the SQL that their tool sends",
    imports: ["src/text", "src/model", "src/sql"],
  },
  "src/schema": {
    holds: "the schema: applying an operation to it, what the server refuses, differences, dependents",
    imports: ["src/text", "src/model"],
  },
  "src/effects": {
    holds: "what an operation locks, rewrites and reads on a server version: a folder for each family",
    imports: ["src/text", "src/model", "src/schema"],
  },
  "src/project": {
    holds:
      "discovery, file layouts, migration tools (a file for each), facts; rooms for files, git, the server, sessions, what is left out, and advice in the calls of a tool",
    imports: ["src/text", "src/model"],
  },
  "src/replay": {
    holds:
      "the history as steps: schema before and after, transaction, settings; the questions a rule can ask",
    imports: ["src/text", "src/model", "src/sql", "src/schema", "src/effects", "src/project"],
  },
  "src/recipes": {
    holds: "the safe way to write an operation, as SQL",
    imports: ["src/text", "src/model", "src/schema", "src/replay"],
  },
  "src/lint": {
    holds: "the contract of a rule, presets, the engine that calls the rules",
    imports: [
      "src/text",
      "src/model",
      "src/schema",
      "src/effects",
      "src/project",
      "src/replay",
      "src/recipes",
    ],
  },
  "src/findings": {
    holds: "suppression, baseline, fingerprints, fixes, places in the source",
    imports: ["src/text", "src/model", "src/sql", "src/project", "src/lint"],
  },
  "src/config": {
    holds: "the configuration: finding it, reading it, its schema",
    imports: ["src/text", "src/model", "src/project", "src/lint", "src/findings"],
  },
  "src/report": {
    holds: "the report formats, a file for each",
    imports: ["src/text", "src/model", "src/effects", "src/lint", "src/findings", "src/version.ts"],
  },
  "src/plan": {
    holds: "new migrations and rollbacks, as SQL",
    imports: ["src/text", "src/model", "src/sql", "src/schema", "src/project", "src/replay", "src/recipes"],
  },
  "src/dialects": {
    holds: "the databases, a file for each, put together from front end, schema and effects",
    imports: ["src/text", "src/model", "src/sql", "src/schema", "src/effects", "src/project", "src/config"],
  },
  "src/cache": {
    holds: "what earlier runs have found out: files of plain data in the user's cache folder",
    imports: ["src/text", "src/version.ts"],
  },
  "src/verify": {
    holds: "running migrations on a server: the only module that connects to anything",
    imports: [
      "src/text",
      "src/model",
      "src/sql",
      "src/schema",
      "src/effects",
      "src/project",
      "src/replay",
      "src/lint",
      "src/config",
      "src/dialects",
    ],
  },
  "src/engine": {
    holds: "the whole flow, from a folder to findings; sessions, fixes, `effectsOf`",
    imports: [
      "src/text",
      "src/model",
      "src/sql",
      "src/sources",
      "src/schema",
      "src/effects",
      "src/project",
      "src/replay",
      "src/lint",
      "src/findings",
      "src/config",
      "src/report",
      "src/plan",
      "src/dialects",
      "src/cache",
      "src/verify",
      "rules/index.ts",
    ],
  },
  "src/testing": {
    holds: "the fixtures of rules: reading them, and comparing findings with what they want",
    imports: [
      "src/text",
      "src/model",
      "src/project",
      "src/replay",
      "src/lint",
      "src/findings",
      "src/config",
      "src/engine",
      "rules/index.ts",
    ],
  },
  // Beside it stands only the version.
  src: {
    holds: "`index.ts`, the [public API](api.md)",
    imports: [
      "src/text",
      "src/model",
      "src/effects",
      "src/project",
      "src/replay",
      "src/lint",
      "src/findings",
      "src/config",
      "src/report",
      "src/cache",
      "src/engine",
      "rules/index.ts",
    ],
  },
  "src/cli": { holds: "the command line", imports: ["src/index.ts"] },
  "src/eslint": { holds: "the ESLint plugin", imports: ["src/index.ts"] },
  "src/lsp": { holds: "the language server", imports: ["src/index.ts"] },
  rules: { holds: "the rules, a file for each", imports: ["src/lint/rule.ts"] },
};
