import { describe, expect, it } from "vitest";
import { lintProject, memoryFileSystem } from "../../src/index.ts";

/** Messages about the lines of one goose migration with `line` between its up and its down, as goose 3.29 takes them. */
async function faults(line: string, tool = "goose", before = "-- +goose "): Promise<readonly string[]> {
  const [up, down] = tool === "dbmate" ? ["up", "down"] : ["Up", "Down"];
  const good = `${before}${up}\nCREATE TABLE a (id bigint PRIMARY KEY);\n${before}${down}\nDROP TABLE a;\n`;
  const text = `${before}${up}\nCREATE TABLE b (id bigint PRIMARY KEY);\n${line}\nSELECT 1;\n`;
  const fs = memoryFileSystem({ "migrations/001_a.sql": good, "migrations/002_b.sql": text });
  const { findings } = await lintProject({ fs });
  return findings
    .filter(({ ruleId, file }) => ruleId === "syntax-error" && file.includes("002"))
    .map(({ line: at, message, instead }) => `${at}: ${message}; ${instead ?? ""}`);
}

describe("lines that were meant as markers", () => {
  it.each([
    "-- +goose Down",
    "--+goose down",
    "-- +goose\tDown",
    "-- +goose no transaction",
    "-- goose is fun",
  ])("%s is right, or a comment", async (line) => {
    expect(await faults(line)).toEqual([]);
  });

  it.each(["-- + goose Down", "-- goose Down", "-- +Goose Down", "-- +GOOSE DOWN"])(
    "goose treats %s as a comment",
    async (line) => {
      expect(await faults(line)).toEqual([
        "3: goose treats it as a comment: what is below runs with the up; write it as -- +goose Down",
      ]);
    },
  );

  it.each(["-- +goose Dwon", "-- +goose", "-- +goose Down -- back"])("goose refuses %s", async (line) => {
    expect(await faults(line)).toEqual([expect.stringMatching(/^3: goose refuses the file: it has no such/)]);
  });

  it("goose wants its annotation at the start of the line", async () => {
    expect(await faults(" -- +goose Down")).toEqual([
      "3: goose refuses the file: spaces precede its annotation; write it as -- +goose Down",
    ]);
  });

  it("other tools have them as well", async () => {
    expect(await faults("-- migrate: down", "dbmate", "-- migrate:")).toEqual([
      "3: dbmate treats it as a comment: what is below runs with the up; write it as -- migrate:down",
    ]);
    expect(await faults("--+migrate Down", "sql-migrate", "-- +migrate ")).toEqual([
      "3: sql-migrate treats it as a comment: what is below runs with the up; write it as -- +migrate Down",
    ]);
  });
});

describe("blanks in markers that are no ASCII", () => {
  const blank = "\u00a0";
  const lost = async (line: string, tool: string): Promise<readonly string[]> => {
    const before = tool === "dbmate" ? "-- migrate:" : tool === "goose" ? "-- +goose " : "-- +migrate ";
    const [up, down] = tool === "dbmate" ? ["up", "down"] : ["Up", "Down"];
    const fs = memoryFileSystem({
      "migrations/001_a.sql": `${before}${up}\nCREATE TABLE a (id bigint PRIMARY KEY);\n${before}${down}\nDROP TABLE a;\n`,
      "migrations/002_b.sql": `${before}${up}\nSELECT 1;\n${line}\nDROP TABLE a;\n`,
    });
    const { findings } = await lintProject({ fs });
    return findings.filter(({ file }) => file.includes("002")).map(({ ruleId }) => ruleId);
  };

  it.each(["-- migrate:down\u00a0x", "--\u00a0migrate:down", "-- migrate:down\ufeff"])(
    "dbmate runs what is below %s with the up",
    async (line) => {
      expect(await lost(line, "dbmate")).toContain("drop-table");
    },
  );

  it("dbmate treats a marker followed by one as a comment", async () => {
    expect(await faults(`-- migrate:down${blank}`, "dbmate", "-- migrate:")).toEqual([
      "3: dbmate treats it as a comment: what is below runs with the up; write it as -- migrate:down",
    ]);
  });

  it.each([
    ["goose", `-- +goose${blank}Down${blank}`],
    ["sql-migrate", `-- +migrate Down${blank}x`],
  ])("%s takes %s for its marker", async (tool, line) => {
    expect(await lost(line, tool)).not.toContain("drop-table");
  });

  it("sql-migrate runs what is below a marker with a byte order mark with the up", async () => {
    expect(await lost("-- +migrate Down\ufeff", "sql-migrate")).toContain("drop-table");
  });
});
