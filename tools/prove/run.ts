/** `npm run prove`: see README.md. */
import { parseArgs } from "node:util";
import { part } from "./catalogue/part.ts";
import { cases } from "./catalogue/index.ts";
import { planOf } from "./plans.ts";
import { prove, type Outcome } from "./prove.ts";
import { merged, readResults, resultsFile, writePage, writeResults } from "./results.ts";
import { servers } from "./servers/servers.ts";

const { values } = parseArgs({
  options: {
    versions: { type: "string", default: "15" },
    mariadb: { type: "boolean", default: false },
    mysql: { type: "string" },
    rows: { type: "string", default: "200000" },
    only: { type: "string", default: "" },
    part: { type: "boolean", default: false },
    "if-possible": { type: "boolean", default: false },
    plans: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    results: { type: "string", default: resultsFile },
  },
});
const only = new RegExp(values.only);
const rows = Number(values.rows);
const isWanted = (id: string): boolean => only.test(id) && (!values.part || part.has(id));
const counts = { proven: 0, failed: 0, "not run": 0 };

for await (const server of servers({ ...values, ifPossible: values["if-possible"] }))
  try {
    for (const one of cases) {
      if (!one.on.includes(server.dialect) || !isWanted(one.id)) continue;
      if (one.since !== undefined && Number.parseFloat(server.version) < one.since) continue;
      const begin = performance.now();
      const plan = await planOf(server, one);
      if (values.plans) console.log(JSON.stringify(plan, undefined, 1));
      const outcome: Outcome =
        "notRun" in plan ? { is: "not run", because: [plan.notRun] } : await prove(server, one, plan, rows);
      counts[outcome.is]++;
      const seconds = ((performance.now() - begin) / 1000).toFixed(1);
      const waits =
        outcome.wait === undefined
          ? ""
          : `, ${outcome.steps} steps, ${outcome.wait} ms (${outcome.at}), back ${outcome.waitBack ?? "-"} ms`;
      console.log(
        `${outcome.is} ${server.title} ${one.id}${waits}, ${outcome.sent ?? 0} statements, ${seconds} s`,
      );
      for (const line of outcome.because) console.log(`  ${line}`);
      if (values.write) {
        const run = { rows, outcomes: { [one.id]: outcome } };
        writeResults(values.results, merged(readResults(values.results), server.title, run));
      }
    }
  } finally {
    await server.stop();
  }

if (values.write) writePage(readResults(values.results));
console.log(`${counts.proven} proven, ${counts.failed} failed, ${counts["not run"]} not proven`);
if (counts.failed > 0) process.exitCode = 1;
