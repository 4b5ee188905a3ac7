/**
 * `npm run measure`: runs every case of fixtures/effects/postgres on real servers and prints where they differ from
 * the committed data and from what ddlint says.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { postgres } from "../../src/sql/postgres/parse.ts";
import {
  computed,
  difference,
  measuredOn,
  notYet,
  type Case,
  type Measured,
} from "../../tests/effects/measured.ts";
import { makeTemplate, observe } from "./observe.ts";
import { startServer } from "./servers.ts";
import { withResults, writeCase } from "./cases.ts";

const folder = new URL("../../fixtures/effects/postgres/", import.meta.url);
const allVersions = [13, 14, 15, 16, 17, 18];

const { values } = parseArgs({
  options: {
    versions: { type: "string", default: allVersions.join() },
    write: { type: "boolean", default: false },
    only: { type: "string" },
    file: { type: "string", multiple: true, default: ["cases.jsonl", "more-cases.jsonl"] },
    missing: { type: "boolean", default: false },
    messages: { type: "boolean", default: false },
  },
});
const versions = values.versions.split(",").map(Number);
const wrong = versions.filter((version) => !allVersions.includes(version));
if (wrong.length > 0) throw new Error(`no server ${wrong.join()}: there are ${allVersions.join()}`);

const files = values.file.map((name) => ({
  name,
  cases: readFileSync(new URL(name, folder), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Case),
}));
const isWanted = (one: Case): boolean => values.only === undefined || one.id.includes(values.only);
/** By case and version. */
const results = new Map<Case, Map<number, Measured>>();
const listed = notYet();

async function measureOn(version: number): Promise<string[]> {
  const server = await startServer(version);
  const lines: string[] = [];
  try {
    await makeTemplate(server, readFileSync(new URL("schema.sql", folder), "utf8"));
    for (const one of files.flatMap((file) => file.cases).filter(isWanted)) {
      const known = measuredOn(one, version);
      if (values.missing && known !== undefined) continue;
      const { measured, messages } = await observe(server, one);
      results.set(one, (results.get(one) ?? new Map<number, Measured>()).set(version, measured));
      const changed = known === undefined ? undefined : difference(known, measured);
      if (changed !== undefined) lines.push(`${version} ${one.id}: the data says ${changed}`);
      const ours = difference(computed(one, version), measured);
      if (ours !== undefined)
        lines.push(
          `${version} ${one.id}${listed[one.id] === undefined ? "" : " (listed)"}: ddlint says ${ours}`,
        );
      if ((values.messages || ours !== undefined) && messages.length > 0)
        lines.push(...messages.map((text) => `    ${text.slice(0, 160)}`));
    }
  } finally {
    await server.stop();
  }
  return lines;
}

await postgres.load();
const waiting = [...versions];
/** Two servers at a time. */
await Promise.all(
  [1, 2].map(async () => {
    for (let version = waiting.shift(); version !== undefined; version = waiting.shift()) {
      const lines = await measureOn(version);
      console.log(lines.length === 0 ? `${version}: no difference` : lines.join("\n"));
    }
  }),
);
if (values.write)
  for (const { name, cases } of files)
    writeFileSync(
      new URL(name, folder),
      cases
        .map((one) => `${writeCase(withResults(one, results.get(one) ?? new Map<number, Measured>()))}\n`)
        .join(""),
    );
