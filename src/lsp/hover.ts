/** What a statement does to the server, and why something was found in it. */
import { MarkupKind, type Hover, type Position } from "vscode-languageserver/node";
import {
  dialects,
  fenced,
  helpText,
  isSql,
  knownReleases,
  knownVersions,
  printable,
  printableLine,
  ruleUrl,
} from "../index.ts";
import type { Finding, Rule, StatementInfo } from "../index.ts";
import { findingsIn, type Place } from "./place.ts";
import { holdsPosition, rangeOf } from "./places.ts";

export function hover(place: Place, position: Position): Hover | undefined {
  // What a call of MongoDB's driver locks isn't measured.
  const statements = hasSql(place)
    ? place.project.ask((session) => session.statements(place.file))
    : undefined;
  const statement = (statements ?? []).findLast((one) => holdsPosition(rangeOf(one), position));
  const findings = findingsIn(place).filter((finding) => holdsPosition(rangeOf(finding), position));
  if (statement === undefined && findings.length === 0) return undefined;
  const markdown = place.client.markdownHover;
  const parts = [
    ...(statement === undefined ? [] : [statementText(place, statement, markdown)]),
    ...explained(place, findings, markdown),
  ];
  return {
    contents: {
      kind: markdown ? MarkupKind.Markdown : MarkupKind.PlainText,
      value: parts.join(markdown ? "\n\n---\n\n" : "\n\n"),
    },
    ...(statement !== undefined && { range: rangeOf(statement) }),
  };
}

function hasSql({ project, file }: Place): boolean {
  const dialect = project.ask((session) => session.historyOf(file))?.dialect;
  return dialect === undefined || dialects.some((one) => one === dialect);
}

function statementText(place: Place, statement: StatementInfo, markdown: boolean): string {
  const { summary } = statement;
  const server = serverOf(place);
  const inTransaction =
    server === "PostgreSQL" ? transactions[statement.transaction] : mysqlTransaction(statement);
  const plain = [sentence(summary), ...inTransaction];
  const versions = byVersion(place, statement);
  if (!markdown)
    return [
      ...plain,
      ...metadataLock(statement, (name) => name),
      ...versions.map(([of, what]) => `${server} ${of}: ${what}`),
    ]
      .map(printableLine)
      .join("\n");
  const lines = [
    ...statement.locks.map(
      ({ relation, mode, blocks }) => `- \`${mode}\` on ${code(relation)}: blocks ${blocks}`,
    ),
    ...statement.online.map(onlineLine),
    ...metadataLock(statement, code).map((line) => `- ${line}`),
  ];
  const table = versions.length === 0 ? [] : [`| ${server} | |\n| --- | --- |`];
  return [
    `**${escaped(sentence(summary))}**`,
    ...(lines.length > 0 ? [lines.join("\n")] : []),
    ...inTransaction,
    ...table.map((head) =>
      [head, ...versions.map(([of, what]) => `| ${of} | ${escaped(what)} |`)].join("\n"),
    ),
  ].join("\n\n");
}

type Server = "PostgreSQL" | "MySQL" | "MariaDB";

const servers: Readonly<Record<string, Server>> = { mysql: "MySQL", mariadb: "MariaDB" };

const serverOf = ({ project, file }: Place): Server =>
  servers[project.ask((session) => session.historyOf(file))?.dialect ?? ""] ?? "PostgreSQL";

/** `orders`: ALGORITHM=COPY, LOCK=SHARED, copied row by row: blocks writes */
function onlineLine({ relation, algorithm, lock, rebuild, rowsCopied, blocks }: OnlineInfo): string {
  const how = [
    ...(algorithm === undefined ? [] : [`\`ALGORITHM=${algorithm}\``]),
    ...(lock === undefined ? [] : [`\`LOCK=${lock}\``]),
    rowsCopied ? "copied row by row" : rebuild ? "rebuilt in place" : "not rebuilt",
  ];
  return `- ${code(relation)}: ${how.join(", ")}: blocks ${blocks} meanwhile`;
}

type OnlineInfo = StatementInfo["online"][number];

function metadataLock({ metadataLocks }: StatementInfo, name: (text: string) => string): readonly string[] {
  if (metadataLocks.length === 0) return [];
  const tables = metadataLocks.map(name).join(", ");
  return [
    `Metadata lock of ${tables}: waits for every transaction that has used it, and all later queries wait behind it`,
  ];
}

/** MySQL and MariaDB: DDL ends the transaction around it. */
function mysqlTransaction({ commits, transaction }: StatementInfo): readonly string[] {
  if (commits) return ["Commits the transaction around it, and itself: it can't be rolled back."];
  return transaction === "block" ? ["Runs in a transaction: its locks are held until the end of it."] : [];
}

