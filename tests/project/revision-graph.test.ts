import { describe, expect, test } from "vitest";
import { inOrder, revisionOf } from "../../src/project/layouts/revision-graph.ts";

/** `b < a`: b continues a; `c < a b`: c merges both; `d < c ! e`: d also depends on e. */
const order = (...lines: readonly string[]): string =>
  inOrder(
    lines.map((line) => {
      const [id = "", rest = ""] = line.split(" < ");
      const [downs = "", needs = ""] = rest.split(" ! ");
      const words = (text: string): string[] => text.split(" ").filter((word) => word !== "");
      return { file: `${id}.py`, id, downs: words(downs), dependsOn: words(needs) };
    }),
  )
    .map(({ id }) => id)
    .join(" ");

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
    [`revision = "a"\ndown_revision = None\n`, { id: "a", downs: [], dependsOn: [] }],
    [
      `revision: str = 'a'\ndown_revision: Union[str, None] = "b"\n`,
      { id: "a", downs: ["b"], dependsOn: [] },
    ],
    [
      `revision = "a"\ndown_revision = (\n    "b",  # "no"\n    "c",\n)\ndepends_on = ["d"]\n`,
      { id: "a", downs: ["b", "c"], dependsOn: ["d"] },
    ],
  ])("%j", (text, expected) => {
    expect(revisionOf("x.py", text)).toEqual({ file: "x.py", ...expected });
  });

  test("is no revision without both names", () => {
    expect(revisionOf("x.py", `revision = "a"\n`)).toBeUndefined();
    expect(revisionOf("x.py", `down_revision = "a"\n`)).toBeUndefined();
  });
});
