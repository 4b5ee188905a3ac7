import { describe, expect, it } from "vitest";
import { code, fenced, inline, sentence } from "../../src/report/markdown-text.ts";
import { hostileReport, write } from "./hostile.ts";

describe("text of others", () => {
  it.each([
    ["a*b*_c_~d~", "a&#42;b&#42;&#95;c&#95;&#126;d&#126;"],
    ["<img src=x onerror=alert(1)>", "&#60;img src=x onerror=alert(1)&#62;"],
    ["@team", "&#64;\u200Bteam"],
    ["fixes #12, GH-3", "fixes &#35;\u200B12, GH-\u200B3"],
    ["[x](y) ![z](w)", "&#91;x&#93;(y) &#33;&#91;z&#93;(w)"],
    ["https://a.b www.a.b", "https&#58;//a.b www&#46;a.b"],
    ["a | b\r\n c", "a &#124; b c"],
    ["- item", "&#45; item"],
    ["1. item", "1&#46; item"],
    ["&amp; \\ `x` $y$", "&#38;amp; &#92; &#96;x&#96; &#36;y&#36;"],
    ["\u202Eoops\u0007", "&#92;u202eoops&#92;x07"],
  ])("%j does nothing", (text, shown) => {
    expect(inline(text)).toBe(shown);
  });

  it("stays code in code", () => {
    expect(code("a`|<b>@c")).toBe("<code>a&#96;&#124;&#60;b&#62;&#64;c</code>");
    expect(fenced("sql", "a\n````\nb")).toBe("`````sql\na\n````\nb\n`````");
    expect(fenced("sql", "::error::x\n##[error]")).toBe("```sql\n/**/::error::x\n## [error]\n```");
    expect(sentence("say `-- x: y` first")).toBe("say <code>-- x: y</code> first");
  });
});

describe("the report", () => {
  it("is short enough for a comment, and says what it leaves out", async () => {
    const report = await hostileReport();
    const findings = Array.from({ length: 100 }, () => report.findings).flat();
    const text = await write("markdown", { ...report, findings });
    expect(text.length).toBeLessThan(65_536);
    const shown = text.split("<details>").length - 1;
    expect(text).toContain(`\n${findings.length - shown} findings more: too long for a comment.\n`);
  });

  it("tells of each migration its strongest lock and its way back", async () => {
    const rows = (await write("markdown", await hostileReport()))
      .split("\n")
      .filter((line) => line.startsWith("| <"));
    expect(rows).toEqual([
      "| <code>001&#95;init</code> |  |  | 1 note | has one |",
      expect.stringMatching(
        / \| ACCESS EXCLUSIVE on <code>orders<\/code>.* \| reads and writes \| .* \| none \|$/,
      ),
      expect.stringMatching(/003.* \| missing \|$/),
    ]);
  });
});
