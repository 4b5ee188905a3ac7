/** The generated parts of docs/tools.md: what src/project/tools/*.ts say of each migration tool. */
import { layoutNamed } from "../src/project/layouts/index.ts";
import type { SendUnit } from "../src/project/migration.ts";
import type { Sign, Tool } from "../src/project/tool.ts";
import { tools } from "../src/project/tools/index.ts";
import { unreadKinds } from "../src/project/left-out/unread.ts";

/** An example of each layout's file names, and of its rollbacks; every layout that a tool reads must be here. */
const layouts: Readonly<Record<string, readonly [files: string, rollback: string]>> = {
  timestamps: ["`20260130191544_add_users.sql`", "`20260130191544_add_users_rollback.sql`"],
  numbered: [
    "`001_add_users.sql`",
    "`001_rollback_add_users.sql`, `rollback-001_add_users.sql`, `001_add_users.down.sql`",
  ],
  pairs: ["`1_add_users.up.sql`, `001.do.add_users.sql`", "`1_add_users.down.sql`, `001.undo.add_users.sql`"],
  folders: [
    "`2026-01-30-191544_add_users/up.sql`, `20260130191544_add_users/migration.sql`",
    "`down.sql` in the same folder",
  ],
  sections: [
    "one file with marker lines: `-- migrate:up`, `-- +goose Up`, `-- UP`",
    "`-- migrate:down`, `-- +goose Down`, `-- DOWN` in the same file",
  ],
  flyway: ["`V1_2__add_users.sql`, `R__views.sql` (repeatable), `B5__base.sql`", "`U1_2__add_users.sql`"],
  liquibase: ["`--changeset ann:1` in formatted SQL, in changelog order", "`--rollback DROP TABLE users;`"],
  sqitch: ["`deploy/add_users.sql`, in the order of `sqitch.plan`", "`revert/add_users.sql`"],
  committed: ["`committed/000001.sql`, `current.sql`", "none"],
  releases: ["`0.22/00__add_users.sql`", "none"],
  updates: ["`update-1.10.0.sql`", "none"],
  chain: [
    "`app--1.1--1.2.sql`, `upgrade-1.1-to-1.2.sql`, `0a1b2c3d-ffee0011.patch.sql`",
    "`app--1.2--1.1.sql`",
  ],
  code: ["`20260130191544_add_users.ts`", "`down` in the same file"],
  revisions: ["`3f2a1c9d_add_users.py`, in the order of `down_revision`", "`downgrade` in the same file"],
  classes: ["`20260130191544_add_paid_to_orders.rb`", "Rails derives it of `change`, or the method `down`"],
  apps: ["`shop/migrations/0001_initial.py` of all apps, in the order of their graph", "Django derives it"],
  plain: ["any `.sql` files, in natural order", "none"],
};

const manifests: Readonly<Record<string, string>> = {
  npm: "npm",
  go: "Go",
  cargo: "Cargo",
  jvm: "Maven, Gradle or sbt",
  pypi: "PyPI",
  composer: "Composer",
  dotnet: "NuGet",
  ruby: "Bundler",
};

const code = (text: string): string => `\`${text}\``;
const list = (texts: readonly string[]): string => texts.map(code).join(", ");
const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)];
const plural = (word: string, count: number): string => (count === 1 ? word : `${word}s`);

function layoutTable(): string {
  const rows = Object.entries(layouts).map(([name, [files, rollback]]) => {
    if (layoutNamed(name) === undefined) throw new Error(`there is no layout ${name}`);
    return `| ${name} | ${files} | ${rollback} |`;
  });
  return ["| Layout | Files | Rollback |", "|---|---|---|", ...rows].join("\n");
}

const documented = tools.filter(({ handMade }) => handMade !== true);

const toolLinks = (): string => documented.map(({ name }) => `[${name}](#${name})`).join(", ");

/** A section for each tool, in the order of their names. */
const toolSections = (): string =>
  documented.map((tool) => `### ${tool.name}\n\n${rowsOf(tool).join("\n")}`).join("\n\n");

