/** JUnit's XML as servers for tests read it: each file is a suite, each finding a test. */
import type { Finding } from "../lint/finding.ts";
import { groupByFile, type Report } from "./report.ts";
import { gapPlace, locksInWords, messageAndInstead, wholeMessage } from "./words.ts";
import { element, xmlText, type Element } from "./xml.ts";

export function formatJunit(report: Report): string {
  const { findings, time = "1970-01-01T00:00:00" } = report;
  const gaps = gapPlace(report);
  const files = [...groupByFile(findings)].map(([file, own]) => ({ name: file, tests: own.map(test) }));
  if (gaps !== undefined) {
    const skipped = element("skipped", { message: gaps.message });
    files.push({ name: "ddlint", tests: [testCase("not-checked", gaps.file, [skipped])] });
  }
  // Without a single test, servers take the report for a mistake.
  const suites =
    files.length > 0 ? files : [{ name: "ddlint", tests: [testCase("no findings", "ddlint", [])] }];
  return xmlText(
    element(
      "testsuites",
      {},
      suites.map(({ name, tests }, id) => suite(name, id, tests, time)),
    ),
  );
}

const count = (tests: readonly Element[], name: string): number =>
  tests.filter(({ content }) => typeof content !== "string" && content[0]?.name === name).length;

/** With all that the stricter of the two common schemas asks for. */
const suite = (name: string, id: number, tests: readonly Element[], timestamp: string): Element =>
  element(
    "testsuite",
    {
      name,
      package: "ddlint",
      id,
      timestamp,
      hostname: "localhost",
      tests: tests.length,
      failures: count(tests, "failure"),
      errors: 0,
      skipped: count(tests, "skipped"),
      time: 0,
    },
    [element("properties", {}), ...tests, element("system-out", {}), element("system-err", {})],
  );

const testCase = (name: string, classname: string, content: readonly Element[]): Element =>
  element("testcase", { name, classname, time: 0 }, content);

/** Notes never fail a run, so they don't fail a test. */
function test(finding: Finding): Element {
  const { file, line, column, ruleId, severity } = finding;
  const message = wholeMessage(finding);
  const result =
    severity === "note"
      ? element("skipped", { message })
      : element("failure", { message, type: severity }, details(finding));
  return testCase(`${ruleId} ${line}:${column}`, file, [result]);
}

function details(finding: Finding): string {
  const { file, line, column } = finding;
  const locks = locksInWords(finding);
  return [
    `${file}:${line}:${column}`,
    messageAndInstead(finding),
    ...(locks === "" ? [] : [`Locks: ${locks}`]),
  ].join("\n\n");
}
