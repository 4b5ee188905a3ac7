/** The documentation page of a rule, the index of all rules, and the page of the presets. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { defaultOptions } from "../src/lint/active.ts";
import { presetNames } from "../src/lint/opinions.ts";
import { inPreset, presetSettings } from "../src/lint/presets.ts";
import type { Finding } from "../src/lint/finding.ts";
import type { Category, PresetName, Rule } from "../src/lint/rule.ts";
import { postgres } from "../src/sql/postgres/parse.ts";
import { effectsTable } from "./effects-table.ts";
import { formats } from "../src/report/formats.ts";
import { plainColors, countFindings } from "../src/report/report.ts";
import { cell, databases, databasesOf, fenced, presetsOf, ruleDescription } from "../src/report/rule-page.ts";
import { groupBy } from "../src/text/group.ts";

/** `rules`: all of them, for rules that report on others. */
export async function rulePage(rule: Rule, fixtures: string, rules: readonly Rule[]): Promise<string> {
  const bad = readExample(join(fixtures, "bad.sql"));
  const good = readExample(join(fixtures, "good.sql"));
  const badCode = readExample(join(fixtures, "bad.js"));
  const goodCode = readExample(join(fixtures, "good.js"));
  return ruleDescription(rule, {
    reported: [
      ...(bad === undefined ? [] : [fenced("sql", bad), ...(await output(rule, fixtures, rules))]),
      ...(badCode === undefined ? [] : [fenced("js", badCode), ...(await codeOutput(rule, fixtures, rules))]),
    ],
    locks: bad === undefined ? undefined : await locksOf(rule, bad),
    notReported: [
      ...(good === undefined ? [] : [fenced("sql", good)]),
      ...(goodCode === undefined ? [] : [fenced("js", goodCode)]),
    ],
    fixes: "../fixes.md",
    options: rule.options && (await optionsExample(rule)),
  });
}

/** Pages about locks say which ones, and where servers differ. */
async function locksOf(rule: Rule, example: string): Promise<string | undefined> {
  if (rule.category !== "locks" && rule.category !== "rewrites") return undefined;
  if (!rule.dialects.includes("postgres")) return undefined;
  await postgres.load();
  return effectsTable(example);
}

/** A fixture without its directives. */
function readExample(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  return withoutWants(readFileSync(path, "utf8").replace(/^(?:--|\/\/) given:[^\n]*\n/, "")).trim();
}

/** What ddlint says to the bad example; nothing if it finds nothing (a test says so elsewhere). */
async function output(rule: Rule, fixtures: string, rules: readonly Rule[]): Promise<string[]> {
  const { lintFixture } = await import("../src/testing/lint-fixture.ts");
  const file = "migrations/example.sql";
  const text = readFileSync(join(fixtures, "bad.sql"), "utf8");
  const result = lintFixture(file, text, rules, rule.id);
  const { errors } = result;
  const findings = result.findings.filter((finding) => finding.ruleId === rule.id);
  if (errors[0]) throw new Error(`${rule.id}: ${errors[0].stack ?? errors[0].message}`);
  if (findings.length === 0) return [];
  // The page leaves out the line of givens, so the lines move up.
  const up = text.startsWith("-- given:") ? 1 : 0;
  return [await shown(rule, file, text, findings, up)];
}

/** The same of a project in code. */
async function codeOutput(rule: Rule, fixtures: string, rules: readonly Rule[]): Promise<string[]> {
  const { lintTexts } = await import("../src/testing/lint-fixture.ts");
  const { codeTexts } = await import("../src/testing/fixture.ts");
  const text = readFileSync(join(fixtures, "bad.js"), "utf8");
  const { errors, findings } = await lintTexts(codeTexts("bad.js", text), rule.id, rules);
  if (errors[0]) throw new Error(`${rule.id}: ${errors[0].stack ?? errors[0].message}`);
  const file = "migrations/example.js";
  const own = findings.filter(({ ruleId }) => ruleId === rule.id);
  const moved = own.map((one) => ({ ...one, file, related: one.related.map((each) => ({ ...each, file })) }));
  return moved.length === 0
    ? []
    : [await shown(rule, file, text, moved, text.startsWith("// given:") ? 1 : 0)];
}

