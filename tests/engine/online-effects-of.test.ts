import { describe, expect, it } from "vitest";
import {
  describe as inWords,
  noEffects,
  releaseOf,
  rowVersionLimit,
  waits,
} from "../../src/effects/index.ts";
import { isSince } from "../../src/effects/mysql/release.ts";
import { effectsOf, type OnlineStatementEffects } from "../../src/index.ts";
import { emptySchema } from "../../src/schema/schema.ts";
import { mysql } from "../../src/dialects/mysql.ts";

const schema = `
  CREATE TABLE users (id INT PRIMARY KEY);
  CREATE TABLE orders (id INT PRIMARY KEY, user_id INT, total INT, note VARCHAR(63)) CHARSET utf8mb4`;

const asked = (sql: string, version?: string, session?: string): Promise<OnlineStatementEffects> =>
  effectsOf(sql, { dialect: "mysql", schema, version, session });

describe("effectsOf for MySQL", () => {
  it("says what an ALTER takes", async () => {
    expect(await asked("ALTER TABLE orders MODIFY total BIGINT", "8.0.36")).toEqual({
      algorithm: "COPY",
      lock: "SHARED",
      rebuild: true,
      rowsCopied: true,
      rowVersion: false,
      indexesBuilt: [],
      metadataLock: "EXCLUSIVE",
      commits: true,
      certain: true,
      fails: null,
    });
  });

  it.each([
    ["ALTER TABLE orders ADD COLUMN x INT, ALGORITHM=INPLACE", "INPLACE", "NONE"],
    ["ALTER TABLE orders ADD COLUMN x INT, ALGORITHM=COPY", "COPY", "SHARED"],
    ["ALTER TABLE orders ADD INDEX i (total), LOCK=SHARED", "INPLACE", "SHARED"],
    ["ALTER TABLE orders ADD COLUMN x INT; ALTER TABLE orders ADD INDEX i (x)", "INPLACE", "NONE"],
    ["INSERT INTO orders (id) VALUES (1)", null, null],
    [
      "CREATE TABLE lines (id INT PRIMARY KEY, INDEX (id), FOREIGN KEY (id) REFERENCES lines (id))",
      null,
      null,
    ],
  ])("%s", async (sql, algorithm, lock) => {
    const found = await asked(sql);
    expect([found.fails, found.algorithm, found.lock]).toEqual([null, algorithm, lock]);
  });

  it.each([
    "ALTER TABLE orders MODIFY total BIGINT, ALGORITHM=INPLACE",
    "ALTER TABLE orders MODIFY total BIGINT, LOCK=NONE",
    "ALTER TABLE orders ADD COLUMN x INT, ALGORITHM=INSTANT, LOCK=NONE",
    "ALTER TABLE nope ADD COLUMN x INT",
    "ALTER TABLE orders DROP COLUMN nope",
    "ALTER TABLE orders MODIFY total INT, DROP COLUMN total",
  ])("%s fails", async (sql) => {
    expect(await asked(sql)).toMatchObject({
      algorithm: null,
      rebuild: false,
      fails: expect.any(String) as string,
    });
  });

  it("follows the session", async () => {
    const sql = "ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users (id)";
    expect((await asked(sql)).algorithm).toBe("COPY");
    expect(await asked(sql, "8.4", "SET foreign_key_checks = 0")).toMatchObject({
      algorithm: "INPLACE",
      indexesBuilt: ["user_id"],
    });
  });

  it("knows which statements commit", async () => {
    expect((await asked("CREATE TABLE a (id INT)")).commits).toBe(true);
    expect((await asked("CREATE TEMPORARY TABLE a (id INT)")).commits).toBe(false);
    expect((await asked("UPDATE orders SET total = 1")).commits).toBe(false);
    expect((await asked("TRUNCATE TABLE orders")).commits).toBe(true);
  });
});

describe("a history that doesn't show the column", () => {
  const effects = (sql: string) => {
    const [operation] = mysql
      .frontEnd("")
      .read(sql)
      .statements.flatMap(({ operations }) => operations);
    if (operation === undefined) return noEffects;
    return mysql.effects.of(operation, emptySchema(mysql), { version: 8, setting: () => undefined });
  };

  it("takes the dearer of what is likely, and says so", () => {
    expect(effects("ALTER TABLE t MODIFY c BIGINT").online).toMatchObject({
      algorithm: "COPY",
      certain: false,
    });
    expect(effects("ALTER TABLE t ADD COLUMN c INT").online).toMatchObject({
      algorithm: "INSTANT",
      certain: true,
    });
    expect(effects("ALTER TABLE t MODIFY c BIGINT, ALGORITHM=INPLACE").fails).toBeUndefined();
  });

  it("is said in words, with who waits", () => {
    const found = effects("ALTER TABLE t ADD COLUMN c INT AS (a) STORED");
    expect(inWords(found)).toBe("copies t with ALGORITHM=COPY, LOCK=SHARED");
    expect(waits(found)).toEqual([{ relation: "public.t", blocks: "writes" }]);
    expect(waits(effects("ALTER TABLE t ADD INDEX (a)"))).toEqual([]);
  });
});

it.each([
  ["8.0.36-0ubuntu1", [8, 0, 36]],
  ["10.11", [10, 11]],
  ["8", [8]],
  ["latest", []],
])("releaseOf(%s)", (version, release) => {
  expect(releaseOf(version)).toEqual(release);
});

it("takes a part that isn't given as the latest", () => {
  expect(isSince({ release: [8, 0] }, "8.0.29")).toBe(true);
  expect(isSince({ release: [8, 0, 28] }, "8.0.29")).toBe(false);
  expect(isSince({ release: [5, 7] }, "8.0.12")).toBe(false);
  expect(isSince({ release: [] }, "9.1")).toBe(true);
});

it("limits instant row versions", () => {
  expect(rowVersionLimit({ isMariaDb: false, release: [8, 0, 28] })).toBeUndefined();
  expect(rowVersionLimit({ isMariaDb: false, release: [8, 4, 8] })).toBe(64);
  expect(rowVersionLimit({ isMariaDb: false, release: [9, 7] })).toBe(255);
  expect(rowVersionLimit({ isMariaDb: true, release: [11, 8] })).toBeUndefined();
});
