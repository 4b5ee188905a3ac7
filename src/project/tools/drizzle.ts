import { hashOf } from "../tracking.ts";
/** Drizzle's `meta/_journal.json` holds the steps that it runs, in its order, with the time by which it knows what has run. */
import { dialectWord } from "../../model/database-words.ts";
import type { Database, PerFamily } from "../../model/dialect.ts";
import type { Declared, Numbered } from "../../model/tool.ts";
import { badName } from "../layouts/assemble.ts";
import { entriesOf, journal, journalOf, type Entry } from "../layouts/journal.ts";
import type { FolderView } from "../layouts/layout.ts";
import { isDirect, isSql, stemOf } from "../layouts/names.ts";
import { lockedVersion, npmVersion, packageRootOf } from "../manifests.ts";
import type { FileProblem } from "../file-problem.ts";
import type { FileSystem, Migration } from "../migration.ts";
import { baseName, join } from "../files/paths.ts";
import { endings, type Tool } from "../tool.ts";

/** Times by stems of files. */
function timesOf(view: FolderView): ReadonlyMap<string, number> {
  const entries = entriesOf(view) ?? [];
  return new Map(entries.flatMap(({ tag, when }) => (when === undefined ? [] : [[tag, when] as const])));
}

/** In the journal and in each snapshot. */
const stated = /"dialect"\s?:\s?"([a-z0-9]+)/;
const dialectIn = (text: string): Database | undefined =>
  dialectWord(stated.exec(text.slice(0, 4096))?.[1] ?? "");

/** Of the newest snapshot, where the journal still says with which database the history began. */
function movedTo(view: FolderView): { readonly dialect: Database; readonly file: string } | undefined {
  const [prefix] = entriesOf(view)?.at(-1)?.tag.split("_") ?? [];
  const file = `meta/${prefix ?? ""}_snapshot.json`;
  const dialect = prefix === undefined ? undefined : dialectIn(view.read(file) ?? "");
  return dialect === undefined || dialect === dialectIn(view.read(journal) ?? "")
    ? undefined
    : { dialect, file: join(view.root, file) };
}

/** Where only the journal is kept, drizzle-kit compares the schema with an empty one. */
function declaredAs(declared: Declared, fs: FileSystem, root: string): Declared {
  const kept = fs.list(join(root, "meta"));
  const lacksSnapshots =
    kept.includes("_journal.json") && !kept.some((name) => name.endsWith("_snapshot.json"));
  if (lacksSnapshots) return { ...declared, byHand };
  if (!kept.includes("_journal.json")) return declared;
  const written = new Set(kept);
  const isByHand = (path: string): boolean =>
    !written.has(`${baseName(path).split("_", 1)[0] ?? ""}_snapshot.json`);
  return { ...declared, isByHand };
}

const byHand =
  "write the SQL yourself, into a file of `drizzle-kit generate --custom`: without snapshots, drizzle-kit would create all tables again";

/** Entries that drizzle can't run, or doesn't. */
function journalProblems(view: FolderView): FileProblem[] {
  const entries = entriesOf(view) ?? [];
  const listed = new Set(view.files);
  const there = { has: (file: string): boolean => listed.has(file) || view.read(file) !== undefined };
  // Where few are there, the files lie elsewhere.
  if (entries.filter(({ tag }) => there.has(`${tag}.sql`)).length * 2 <= entries.length) return [];
  let newest: Entry | undefined;
  const problems: FileProblem[] = [];
  /** By the entry that makes drizzle skip them: one late time may be in the way of all that come after it. */
  const skipped = new Map<Entry, string[]>();
  for (const entry of entries) {
    const file = `${entry.tag}.sql`;
    if (!there.has(file)) {
      problems.push(
        badName(
          view,
          journal,
          `drizzle fails: its journal names ${file}, which doesn't exist`,
          "restore the file, or take it out of the journal",
        ),
      );
    } else if (newest?.when !== undefined && entry.when !== undefined && entry.when <= newest.when) {
      skipped.set(newest, [...(skipped.get(newest) ?? []), file]);
    } else newest = entry;
  }
  for (const [{ tag }, [first = "", ...more]] of skipped) {
    const [what, time] =
      more.length === 0
        ? ["it", "its time in the journal is"]
        : [`it and ${more.length} more`, "their times in the journal are"];
    const message = `drizzle skips ${what} if ${tag} has run: ${time} earlier`;
    const them = more.length === 0 ? "it" : "each";
    problems.push(badName(view, first, message, `give ${them} a later "when" in ${journal}`));
  }
  return problems;
}

/** Files that the journal names, whatever they are called and wherever they lie, and no migration holds. */
function unheldEntries(
  view: FolderView,
  migrations: readonly Migration[],
  problems: readonly FileProblem[],
): readonly string[] {
  const held = new Set(migrations.map(({ up }) => up.path));
  const told = problems.map(({ message }) => message).join("\n");
  const entries = entriesOf(view);
  if (entries === undefined) return [];
  const lost = entries.flatMap(({ tag }) => {
    const file = `${tag}.sql`;
    if (held.has(join(view.root, file)) || told.includes(` ${file},`)) return [];
    const because = view.read(file) === undefined ? "doesn't exist" : "is in no migration";
    return [`${join(view.root, journal)} names ${file}, which ${because}: it was not checked`];
  });
  return [...unlistedFiles(view, entries), ...lost];
}

