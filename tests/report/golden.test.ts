import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { inEachPlace } from "../../src/findings/merge.ts";
import { formatNames } from "../../src/report/formats.ts";
import { hostileReport, secret, write } from "./hostile.ts";

const folder = join(import.meta.dirname, "../../fixtures/report");
const report = await hostileReport();
const none = { ...report, findings: [], suppressed: [] };

const endings: Readonly<Record<string, string>> = {
  text: "txt",
  brief: "brief.txt",
  unix: "unix.txt",
  github: "github.txt",
  agent: "agent.txt",
  gitlab: "gitlab.json",
  junit: "junit.xml",
  checkstyle: "checkstyle.xml",
  rdjson: "rdjson.json",
  markdown: "md",
  release: "release.json",
};

/** Characters of which a diff shows nothing stand there as escapes. */
const visible = (text: string): string =>
  text.replace(/[\u200b\u202a-\u202e]/g, (c) => `<U+${c.charCodeAt(0).toString(16).toUpperCase()}>`);

describe.each(formatNames)("%s", (name) => {
  it("is as it was", async () => {
    const ending = endings[name] ?? name;
    await expect(visible(await write(name, report))).toMatchFileSnapshot(join(folder, `report.${ending}`));
  });

  it("shows no secret, nor a part of it", async () => {
    const written = await write(name, report);
    // The one format without findings.
    if (name !== "release") expect(written).toContain("secret-in-migration");
    expect(written).not.toMatch(/tr0ub|b4dor/);
    const quiet = { ...report, findings: report.findings.filter(({ confidential }) => !confidential) };
    expect(await write(name, quiet)).not.toMatch(/tr0ub|b4dor/);
    expect([...report.sources.values()].join("")).toContain(secret);
  });

  it("works without findings", async () => {
    expect(typeof (await write(name, none))).toBe("string");
  });
});

const lineFormats = ["text", "unix", "agent", "github"] as const;

it.each(lineFormats)("%s lets no control character through", async (name) => {
  expect(await write(name, report)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
});

it.each(["unix", "agent", "jsonl"] as const)(
  "%s has one finding a line, and one of what wasn't checked",
  async (name) => {
    const suppressed = name === "jsonl" ? (report.suppressed ?? []).length : 0;
    const lines = (await write(name, report)).trimEnd().split("\n");
    expect(lines).toHaveLength(inEachPlace(report.findings).length + suppressed + 1);
  },
);

it("has something of everything", () => {
  const { findings, suppressed } = report;
  expect(findings.some(({ fix, suggestions }) => fix ?? suggestions[0])).toBe(true);
  expect(findings.some(({ related }) => related.length > 0)).toBe(true);
  expect(findings.some(({ sizes }) => sizes !== undefined)).toBe(true);
  expect(findings.some(({ line, endLine }) => line < endLine)).toBe(true);
  expect(new Set(findings.map(({ severity }) => severity)).size).toBe(3);
  expect(suppressed).toHaveLength(1);
});

describe("what is published as a schema", () => {
  it.each([
    ["sarif", "sarif-subset.schema.json"],
    ["rdjson", "rdjson.schema.json"],
    ["gitlab", "gitlab-code-quality.schema.json"],
  ] as const)("holds for %s", async (name, file) => {
    const ajv = new Ajv({ allErrors: true, strict: false });
    addFormats.default(ajv);
    const validate = ajv.compile(JSON.parse(readFileSync(join(folder, file), "utf8")) as object);
    for (const one of [report, none]) {
      validate(JSON.parse(await write(name, one)));
      expect(validate.errors).toBeNull();
    }
  });

  it("has a fingerprint for each issue of GitLab", async () => {
    const [first] = report.findings;
    const twice = { ...report, findings: first ? [first, first, ...report.findings.slice(1)] : [] };
    const issues = JSON.parse(await write("gitlab", twice)) as { fingerprint: string }[];
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(
      inEachPlace(twice.findings).length + 1,
    );
  });
});
