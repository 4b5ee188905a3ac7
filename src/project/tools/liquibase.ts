import { checkedText } from "../changelog/checked.ts";
import { formattedChangeset } from "../changelog/formatted.ts";
import { change, changeset } from "../changelog/written.ts";
import { droppedAtStart } from "../dropped-at-start.ts";
import { statedRelease } from "../layouts/liquibase-settings.ts";
import { languageOf, liquibaseSteps } from "../advice/liquibase-advice.ts";
import { inDollarQuotes } from "../server/jdbc.ts";
import { wideInEntities } from "../jpa.ts";
import { poolSetting } from "../sessions/pool-init.ts";
import { marker, type Tool } from "../tool.ts";

const included =
  /<include\s[^>]{0,300}?\bfile\s?=\s?["']([^"'<>]{1,300})["']|["']?\binclude["']?\s?:[\s{-]{1,80}["']?file["']?\s?:\s?["']?([^\s"',}]{1,300})/g;

/** What a changelog without a changeset includes. */
function includedBy(text: string): readonly string[] | undefined {
  if (/<changeSet\b|\bchangeSet["']?\s?:/i.test(text)) return undefined;
  const found = Array.from(text.matchAll(included), ([, xml, other]) => xml ?? other ?? "");
  return found.length === 0 ? undefined : found;
}

const optOuts = {
  xml: 'runInTransaction="false" on the changeSet',
  yaml: "runInTransaction: false on the changeSet",
  json: '"runInTransaction": false on the changeSet',
};

const uniqueWords = { xml: '`unique="true"`', yaml: "`unique: true`", json: '`"unique": true`' };

const truth =
  "Write `valueBoolean` in place of `value`, which Liquibase sends as text whatever the column's type is; likewise `valueNumeric` and `valueDate`, and `defaultValueBoolean` for a default.";

export const liquibase: Tool = {
  name: "liquibase",
  rank: 3,
  signs: [
    {
      files: ["liquibase.properties"],
      needsProof: true,
      line: /^\s{0,9}--\s?liquibase\s?formatted/i,
    },
  ],
  ownShape: "liquibase",
  database: {
    addresses: [
      {
        files: ["liquibase.properties"],
        pattern:
          /^[ \t]*(?:liquibase\.command\.(?:\w{1,40}\.)?)?url[ \t]*[=:][ \t]*["']?(?:jdbc:)?([a-z0-9]{2,20})(?:\+srv)?:/m,
      },
      {
        files: ["build.gradle", "build.gradle.kts", "pom.xml"],
        pattern: /\burl\b["']?[ \t=:>(]{1,9}["']?jdbc:([a-z0-9]{2,20}):/,
      },
      {
        files: ["src/main/resources/application.properties", "src/main/resources/application.yml"],
        pattern: /\bdb-kind[ \t]*[=:][ \t]*["']?([a-z0-9]{2,20})\b/,
      },
    ],
    mentions: [
      { files: ["build.gradle", "build.gradle.kts", "pom.xml"], pattern: /\bliquibase-(mongodb)\b/ },
      { files: ["pom.xml"], pattern: /<groupId>\s{0,9}org\.(openmrs)\.(?:module|api)\b/ },
    ],
  },
  unread: {
    what: "XML, YAML or JSON for Liquibase without a root changelog that includes them",
    folder: /changelog|liquibase|migrat|(?:^|\/)(?:db|database)$/i,
    file: /\.(?:xml|ya?ml|json)$/,
    // One in which nothing is yet leaves nothing unread.
    text: /\bdatabaseChangeLog\b[^]*\b(?:changeSet|include(?:All)?)\b/,
    sql: "liquibase update-sql",
    includes: { of: includedBy, whole: "a changelog of Liquibase whose files aren't there" },
  },
  switchedBySpring: true,
  problems: droppedAtStart("liquibase"),
  lockTimeoutIn: poolSetting("liquibase", "lock_timeout"),
  statementTimeoutIn: poolSetting("liquibase", "statement_timeout"),
  shapes: ["liquibase"],
  wraps: "each",
  wrapsOn: { mongodb: "none" },
  // Before each changeset, it puts the default schema first again.
  resets: "path",
  sends: "statement",
  // The driver gets the whole text at once.
  sendsAsOne: marker(/\bsplitStatements:\s?"?false|\bendDelimiter:(?!;(?:\s|$))/i),
  optOut: "runInTransaction:false on the --changeset line",
  codeOptOut: optOuts.xml,
  codeOptOutIn: (path) => optOuts[languageOf(path)],
  rawCall: change,
  senderWords: {
    truth: (sender) => (/^(?:insert|update|addColumn)$/.test(sender) ? truth : undefined),
    unique: (sender, path) =>
      /^(?:createTable|addColumn)$/.test(sender) ? uniqueWords[languageOf(path)] : undefined,
  },
  // `NEW` stands for what nobody but the author can give.
  codeFile: (file) => changeset({ ...file, id: file.place > 1 ? `NEW-${file.place}` : "NEW", author: "NEW" }),
  sectionFile: formattedChangeset,
  sectionHead: "--liquibase formatted sql",
  codeSteps: liquibaseSteps,
  optedOut: marker(/\brunInTransaction:false\b/i),
  ownRollback: {
    fails:
      "Liquibase makes this rollback itself, change by change: write a `rollback` in the changeset that works: a `dropTable` alone where the changeset makes the table; for an index that a foreign key needs, a `createIndex` of another name on its columns before the `dropIndex`.",
    failsForKeys: (column, keys) =>
      `Liquibase makes this rollback itself, change by change: write a \`rollback\` in the changeset with ${keys.map(({ name, table }) => `a \`dropForeignKeyConstraint\` of \`${name}\` (\`${table}\`)`).join(", ")} before the \`dropColumn\` of \`${column}\`.`,
    differs:
      "Liquibase makes this rollback itself: write a `rollback` in the changeset that restores the schema.",
  },
  releaseIn: statedRelease,
  withoutAutocommit: true,
  schemas: ({ statedSchemas }) => statedSchemas?.(),
  inDollarQuotes,
  sendsDelimiter: { instead: "endDelimiter:// on the --changeset line, and // after the routine" },
  // Its own splitter knows dollar quotes only in part.
  whole: (statement) => `-- needs splitStatements:false on the --changeset line\n${statement}`,
  wholeScript: true,
  // By a changelog in XML, YAML or JSON.
  whereLoaded: {
    optOut: "runInTransaction set to false on the changeSet",
    sendsDelimiter: { instead: "endDelimiter set to // on the sqlFile, and // after the routine" },
    whole: (statement) => `-- needs splitStatements set to false on the sqlFile\n${statement}`,
  },
  duplicates: "fine",
  edited: "liquibase refuses to run",
  checked: checkedText,
  // As 5.0 does: it never looks for what its table has and its changelogs haven't.
  empty: {
    file: "Delete the file together with the include or changeset that names it: Liquibase accepts that after it has run, too. Where no server has run it, write the statements. A comment in it would change its checksum, and a file without a character makes the update fail.",
    section:
      "Delete the changeset: Liquibase accepts that after it has run, too. Or add a line `--comment: no-op`, and why, which its checksum doesn't cover, as it does other comments. Where no server has run it, write the statements.",
  },
  late: {
    what: "liquibase runs it after the newer ones",
    runs: true,
    instead: "put it after the others in the changelog",
  },
  wide: wideInEntities,
  trackingTables: ["databasechangelog", "databasechangeloglock"],
  tracking: {
    table: { postgres: "databasechangelog", mysql: "DATABASECHANGELOG" },
    // Two changesets may have one id, in another file or by another author; a file may move.
    key: { postgres: "author || ':' || id", mysql: "CONCAT(AUTHOR, ':', ID)" },
    keyOf: ({ name }) => name,
    state: {
      postgres: "CASE WHEN exectype IN ('FAILED', 'SKIPPED') THEN 'failed' ELSE 'applied' END",
      mysql: "CASE WHEN EXECTYPE IN ('FAILED', 'SKIPPED') THEN 'failed' ELSE 'applied' END",
    },
    order: { postgres: "orderexecuted", mysql: "ORDEREXECUTED" },
  },
  commands: {
    server: "what `liquibase.properties` says",
    apply: () => "liquibase update",
    undo: () => "liquibase rollback-count --count=1",
    status: () => "liquibase status --verbose",
  },
};
