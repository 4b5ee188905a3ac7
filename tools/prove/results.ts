/** What runs found, kept from one to the next, and the table of it in the documentation. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cases } from "./catalogue/index.ts";
import type { Case } from "./case.ts";
import type { Outcome } from "./prove.ts";

export interface Run {
  readonly rows: number;
  readonly outcomes: Readonly<Record<string, Outcome>>;
}

/** By server. */
export type Results = Readonly<Record<string, Run>>;

export const resultsFile = join(import.meta.dirname, "results.json");
const page = join(import.meta.dirname, "../../docs/proof.md");
const order = ["PostgreSQL 13", "PostgreSQL 15", "PostgreSQL 18", "MariaDB 10.11", "MySQL 9"];

export const readResults = (file: string): Results =>
  existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Results) : {};

/** With the outcomes of one server; cases that are gone are left out. */
export function merged(results: Results, title: string, run: Run): Results {
  const known = { ...results[title]?.outcomes, ...run.outcomes };
  const outcomes = Object.fromEntries(
    cases.flatMap(({ id }) => (known[id] === undefined ? [] : [[id, known[id]]])),
  );
  return { ...results, [title]: { rows: run.rows, outcomes } };
}

export const writeResults = (file: string, results: Results): void => {
  writeFileSync(file, `${JSON.stringify(results, undefined, 1)}\n`);
};

/** Writes the table between the markers of the page. */
export function writePage(results: Results): void {
  const [start, end] = ["<!-- proof:start -->", "<!-- proof:end -->"];
  const text = readFileSync(page, "utf8");
  const before = text.slice(0, text.indexOf(start) + start.length);
  writeFileSync(page, `${before}\n\n${tables(results)}\n\n${text.slice(text.indexOf(end))}`);
}

export function tables(results: Results): string {
  const servers = order.filter((title) => results[title] !== undefined);
  return [sums(results, servers), details(results, servers), reasons(results, servers)].join("\n\n");
}

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

function sums(results: Results, servers: readonly string[]): string {
  const lines = servers.map((title) => {
    const { rows, outcomes } = results[title] ?? { rows: 0, outcomes: {} };
    const all = Object.values(outcomes);
    const count = (is: Outcome["is"]): string => String(all.filter((one) => one.is === is).length);
    const proven = all.filter(({ is }) => is === "proven");
    const waits = proven.map(({ wait = 0, waitBack = 0 }) => Math.max(wait, waitBack));
    const sent = all.reduce((sum, one) => sum + (one.sent ?? 0), 0);
    return row([
      title,
      rows.toLocaleString("en"),
      String(all.length),
      count("proven"),
      count("failed"),
      count("not run"),
      `${Math.max(0, ...waits)} ms`,
      sent.toLocaleString("en"),
    ]);
  });
  return [
    row(["Server", "Rows", "Migrations", "Proven", "Failed", "Not proven", "Longest wait", "Statements"]),
    row(["---", "---:", "---:", "---:", "---:", "---:", "---:", "---:"]),
    ...lines,
  ].join("\n");
}

function details(results: Results, servers: readonly string[]): string {
  const shown = cases.filter(({ id }) => servers.some((title) => results[title]?.outcomes[id] !== undefined));
  return [
    row(["Migration", ...servers]),
    row(["---", ...servers.map(() => "---")]),
    ...shown.map((one) =>
      row([`\`${one.id}\``, ...servers.map((title) => cell(one, title, results[title]?.outcomes[one.id]))]),
    ),
  ].join("\n");
}

const isFor = ({ on }: Case, title: string): boolean =>
  on.some((dialect) => title.toLowerCase().startsWith(dialect));

function cell(one: Case, title: string, outcome: Outcome | undefined): string {
  if (outcome === undefined) return isFor(one, title) ? "not run" : "";
  if (outcome.is === "failed") return "**fails**";
  if (outcome.is === "not run") return "not proven";
  const back = outcome.waitBack === undefined ? "no way back" : `${outcome.waitBack} ms`;
  const until =
    outcome.rollback?.startsWith("until") === true && outcome.waitBack !== undefined ? ", in part" : "";
  return `${outcome.wait ?? 0} ms, ${back}${until}`;
}

/** Each reason once, with the cases and servers that it is true of. */
function reasons(results: Results, servers: readonly string[]): string {
  const lines = cases.flatMap(({ id }) => {
    const found = new Map<string, string[]>();
    for (const title of servers) {
      const outcome = results[title]?.outcomes[id];
      if (outcome === undefined || outcome.is === "proven") continue;
      const why = `${outcome.is === "failed" ? "fails" : "not proven"}: ${outcome.because[0] ?? ""}`;
      found.set(why, [...(found.get(why) ?? []), title]);
    }
    return [...found].map(([why, titles]) => `- \`${id}\` (${titles.join(", ")}): ${plain(why)}`);
  });
  return ["**Not proven, and why**", "", ...lines].join("\n");
}

const plain = (text: string): string => {
  const line = text.replace(/\s+/g, " ").replace(/\d+ ms/g, "some ms");
  const short = line.length > 220 ? `${line.slice(0, 217)}…` : line;
  return short.replaceAll(/[<>|*_[\]`]/g, (one) => `\\${one}`);
};