const rowsOf = (tool: Tool): readonly string[] =>
  (
    [
      ["Recognised by", recognisedBy(tool)],
      ["Read", whatIsRead(tool)],
      ["Not read", whatIsNotRead(tool)],
      ["Rollbacks", rollbacksOf(tool)],
      ["Transaction", transactionOf(tool)],
      ["Opt-out of the transaction", optOutOf(tool)],
      ["How SQL is sent", sendingOf(tool)],
      ["`DELIMITER` on MySQL and MariaDB", delimiterOf(tool)],
      ["Version numbers", tool.contiguous === true ? "count from 1, without a gap" : undefined],
      ["Two files of one version", tool.duplicates === "fine" ? "allowed" : tool.duplicates],
      ["A name that the tool can't read", tool.badName],
      ["A migration edited after it ran", tool.edited ?? "the tool doesn't notice"],
      ["A new migration older than an applied one", tool.late?.what],
      ["Tables of its own", list(tool.trackingTables)],
    ] as const
  ).flatMap(([name, text]) => (text === undefined || text === "" ? [] : [`- **${name}**: ${text}`]));

function recognisedBy({ signs, marks, sideFile, code: inCode }: Tool): string {
  const pick = (key: "files" | "beside"): readonly string[] =>
    unique(signs.flatMap((sign: Sign) => sign[key] ?? []));
  const files = pick("files");
  const beside = pick("beside").filter((file) => !files.includes(file));
  const mentions = unique(signs.flatMap(({ mentions: found }) => found?.files ?? []));
  const lines = [marks?.up, marks?.down].flatMap((mark) => (mark === undefined || mark === "" ? [] : [mark]));
  return [
    ...(files.length > 0 ? [`${plural("file", files.length)} ${list(files)}`] : []),
    ...dependenciesOf(signs),
    ...(mentions.length > 0 ? [`its name or its settings in ${list(mentions)}`] : []),
    ...(beside.length > 0 ? [`${list(beside)} beside the migrations`] : []),
    ...signs.flatMap(({ folder }) => (folder === undefined ? [] : [`a folder ${code(folder)}`])),
    ...signs.flatMap(({ line }) => (line === undefined ? [] : [`a line that matches ${code(line.source)}`])),
    ...signs.flatMap(({ name }) =>
      name === undefined ? [] : [`file names that match ${code(name.source)}`],
    ),
    ...(lines.length > 0 ? [`marker ${plural("line", lines.length)} ${list(lines)}`] : []),
    ...(sideFile === undefined ? [] : [sideFile.what]),
    ...(inCode === undefined || inCode.isScript === true ? [] : ["its API in JavaScript or TypeScript"]),
  ].join("; ");
}

/** One text for each kind of manifest. */
function dependenciesOf(signs: readonly Sign[]): readonly string[] {
  const byManifest = new Map<string, string[]>();
  for (const { dependencies } of signs)
    for (const [manifest, names] of Object.entries(dependencies ?? {}))
      byManifest.set(manifest, [...(byManifest.get(manifest) ?? []), ...names]);
  return [...byManifest].map(([manifest, all]) => {
    const names = unique(all);
    const kind = manifests[manifest];
    if (kind === undefined) throw new Error(`docs/tools.md has no name for dependencies of ${manifest}`);
    return `the ${kind} ${names.length === 1 ? "dependency" : "dependencies"} ${list(names)}`;
  });
}

function whatIsRead(tool: Tool): string {
  const names = tool.shapes.filter((shape) => !["code", "revisions", "apps", "classes"].includes(shape));
  for (const shape of tool.shapes)
    if (layouts[shape] === undefined) throw new Error(`docs/tools.md has no example of the layout ${shape}`);
  const order = tool.order === "text" ? ", in the order of their names as text" : "";
  return [
    ...(tool.shapes.includes("code")
      ? ["migrations in [JavaScript and TypeScript](#migrations-in-javascript-and-typescript)"]
      : []),
    ...(tool.shapes.includes("revisions") ? ["migrations in [Python](#migrations-in-python)"] : []),
    ...(tool.shapes.includes("apps") ? ["migrations in [Python](#migrations-of-django)"] : []),
    ...(tool.shapes.includes("classes") ? ["migrations in [Ruby](#migrations-in-ruby)"] : []),
    ...(tool.shapes.includes("liquibase")
      ? ["[changelogs](#changelogs-of-liquibase) in XML, YAML and JSON"]
      : []),
    ...(names.length > 0
      ? [`SQL files in the ${plural("layout", names.length)} [${names.join(", ")}](#layouts)${order}`]
      : []),
    ...(tool.forwardU === true ? ["`U` files are forward migrations that may come late"] : []),
  ].join("; ");
}

