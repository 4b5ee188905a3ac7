import type { Severity } from "../lint/rule.ts";
import { groupByFile, type Report } from "./report.ts";
import { gapPlace, wholeMessage } from "./words.ts";
import { element, xmlText, type Element } from "./xml.ts";

const severities: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", note: "info" };

/** What Checkstyle writes, and most servers for code quality read. */
export function formatCheckstyle(report: Report): string {
  const gaps = gapPlace(report);
  return xmlText(
    element("checkstyle", { version: "4.3" }, [
      ...[...groupByFile(report.findings)].map(([name, own]) =>
        element(
          "file",
          { name },
          own.map((finding) =>
            element("error", {
              line: finding.line,
              column: finding.column,
              severity: severities[finding.severity],
              message: wholeMessage(finding),
              source: `ddlint.${finding.ruleId}`,
            }),
          ),
        ),
      ),
      ...(gaps === undefined ? [] : [notice(gaps)]),
    ]),
  );
}

const notice = ({ file, line, message }: NonNullable<ReturnType<typeof gapPlace>>): Element =>
  element("file", { name: file }, [
    element("error", { line, column: 1, severity: "info", message, source: "ddlint.not-checked" }),
  ]);
