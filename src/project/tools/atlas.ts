import { fromUrl, url } from "../commands.ts";
import { version } from "../tracking.ts";
/**
 * `atlas.sum`: a line for all files, then one for each, `<name> h1:<hash>`. A file's hash is SHA-256 of the names and
 * texts of all files up to it, so the first that differs is the one that was edited. Checked against real folders.
 */
import { wholeFile } from "../layouts/assemble.ts";
import type { FolderView } from "../layouts/layout.ts";
import { isDirect } from "../layouts/names.ts";
import type { FileProblem } from "../file-problem.ts";
import type { Declared } from "../../model/tool.ts";
import type { FileSystem } from "../migration.ts";
import { ancestors, join } from "../files/paths.ts";
import { linesOf } from "../scan.ts";
import type { Tool } from "../tool.ts";

const sumFile = "atlas.sum";

/** The first file that isn't as `atlas.sum` says: atlas stops there. */
function atlasSumProblems(view: FolderView): FileProblem[] {
  const sums = view.files.includes(sumFile) ? sumsIn(view.read(sumFile) ?? "") : undefined;
  if (sums === undefined || sums.size === 0) return [];
  // Taken only here: loading it costs as much as linting a file.
  const hash = process.getBuiltinModule("node:crypto").createHash("sha256");
  const files = view.files.filter((file) => isDirect(file) && file.endsWith(".sql"));
  for (const gone of sums.keys())
    if (!files.includes(gone)) return [problem(view, sumFile, `names ${gone}, which is gone`)];
  for (const file of files) {
    const text = view.read(file) ?? "";
    hash.update(file);
    // Bytes that are no UTF-8 are lost by now, and with them the hash.
    if (text.includes("\uFFFD")) return [];
    if (isIgnored(text)) continue;
    const before = hash.copy();
    hash.update(text);
    const sum = sums.get(file);
    if (sum === undefined) return [problem(view, file, "isn't named by atlas.sum")];
    if (sum === hash.copy().digest("base64")) continue;
    const asLf = before.update(text.replaceAll("\r\n", "\n")).digest("base64");
    return sum === asLf
      ? [problem(view, file, "differs only in its line ends, CRLF, and atlas hashes bytes", lineEnds)]
      : [problem(view, file, "isn't the file that atlas.sum has a hash of")];
  }
  return [];
}

const restore = "Restore the file; or, if it has run nowhere, `atlas migrate hash`.";
const lineEnds =
  "Write `*.sql text eol=lf` in .gitattributes, run `git add --renormalize .`, and check the file out again.";

function problem(view: FolderView, file: string, what: string, instead = restore): FileProblem {
  return {
    rule: "edited-after-apply",
    path: join(view.root, file),
    ...wholeFile(view, file),
    message: `${what.length > 60 ? `${what.slice(0, 59)}…` : what}: atlas refuses to run`,
    instead,
  };
}

function sumsIn(text: string): ReadonlyMap<string, string> {
  const sums = new Map<string, string>();
  for (const { text: line } of linesOf(text)) {
    const at = line.lastIndexOf(" h1:");
    if (at > 0) sums.set(line.slice(0, at), line.slice(at + 4).trim());
  }
  return sums;
}

/** `-- atlas:sum ignore` in the head of the file. */
const isIgnored = (text: string): boolean => /^-- atlas:sum ignore\s*$/m.test(text.slice(0, 2000));

/** `-- atlas:checkpoint` in the head: all before it in one file, for empty databases. */
const isCheckpoint = (text: string): boolean =>
  /^(?:--[^\n]*\n){0,20}-- atlas:checkpoint\b/.test(text.slice(0, 2000));

/** The directive counts only in the comment block at the top, and only if an empty line ends that block. */
function atlasHead(text: string): boolean {
  let seen = false;
  for (const raw of text.slice(0, 4000).split("\n")) {
    const shown = raw.trim();
    if (shown === "" && seen) return true;
    if (shown !== "" && !shown.startsWith("--")) return false;
    if (/^-- atlas:txmode none$/.test(shown)) seen = true;
  }
  return seen;
}