async function shown(
  rule: Rule,
  file: string,
  text: string,
  findings: readonly Finding[],
  up: number,
): Promise<string> {
  const moved = <T extends { readonly line: number; readonly endLine: number }>(place: T): T => ({
    ...place,
    line: place.line - up,
    endLine: place.endLine - up,
  });
  const source = withoutWants(text.split("\n").slice(up).join("\n"));
  const formatText = await formats.text();
  const report = formatText(
    {
      version: "",
      fixAdvice: false,
      summary: {
        files: 1,
        migrations: 1,
        pending: 1,
        statements: 1,
        suppressed: 0,
        accepted: 0,
        notUnderstood: 0,
        skipped: 0,
        unread: 0,
        ...countFindings(findings),
      },
      coverage: {
        complete: true,
        histories: { read: 1, notRead: [] },
        migrations: { read: 1, notRead: 0, skipped: 0 },
        files: { read: 1, notRead: 0 },
        statements: { read: 1, notUnderstood: 0 },
      },
      findings: findings.map((finding) => ({ ...moved(finding), related: finding.related.map(moved) })),
      sources: new Map([[file, source]]),
      rules: [rule],
    },
    { colors: plainColors, width: 100 },
  );
  // Paths and totals say nothing here.
  return fenced("text", report.split("\n").slice(1, -2).join("\n").replace(/^ {2}/gm, "").trimEnd());
}

const withoutWants = (text: string): string =>
  text.replace(/[ \t]*(?:--|\/\/) want(?: +"(?:[^"\\]|\\.)*")+[ \t]*$/gm, "");

/** As a user writes them. */
async function optionsExample(rule: Rule): Promise<string> {
  const setting = { rules: { [rule.id]: [rule.severity, defaultOptions(rule)] } };
  const text = await format(JSON.stringify(setting), {
    parser: "json",
    printWidth: 100,
    objectWrap: "collapse",
  });
  return fenced("jsonc", `// ddlint.jsonc, with the defaults\n${text.trimEnd()}`);
}

/** What the rules of a category are about; in the order of the index. */
const categories: Readonly<Record<Category, string>> = {
  locks: "A lock makes the running application wait.",
  rewrites: "The server rewrites or copies a whole table.",
  "data-loss": "Rows or values are lost.",
  compatibility: "The running application fails, or behaves in another way.",
  transactions: "A migration fails in the middle, or can't run in a transaction.",
  data: "Changes of rows: backfills, updates, deletes, seeds.",
  history: "Files, versions, rollbacks and headers of the history.",
  correctness: "The statement fails, or doesn't do what it says.",
  schema: "Definitions that cause problems later: types, keys, names.",
  security: "Privileges, secrets, and code that runs with the rights of somebody else.",
};

/** One row a rule. */
function rulesTable(rules: readonly Rule[]): string {
  const rows = rules.map(
    (rule) =>
      `| ${linked(rule)} | ${rule.severity} | ${presetsOf(rule)} | ${databasesOf(rule)} | ${cell(rule.docs.summary)} |`,
  );
  return ["| Rule | Severity | Presets | Databases | Reports |", "|---|---|---|---|---|", ...rows].join("\n");
}

const linked = ({ id }: Rule): string => `[\`${id}\`](${id}.md)`;