function whatIsNotRead({ unread, code: inCode }: Tool): string | undefined {
  if (unread !== undefined) return unreadText(unread.what, unread.sql);
  return inCode?.isScript === true ? "scripts in JavaScript or TypeScript that use it" : undefined;
}

const unreadText = (what: string, sql: string | undefined): string =>
  sql === undefined ? what : `${what} ([run](piped-sql.md) ${code(sql)} and lint its output)`;

function rollbacksOf(tool: Tool): string {
  if (tool.rollbacks === "none") return "the tool has none";
  const without = Object.entries(tool.rollbacksOf ?? {}).flatMap(([shape, style]) =>
    style === "none" ? [shape] : [],
  );
  const read = "read with their migration";
  return without.length === 0 ? read : `${read}; none in the layouts ${without.join(", ")}`;
}

const wraps: Readonly<Record<Tool["wraps"], string>> = {
  each: "one around each migration",
  all: "one around all pending migrations",
  none: "none, unless the file begins one",
};

const sends: Readonly<Record<SendUnit, string>> = {
  statement: "statements are sent one by one",
  line: "statements are sent line by line, or together between the tool's marks",
  text: "the whole text is sent as one message",
  pipeline: "all statements are sent as one pipeline",
  unknown: "how statements are sent depends on the version",
};

function transactionOf(tool: Tool): string {
  const { wraps: wrapped, wrapsSetting, resets } = tool;
  const settings = Array.isArray(resets) ? `the settings ${list(resets)}` : "settings";
  const reset =
    resets === "path"
      ? "the default schema is put before what a migration leaves in `search_path`"
      : `${settings} of the session are reset between migrations`;
  return [
    wraps[wrapped],
    ...(wrapsSetting === undefined ? [] : [`settings in ${list(wrapsSetting.files)} can change this`]),
    ...(!("autoDetect" in tool)
      ? []
      : ["a file of statements that can't run in a transaction runs without one"]),
    ...(resets === undefined ? [] : [reset]),
  ].join("; ");
}

const sendingOf = ({ sends: unit, sendsOptedOut }: Tool): string =>
  sendsOptedOut === undefined ? sends[unit] : `${sends[unit]}; with the opt-out, ${sends[sendsOptedOut]}`;

function delimiterOf({ sendsDelimiter }: Tool): string | undefined {
  if (sendsDelimiter === undefined) return undefined;
  const { instead } = sendsDelimiter;
  return `sent to the server, which rejects it; ${instead === undefined ? "leave it out" : `write ${instead}`}`;
}

function optOutOf(tool: Tool): string | undefined {
  if (tool.wraps === "none") return undefined;
  const { optOut, codeOptOut, sideFile } = tool;
  if (optOut === undefined) return "optedOut" in tool ? sideFile?.what : "there is none";
  return codeOptOut === undefined ? optOut : `${optOut}; ${codeOptOut}`;
}

/** Migrations that are recognised and not read, and the command that prints their SQL. */
function unreadTable(): string {
  const rows = unreadKinds
    .filter(({ uncertain }) => uncertain !== true)
    .map(({ what, sql }) => `| ${what} | ${sql === undefined ? "" : code(sql)} |`);
  return ["| Migrations | SQL from |", "|---|---|", ...rows].join("\n");
}

export const toolParts = (): Readonly<Record<string, string>> => ({
  "tool-links": toolLinks(),
  layouts: layoutTable(),
  "not-read": unreadTable(),
  tools: toolSections(),
});
