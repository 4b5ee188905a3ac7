/**
 * Runs the packed build in each host on a small project, and prints what each says: `npm run hosts` in the repository's
 * root. Fails where a host doesn't say what it should.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const here = import.meta.dirname;
const root = resolve(here, "../..");
const folder = mkdtempSync(join(tmpdir(), "ddlint-hosts-"));

const eslint = (name) => ({
  name,
  version: versionOf(name),
  command: [join(here, "node_modules", name, "bin/eslint.js"), "--format", "json"],
  found: (output) =>
    JSON.parse(output).flatMap(({ filePath, messages }) =>
      messages.map(({ ruleId, line, column }) => place(filePath, line, column, ruleId)),
    ),
});

const oxlint = {
  name: "oxlint",
  version: versionOf("oxlint"),
  command: [join(here, "node_modules/oxlint/bin/oxlint"), "--format", "json"],
  found: (output) =>
    JSON.parse(output).diagnostics.map(({ filename, code, labels: [{ span }] }) =>
      place(resolve(folder, filename), span.line, span.column, code.replace(/^(.*)\((.*)\)$/, "$1/$2")),
    ),
};

const code = [
  "db/migrations/20260102000000_index.js:3:5 ddlint/index-without-concurrently",
  "db/migrations/20260103000000_drop.ts:5:37 ddlint/drop-column",
];
const sql = ["sql/migrations/002_drop.sql:3:20 ddlint/drop-column", "sql/migrations/002_drop.sql:4:1 null"];

function versionOf(name) {
  return JSON.parse(readFileSync(join(here, "node_modules", name, "package.json"), "utf8")).version;
}

const place = (file, line, column, rule) =>
  `${file.slice(file.lastIndexOf(folder) + folder.length + 1).replaceAll("\\", "/")}:${line}:${column} ${rule}`;

/** Runs a host where its configuration lies; tells what differs from what it should say. */
function differences({ command, found }, expected) {
  const { stdout, stderr, error } = spawnSync(process.execPath, [...command, "."], {
    cwd: folder,
    encoding: "utf8",
  });
  let said;
  try {
    said = found(stdout).sort();
  } catch {
    return [error?.message ?? `${stdout}${stderr}`.slice(0, 2000)];
  }
  return [
    ...expected.filter((one) => !said.includes(one)).map((one) => `missing  ${one}`),
    ...said.filter((one) => !expected.includes(one)).map((one) => `too much ${one}`),
  ];
}

try {
  const pack = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const [{ filename }] = JSON.parse(execFileSync("npm", pack, { cwd: root, encoding: "utf8" }));
  const installed = join(folder, "node_modules/ddlint");
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", join(folder, filename), "--strip-components=1", "-C", installed]);
  cpSync(join(here, "fixtures"), folder, { recursive: true });
  const hosts = [
    ...["eslint-9.15", "eslint-9", "eslint-10.0", "eslint-10"].map((name) => [
      eslint(name),
      [...sql, ...code],
    ]),
    [oxlint, code],
  ];
  for (const [host, expected] of hosts) {
    const wrong = differences(host, expected);
    console.log(
      `${host.name} ${host.version}: ${wrong.length === 0 ? `${expected.length} findings, as expected` : "differs"}`,
    );
    for (const line of wrong) console.log(`  ${line}`);
    if (wrong.length > 0) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