/** Rules by category, and by the databases that they are for. */
export function rulesIndexPage(rules: readonly Rule[]): string {
  const names = Object.keys(categories) as readonly Category[];
  const sets = groupBy(rules, databasesOf);
  const bySize = [...sets].sort(([a], [b]) => b.length - a.length || (a < b ? -1 : 1));
  return `${[
    "# Rules",
    "<!-- Written by `npm run generate` from rules/. -->",
    `ddlint has ${rules.length} rules. Those in the preset \`recommended\` run by default; see [presets](../presets.md) for the others and [configuration](../configuration.md) for severities and options. \`npx ddlint explain <rule>\` shows a rule's page in the terminal.`,
    `By category: ${names.map((name) => `[${name}](#${name})`).join(", ")}.`,
    "[By database](#by-database): for all, or for some only.",
    ...names.flatMap((name) => [
      `## ${name}`,
      categories[name],
      rulesTable(rules.filter(({ category }) => category === name)),
    ]),
    "## What is not reported",
    "A rule's page lists what that rule deliberately doesn't report. In addition, rules don't report",
    [
      "- a statement that the server is certain to refuse: only rules about that, and rules about the text, look at it;",
      "- a statement that does nothing because of `IF EXISTS` or `IF NOT EXISTS`;",
      "- statements in the body of a function or procedure that no migration calls;",
      "- rollbacks, except for rules about history, transactions and what fails;",
      "- applied migrations ([`startAfter`](../configuration.md)), and findings that a comment or the baseline accepts.",
    ].join("\n"),
    "## Tables with few rows",
    "Rules about locks, rewrites, changes of many rows and values that old rows lack take an existing table for a large one, unless something says that it isn't. Their findings name the statement that says so.",
    "How large a table is, the history doesn't tell. A finding about locks, rewrites and changes of many rows is an error where one of the tables concerned is stated to be large, isn't made by the history, is called after users, customers or products, or grows with time: orders, payments, messages and events, and what belongs to people and has a moment; or has its rows from such a table. On other tables it is a warning.",
    "A finding is a note where all tables concerned surely have few rows, or none:",
    listOf(
      "the [`tables`](../configuration.md) setting or production's statistics say so;",
      "TRUNCATE or DELETE without a condition runs before it in the same migration, and nothing fills the table in between;",
      "PostgreSQL: the same migration adds a `NOT NULL` column without a default to the table, or adds a column and sets it `NOT NULL` without a value, which fails where there is a row; this column itself is an error;",
      "the same migration adds a foreign key from `NOT NULL` columns of the table to a table that it creates and adds no row to, which fails where there is a row; this key itself is an error;",
      "look-up tables: their columns only say what a word means (`title_en` in one of several languages), and the migrations insert two rows or more (ten, where columns such as `created_at` stand beside them, unless the table is called `roles`, `order_status`, `event_type` or the like, or has a `smallint` key), or a query makes them from other look-up tables;",
      "tables called `roles`, `order_status`, `event_types`, `categories` or the like that have nothing but a key, a name, what it means and looks like, their order, and when it was written;",
      "tables whose key leaves room for few rows: `CHECK (id = 1)`, a boolean, an enum, or a date (a row for each day);",
      "tables called `app_settings`, `config` or the like into which the migrations insert one row that belongs to no other;",
      "tables that stand for sequences, as Hibernate makes them: `next_val` alone, or beside `sequence_name`.",
    ),
    "A finding about locks, rewrites and changes of many rows is also a note where rows are most probably defined by hand:",
    listOf(
      "tables that a migration has emptied by TRUNCATE and that migrations have filled with at most 100 written rows since, which aren't called after users, orders, events and the like;",
      "tables with a unique `position`, `rank` or the like of their own numbers, which aren't called after users, orders, events and the like;",
      "tables called `categories`, `plans`, `tiers`, `regions`, `departments`, `levels`, `roles`, `order_status` or the like, and those called `rooms`, `templates`, `rules`, `features`, `units`, `branches`, `settings` or the like with a unique name or a position, whose rows belong to nobody: no column but `created_by` and its like refers to anything but other such tables, and none holds a moment of its own.",
    ),
    "Nothing is reported about locks, rewrites and changes of many rows where the tables were created less than two days before this migration, and no migration has filled them with a query: by the times that versions are, and for changelogs by the dates in the names of their files, where most have one; in git, where names have no time, by [the commits that added the migrations](../configuration.md#times-of-commits). The same is true of DELETE and TRUNCATE of such tables, and of what a migration less than two days later drops again: the table, the column, the constraint or the index. Nor is it where an earlier migration has a syntax error, and it or a later one makes the tables: the tool never gets past it, so no server has them. The same is true where a setting empties the database at each start (`dropped-at-start`).",
    "A finding is also a note, and one about any row one step less severe, where the tables most probably have few rows yet, and no migration has filled them with a query:",
    listOf(
      "the table was created less than a week before this migration (for findings about any row: less than two days);",
      "one of the statements above left it empty less than two days before;",
      "the table is as old as its history, which began less than a week before;",
      "the tool's platform makes the table with the project, such as Supabase's `auth.users`, and the history, which makes all other tables itself, began less than a week before;",
      "neither versions nor git tell the time, and the history has only made new tables yet, in three migrations or more (one of them may make the schema or types instead); this one, too, makes or fills tables and adds indexes and constraints, and changes nothing else. One migration is enough where this one only says who may read and write rows (row-level security, policies, grants). That counts where nothing says what is applied: neither `startAfter` nor a comparison with git.",
    ),
    "A first migration that writes down what existed doesn't count as a beginning: a dump, a baseline, one with more than 30 tables. Findings about any row (`add-column-not-null`) aren't less severe because rows are few. They are notes where the table was created less than two days before (not reported where they are notes anyway), and not reported where that was less than an hour before, unless a migration writes rows into it.",
    "Findings about the running application or lost data are notes where the table, or the column that is renamed or dropped, was made less than a week before, by the same times, or where a row of the table makes the migration fail, and left out where it was made less than two days before; not in a rollback, until which rows may have come. A column that a migration has filled by more than a constant default still counts as data, and a table that it has filled as well, unless it was made less than two days before and all its rows come by INSERT … SELECT from tables that stay as they are.",
    "A finding about locks, rewrites, transactions, data, the running application or definitions is a note where production doesn't run the migration: a changeset of Liquibase in contexts such as `dev` and `test` only, its own or those of the `include`, or a file in a folder called `dev`, `test`, `demo` or the like, where the history begins in another one.",
    "On MongoDB, the `tables` setting and statistics name collections, and `createCollection` says when one was made. Other collections are taken for large ones: the application makes them.",
    "## By database",
    ...bySize.flatMap(([title, some]) => [
      `### ${title.split(", ").length === databases.length ? "All databases" : `${title.replace(", ", " and ")} only`}`,
      some.map(linked).join(", "),
    ]),
  ].join("\n\n")}\n`;
}

const listOf = (...points: readonly string[]): string => points.map((point) => `- ${point}`).join("\n");

/** What files look like that follow the conventions, and what isn't asked of them. */
const conventionTexts: Readonly<Partial<Record<PresetName, readonly string[]>>> = {
  "conventions/timestamped": [
    "One folder, `migrations`, whose file names say what each migration does:",
    listOf(
      "`20260130192015_add_user_roles.sql`: a timestamp of 14 digits, then words joined by `_`.",
      "`20260130192015_add_user_roles_rollback.sql` beside it. A migration that only validates or queries needs none.",
      "The first migration creates the whole schema; each later one makes one change.",
      "No header, no reason and no table of migrations are asked for. A header that a file has must be about that file.",
    ),
  ],
  "conventions/numbered": [
    "Scripts that somebody runs on a database which existed before:",
    listOf(
      "`001_add_phone_number.sql`: three digits without a gap, then words joined by `_`.",
      "`001_rollback_add_phone_number.sql` or `rollback-001_add_phone_number.sql`. A migration that only validates or queries needs none.",
      "A header in both files, see below. `-- Migration: Add phone numbers` is enough; a number must be the file's, a date must exist, and a template's placeholders (`XXX`, `YYYY-MM-DD`, `[Brief description]`) must be replaced.",
      "If a migration records itself in a table, all later ones do, each with its own number, and their rollbacks delete that row.",
      "`idx_<table>_<columns>` or `uq_<table>_<columns>` for indexes, in which both may be shortened: `idx_cat_name` on `expense_categories (category_name)`. `fk_…` for foreign keys, `chk_…` for CHECK constraints.",
    ),
    [
      "```sql",
      "-- Migration 010: Add phone numbers",
      "-- Author: Jane Doe",
      "-- Date: 2026-01-05",
      "```",
      "",
      "```sql",
      "-- Rollback Migration 010: Add phone numbers",
      "-- Author: Jane Doe",
      "```",
    ].join("\n"),
  ],
  "conventions/flyway": [
    "Names that Flyway reads:",
    listOf(
      "`V1_1__add_code.sql` and `R__order_codes.sql`: words joined by `_`.",
      "`U1_1__add_code.sql` undoes `V1_1`. A history without any undo file needs none.",
      "No header, no reason and no row in a table of migrations are asked for: Flyway has its own table. Flyway opens a transaction around each file, so `BEGIN` isn't asked for either.",
    ),
  ],
};

