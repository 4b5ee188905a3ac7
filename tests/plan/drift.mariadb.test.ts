/** `schema --diff` with what mariadb-dump writes, if both are here: a history's own dump, and a drift. */
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planDrift } from "../../src/engine/schema.ts";
import { memoryFileSystem } from "../../src/project/file-system.ts";
import { findMariaDb } from "../mariadb/binaries.ts";
import { Lab } from "../mariadb/replay.ts";

const shop = new URL("../../fixtures/mysql-shop/db/migrations/", import.meta.url);
const isThere = findMariaDb()?.dump !== undefined;
if (!isThere)
  console.warn("No mariadb-dump here: drifts on MariaDB aren't tried (apt-get install mariadb-client)");

describe.runIf(isThere)("on MariaDB", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await Lab.start();
  });
  afterAll(() => lab.stop());

  const names = readdirSync(shop)
    .filter((name) => name.endsWith(".up.sql"))
    .sort();
  const files = Object.fromEntries(
    names.map((name) => [`db/migrations/${name}`, readFileSync(new URL(name, shop), "utf8")] as const),
  );
  const drift = () =>
    planDrift({
      facts: { dialect: "mariadb" },
      fs: memoryFileSystem(files),
      dump: { path: "dump.sql", text: lab.server.dump("lab") ?? "" },
    });

  it("nothing differs from the own dump, and a drift is reconciled", async () => {
    const world = await lab.world();
    for (const text of Object.values(files)) await world.run(text);
    const expected = (await world.held()).servers;
    const own = await drift();
    expect({ statements: own.statements, differences: own.differences }).toEqual({
      statements: [],
      differences: [],
    });
    await world.run("ALTER TABLE orders ADD COLUMN extra int, ADD INDEX extra_idx (extra);");
    await world.run("CREATE TABLE others (id int PRIMARY KEY, total decimal(10,2) NOT NULL DEFAULT 0);");
    const plan = await drift();
    expect(plan.isSame).toBe(false);
    for (const sql of plan.statements)
      for (const { error } of await world.run(sql)) expect(error, `${sql}\n${plan.text}`).toBeUndefined();
    expect((await world.held()).servers, plan.text).toEqual(expected);
  });
});