/** Where the journal names few of many files, they are run in another way, or never. */
function unlistedFiles(view: FolderView, entries: readonly Entry[]): readonly string[] {
  const tags = new Set(entries.map(({ tag }) => tag));
  const files = view.files.filter((file) => isSql(file) && isDirect(file));
  const unlisted = files.filter((file) => !tags.has(stemOf(file)));
  if (unlisted.length * 2 <= files.length) return [];
  const [first = ""] = unlisted;
  const most = unlisted.length === 1 ? first : `${first} and ${String(unlisted.length - 1)} more`;
  return [
    `${join(view.root, journal)} names ${String(files.length - unlisted.length)} of ${String(files.length)} files: drizzle never runs ${most}, which were not checked`,
  ];
}

const keys: PerFamily<(numbered: Numbered) => string> = {
  // It has no schema for it.
  mongodb: () => "",
  mysql: () => `bigint("<column>", { mode: "number" }).autoincrement().primaryKey()`,
  postgres: (numbered) =>
    numbered === "plain"
      ? `bigserial("<column>", { mode: "number" }).primaryKey()`
      : `bigint("<column>", { mode: "number" }).generated${numbered === "always" ? "Always" : "ByDefault"}AsIdentity().primaryKey()`,
};

/** What applies the files from a program. */
const migrator = /\bdrizzle-orm\/[\w/-]{1,40}\/migrator\b|\bdb\.dialect\.migrate\(/;

/** drizzle-kit has the command `migrate` since 0.21: before, a script that calls it only fails. */
function hasNoMigrate(fs: FileSystem, root: string): boolean {
  const home = packageRootOf(fs, root);
  const text = home === undefined ? undefined : fs.read(join(home, "package.json"));
  const stated = text === undefined ? undefined : npmVersion(text, "drizzle-kit");
  const version = lockedVersion(fs, root, "drizzle-kit") ?? stated;
  const [, minor] = /^[\^~=v]{0,2}0\.(\d{1,4})(?:\.|$)/.exec(version ?? "") ?? [];
  return minor !== undefined && Number(minor) < 21;
}

export const drizzle: Tool = {
  name: "drizzle",
  aliases: ["drizzle-kit"],
  rank: 3,
  signs: [
    {
      files: endings("drizzle.config", "ts", "js", "mjs", "json"),
      dependencies: { npm: ["drizzle-kit", "drizzle-orm"] },
      beside: [journal],
      list: journal,
      needsProof: true,
      line: /^.{0,400}-->\s?statement-breakpoint/,
    },
  ],
  applies: new RegExp(
    String.raw`\bdrizzle-kit["']?(?:@[\w.^~-]{1,20})?["', \t]{1,4}migrate\b|${migrator.source}`,
  ),
  appliesIn: (fs, root) => (hasNoMigrate(fs, root) ? migrator : drizzle.applies) ?? migrator,
  pushes: /\bdrizzle-kit["']?(?:@[\w.^~-]{1,20})?["', \t]{1,4}push\b/,
  exported: { file: "atlas.hcl", pattern: /\bexternal_schema\b[^]*\bdrizzle-kit\b[^]*\bexport\b/ },
  code: { words: /["']drizzle-orm(?:\/[\w-]{1,40})?["']/, rank: 5, isScript: true },
  sideFile: {
    shape: "folders",
    pattern: /^[^/]+\/snapshot\.json$/,
    what: "a snapshot.json beside migration.sql",
  },
  database: {
    inProject: movedTo,
    settings: [
      {
        files: endings("drizzle.config", "ts", "js", "mjs", "json"),
        pattern: /["']?dialect["']?[ \t]*:[ \t]*["'`]([a-z0-9]+)/,
      },
      { files: [journal], pattern: stated },
    ],
  },
  shapes: ["numbered", "timestamps", "folders"],
  listed: journalOf,
  times: timesOf,
  problems: journalProblems,
  notRead: unheldEntries,
  rollbacks: "none",
  wraps: "all",
  divider: "--> statement-breakpoint",
  sends: "text",
  sendsMark: true,
  sendsDivided: ({ text }) => (/-->[ \t]*statement-breakpoint/.test(text) ? "statement" : undefined),
  declaresTable: /\b(?:pg|mysql)Table\(\s*["'`]([\w.]{1,150})["'`]/g,
  declaredAs,
  declared: {
    where: "the schema in TypeScript",
    compares: "snapshot",
    ownNames: [
      "<table>_<columns>_<references>_*_fk",
      "<table>_<columns>_unique",
      "<table>_<columns>_pk",
      "<table>_<columns>_index",
    ],
    index: (name, fields) => `index("${name}").on(${fields.map((field) => `table.${field}`).join(", ")})`,
    key: (family, numbered) => keys[family](numbered),
    reference: `bigint("<column>", { mode: "number" })`,
    renamed: (column) => `"${column}" as the name of the column`,
  },
  sendsDelimiter: {},
  duplicates: "fine",
  late: {
    what: "drizzle never runs it if a newer one has run",
    runs: false,
    instead: "delete it and generate it again, so that the journal gives it a later time",
  },
  trackingTables: ["__drizzle_migrations", "drizzle.__drizzle_migrations"],
  tracking: {
    table: { postgres: "drizzle.__drizzle_migrations", mysql: "__drizzle_migrations" },
    key: "created_at",
    keyOf: ({ writtenAt }) => writtenAt ?? undefined,
    order: "id",
    checksum: { column: "hash", of: hashOf("sha256") },
  },
  commands: {
    server: "what `drizzle.config` says",
    apply: () => "npx drizzle-kit migrate",
  },
};
