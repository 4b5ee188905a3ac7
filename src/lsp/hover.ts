/** What a statement does to the server, and why something was found in it. */
import { MarkupKind, type Hover, type Position } from "vscode-languageserver/node";
import { helpMarkdown, helpText, knownVersions } from "../index.ts";
import type { Finding, StatementInfo } from "../index.ts";
import { findingsIn, type Place } from "./place.ts";
import { holdsPosition, rangeOf } from "./places.ts";

export function hover(place: Place, position: Position): Hover | undefined {
  const statement = (place.project.ask((session) => session.statements(place.file)) ?? []).findLast((one) =>
    holdsPosition(rangeOf(one), position),
  );
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

function statementText(place: Place, statement: StatementInfo, markdown: boolean): string {
  const { locks, transaction, summary } = statement;
  const plain = [sentence(summary), transactions[transaction]];
  const versions = byVersion(place, statement);
  if (!markdown) return [...plain, ...versions.map(([of, what]) => `PostgreSQL ${of}: ${what}`)].join("\n");
  const lines = locks.map(
    ({ relation, mode, blocks }) => `- \`${mode}\` on \`${relation}\`: blocks ${blocks}`,
  );
  const table = versions.length === 0 ? [] : ["| PostgreSQL | |\n| --- | --- |"];
  return [
    `**${escaped(sentence(summary))}**`,
    ...(lines.length > 0 ? [lines.join("\n")] : []),
    transactions[transaction],
    ...table.map((head) =>
      [head, ...versions.map(([of, what]) => `| ${of} | ${escaped(what)} |`)].join("\n"),
    ),
  ].join("\n\n");
}

const transactions: Readonly<Record<StatementInfo["transaction"], string>> = {
  block: "Runs in a transaction block: what it locks stays locked until the end of it.",
  implicit: "Runs in the implicit transaction of its message, with the statements beside it.",
  pipeline: "Runs in a pipeline: one transaction, unless a statement commits it.",
  none: "Runs outside of a transaction block.",
  unknown:
    "Whether it runs in a transaction is not known: the project doesn't say how its migrations are run.",
};

/** Versions of the server with what it does there: `13–16`; empty if it does the same on all. */
function byVersion(
  { project, file }: Place,
  statement: StatementInfo,
): readonly (readonly [string, string])[] {
  const groups: { from: number; to: number; summary: string }[] = [];
  for (let version: number = knownVersions.oldest; version <= knownVersions.newest; version++) {
    const there = project.ask((session) => session.statements(file, version)) ?? [];
    const same = there.find(({ line, column }) => line === statement.line && column === statement.column);
    const summary = same?.summary ?? "";
    const last = groups.at(-1);
    if (last?.summary === summary) last.to = version;
    else groups.push({ from: version, to: version, summary });
  }
  if (groups.length < 2) return [];
  return groups.map(({ from, to, summary }) => [from === to ? String(from) : `${from}–${to}`, summary]);
}

/** Each rule once. */
function explained({ project }: Place, findings: readonly Finding[], markdown: boolean): readonly string[] {
  return [...new Set(findings.map(({ ruleId }) => ruleId))].flatMap((id) => {
    const rule = project.rules.find((one) => one.id === id);
    return rule === undefined ? [] : [markdown ? helpMarkdown(rule) : helpText(rule)];
  });
}

const sentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;

/** Names may hold anything. */
const escaped = (text: string): string => text.replace(/[\\`*_|<>[\]]/g, "\\$&");
