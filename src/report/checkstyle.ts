import type { Severity } from "../lint/rule.ts";
import { groupByFile, type Report } from "./report.ts";
import { element, xmlText } from "./xml.ts";

const severities: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", note: "info" };

/** What Checkstyle writes, and most servers for code quality read. */
export const formatCheckstyle = ({ findings }: Report): string =>
  xmlText(
    element(
      "checkstyle",
      { version: "4.3" },
      [...groupByFile(findings)].map(([name, own]) =>
        element(
          "file",
          { name },
          own.map(({ line, column, severity, message, ruleId }) =>
            element("error", {
              line,
              column,
              severity: severities[severity],
              message,
              source: `ddlint.${ruleId}`,
            }),
          ),
        ),
      ),
    ),
  );