const transactions: Readonly<Record<StatementInfo["transaction"], readonly string[]>> = {
  block: ["Runs in a transaction block: what it locks stays locked until the end of it."],
  implicit: ["Runs in the implicit transaction of its message, with the statements beside it."],
  pipeline: ["Runs in a pipeline: one transaction, unless a statement commits it."],
  none: ["Runs outside of a transaction block."],
  unknown: [
    "Whether it runs in a transaction is not known: the project doesn't say how its migrations are run.",
  ],
};

/** Versions of the server with what it does there, `13–16` or `since 8.0.12`; empty if it does the same on all. */
function byVersion(place: Place, statement: StatementInfo): readonly (readonly [string, string])[] {
  const { project, file } = place;
  const server = serverOf(place);
  const groups: { from: string; to: string; summary: string }[] = [];
  for (const version of versionsOf[server]) {
    const there = project.ask((session) => session.statements(file, version)) ?? [];
    const same = there.find(({ line, column }) => line === statement.line && column === statement.column);
    const summary = same?.summary ?? "";
    const last = groups.at(-1);
    if (last?.summary === summary) last.to = version;
    else groups.push({ from: version, to: version, summary });
  }
  if (groups.length < 2) return [];
  return groups.map(({ from, to, summary }, i) => {
    if (server === "PostgreSQL") return [from === to ? from : `${from}–${to}`, summary];
    // Between two releases that are asked for there are others.
    const [next] = groups.slice(i + 1);
    return [next === undefined ? `since ${from}` : `before ${next.from}`, summary];
  });
}

const versionsOf: Readonly<Record<Server, readonly string[]>> = {
  PostgreSQL: Array.from({ length: knownVersions.newest - knownVersions.oldest + 1 }, (_, i) =>
    String(knownVersions.oldest + i),
  ),
  MySQL: knownReleases.mysql,
  MariaDB: knownReleases.mariadb,
};

/** What was found here, and what to write instead of this very statement; the rule's reason once. */
function explained(place: Place, findings: readonly Finding[], markdown: boolean): readonly string[] {
  return [...new Set(findings.map(({ ruleId }) => ruleId))].flatMap((id) => {
    const rule = place.project.rules.find((one) => one.id === id);
    const own = findings.filter(({ ruleId }) => ruleId === id);
    if (rule === undefined) return [];
    // One statement may have a thousand of them.
    const shown = own.slice(0, mostOfRule);
    const more = own.length - shown.length;
    return markdown
      ? [explainedInMarkdown(rule, shown, more, hasSql(place) ? "sql" : "js")]
      : shown.map((finding) => printable(helpText(rule, finding)));
  });
}

const mostOfRule = 3;

function explainedInMarkdown(
  rule: Rule,
  findings: readonly Finding[],
  more: number,
  language: string,
): string {
  const url = ruleUrl(rule.id);
  return [
    `## ${rule.id}`,
    ...findings.flatMap((finding, i) => [
      escaped(sentence(finding.message)),
      ...(finding.instead === undefined || finding.instead === findings[i + 1]?.instead
        ? []
        : [insteadInMarkdown(finding.instead, language)]),
    ]),
    ...(more > 0 ? [`And ${more} more of this rule.`] : []),
    `**Why.** ${rule.docs.why}`,
    ...(url === undefined ? [] : [`[About this rule](${url})`]),
  ].join("\n\n");
}

const insteadInMarkdown = (instead: string, language: string): string =>
  isSql(instead)
    ? `**Instead:**\n\n${fenced(language, instead.trimEnd())}`
    : `**Instead.** ${instead
        .split("`")
        .map((part, i) => (i % 2 === 1 ? code(part) : escapedPart(part)))
        .join("")}`;

/** Keeps the blanks beside a quotation. */
const escapedPart = (part: string): string => part.replace(/\S(?:[^]*\S)?/, escaped);

const sentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;

/** A name in Markdown; those in backticks need more of them. Some editors show no HTML, so it isn't `<code>`. */
function code(name: string): string {
  const text = printableLine(name);
  if (!text.includes("`")) return `\`${text}\``;
  const fence = "`".repeat(1 + Math.max(...(text.match(/`+/g) ?? []).map((run) => run.length)));
  return `${fence} ${text} ${fence}`;
}

/** Names may hold anything: no markup, no link, no image. Backslashes, since some editors show entities as written. */
const escaped = (text: string): string =>
  printableLine(text).replace(/[\\`*_|<>[\]!#&~$@]|:(?=\/\/)|(?<=www)\./gi, "\\$&");