const settings = "atlas.hcl";

/** `src = "ent://ent/schema"`: Go code that declares the tables. */
const ent: Declared = {
  where: "the ent schema",
  compares: "migrations",
  keepsNames: true,
  index: (name, fields) =>
    `${inGo("index.Fields", fields)}.StorageKey("${name}") in Indexes(), with index.Edges where an edge makes the column`,
  key: () => `field.Int64("<column>")`,
  reference: `field.Int64("<column>")`,
  renamed: (column) => `.StorageKey("${column}")`,
};

/** `data "external_schema" "gorm"`: structs of Go. */
const gorm: Declared = {
  where: "the model of GORM",
  compares: "migrations",
  keepsNames: true,
  index: (name, fields) =>
    `the tag \`gorm:"index:${name}"\` at ${fields.length === 1 ? "the field" : "the fields"} of ${fields.join(", ")}`,
  key: () => "int64",
  reference: "int64",
  renamed: (column) => `gorm:"column:${column}"`,
};

const inGo = (call: string, names: readonly string[]): string =>
  `${call}(${names.map((name) => `"${name}"`).join(", ")})`;

/** What the nearest settings have `atlas migrate diff` compare the migrations with. */
function declaredFor(fs: FileSystem, root: string): Declared | undefined {
  for (const folder of ancestors(root, 6)) {
    const text = fs.read(join(folder, settings));
    if (text === undefined) continue;
    const isEnt = /^[ \t]*(?:src|to)[ \t]*=[ \t]*\[?[ \t]*"ent:\/\//m.test(text);
    const isGorm = /^[ \t]*(?:src|to)[ \t]*=[ \t]*\[?[ \t]*data\.external_schema\.gorm\b/m.test(text);
    // Of both, each environment has its own.
    return isEnt === isGorm ? undefined : isEnt ? ent : gorm;
  }
  return undefined;
}

export const atlas: Tool = {
  name: "atlas",
  rank: 4,
  signs: [
    {
      files: [settings],
      beside: [sumFile],
      needsProof: true,
      firstShape: true,
      line: /^-- atlas:\w/,
    },
  ],
  database: {
    mentions: [
      {
        files: [settings],
        pattern: /=[ \t]*"(?:docker:\/\/)?(mysql|mariadb|postgres|sqlite)(?::\/\/|\/)/,
      },
    ],
  },
  shapes: ["timestamps", "numbered"],
  order: "text",
  isBaseline: isCheckpoint,
  problems: atlasSumProblems,
  declared: ent,
  declaredAs: (_, fs, root) => declaredFor(fs, root),
  rollbacks: "none",
  wraps: "each",
  sends: "statement",
  optOut: "-- atlas:txmode none in the head of the file, with an empty line after it",
  // Counts only with an empty line after it.
  optOutText: "-- atlas:txmode none\n",
  optedOut: (source) => atlasHead(source.text),
  edited: "atlas refuses to run",
  late: { what: "atlas refuses to run", runs: false },
  trackingTables: ["atlas_schema_revisions"],
  tracking: {
    table: "atlas_schema_revisions.atlas_schema_revisions",
    key: "version",
    keyOf: version,
    // Rows of its own begin with a point.
    where: "version NOT LIKE '.%'",
    state: "CASE WHEN applied < total THEN 'failed' ELSE 'applied' END",
    order: "executed_at",
  },
  commands: {
    server: fromUrl,
    apply: ({ folder }) => `atlas migrate apply --dir "file://${folder}" --url ${url}`,
    applyTo: ({ folder, migration }) =>
      `atlas migrate apply --dir "file://${folder}" --url ${url} --to-version ${migration.version ?? ""}`,
    status: ({ folder }) => `atlas migrate status --dir "file://${folder}" --url ${url}`,
    forget: ({ folder, previous }) =>
      `atlas migrate set ${previous?.version ?? ""} --dir "file://${folder}" --url ${url}`,
    mark: ({ folder, migration }) =>
      `atlas migrate set ${migration.version ?? ""} --dir "file://${folder}" --url ${url}`,
  },
};
