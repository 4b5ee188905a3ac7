import type { Finding } from "../lint/finding.ts";
import type { Report } from "./report.ts";
import { printableLine } from "../text/printable.ts";
import { oneLine } from "./words.ts";

/** As compilers write: what editors and problem matchers read. */
export const formatUnix = ({ findings }: Report): string =>
  findings.map((finding) => `${unixLine(finding)}\n`).join("");

/** `a.sql:3:1: error: message [rule]` */
export const unixLine = ({ file, line, column, severity, message, ruleId }: Finding): string =>
  `${printableLine(file)}:${line}:${column}: ${severity}: ${oneLine(message)} [${ruleId}]`;
