/** What `ddlint help` is given; a test holds them against the program. */
export const commandNames = [
  "check",
  "init",
  "new",
  "plan",
  "rollback",
  "schema",
  "runbook",
  "baseline",
  "explain",
  "rules",
  "stats-query",
  "lsp",
  "config",
  "cache",
  "completions",
  "help",
] as const;
