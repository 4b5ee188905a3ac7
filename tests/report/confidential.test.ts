import { expect, it } from "vitest";
import { formats, lintText, plainColors, rules, version } from "../../src/index.ts";
import type { Report } from "../../src/index.ts";
import { countFindings } from "../../src/report/report.ts";

const secret = "tr0ub4dor";

it("no report shows a password, nor do other findings of its line", async () => {
  const text = `CREATE ROLE shop_app SUPERUSER PASSWORD '${secret}';\n`;
  const { findings } = await lintText(text, { path: "a.sql", opinions: { presets: ["strict"] } });
  expect(findings.map(({ ruleId }) => ruleId)).toEqual(
    expect.arrayContaining(["secret-in-migration", "superuser-or-bypass"]),
  );
  const report: Report = {
    version,
    findings,
    summary: {
      ...countFindings(findings),
      files: 1,
      migrations: 1,
      pending: 1,
      statements: 1,
      suppressed: 0,
      accepted: 0,
    },
    rules,
    sources: new Map([["a.sql", text]]),
  };
  for (const load of Object.values(formats)) {
    const written = (await load())(report, { width: 100, colors: plainColors });
    expect(written).toContain("secret-in-migration");
    expect(written).not.toContain(secret);
  }
});
