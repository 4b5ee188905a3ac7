/**
 * Advice for Alembic, Django, Rails and Liquibase is migrations of the tool: `npm run frameworks` runs the recorded ones with the
 * tool itself, and these tests hold that they are what is advised, and that there is nothing left to say of them.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inChangelog } from "../support/advised-changelog.ts";
import { inRuby } from "../support/advised-ruby.ts";
import { follow, type Project, type Way } from "../support/advised.ts";

const home = join(import.meta.dirname, "../../fixtures/frameworks/advice");

interface Tool {
  readonly migrations: string;
  readonly file: (name: string) => string;
  readonly way?: Way;
}

const tools: Readonly<Record<string, Tool>> = {
  django: { migrations: "shop/migrations", file: (name) => `0002_${name}.py` },
  alembic: { migrations: "alembic/versions", file: (name) => `0002_${name}.py` },
  rails: { migrations: "db/migrate", file: (name) => `20240201000000_${name}.rb`, way: inRuby },
  liquibase: {
    migrations: "changes",
    file: (name) => `${name}.${/^(?:yaml|json)(?=_)/.exec(name)?.[0] ?? "xml"}`,
    way: inChangelog,
  },
};

/** What is still said, and why it may be. */
const left: Readonly<Record<string, readonly string[]>> = {
  // It is the purpose, and the advice is what to change in the application.
  "django/optional_key_and_more": [
    "shop/migrations/0002_optional_key_and_more.py drop-not-null: readers of shop_order.customer_id get NULL where they have always found a value",
  ],
  "django/renamed_key": [
    "shop/migrations/0002_renamed_key.py rename-column: a running application that uses shop_order.customer_id fails at that moment",
  ],
  // It is what the call asks for; rows without a value have none in the rollback.
  "alembic/retyped_optional_column": [
    "alembic/versions/0002_retyped_optional_column.py drop-not-null: readers of orders.status get NULL where they have always found a value",
    "alembic/versions/0002_retyped_optional_column.py rollback-fails-on-rows: the rollback fails if a row written since the migration has NULL in status of orders",
  ],
  // The keys of one table aren't those of another: so does the migration itself.
  "rails/key_to_other_table": [
    "db/migrate/20240201000100_key_to_other_table_2.rb rollback-fails-on-rows: the rollback fails if a row of families written since refers to a missing row by partner_id",
  ],
  // Which row each old one refers to, the application knows.
  "rails/required_reference": [
    "db/migrate/20240201000200_required_reference_3.rb not-null-without-backfill: fails if families has a row: families.profile_id was just added as NULL, and nothing fills it",
  ],
};

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile() && !/\.pyc$/.test(one.name))
    .map((one) => join(one.parentPath, one.name).slice(folder.length + 1))
    .sort();

const read = (folder: string): Project =>
  Object.fromEntries(filesIn(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")]));

describe.each(Object.entries(tools))("advice for %s", (tool, { migrations, file: fileOf, way }) => {
  const base = read(join(home, tool, "base"));
  const cases = readdirSync(join(home, tool)).filter((name) => name !== "base");

  it.each(cases)("%s", async (name) => {
    const own = join(home, tool, name);
    const path = `${migrations}/${fileOf(name)}`;
    const unsafe = readFileSync(join(own, fileOf(name)), "utf8");
    // A case may begin with tables of its own.
    const initial = join(own, "0001_initial.py");
    const first = existsSync(initial)
      ? { [`${migrations}/0001_initial.py`]: readFileSync(initial, "utf8") }
      : {};
    const { files, findings } = await follow({ ...base, ...first, [path]: unsafe }, path, way);
    const advised = Object.entries(files).filter(([file]) => base[file] === undefined);
    expect(files[path]).not.toBe(unsafe);
    const folder = join(own, "advised");
    for (const [file, text] of advised)
      await expect(text).toMatchFileSnapshot(join(folder, file.slice(migrations.length + 1)));
    expect(existsSync(folder) ? filesIn(folder) : []).toEqual(
      advised.map(([file]) => file.slice(migrations.length + 1)).sort(),
    );
    // Whether rows are alike, no way to build a key decides.
    const other = findings.filter(({ ruleId }) => ruleId !== "unique-on-existing-rows");
    expect(other.map(({ file, ruleId, message }) => `${file} ${ruleId}: ${message}`)).toEqual(
      left[`${tool}/${name}`] ?? [],
    );
  });
});
