/** Every fixtures/rules/<id>/*.sql: each finding needs a want, each want a finding. See CONTRIBUTING.md. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { rules } from "../src/index.ts";
import { mended, drawn, lintFixture, lintFolder, load, mismatches } from "./support/lint-fixture.ts";
import { readWants } from "./support/pieces.ts";

const root = join(import.meta.dirname, "../fixtures/rules");
const entries = existsSync(root) ? readdirSync(root, { withFileTypes: true }) : [];
const ids = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);

beforeAll(load);

/** The id alone, or less, would fit any message. */
const saysNothing = (pattern: string, id: string): boolean => new RegExp(pattern, "u").test(`${id}: `);

describe.each(ids)("%s", (id) => {
  const folder = join(root, id);

  it("has wants that fit not every message", () => {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && entry.name !== "besides.txt",
    );
    const patterns = files.flatMap((entry) =>
      readWants(readFileSync(join(entry.parentPath, entry.name), "utf8")).map(({ pattern }) => pattern),
    );
    expect(patterns.filter((pattern) => saysNothing(pattern, id))).toEqual([]);
  });

  const names = readdirSync(folder, { withFileTypes: true });
  const files = names.filter((entry) => entry.isFile() && /^(?!.*\.fixed\.sql$).*\.sql$/.test(entry.name));

  it.each(files.map((entry) => entry.name))("%s", (name) => {
    const text = readFileSync(join(folder, name), "utf8");
    const { findings, errors } = lintFixture(`migrations/${name}`, text, rules, id);
    const wrong = [
      ...mismatches(findings, readWants(text)),
      ...errors.map((error) => error.stack ?? error.message),
    ];
    expect(wrong, `\n${wrong.join("\n")}\n\n${drawn(text, findings)}\n`).toEqual([]);
  });

  it.each(names.map((entry) => entry.name).filter((name) => name.endsWith(".fixed.sql")))("%s", (name) => {
    const text = readFileSync(join(folder, name.replace(".fixed.sql", ".sql")), "utf8");
    const { findings } = lintFixture(`migrations/${name}`, text, rules, id);
    expect(mended(text, findings)).toBe(readFileSync(join(folder, name), "utf8"));
  });

  it.each(names.filter((entry) => entry.isDirectory()).map((entry) => entry.name))(
    "project %s",
    async (name) => {
      const { texts, findings, errors } = await lintFolder(join(folder, name), id);
      const wrong = errors.map((error) => error.stack ?? error.message);
      for (const [path, text] of Object.entries(texts)) {
        const here = findings.filter((finding) => finding.file === path);
        wrong.push(...mismatches(here, readWants(text)).map((line) => `${path}: ${line}`));
      }
      const other = findings.filter((finding) => texts[finding.file] === undefined);
      wrong.push(
        ...other.map((finding) => `${finding.file}: unwanted ${finding.ruleId}: ${finding.message}`),
      );
      const pictures = Object.entries(texts).map(
        ([path, text]) =>
          `${path}\n${drawn(
            text,
            findings.filter((finding) => finding.file === path),
          )}`,
      );
      expect(wrong, `\n${wrong.join("\n")}\n\n${pictures.join("\n\n")}\n`).toEqual([]);
    },
  );
});

describe("the fixtures", () => {
  /** Rules whose cases live elsewhere, with the reason. */
  const elsewhere: Readonly<Record<string, string>> = {};

  it("are there for every rule", () => {
    const missing = rules.filter((rule) => !ids.includes(rule.id) && elsewhere[rule.id] === undefined);
    expect(missing.map((rule) => rule.id)).toEqual([]);
  });

  it("belong to a rule", () => {
    expect(ids.filter((id) => !rules.some((rule) => rule.id === id))).toEqual([]);
  });

  it.each(ids)("%s has bad and good ones", (id) => {
    const names = readdirSync(join(root, id));
    const bad = names.filter((name) => name.startsWith("bad"));
    const good = names.filter((name) => /^(?:good|unknown)/.test(name));
    expect(
      names.some((name) => /^bad(?:\.sql)?$/.test(name)),
      "bad.sql or bad/",
    ).toBe(true);
    expect(
      names.some((name) => /^good(?:\.sql)?$/.test(name)),
      "good.sql or good/",
    ).toBe(true);
    expect(bad.length).toBeGreaterThanOrEqual(1);
    expect(good.length, "good cases").toBeGreaterThanOrEqual(3);
    const silent = bad
      .filter((name) => name.endsWith(".sql") && !name.endsWith(".fixed.sql"))
      .filter((name) => readWants(readFileSync(join(root, id, name), "utf8")).length === 0);
    expect(silent, "bad cases without a want").toEqual([]);
  });
});

describe("the rules", () => {
  const categories = new Set(rules.map((rule) => rule.category));

  it("have well-formed ids", () => {
    const wrong = rules.filter(
      ({ id }) => !/^[a-z0-9]+(-[a-z0-9]+){0,5}$/.test(id) || /^(?:no|ban|prefer|require|disallow)-/.test(id),
    );
    expect(wrong.map((rule) => rule.id)).toEqual([]);
  });

  it("speak as agreed", () => {
    const wrong = rules.flatMap((rule) =>
      Object.values(rule.messages)
        .filter(
          (message) =>
            message.replace(/\{\{\w+\}\}/g, "xxxx").length > 100 ||
            message.endsWith(".") ||
            /^[A-Z][a-z]/.test(message) ||
            /\b(?:please|should|may want to)\b/i.test(message),
        )
        .map((message) => `${rule.id}: ${message}`),
    );
    expect(wrong).toEqual([]);
  });

  it("never reuse an id", () => {
    const all = rules.flatMap((rule) => [rule.id, ...(rule.formerly ?? [])]);
    expect(new Set(all).size).toBe(all.length);
    expect(categories.size).toBeGreaterThan(0);
  });

  it("keep taste out of recommended", () => {
    expect(rules.filter((rule) => rule.severity === "error" && rule.presets.includes("style"))).toEqual([]);
  });
});
