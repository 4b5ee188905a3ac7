/** Rules that must break a law, each with its reason: the list is the documentation of oddities. */
import type { Finding } from "../../src/index.ts";

export type Law =
  | "keyword case"
  | "white space and comments"
  | "neutral statements"
  | "renaming"
  | "later migrations"
  | "alone as together"
  | "a fix removes its finding"
  | "a fix causes no other finding"
  | "fix metadata"
  | "token boundaries";

const ofTheEnd = [
  "autovacuum-disabled",
  "changelog-key-ignored",
  "char-column",
  "engine-not-innodb",
  "float-for-money",
  "foreign-key-type-mismatch",
  "foreign-key-without-index",
  "frozen-default",
  "inline-references-ignored",
  "integer-primary-key",
  "json-column",
  "money-column",
  "nullable-boolean",
  "policy-always-true",
  "policy-function-per-row",
  "policy-open-without-setting",
  "policy-opens-bucket",
  "policy-recursion",
  "policy-own-escalation",
  "policy-without-row-level-security",
  "redundant-index",
  "revoke-from-public-only",
  "row-level-security-without-policy",
  "security-definer-view",
  "security-definer-without-search-path",
  "sequence-not-advanced",
  "sequence-overflow",
  "serial-column",
  "set-null-on-not-null",
  "skipped-constraint",
  "table-without-primary-key",
  "table-without-row-level-security",
  "tenant-table-without-row-level-security",
  "timestamp-until-2038",
  "timestamp-without-time-zone",
  "trigger-deletes-too-late",
  "trigger-inserts-too-late",
  "trigger-reads-table",
  "unique-column-with-default",
  "unique-key-counts-deleted-rows",
  "unlogged-table",
  "utf8mb3",
  "varchar-with-length",
  "view-bypasses-row-security",
  "volatile-check",
  "zero-date-default",
];

export const exceptions: Readonly<Record<Law, Readonly<Record<string, string>>>> = {
  "keyword case": {
    "unused-suppression": "speaks about comments, whose words are no SQL",
  },
  "white space and comments": {
    "missing-header": "speaks about comments",
    "missing-reason": "speaks about comments",
    "wrong-header": "speaks about comments",
  },
  "neutral statements": {
    "concurrently-in-transaction": "two statements in one message make a transaction",
    "concurrently-with-other-statements": "counts the statements beside",
    "not-allowed-in-transaction": "two statements in one message make a transaction",
    "empty-migration": "a statement makes it not empty",
    "missing-rollback": "a statement makes a rollback not empty",
    "missing-header": "points at the first statement where there is no header",
    "wrong-header": "a header stands before the first statement",
    "missing-reason": "points at the first statement",
    "untracked-migration": "points at the first statement",
    "version-gap": "points at the first statement",
  },
  renaming: {
    "table-name": "speaks about names",
    "column-name": "speaks about names",
    "index-name": "speaks about names",
    "constraint-name": "speaks about names",
    "identifier-too-long": "speaks about names",
    "drop-finds-nothing": "a name that is nearly that of another object isn't any more",
    "quoted-identifier": "speaks about names",
    "reserved-word-identifier": "speaks about names",
    "tenant-table-without-row-level-security":
      "a table that is named after users or tokens is read before the tenant is known",
    "rename-table": "an archive name counts as a deprecation",
    "integer-primary-key": "a table that is named after words, such as `roles`, has few rows",
    "backfill-without-batches":
      "users write the rows of a table that is called after them, such as `customers`",
    "missing-analyze": "users write the rows of a table that is called after them, such as `customers`",
    "large-migration": "tables with a word in common belong together",
    "missing-reason": "a comment that only says the names gives no reason",
  },
  "later migrations": {
    "unused-suppression": "a fixture's file holds all its migrations, so `disable-file` reaches later ones",
    "left-undone": "says what no later migration finishes, and how many there are",
    ...Object.fromEntries(
      ofTheEnd.map((id) => [
        id,
        "about the state at the end of the history, which a later migration may repair",
      ]),
    ),
    "lock-without-timeout": "its one message tells how many migrations more are concerned",
    "unknown-object":
      "a later migration may make the configuration that a function looks up when it is called",
    "missing-rollback": "whether the folder holds rollbacks is a property of the whole",
  },
  "alone as together": {
    "unused-suppression": "says what others did",
    "trigger-on-busy-table": "`strict` gives it other options",
    "missing-analyze": "`strict` gives it other options",
    "integer-primary-key": "`strict` gives it other options",
  },
  "a fix removes its finding": {
    "lock-without-timeout": "speaks of the first of several transactions, and then of the next",
  },
  "a fix causes no other finding": {
    "drop-index-without-concurrently": "CONCURRENTLY asks for a migration of its own",
    "not-idempotent": "a statement that is refused without IF NOT EXISTS isn't looked at by other rules",
    "serial-column": "a later migration or a rollback may name the old type",
    "timestamp-without-time-zone": "a later migration or a rollback may name the old type",
    "varchar-with-length": "a later migration or a rollback may name the old type",
  },
  "fix metadata": {},
  "token boundaries": {
    "unused-suppression": "points at words of comments",
    "secret-in-migration": "points at a secret in a comment, too",
    "missing-rollback": "points at the start of a file",
    "missing-reason": "points at the start of a file",
    "missing-header": "points at the start of a file",
    "wrong-header": "points at a line of a comment",
    "untracked-migration": "points at the start of a file",
    "empty-migration": "points at comments",
  },
};

export const except = (law: Law, id: string): boolean => exceptions[law][id] !== undefined;

/** Rule and line of each finding, without those that the law doesn't bind. */
export const places = (findings: readonly Finding[], law?: Law, line = (n: number) => n): string[] =>
  findings
    .filter((finding) => !law || !except(law, finding.ruleId))
    .map((finding) => `${line(finding.line)} ${finding.ruleId}`)
    .sort();

export const withMessages = (findings: readonly Finding[], law?: Law): string[] =>
  findings
    .filter((finding) => !law || !except(law, finding.ruleId))
    .map((finding) => `${finding.line} ${finding.ruleId} ${finding.message}`)
    .sort();
