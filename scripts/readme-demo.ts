/** The screens of real output that the README shows: some findings of made-up histories, and their summary lines. */
import { createReport, formats, lintProject, nodeFileSystem, plainColors, rules } from "../src/index.ts";
import type { Facts } from "../src/index.ts";

/** PostgreSQL's, which `npm start` lints. */
export const readmeDemo = (root: string): Promise<string> =>
  screen(root, "fixtures/demo", [
    "index-without-concurrently",
    "concurrently-in-transaction",
    "set-not-null",
  ]);

export const mysqlCommand = 'npx ddlint --server-version "mysql 8.0.36"';

export const mysqlDemo = (root: string): Promise<string> =>
  screen(root, "fixtures/mysql-demo", ["algorithm-copy", "modify-drops-attributes", "not-atomic"], {
    dialect: "mysql",
    serverVersion: "8.0.36",
  });

/** MongoDB's, on the page about it. */
export const mongodbDemo = (root: string): Promise<string> =>
  screen(root, "fixtures/mongodb-demo", ["backfill-without-batches", "unawaited-call"]);

async function screen(
  root: string,
  folder: string,
  shown: readonly string[],
  facts?: Facts,
): Promise<string> {
  const result = await lintProject({
    cwd: root,
    fs: nodeFileSystem(root),
    paths: [folder],
    facts: { ...facts, commitTimes: false },
  });
  const some = shown.flatMap((id) => result.findings.find(({ ruleId }) => ruleId === id) ?? []);
  const format = await formats.text();
  const report = createReport(result, { rules });
  const text = format({ ...report, findings: some }, { colors: plainColors, width: 100 }).trimEnd();
  // The last lines count all findings.
  const counted = text.lastIndexOf("\n\n") + 2;
  const left = report.findings.length - some.length;
  return `${text.slice(0, counted)}[… ${left} more ${left === 1 ? "finding" : "findings"}]\n\n${text.slice(counted)}`;
}
