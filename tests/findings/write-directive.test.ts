/** The comments that an editor offers silence exactly the rule that they name. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import {
  loadEngine,
  memoryFileSystem,
  unmerged,
  type Engine,
  type Finding,
  type Session,
} from "../../src/index.ts";

const folder = join(import.meta.dirname, "../../fixtures/rules");
const file = "migrations/001_it.sql";

let engine: Engine;
beforeAll(async () => {
  engine = await loadEngine();
});

const sessionOf = (files: Record<string, string>): Session =>
  engine.createSession({ fs: memoryFileSystem(files), opinions: { presets: ["strict"] } });

function silenced(
  session: Session,
  finding: Finding,
  text: string,
  where: "statement" | "file",
): string | undefined {
  const edit = session.suppression(finding, where);
  return edit && text.slice(0, edit.span.start) + edit.text + text.slice(edit.span.end);
}

const named = (findings: readonly Finding[]): string[] =>
  findings.map(({ ruleId, message, fingerprint }) => `${ruleId} ${message} ${fingerprint}`).sort();

/** Rules about such comments: one more doesn't help. */
const aboutComments = ["unused-suppression", "missing-reason"];

const rules = readdirSync(folder).filter(
  (name) => existsSync(join(folder, name, "bad.sql")) && !aboutComments.includes(name),
);

describe.each(rules)("%s", (name) => {
  const text = readFileSync(join(folder, name, "bad.sql"), "utf8");

  it.each(["statement", "file"] as const)("is silenced for a %s", (where) => {
    const dense = text.replaceAll(";\n", "; ").replaceAll("\n", "\r\n");
    for (const written of where === "statement" ? [text, dense] : [text]) {
      const session = sessionOf({ [file]: written });
      const before = unmerged(session.lint(file).findings).filter(
        ({ ruleId }) => !aboutComments.includes(ruleId),
      );
      const firsts = before.filter(
        ({ ruleId }, i) => before.findIndex((other) => other.ruleId === ruleId) === i,
      );
      // All of the same text, before any is written: the session reads the project anew after each change.
      const edits = firsts.map((finding) => [finding, silenced(session, finding, written, where)] as const);
      for (const [finding, mended] of edits) {
        if (mended === undefined) continue;
        session.update(file, mended);
        const after = unmerged(session.lint(file).findings);
        expect(after.filter(({ ruleId }) => aboutComments.includes(ruleId))).toEqual([]);
        const others = (list: readonly Finding[]): readonly Finding[] =>
          list.filter(({ ruleId }) => ruleId !== finding.ruleId && ruleId !== "missing-header");
        expect(named(others(after))).toEqual(named(others(before)));
        const same = ({ ruleId }: Finding): boolean => ruleId === finding.ruleId;
        expect(after.filter(same).length).toBeLessThan(before.filter(same).length);
      }
    }
  });
});

describe("a comment", () => {
  const written = (text: string, where: "statement" | "file"): string | undefined => {
    const session = sessionOf({ [file]: text });
    const finding = session.lint(file).findings.find(({ ruleId }) => ruleId === "drop-table");
    return finding && silenced(session, finding, text, where);
  };

  it("stands above its statement, as far to the right", () => {
    expect(written("SELECT 1;\n\n  DROP TABLE a;\n", "statement")).toBe(
      "SELECT 1;\n\n  -- ddlint-disable-next-line drop-table -- <reason>\n  DROP TABLE a;\n",
    );
  });

  it("doesn't get into the string that ends before its statement", () => {
    expect(written("SELECT '\n'; DROP TABLE a;\n", "statement")).toBe(
      "SELECT '\n'; \n-- ddlint-disable-next-line drop-table -- <reason>\nDROP TABLE a;\n",
    );
  });

  it("for a file stands below what it begins with", () => {
    const comment = "-- ddlint-disable-file drop-table -- <reason>\n";
    expect(written("DROP TABLE a;", "file")).toBe(`${comment}DROP TABLE a;`);
    expect(written("\uFEFFDROP TABLE a;", "file")).toBe(`\uFEFF${comment}DROP TABLE a;`);
    expect(written("-- +goose Up\nDROP TABLE a;\n", "file")).toBe(`-- +goose Up\n${comment}DROP TABLE a;\n`);
  });
});
