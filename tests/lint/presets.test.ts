/** Every fixtures/presets/<name>/{good,bad}/: a project, linted with that preset alone. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { configSchema } from "../../src/config/schema.ts";
import { lintProject, memoryFileSystem, presetNames, rules } from "../../src/index.ts";
import { presetSettings } from "../../src/lint/presets.ts";
import { mismatches } from "../../src/testing/compare.ts";
import { readWants } from "../../src/testing/fixture.ts";

const root = join(import.meta.dirname, "../../fixtures/presets");

const filesBelow = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, "utf8")]),
  );

const sets = presetNames.filter((name) => name.startsWith("conventions/"));

describe.each(sets)("%s", (preset) => {
  it.each(["good", "bad"])("%s", async (name) => {
    const texts = filesBelow(join(root, preset.slice("conventions/".length), name));
    const { findings, errors } = await lintProject({
      cwd: "/",
      fs: memoryFileSystem(texts),
      facts: { now: "2026-04-01" },
      opinions: { presets: [preset] },
    });
    expect(errors).toEqual([]);
    const wrong = Object.entries(texts).flatMap(([path, text]) =>
      mismatches(
        findings.filter(({ file }) => file === path),
        readWants(text),
      ).map((line) => `${path}: ${line}`),
    );
    expect(wrong).toEqual([]);
    expect(findings.length > 0).toBe(name === "bad");
  });
});

it.each(presetNames)("%s sets rules that exist, with options that they have", (preset) => {
  const settings = presetSettings[preset];
  expect(configSchema(z, rules).safeParse({ rules: settings }).error?.issues ?? []).toEqual([]);
});

it("sets what conventions sets, and more", () => {
  for (const preset of sets)
    expect(Object.keys(presetSettings[preset])).toEqual(
      expect.arrayContaining(Object.keys(presetSettings.conventions)),
    );
});
