/** What a tool does with a probe: starts it, and looks at what it left. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Probe } from "./probes.ts";
import type { LogEntry, Server } from "./server.ts";
import type { Places, Step, Tool } from "./tool.ts";
import { addTo } from "../../src/text/group.ts";

/** One run of a tool; what is empty is left out. */
export interface Run {
  /** Written before it. */
  readonly files: Readonly<Record<string, string>>;
  readonly exit: "ok" | "fails" | "hangs";
  /** What the server refused. */
  readonly errors?: readonly string[];
  /** Why the tool itself refused, in its words. */
  readonly says?: string;
  /** What reached the server of the files, and transactions around it; `>` for the extended protocol. */
  readonly messages?: readonly string[];
  /** What there is afterwards: rows by transaction and by session, in order. */
  readonly transactions?: readonly (readonly string[])[];
  readonly sessions?: readonly (readonly string[])[];
  readonly lockTimeouts?: Readonly<Record<string, string>>;
  readonly indexes?: readonly string[];
  readonly recorded?: readonly string[];
}

interface Row {
  readonly label: string;
  readonly transaction: string;
  readonly session: string;
  readonly lockTimeout: string;
}

const groups = (rows: readonly Row[], key: "transaction" | "session"): readonly (readonly string[])[] => {
  const found = new Map<string, string[]>();
  for (const row of rows) addTo(found, row[key], row.label);
  return [...found.values()];
};

const lines = (text: string): readonly string[] => (text === "" ? [] : text.split("\n"));

/** The words for a run of the log; `BEGIN` and `COMMIT` with nothing of ours between them are the tool's own affair. */
function messages(log: readonly LogEntry[]): readonly string[] {
  const found: { pid: number; text: string }[] = [];
  /** Sessions in which something else came since the last message. */
  const between = new Set<number>();
  for (const { pid, message } of log) {
    const match = /^(statement|execute [^:]*): (.*)$/s.exec(message);
    if (match === null) {
      between.add(pid);
      continue;
    }
    const sql = (match[2] ?? "").replaceAll(/\s+/g, " ").trim();
    const isControl = /^(?:begin|commit|rollback|start transaction)\b[^;]*;?$/i.test(sql);
    const isOurs = /INTO seen|INDEX CONCURRENTLY|1 \/ 0|SET (?:LOCAL )?lock_timeout|^savepoint/i.test(sql);
    if (!isControl && !isOurs) {
      between.add(pid);
      continue;
    }
    const text = isControl ? sql.toUpperCase().replace(/;$/, "") : sql.replace(/;$/, "");
    const opens = /^(?:BEGIN|START)[^;]*$/;
    const last = found.findLastIndex((entry) => entry.pid === pid);
    if (
      /^(?:COMMIT|ROLLBACK)\b/.test(text) &&
      isControl &&
      opens.test(found[last]?.text ?? "") &&
      between.has(pid)
    )
      found.splice(last, 1);
    else found.push({ pid, text: match[1] === "statement" || isControl ? text : `> ${text}` });
    between.delete(pid);
  }
  return found.map(({ text }) => text);
}

/** Without what differs from run to run. */
const steady = (text: string, { work, port }: Places): string =>
  text
    .replaceAll(work, ".")
    .replaceAll(`${port}`, "PORT")
    .replaceAll(/\u001B\[[0-9;]*m/g, "")
    .trim();

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** All runs of a probe, on a fresh database and in a fresh folder. */
export async function observe(
  server: Server,
  tool: Tool,
  home: string,
  probe: Probe,
  { optOut, isVerbose }: { readonly optOut?: string | undefined; readonly isVerbose: boolean },
): Promise<Run[]> {
  const work = mkdtempSync(join(tmpdir(), "runners-work-"));
  const { host, port, database } = server.address;
  const url = `postgres://postgres@${host}:${port}/${database}?sslmode=disable`;
  const places: Places = { host, port, database, home, work, url };
  const all: string[] = [];
  const runs: Run[] = [];
  server.reset();
  try {
    if (existsSync(join(home, "node_modules")))
      symlinkSync(join(home, "node_modules"), join(work, "node_modules"));
    const known: Step[] = [];
    for (const probed of probe.runs) {
      const files: Record<string, string> = {};
      for (const one of probed) {
        const step = { name: "x", ...one };
        known.push(step);
        const previous = known
          .filter(({ version }) => version < step.version)
          .sort((a, b) => a.version - b.version)
          .at(-1);
        const written = tool.files(step, one.optOut === true ? optOut : undefined, previous);
        const mark = one.mark === true ? "\uFEFF" : "";
        for (const [name, text] of Object.entries(written)) files[name] = mark + text;
      }
      all.push(...Object.keys(files).filter((name) => !all.includes(name)));
      write(work, { ...files, ...tool.settings?.(places, all) });
      const { program, args, env } = tool.apply(places);
      await server.log();
      const done = spawnSync(program, args, {
        cwd: work,
        env: { ...process.env, ...env },
        encoding: "utf8",
        timeout: 30_000,
        killSignal: "SIGKILL",
      });
      const output = `${done.stdout}\n${done.stderr}`;
      if (isVerbose) console.log(program, ...args, output, done.error ?? "");
      runs.push(
        await result(
          server,
          tool,
          places,
          files,
          done.signal === "SIGKILL" ? "hangs" : done.status === 0 ? "ok" : "fails",
          output,
        ),
      );
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return runs;
}

async function result(
  server: Server,
  tool: Tool,
  places: Places,
  files: Readonly<Record<string, string>>,
  exit: Run["exit"],
  output: string,
): Promise<Run> {
  const log = await server.log();
  const errors = log
    // Tools look for their own table by asking for its rows, or by making it.
    .filter(
      ({ error_severity: severity, state_code: code }) =>
        severity === "ERROR" && !/^42P0[17]/.test(code ?? ""),
    )
    .map(({ state_code: code = "", message }) => `${code} ${message}`);
  const rows = lines(
    server.query("SELECT label, transaction, session, lock_timeout FROM seen ORDER BY place"),
  ).map((line): Row => {
    const [label = "", transaction = "", session = "", lockTimeout = ""] = line.split("|");
    return { label, transaction, session, lockTimeout };
  });
  const timeouts = rows
    .filter(({ lockTimeout }) => lockTimeout !== "0")
    .map((row) => [row.label, row.lockTimeout]);
  const indexes = lines(
    server.query(
      `SELECT relname || CASE WHEN indisvalid THEN '' ELSE ' (invalid)' END FROM pg_index
       JOIN pg_class c ON c.oid = indexrelid WHERE indrelid = 't'::regclass ORDER BY 1`,
    ),
  );
  let recorded: readonly string[] = [];
  try {
    recorded = lines(server.query(tool.history));
  } catch {
    // No table yet.
  }
  const says =
    exit === "fails" && errors.length === 0
      ? (tool.says ?? /^.*(?:error:|panic:|failed\b).*$/im).exec(output)
      : null;
  const run: Run = {
    files,
    exit,
    errors,
    ...(says === null ? {} : { says: steady(says[1] ?? says[0], places) }),
    messages: messages(log),
    transactions: groups(rows, "transaction"),
    sessions: groups(rows, "session"),
    ...(timeouts.length === 0
      ? {}
      : { lockTimeouts: Object.fromEntries(timeouts) as Record<string, string> }),
    indexes,
    recorded,
  };
  return Object.fromEntries(
    Object.entries(run).filter(([, value]) => !Array.isArray(value) || value.length > 0),
  ) as unknown as Run;
}
