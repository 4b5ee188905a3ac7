import { composeFiles, endings, type Tool } from "../tool.ts";

/** Where it is called. */
const calls = ["Makefile", "Taskfile.yml", "justfile", "Dockerfile", ...composeFiles, ".env", ".env.example"];

/** Where it runs in a container of its own. */
const pipelines = [
  ".gitlab-ci.yml",
  ...endings(".github/workflows/*", "yml", "yaml"),
  ...endings("charts/*/templates/*", "yaml", "yml"),
];

export const golangMigrate: Tool = {
  name: "golang-migrate",
  rank: 3,
  signs: [
    {
      dependencies: { go: ["github.com/golang-migrate/migrate"] },
      mentions: {
        files: [...calls, ...pipelines],
        pattern: /\bmigrate\/migrate\b|\bmigrate[ \t]+(?:-path|-source|-database|create -ext)\b/,
      },
    },
  ],
  shapes: ["pairs"],
  runs: (file) => /^\d+_[^/]*\.(?:up|down)\.[^/]*$/.test(file),
  wraps: "none",
  sends: "text",
  sendsDelimiter: {},
  duplicates: "golang-migrate fails on it",
  badName: "golang-migrate skips it",
  late: { what: "golang-migrate never runs it if a newer one has run", runs: false },
  trackingTables: ["schema_migrations"],
};
