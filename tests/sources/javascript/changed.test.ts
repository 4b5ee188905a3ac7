/** A constant that is changed before it is used isn't one: its calls count as not understood, and nothing is guessed. */
import { describe, expect, it } from "vitest";
import { lintProject, memoryFileSystem } from "../../../src/index.ts";

const file = "migrations/20240102000000_b.js";
const first = 'exports.up = (knex) => knex.schema.createTable("users", (t) => { t.increments(); });\n';

async function counted(text: string) {
  const files = { "migrations/20240101000000_a.js": `${first}exports.down = () => {};\n`, [file]: text };
  const { unknownStatements, errors } = await lintProject({
    fs: memoryFileSystem(files),
    facts: { tool: "knex" },
  });
  expect(errors).toEqual([]);
  return unknownStatements["SQL that code builds"] ?? 0;
}

const up = (body: string): string =>
  `exports.up = async (knex) => {\n${body}\n};\nexports.down = () => {};\n`;
const all = "for (const s of q) await knex.raw(s);";

describe("a constant that is changed", () => {
  it.each([
    ["by push", `const q = ["SELECT 1"]; q.push("DROP TABLE users"); ${all}`],
    ["by unshift, called apart", `const q = ["SELECT 1"]; q["un" + "shift"]("DROP TABLE users"); ${all}`],
    ["by splice", `const q = ["SELECT 1"]; q.splice(0, 1, "DROP TABLE users"); ${all}`],
    [
      "by add, beside a record's own",
      `const o = { add: (x) => x }; const q = new Set(["SELECT 1"]); o.add(q.add("DROP TABLE users")); ${all}`,
    ],
    ["by its place", `const q = ["SELECT 1"]; q[0] = "DROP TABLE users"; ${all}`],
    ["by a field", 'const q = { s: "SELECT 1" }; q.s = "DROP TABLE users"; await knex.raw(q.s);'],
    [
      "by a field of a field",
      'const q = { a: { s: "SELECT 1" } }; q.a.s = "DROP TABLE users"; await knex.raw(q.a.s);',
    ],
    [
      "by Object.assign",
      'const q = { s: "SELECT 1" }; Object.assign(q, { s: "DROP TABLE users" }); await knex.raw(q.s);',
    ],
    [
      "by Reflect",
      'const q = { s: "SELECT 1" }; Reflect.set(q, "s", "DROP TABLE users"); await knex.raw(q.s);',
    ],
    ["by apply", `const q = ["SELECT 1"]; [].push.apply(q, ["DROP TABLE users"]); ${all}`],
    ["under another name", `const q = ["SELECT 1"]; const r = q; r.push("DROP TABLE users"); ${all}`],
    [
      "in a function",
      `const q = ["SELECT 1"]; const add = (r) => r.push("DROP TABLE users"); add(q); ${all}`,
    ],
    [
      "in each of its items",
      'const q = [{ s: "SELECT 1" }]; q.forEach((r) => { r.s = "DROP TABLE users"; }); await knex.raw(q[0].s);',
    ],
    ["by var in an inner block", 'var q = "SELECT 1"; { var q = "DROP TABLE users"; } await knex.raw(q);'],
    [
      "in a closure",
      'let q = "SELECT 1"; const o = { f() { q = "DROP TABLE users"; } }; o.f(); await knex.raw(q);',
    ],
    [
      "in a loop",
      'let q = "SELECT 1"; for (let i = 0; i < 2; i++) { await knex.raw(q); q = "DROP TABLE users"; }',
    ],
    ["by a loop", 'let q = "SELECT 1"; for (q of ["DROP TABLE users"]) {} await knex.raw(q);'],
    ["by a pattern", 'let q = "SELECT 1"; [q] = ["DROP TABLE users"]; await knex.raw(q);'],
    [
      "inside of an expression",
      'let q = "SELECT 1"; await knex.raw("SELECT ?", [(q = "DROP TABLE users")]); await knex.raw(q);',
    ],
  ])("%s", async (_, body) => {
    expect(await counted(up(body))).toBeGreaterThan(0);
  });

  it("at the top level", async () => {
    const text = 'const q = ["SELECT 1"];\nq.push("DROP TABLE users");\n';
    expect(await counted(text + up(all))).toBeGreaterThan(0);
  });
});

describe("a constant that stays one", () => {
  it.each([
    ["in order", 'let q = "SELECT 1"; q += " + 1"; await knex.raw(q); q = "SELECT 2"; await knex.raw(q);'],
    ["of a loop", 'for (const s of ["a", "b"]) { let q = "SELECT 1"; q = q + s; await knex.raw(q); }'],
    ["that another is made of", `const q = ["SELECT 1"]; const r = q.map((s) => s); r.push(1); ${all}`],
    [
      "beside a list of promises",
      'const q = ["SELECT 1"], p = []; for (const s of q) p.push(knex.raw(s)); await Promise.all(p);',
    ],
  ])("%s", async (_, body) => {
    expect(await counted(up(body))).toBe(0);
  });
});

describe("exports that are put together", () => {
  const drops = '(knex) => knex.raw("DROP TABLE users")';
  it.each([
    `${up("")}exports["u" + "p"] = ${drops};`,
    `${up("")}Object.assign(exports, { up: ${drops} });`,
    `${up("")}const e = exports; e.up = ${drops};`,
    `${up("")}if (process.env.X) exports.up = ${drops};`,
    `${up("")}module["exp" + "orts"].up = ${drops};`,
    `${up("")}Object.defineProperty(module.exports, "up", { value: ${drops} });`,
  ])("%s", async (text) => {
    expect(await counted(text)).toBeGreaterThan(0);
  });

  it.each([
    `Object.defineProperty(exports, "__esModule", { value: true });\nexports.down = exports.up = void 0;\n${up("await knex.raw('SELECT 1');")}`,
    `module.exports = { up: (knex) => knex.raw("SELECT 1"), down: () => {} };`,
    `module.exports = exports = {};\n${up("await knex.raw('SELECT 1');")}`,
    `${up("await knex.raw('SELECT 1');")}exports.again = (knex) => exports.up(knex);`,
  ])("are not: %s", async (text) => {
    expect(await counted(text)).toBe(0);
  });
});
