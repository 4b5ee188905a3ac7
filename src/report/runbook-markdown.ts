/** A runbook as Markdown, section by section. */
import { dialectTitles } from "../model/dialect.ts";
import { fenced } from "./markdown-text.ts";
import { code, list, plain, table } from "./runbook-text.ts";
import { changelogEntry } from "./runbook-changelog.ts";
import { failureSection, restoreSection, rollbackSection } from "./runbook-back.ts";
import { capital, wordsOf, type RunbookWords } from "./runbook-words.ts";
import type { Runbook, RunbookMigration, RunbookSection } from "./runbook.ts";

/** Sections in the order in which they are needed; the changelog's entry only where it is asked for. */
export function writeMarkdown(runbook: Runbook, sections: readonly RunbookSection[]): string {
  const isOnlyEntry = sections.length === 1 && sections[0] === "changelog";
  const parts = sections.map((section) => writers[section](runbook)).filter((text) => text !== "");
  return `${[...(isOnlyEntry ? [] : [head(runbook)]), ...parts].join("\n\n")}\n`;
}

function head({ migrations, dialect, serverVersion, tool }: Runbook): string {
  const names = migrations.map(({ name }) => plain(name));
  const title = names.length < 3 ? names.join(" and ") : `${names[0] ?? ""} to ${names.at(-1) ?? ""}`;
  const server = `${dialectTitles[dialect]}${serverVersion === undefined ? "" : ` ${serverVersion}`}`;
  return `# Runbook: ${title}\n\n${server}; ${tool ?? "no migration tool"}.`;
}

const writers: Readonly<Record<RunbookSection, (runbook: Runbook) => string>> = {
  impact: ({ migrations, dialect }) =>
    ["## Impact", ...migrations.flatMap((one) => impactOf(one, migrations.length, wordsOf(dialect)))].join(
      "\n\n",
    ),
  "pre-flight": preflight,
  apply,
  verify,
  rollback: rollbackSection,
  failure: failureSection,
  "restore-point": restoreSection,
  changelog: (runbook) => changelogEntry(runbook),
};

const ofRelease: Readonly<Record<RunbookMigration["run"], string>> = {
  either: "It doesn't depend on a release of the application.",
  before:
    "Run it before the version of the application that needs it. If both are deployed together, keep the new code behind a feature flag until it has run.",
  after: "Run it when no older version of the application runs any more.",
  neither:
    "No version of the application works both before and after it. `ddlint plan` shows the steps that avoid this; otherwise stop the application while it runs.",
  unknown: "Whether the running version of the application works with it isn't known.",
};

function impactOf(migration: RunbookMigration, of: number, words: RunbookWords): readonly string[] {
  const { name, nature, downtime, tables, releases, run, reasons, statements, lost } = migration;
  const facts = [
    `Kind: ${nature}${reasons.length === 0 ? "" : ` (${reasons.join("; ")})`}`,
    `Downtime: ${downtime.length === 0 ? "no" : "yes"}${downtime.map((why) => `; ${plain(why)}`).join("")}`,
    ...(tables.length === 0 ? [] : [`${words.tables}: ${tables.map(code).join(", ")}`]),
    ...releases.map((release) => `Deploy first: ${release}`),
    ...lost.map((what) => `Data loss: ${plain(what)}`),
    `Release: ${ofRelease[run].replace("ddlint plan", `ddlint plan ${name}`)}`,
  ];
  const hasSizes = statements.some(({ size }) => size !== undefined);
  const rows = statements.map(({ number, text, effects, blocks, size }) => [
    String(number),
    code(text),
    plain(effects),
    blocks,
    ...(hasSizes ? [plain(size ?? "")] : []),
  ]);
  return [
    ...(of === 1 ? [] : [`### ${plain(name)}`]),
    list(facts),
    ...(rows.length === 0
      ? []
      : [
          table(
            ["#", capital(words.statement), "What it does", "Waits", ...(hasSizes ? ["Size"] : [])],
            rows,
          ),
        ]),
  ];
}

function preflight({ checks, unchecked, dialect }: Runbook): string {
  const words = wordsOf(dialect);
  const parts = (["fails", "waits", "figure"] as const).flatMap((level) => {
    const own = checks.filter((check) => check.level === level);
    if (own.length === 0) return [];
    const queries = own.map(({ wrong, sql }) => `${words.comment} ${wrong.replaceAll(/\s+/g, " ")}\n${sql};`);
    return [words[level], fenced(words.language, queries.join("\n\n"))];
  });
  const notes = unchecked.map(({ what, why }) => `${plain(what)} (${plain(why)})`);
  return [
    "## Pre-flight",
    ...(checks.length === 0 ? ["There is nothing to ask."] : [words.preflight]),
    ...parts,
    ...(notes.length === 0 ? [] : ["Not asked before:", list(notes)]),
  ].join("\n\n");
}

function apply({ commands: { server, status, apply: lines, appliesAll }, tool }: Runbook): string {
  const title = "## Apply";
  if (server === undefined)
    return `${title}\n\n${plain(tool ?? "The project's own program")} applies the migrations: its command isn't known.`;
  return [
    title,
    `The server is ${server}.${appliesAll ? " This also applies later migrations, if there are any." : ""}`,
    fenced(
      "sh",
      [...(status === undefined ? [] : [status]), ...lines, ...(status === undefined ? [] : [status])].join(
        "\n",
      ),
    ),
  ].join("\n\n");
}

function verify({ verify: { sql, unproved }, dialect }: Runbook): string {
  const words = wordsOf(dialect);
  return [
    "## Verify",
    ...(sql === undefined
      ? ["No query shows whether it has been applied."]
      : [words.verify, fenced(words.language, `${sql};`)]),
    ...(unproved.length === 0 ? [] : [`Not shown by it: ${unproved.map(plain).join(", ")}.`]),
  ].join("\n\n");
}
