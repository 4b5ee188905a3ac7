/** Names of others do nothing in any format: not to a terminal, not to the runner that reads the log. */
import { describe, expect, it } from "vitest";
import { inEachPlace, unmerged } from "../../src/findings/merge.ts";
import { formatNames, formats } from "../../src/report/formats.ts";
import { plainColors, type Colors } from "../../src/report/report.ts";
import { commandIn, commandsIn, dangerous, linesOf } from "../support/runner.ts";
import { hostileNames, hostileReport, namesReport, write } from "./hostile.ts";

const report = await namesReport();
const reports = [report, await hostileReport()];

it("has every name as a file, in a message and in what to write instead", () => {
  for (const name of hostileNames) {
    expect(
      unmerged(report.findings).filter(({ file }) => file.startsWith(`${name}/`)).length,
    ).toBeGreaterThan(5);
    expect(
      unmerged(report.findings).filter(({ instead = "" }) => instead.includes(name)).length,
    ).toBeGreaterThan(0);
  }
  const saying = unmerged(report.findings).filter(({ message }) =>
    /\\n::error::x|\\x1b\[31m|\\u202e/.test(message),
  );
  expect(saying.length).toBeGreaterThan(10);
});

it("are one harmless line in messages and titles, for whoever shows them", () => {
  for (const { message, related, fix, suggestions } of [
    ...unmerged(report.findings),
    ...(report.suppressed ?? []),
  ])
    for (const line of [
      message,
      ...related.map((one) => one.message),
      ...[fix, ...suggestions].map((one) => one?.title ?? ""),
    ]) {
      expect(line).not.toMatch(/[\t\n]/);
      expect(dangerous(line)).toEqual([]);
      expect(commandIn(line)).toBeUndefined();
    }
});

describe.each(formatNames)("%s", (name) => {
  it("has no character that a terminal acts on", async () => {
    for (const one of reports) expect(dangerous(await write(name, one))).toEqual([]);
  });

  it.each([40, 60, 80, 100, 120])("starts no command but its own, at %i columns", async (width) => {
    for (const one of reports) {
      const text = (await formats[name]())(one, { colors: plainColors, width });
      const found = commandsIn(text);
      if (name === "github") {
        const own = found.filter(
          (command) =>
            ["error", "warning", "notice"].includes(command.name) &&
            /^ddlint [a-z-]+$/.test(command.properties.get("title") ?? ""),
        );
        const annotated = ["error", "warning", "note"]
          .map(
            (severity) => inEachPlace(one.findings).filter((finding) => finding.severity === severity).length,
          )
          .reduce((sum, count) => sum + Math.min(count, 10), 0);
        // And what wasn't checked.
        expect(own).toHaveLength(annotated + (one.coverage.complete ? 0 : 1));
        expect(found).toEqual(own);
      } else expect(found).toEqual([]);
    }
  });

  it("starts none in colours", async () => {
    const paint = (text: string): string => `\u001b[1m${text}\u001b[22m`;
    const colors = Object.fromEntries(
      Object.keys(plainColors).map((key) => [key, paint]),
    ) as unknown as Colors;
    const text = (await formats[name]())(report, { colors, width: 80 }).replace(/\u001b\[\d+m/g, "");
    expect(dangerous(text)).toEqual([]);
    if (name !== "github") expect(commandsIn(text)).toEqual([]);
  });
});

it.each(["unix", "agent", "jsonl"] as const)(
  "%s has one finding a line, and one of what wasn't checked",
  async (name) => {
    const suppressed = name === "jsonl" ? (report.suppressed ?? []).length : 0;
    expect(linesOf((await write(name, report)).trimEnd())).toHaveLength(
      inEachPlace(report.findings).length + suppressed + 1,
    );
  },
);

it("json gives names, files and SQL as they are", async () => {
  const { findings } = JSON.parse(await write("json", report)) as Record<string, unknown>;
  expect(findings).toEqual(JSON.parse(JSON.stringify(report.findings)));
});

it("github names the very file", async () => {
  const file = "db\n::error::x/001_init.sql";
  const findings = inEachPlace(report.findings)
    .filter((finding) => finding.file === file)
    .slice(0, 10);
  const found = commandsIn(await write("github", { ...report, findings }));
  const own = found.filter(({ properties }) => properties.get("title") !== "ddlint not-checked");
  expect(own.map(({ properties }) => properties.get("file"))).toEqual(findings.map(() => file));
});

it("text keeps SQL as it can be pasted", async () => {
  const shown = (await write("text", report)).split("\n").map((line) => line.trim());
  expect(shown).toContain("/**/::name::text <> '::error::x';");
});

it("a secret is hidden as it is shown, too", async () => {
  const [first] = report.findings;
  if (first === undefined) throw new Error("no findings");
  const text = "SELECT 'tr0ub\u001b4dor';";
  const place = {
    ...first,
    file: "a.sql",
    line: 1,
    column: 8,
    endLine: 1,
    endColumn: 20,
    confidential: true as const,
  };
  const quoting = {
    ...first,
    file: "b.sql",
    message: "a password: tr0ub\\x1b4dor",
    instead: "use 'tr0ub\u001b4dor';",
  };
  const one = { ...report, sources: new Map([["a.sql", text]]), findings: [place, quoting] };
  for (const name of formatNames) expect(await write(name, one)).not.toMatch(/tr0ub|4dor/);
});