/** The presets, and what the named sets of conventions set. */
export function presetsPage(rules: readonly Rule[]): string {
  const link = (id: string): string => `[\`${id}\`](rules/${id}.md)`;
  const shared = rules.filter((rule) => inPreset(rule, "conventions"));
  const sets = presetNames.filter((name) => name.startsWith("conventions/"));
  const section = (name: PresetName): string => {
    const rows = Object.entries(presetSettings[name]).map(([id, setting]) => {
      const [level, options] = typeof setting === "string" ? [setting] : setting;
      const said = options === undefined ? "" : `\`${cell(JSON.stringify(options))}\``;
      return `| ${link(id)} | ${level} | ${said} |`;
    });
    const table = ["| Rule | Severity | Options |", "|---|---|---|", ...rows].join("\n");
    return [`## ${name}`, ...(conventionTexts[name] ?? []), table].join("\n\n");
  };
  return `${[
    "# Presets",
    "<!-- Written by `npm run generate` from src/lint/presets.ts. -->",
    "A preset is a set of rules. Select presets with [`presets`](configuration.md#severities-options-and-presets) or `--preset`.",
    [
      "- `recommended` (the default): locks, data loss, failures and other hazards.",
      "- `conventions`: files, names, headers and rollbacks.",
      "- `style`: types and names.",
      "- `strict`: every rule.",
      "- `conventions/timestamped`, `conventions/numbered`, `conventions/flyway`: `conventions` with the severities and options below. `ddlint init` proposes the one that the file names follow.",
    ].join("\n"),
    "Settings under `rules` in the configuration win over presets, option by option. The [index of rules](rules/README.md) shows the presets and databases of each rule.",
    "## conventions",
    shared.map(({ id }) => link(id)).join(", "),
    ...sets.map(section),
  ].join("\n\n")}\n`;
}
