import { describe, expect, test } from "vitest";
import { discover } from "../../src/project/discover.ts";
import { memoryFileSystem } from "../../src/project/files/file-system.ts";
import { forksOf, inOrder, revisionOf, type Revision } from "../../src/project/layouts/revision-graph.ts";

/** `b < a`: b continues a; `c < a b`: c merges both; `d < c ! e`: d also depends on e; `a @ x`: a branch called x. */
const revisions = (lines: readonly string[]): readonly Revision[] =>
  lines.map((line) => {
    const [graph = "", labels = ""] = line.split(" @ ");
    const [id = "", rest = ""] = graph.split(" < ");
    const [downs = "", needs = ""] = rest.split(" ! ");
    const words = (text: string): string[] => text.split(" ").filter((word) => word !== "");
    return { file: `${id}.py`, id, downs: words(downs), dependsOn: words(needs), labels: words(labels) };
  });

const order = (...lines: readonly string[]): string =>
  inOrder(revisions(lines))
    .map(({ id }) => id)
    .join(" ");

const forks = (...lines: readonly string[]): readonly string[] =>
  forksOf(revisions(lines)).map((heads) => heads.map(({ id }) => id).join(" "));

describe("the order of revisions", () => {
  test("follows a line, whatever the files are called", () => {
    expect(order("a < b", "b < c", "c")).toBe("c b a");
  });

  test("runs all branches before what merges them", () => {
    expect(order("a", "b < a", "c < a", "d < b c")).toMatch(/^a (?:b c|c b) d$/);
  });

  test("runs what another head depends on first", () => {
    expect(order("a", "b < a", "x", "y < x ! b")).toBe("a b x y");
  });

  test("keeps several heads", () => {
    expect(order("a", "b < a", "c < a").split(" ").sort()).toEqual(["a", "b", "c"]);
  });

  test("leaves cycles and missing parents in the order of the files", () => {
    expect(order("a < b", "b < a")).toBe("a b");
    expect(order("a < gone", "b < a")).toBe("a b");
    expect(order("a < a")).toBe("a");
  });

  test("takes thousands of revisions", () => {
    const lines = Array.from({ length: 5000 }, (_, i) => (i === 0 ? "r0" : `r${i} < r${i - 1}`));
    const started = performance.now();
    expect(order(...lines.reverse())).toMatch(/^r0 r1 .* r4999$/);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe("the head of a migration", () => {
  test.each([
    [`revision = "a"\ndown_revision = None\n`, { id: "a", downs: [], dependsOn: [], labels: [] }],
    [
      `revision: str = 'a'\ndown_revision: Union[str, None] = "b"\n`,
      { id: "a", downs: ["b"], dependsOn: [], labels: [] },
    ],
    [
      `revision = "a"\ndown_revision = (\n    "b",  # "no"\n    "c",\n)\ndepends_on = ["d"]\nbranch_labels = ("e",)\n`,
      { id: "a", downs: ["b", "c"], dependsOn: ["d"], labels: ["e"] },
    ],
    [
      `revision = "a"\ndown_revision = "b"\nbranch_labels = (branches.EXPAND,)\ndepends_on = None\n`,
      { id: "a", downs: ["b"], dependsOn: [], labels: ["branches.EXPAND,"] },
    ],
    [
      `revision = "a"\ndown_revision = None\nbranch_labels: str | None = None\ndepends_on = ()\n`,
      { id: "a", downs: [], dependsOn: [], labels: [] },
    ],
    [
      `revision="b"; down_revision='a'\nbranch_labels=None; depends_on=None\n`,
      { id: "b", downs: ["a"], dependsOn: [], labels: [] },
    ],
    [
      `revision, down_revision, labels = "c", ("a", "b"), None\n`,
      { id: "c", downs: ["a", "b"], dependsOn: [], labels: [] },
    ],
    [
      `BEFORE: Final = "a"\nrevision = THIS = "b"\nTHIS = 'b'\nrevision: str = THIS\ndown_revision = (BEFORE,)\n`,
      { id: "b", downs: ["a"], dependsOn: [], labels: [] },
    ],
    [
      `revision = "b"  # not "x"; down_revision = "y"\ndown_revision = "a"  # "z"\n`,
      { id: "b", downs: ["a"], dependsOn: [], labels: [] },
    ],
  ])("%j", (text, expected) => {
    expect(revisionOf("x.py", text)).toEqual({ file: "x.py", ...expected });
  });

  test("is no revision without both names", () => {
    expect(revisionOf("x.py", `revision = "a"\n`)).toBeUndefined();
    expect(revisionOf("x.py", `down_revision = "a"\n`)).toBeUndefined();
  });
});

describe("heads of one line", () => {
  test("are those that nothing continues, in the order of the files", () => {
    expect(forks("a", "b < a", "c < a", "d < c")).toEqual(["b d"]);
    expect(forks("a", "b < a", "c < a", "d < b c")).toEqual([]);
  });

  test("are forks although one depends on the other: Alembic counts both as heads", () => {
    expect(forks("a", "b < a", "c < a ! b")).toEqual(["b c"]);
  });

  test("are meant where they have nothing in common, or branches have labels", () => {
    expect(forks("a", "b < a", "x", "y < x")).toEqual([]);
    expect(forks("a", "b < a @ left", "c < a @ right")).toEqual([]);
  });
});

describe("revisions in folders below others", () => {
  const revision = (id: string, down?: string, label?: string): string =>
    `revision = "${id}"\ndown_revision = ${down === undefined ? "None" : `"${down}"`}\nbranch_labels = ${label ?? "None"}\n\ndef upgrade():\n    op.execute("SELECT 1")\n`;

  const read = (files: Readonly<Record<string, string>>): readonly string[] => {
    const all = Object.entries(files).map(([file, text]): [string, string] => [`db/versions/${file}`, text]);
    const fs = memoryFileSystem({ "alembic.ini": "[alembic]\n", ...Object.fromEntries<string>(all) });
    return discover(fs, ["."]).flatMap(({ migrations }) => migrations.map(({ version }) => version ?? ""));
  };

  test("continue them on branches with labels", () => {
    expect(
      read({
        "first.py": revision("a"),
        "2026/expand/b.py": revision("b", "a", "(EXPAND,)"),
        "2026/contract/c.py": revision("c", "a", "(CONTRACT,)"),
        "2027/expand/d.py": revision("d", "b"),
      }).toSorted(),
    ).toEqual(["a", "b", "c", "d"]);
  });

  test.each([
    ["would be second heads", { "b.py": revision("b", "a"), "off/c.py": revision("c", "a") }, ["a", "b"]],
    ["are copies", { "b.py": revision("b", "a"), "old/b.py": revision("b", "a") }, ["a", "b"]],
    ["begin anew", { "b.py": revision("b", "a"), "old/c.py": revision("c") }, ["a", "b"]],
  ])("aren't read if they %s", (_, files: Record<string, string>, expected) => {
    expect(read({ "a.py": revision("a"), ...files })).toEqual(expected);
  });
});
