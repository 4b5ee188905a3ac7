import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { environment, manPage } from "../../scripts/man-page.ts";
import { describe as shapeOf, withCommands } from "../../src/cli/describe.ts";
import { createProgram } from "../../src/cli/program.ts";

const page = manPage("1.2.3");
const lines = page.trimEnd().split("\n");

it("has the usual sections", () => {
  expect(lines.flatMap((line) => /^\.SH (.*)/.exec(line)?.[1] ?? [])).toEqual([
    "NAME",
    "SYNOPSIS",
    "DESCRIPTION",
    "COMMANDS",
    "OPTIONS",
    "EXIT STATUS",
    "FILES",
    "ENVIRONMENT",
    "EXAMPLES",
    "SEE ALSO",
  ]);
});

it("tells of every command and option", () => {
  for (const { path, options } of withCommands(shapeOf(createProgram(".", {}, () => undefined)))) {
    if (path !== "config") expect(page).toContain(`\\fBddlint ${path}`.trim().replaceAll("-", "\\-"));
    for (const { long } of options) expect(page).toContain(`\\fB${long.replaceAll("-", "\\-")}\\fR`);
  }
});

it("is plain roff", () => {
  for (const line of lines) {
    expect(line).toMatch(/^(?:\.(?:\\"|TH|SH|SS|TP|RS|RE|br)(?: |$)|[^.']|$)/);
    expect(line).toMatch(/^[\x20-\x7e]*$/);
    expect(line.replace(/\\(?:f[BIR]|[-e&"])/g, "")).not.toContain("\\");
  }
});

it("names the variables that the program reads", () => {
  const folder = join(import.meta.dirname, "../../src/cli");
  const read = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => [...readFileSync(join(folder, name), "utf8").matchAll(/\{([^{}]*)\} = process\.env/g)])
    .flatMap((match) => match[1]?.match(/\b(?<![-"])[A-Z][A-Z_]+\b/g) ?? []);
  const named = environment.flatMap(([names]) => names.split(", "));
  expect(named.sort()).toEqual([...new Set(read)].sort());
});
