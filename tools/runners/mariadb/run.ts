/**
 * `npm run runners -- --mariadb`: applies the probes with real migration tools to a real MariaDB, and writes what
 * happened to fixtures/runners-mariadb.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { format } from "prettier";
import { makeHome } from "../install.ts";
import type { Probe } from "../probes.ts";
import type { Places, Step } from "../tool.ts";
import { probes } from "./probes.ts";
import { startMariaDb, type Sent, type Server } from "./server.ts";
import { tools, type Tool } from "./tools.ts";

/** One run of a tool; what is empty is left out. */
interface Run {
  readonly files: Readonly<Record<string, string>>;
  readonly exit: "ok" | "fails" | "hangs";
  /** What the server refused, by its number or its words. */
  readonly refused?: "syntax" | "missing table";
  /** What reached the server of the files, and transactions around it. */
  readonly messages: readonly string[];
  /** Rows and routines that there are afterwards. */
  readonly kept: readonly string[];
}

const results = new URL("../../../fixtures/runners-mariadb/", import.meta.url);
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    mariadb: { type: "boolean" },
    only: { type: "string" },
    cache: { type: "string", default: join(tmpdir(), "ddlint-runners") },
    verbose: { type: "boolean", default: false },
  },
});

const isOurs = (sql: string): boolean => /INTO (?:seen|missing)|PROCEDURE p|TABLE made|DELIMITER/.test(sql);

/** Of sessions that send something of ours: that, what opens the transaction around it, and what ends it. */
function messages(log: readonly Sent[]): readonly string[] {
  const found: string[] = [];
  /** By session: what was said last of autocommit and of transactions, until it is shown. */
  const before = new Map<string, { autocommit?: string | undefined; opens?: string | undefined }>();
  const open = new Set<string>();
  for (const { session, sql: sent } of log) {
    const sql = sent.replaceAll(/\s+/g, " ").trim().replace(/;$/, "");
    const state = before.get(session) ?? {};
    before.set(session, state);
    if (/^set autocommit\b/i.test(sql)) state.autocommit = sql.toUpperCase();
    else if (/^(?:begin|start transaction)\b/i.test(sql)) state.opens = sql.toUpperCase();
    else if (/^(?:commit|rollback)\b/i.test(sql)) {
      if (open.delete(session)) found.push(sql.toUpperCase());
      state.opens = undefined;
    } else if (isOurs(sql)) {
      for (const shown of [state.autocommit, state.opens]) if (shown !== undefined) found.push(shown);
      before.set(session, {});
      open.add(session);
      found.push(sql);
    }
  }
  return found;
}

function observe(server: Server, tool: Tool, home: string, probe: Probe): Run[] {
  const work = mkdtempSync(join(tmpdir(), "runners-work-"));
  const places: Places = { ...server.address, home, work, url: "" };
  const [optOut] = Object.values(tool.optOuts ?? {});
  const runs: Run[] = [];
  const all: string[] = [];
  server.reset();
  try {
    if (existsSync(join(home, "node_modules")))
      symlinkSync(join(home, "node_modules"), join(work, "node_modules"));
    for (const probed of probe.runs) {
      const files: Record<string, string> = {};
      let previous: Step | undefined;
      for (const one of probed) {
        const step = { name: "x", ...one };
        Object.assign(files, tool.files(step, one.optOut === true ? optOut : undefined, previous));
        previous = step;
      }
      all.push(...Object.keys(files));
      for (const [name, text] of Object.entries({ ...files, ...tool.settings?.(places, all) })) {
        mkdirSync(dirname(join(work, name)), { recursive: true });
        writeFileSync(join(work, name), text);
      }
      const { program, args, env } = tool.apply(places);
      const done = spawnSync(program, args, {
        cwd: work,
        env: { ...process.env, ...env },
        encoding: "utf8",
        timeout: 60_000,
        killSignal: "SIGKILL",
      });
      const output = `${done.stdout}\n${done.stderr}`;
      if (values.verbose) console.log(program, ...args, output, done.error ?? "");
      const refused = /error in your SQL syntax/.test(output)
        ? "syntax"
        : /missing' doesn't exist/.test(output)
          ? "missing table"
          : undefined;
      const rows = server.query(
        "SELECT label FROM seen ORDER BY place; SELECT concat('procedure ', routine_name) FROM information_schema.routines WHERE routine_schema = 'probe'",
      );
      runs.push({
        files,
        exit: done.signal === "SIGKILL" ? "hangs" : done.status === 0 ? "ok" : "fails",
        ...(refused === undefined ? {} : { refused }),
        messages: messages(server.log()),
        kept: rows === "" ? [] : rows.split("\n"),
      });
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return runs;
}

const unknown = positionals.filter((name) => !tools.some((tool) => tool.name === name));
if (unknown.length > 0)
  throw new Error(`no tool ${unknown.join()}: there are ${tools.map((t) => t.name).join()}`);
const server = await startMariaDb();
try {
  for (const tool of tools) {
    if (positionals.length > 0 && !positionals.includes(tool.name)) continue;
    const [program = ""] = tool.name.split(".");
    const home = makeHome(join(values.cache, `mariadb-${program}-${Object.values(tool.versions).join("-")}`));
    try {
      tool.install(home);
    } catch (error) {
      console.log(`${tool.name}: can't be installed: ${String(error).slice(0, 2000)}`);
      continue;
    }
    const found: Record<string, readonly Run[]> = {};
    for (const [id, probe] of Object.entries(probes)) {
      if (id.startsWith("opted out") && tool.optOuts === undefined) continue;
      if (values.only === undefined || id.includes(values.only))
        found[id] = observe(server, tool, home, probe);
    }
    const data = { tool: tool.name, versions: tool.versions, mariadb: server.version, probes: found };
    if (values.only !== undefined) console.log(JSON.stringify(data, undefined, 2));
    else {
      mkdirSync(results, { recursive: true });
      const text = await format(JSON.stringify(data), { parser: "json", printWidth: 110 });
      writeFileSync(new URL(`${tool.name}.json`, results), text);
      console.log(`${tool.name}: ${Object.keys(found).length} probes`);
    }
  }
} finally {
  await server.stop();
}
