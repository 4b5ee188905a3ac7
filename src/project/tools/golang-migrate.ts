import type { CommandLine } from "../commands.ts";
import { fromUrl, url } from "../commands.ts";
import { number } from "../tracking.ts";
import { composeFiles, endings, type Tool } from "../tool.ts";

/** Where it is called. */
const calls = ["Makefile", "Taskfile.yml", "justfile", "Dockerfile", ...composeFiles, ".env", ".env.example"];

/** Where it runs in a container of its own. */
const pipelines = [
  ".gitlab-ci.yml",
  ...endings(".github/workflows/*", "yml", "yaml"),
  ...endings("charts/*/templates/*", "yaml", "yml"),
];

const called = /\bmigrate\/migrate\b|\bmigrate[ \t]+(?:-path|-source|-database|create -ext)\b/;

const forced: CommandLine = ({ folder, previous }) =>
  `migrate -path ${folder} -database ${url} force ${previous === undefined ? "-1" : (number(previous) ?? "")}`;

export const golangMigrate: Tool = {
  name: "golang-migrate",
  rank: 3,
  signs: [
    {
      dependencies: { go: ["github.com/golang-migrate/migrate"] },
      mentions: {
        files: [...calls, ...pipelines],
        pattern: called,
      },
    },
  ],
  // `migrate` may be installed anywhere, so that nothing of the project names it.
  ownNames: {
    shape: "pairs",
    manifest: "go",
    pattern: /^\d{6}_[^/]+\.(?:up|down)\.sql$/,
    calls: called,
    what: "names like 000001_….up.sql in a Go module, as `migrate create -seq` writes them",
  },
  asksFolder: true,
  shapes: ["pairs"],
  runs: (file) => /^\d+_[^/]*\.(?:up|down)\.[^/]*$/.test(file),
  wraps: "none",
  sends: "text",
  sendsMark: true,
  sendsDelimiter: {},
  duplicates: "golang-migrate fails on it",
  badName: "golang-migrate skips it",
  late: { what: "golang-migrate never runs it if a newer one has run", runs: false },
  waitsInLock: "pg_advisory_lock",
  trackingTables: ["schema_migrations"],
  tracking: {
    table: "schema_migrations",
    key: "version",
    keyOf: number,
    state: "CASE WHEN dirty THEN 'failed' ELSE 'applied' END",
    newestOnly: true,
  },
  commands: {
    server: fromUrl,
    apply: ({ folder }) => `migrate -path ${folder} -database ${url} up`,
    applyTo: ({ folder, migration }) =>
      `migrate -path ${folder} -database ${url} goto ${number(migration) ?? ""}`,
    undo: ({ folder }) => `migrate -path ${folder} -database ${url} down 1`,
    // It ends with 1 as long as none is applied.
    status: ({ folder }) => `migrate -path ${folder} -database ${url} version || true`,
    forget: forced,
    mark: ({ folder, migration }) =>
      `migrate -path ${folder} -database ${url} force ${number(migration) ?? ""}`,
    // It marks the version as dirty before it runs the file.
    afterFailure: { when: "always", words: "`migrate force` with the version before it", line: forced },
  },
};
