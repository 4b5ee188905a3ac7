/**
 * `npm run measure -- --mariadb` or `-- --mysql <client>`: runs every case of fixtures/effects/mysql/cases.jsonl on a real
 * server and prints where it differs from the committed data and from what ddlint says; with `--random 200 --seed 1`
 * made-up statements, with `--file` those of another file.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import {
  computed,
  difference,
  notYet,
  type OnlineCase,
  type OnlineMeasured,
} from "../../../tests/effects/online.ts";
import { observe } from "./observe.ts";
import { randomCases } from "./random.ts";
import { mariadbServer, mysqlServer } from "./server.ts";

const folder = new URL("../../../fixtures/effects/mysql/", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), "utf8");

const { values } = parseArgs({
  options: {
    mariadb: { type: "boolean", default: false },
    mysql: { type: "string" },
    file: { type: "string" },
    write: { type: "boolean", default: false },
    missing: { type: "boolean", default: false },
    only: { type: "string" },
    random: { type: "string" },
    seed: { type: "string", default: "1" },
  },
});

const cases =
  values.random === undefined
    ? (values.file === undefined ? read("cases.jsonl") : readFileSync(values.file, "utf8"))
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as OnlineCase)
    : randomCases(Number(values.random), Number(values.seed));
const listed = notYet();
let agree = 0;
const server = values.mysql === undefined ? await mariadbServer() : mysqlServer(values.mysql);
const results = new Map<string, OnlineMeasured>();
const { name } = server;
try {
  console.log(name);
  const base = read("schema.sql") + read("rows.sql");
  for (const one of cases) {
    const known = one.on[name];
    const isWanted = values.only === undefined || one.id.includes(values.only);
    if (!isWanted || (values.missing && known !== undefined)) continue;
    const measured = observe(server, base, one);
    results.set(one.id, measured);
    const ours = difference(computed(one, name), measured);
    if (ours === undefined) agree++;
    else if (listed[one.id] === undefined)
      console.log(`${[one.id, one.setup, one.session, one.sql].join(" | ")}\n    ddlint says ${ours}`);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(measured))
      console.log(
        `${one.id}: the data says ${JSON.stringify(known)}, the server ${JSON.stringify(measured)}`,
      );
  }
  console.log(`ddlint agrees on ${agree} of ${results.size}`);
} finally {
  await server.stop();
}
if (values.write && values.random === undefined && values.file === undefined)
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
