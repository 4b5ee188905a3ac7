/** SARIF 2.1.0 (OASIS standard), as code scanning on GitHub wants it. */
import type { Finding } from "../lint/finding.ts";
import { whyLeftOut, type Coverage } from "../lint/coverage.ts";
import { bugText } from "../lint/result.ts";
import { jsonText } from "../text/json-text.ts";
import { homeUrl } from "./help.ts";
import { bySeverity, type Report, type Style } from "./report.ts";
import { createResults } from "./sarif-results.ts";
import { ruleObject } from "./sarif-rules.ts";
import { gapsInWords, plural } from "./words.ts";

export type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json | undefined };

const schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/** GitHub shows the 5,000 that are most severe, and refuses more than 25,000. */
const mostResults = 5000;

export function formatSarif(report: Report, { folder = "" }: Style): string {
  const all = [...report.findings, ...(report.suppressed ?? [])];
  const shown: readonly Finding[] = all.length > mostResults ? bySeverity(all).slice(0, mostResults) : all;
  // Readers look up a result's rule; the other rules, with their help, would be most of the file.
  const found = new Set(shown.map(({ ruleId }) => ruleId));
  const rules = report.rules.filter(({ id }) => found.has(id)).sort((a, b) => (a.id < b.id ? -1 : 1));
  const toResult = createResults(report, new Map(rules.map((rule, i) => [rule.id, i])), folder);
  const log: Json = {
    $schema: schema,
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "ddlint",
            version: report.version,
            semanticVersion: report.version,
            informationUri: homeUrl,
            rules: rules.map(ruleObject),
          },
        },
        invocations: [
          {
            executionSuccessful: (report.errors ?? []).length === 0,
            toolExecutionNotifications: notifications(report, all.length - shown.length),
          },
        ],
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: {
          "%SRCROOT%": {
            description: {
              text: folder === "" ? "The folder in which ddlint was run." : "The root of the repository.",
            },
          },
        },
        results: shown.map(toResult),
        properties: { coverage: coverageObject(report.coverage) },
      },
    ],
  };
  return `${jsonText(log, 2)}\n`;
}

/** As plain data. */
const coverageObject = ({
  complete,
  histories,
  migrations,
  files,
  named,
  statements,
  operations,
}: Coverage): Json => ({
  complete,
  histories: { read: histories.read, notRead: histories.notRead.map((one) => ({ ...one })) },
  migrations: { ...migrations },
  files: { ...files },
  ...(named !== undefined && { named: [...named] }),
  statements: { ...statements },
  ...(operations !== undefined && { operations: { ...operations, kinds: { ...operations.kinds } } }),
});

/** What a reader of the results must know: they are not all. */
function notifications({ errors = [], leftOut = [], coverage }: Report, cut: number): Json {
  return [
    ...errors.map((error) => ({
      level: "error",
      descriptor: { id: "bug" },
      message: { text: `A ${bugText(error)}` },
    })),
    ...leftOut.map((history) => ({
      level: "warning",
      descriptor: { id: "left-out" },
      message: { text: `${history.root} is left out: ${whyLeftOut(history)}.` },
    })),
    ...gapsInWords(coverage).map((gap) => ({
      level: "warning",
      descriptor: { id: "not-checked" },
      message: { text: `${gap}: not checked.` },
    })),
    ...(cut > 0
      ? [
          {
            level: "warning",
            descriptor: { id: "too-many-results" },
            message: { text: `${plural(cut, "result")} more, the least severe, are not in this file.` },
          },
        ]
      : []),
  ];
}
