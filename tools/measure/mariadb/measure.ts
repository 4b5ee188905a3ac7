/**
 * `npm run measure -- --mariadb`: runs every case of fixtures/effects/mysql/cases.jsonl on a real MariaDB and prints
 * where it differs from the committed data and from what ddlint says.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { OnlineCase, OnlineMeasured } from "../../../tests/effects/online.ts";
import { observe } from "./observe.ts";
import { startMariaDb } from "./server.ts";

const folder = new URL("../../../fixtures/effects/mysql/", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), "utf8");

const { values } = parseArgs({
  options: {
    mariadb: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    missing: { type: "boolean", default: false },
    only: { type: "string" },
  },
});

const cases = read("cases.jsonl")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as OnlineCase);
const server = await startMariaDb();
const results = new Map<string, OnlineMeasured>();
const name = `mariadb ${server.version.replace("-MariaDB", "")}`;
try {
  console.log(server.version);
  const base = read("schema.sql") + read("rows.sql");
  for (const one of cases) {
    const known = one.on[name];
    const isWanted = values.only === undefined || one.id.includes(values.only);
    if (!isWanted || (values.missing && known !== undefined)) continue;
    const measured = observe(server, base, one);
    results.set(one.id, measured);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(measured))
      console.log(`${one.id}: the data says ${JSON.stringify(known)}, the server ${JSON.stringify(measured)}`);
  }
} finally {
  await server.stop();
}
if (values.write)
  writeFileSync(
    new URL("cases.jsonl", folder),
    cases
      .map((one) => {
        const measured = results.get(one.id);
        return `${line(measured === undefined ? one : { ...one, on: { ...one.on, [name]: measured } })}\n`;
      })
      .join(""),
  );

/** JSON on one line, with a space after colons and commas. */
function line(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, one]) => `${JSON.stringify(key)}: ${line(one)}`)
    .join(", ")}}`;
}
