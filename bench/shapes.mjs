/**
 * Times growth, `npm run bench -- --shapes [name…]`: each shape at a size and at four times that size, in processes of
 * their own, as a table in Markdown. Work that grows with the text takes four times as long, less what a start takes.
 * `tests/growth` counts the same shapes in steps; the figures of `docs/growth.md` come from here.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { shapes } from "../tests/growth/shapes.ts";
import { bin, time, withMemory } from "./process.mjs";

/** Files of a project of size `n`, by their paths. */
const projects = {
  "files of one history": {
    size: 2500,
    files: (n) => numbered(n, (i) => [`migrations/${20200101000000 + i}_t.sql`, statements(i)]),
  },
  "folders with a history": {
    size: 250,
    files: (n) =>
      numbered(n, (i) => [
        [`services/s${i}/migrations/001_t.sql`, `CREATE TABLE t${i} (id bigint PRIMARY KEY);\n`],
        [`services/s${i}/migrations/002_a.sql`, `ALTER TABLE t${i} ADD COLUMN a integer;\n`],
      ]).flat(),
  },
  "modules with a history of Flyway": {
    size: 250,
    files: (n) =>
      numbered(n, (i) => [
        `modules/m${i}/src/main/resources/db/migration/V1__t.sql`,
        `CREATE TABLE t${i} (id bigint PRIMARY KEY);\n`,
      ]),
  },
  "megabytes of one-line INSERTs": {
    size: 5,
    files: (n) => [["migrations/20200101000000_rows.sql", numbered(n * 20_000, row).join("")]],
  },
  "megabytes of all kinds of statements": {
    size: 1,
    files: (n) => [["migrations/20200101000000_all.sql", numbered(n * 3000, statements).join("")]],
  },
};

const numbered = (count, one) => Array.from({ length: count }, (_, i) => one(i));

const row = (i) => `INSERT INTO t (id, name) VALUES (${i}, 'name of row ${i}');\n`;

const statements = (i) => `CREATE TABLE t${i} (id bigint PRIMARY KEY, name text NOT NULL, parent_id bigint);
CREATE INDEX t${i}_name_idx ON t${i} (name);
ALTER TABLE t${i} ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();
INSERT INTO t${i} (id, name) VALUES (0, 'none');
UPDATE t${i} SET name = 'first' WHERE id = 0;
`;

const texts = shapes.map(([name, { dialect, text }]) => [
  name,
  { size: 2500, dialect, files: (n) => [["migrations/20200101000000_shape.sql", text(n)]] },
]);

const wanted = process.argv.slice(3);
const chosen = [...Object.entries(projects), ...texts].filter(
  ([name]) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
);

const folder = mkdtempSync(join(tmpdir(), "ddlint-shapes-"));
const run = ({ dialect = "postgres", files }, n) => {
  const root = join(folder, "project");
  for (const [path, text] of files(n)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  writeFileSync(join(root, "ddlint.config.json"), JSON.stringify({ dialect, presets: ["strict"] }));
  const out = ["--no-cache", "--exit-zero", "--format", "json", "--output", join(folder, "out.json")];
  const result = time([...withMemory, bin, root, ...out]);
  rmSync(root, { recursive: true });
  return result;
};

try {
  console.log("| shape | n | time | memory | 4 n | time | memory |\n|---|--:|--:|--:|--:|--:|--:|");
  for (const [name, shape] of chosen) {
    const cells = [shape.size, 4 * shape.size].flatMap((n) => {
      const { ms, megabytes } = run(shape, n);
      return [n.toLocaleString("en"), `${(ms / 1000).toFixed(2)} s`, `${megabytes.toFixed(0)} MB`];
    });
    console.log(`| ${name} | ${cells.join(" | ")} |`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
