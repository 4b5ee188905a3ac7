/**
 * A project of 10,000 migrations in an editor: how long until the newest file has its findings, after each keystroke
 * in it, and after one in the oldest.
 *
 *   npm run bench -- --editor [migrations]
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createProtocolConnection } from "vscode-languageserver-protocol/node";
import { migration, writeHistory } from "./histories.mjs";
import { bin, median } from "./process.mjs";

const keystrokes = 100;

/** Greatest resident memory of a running process in megabytes; Linux only. */
function peak(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}

/** An editor that shows one project. `open` and `type` return milliseconds until the file has its findings. */
async function start(cwd, env) {
  const server = spawn(process.execPath, [bin, "lsp", "--stdio"], {
    cwd,
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const connection = createProtocolConnection(server.stdout, server.stdin);
  const waiting = new Map();
  connection.onNotification("textDocument/publishDiagnostics", ({ uri, version }) => {
    const wait = waiting.get(uri);
    if (wait === undefined || version !== wait.version) return;
    waiting.delete(uri);
    wait.done();
  });
  connection.onRequest("client/registerCapability", () => null);
  connection.onRequest("workspace/configuration", () => [null]);
  connection.listen();
  const folder = pathToFileURL(cwd).href;
  await connection.sendRequest("initialize", {
    processId: process.pid,
    rootUri: folder,
    workspaceFolders: [{ uri: folder, name: "bench" }],
    capabilities: { textDocument: { publishDiagnostics: { versionSupport: true } } },
  });
  await connection.sendNotification("initialized", {});

  async function findings(uri, version, method, params) {
    const begun = performance.now();
    const found = new Promise((done) => waiting.set(uri, { version, done }));
    await connection.sendNotification(method, params);
    await found;
    return performance.now() - begun;
  }
  return {
    server,
    open(path) {
      const uri = pathToFileURL(path).href;
      const text = readFileSync(path, "utf8");
      const textDocument = { uri, languageId: "sql", version: 1, text };
      return findings(uri, 1, "textDocument/didOpen", { textDocument });
    },
    /** One more character in a comment and in a statement, in turn. */
    type(path, version) {
      const uri = pathToFileURL(path).href;
      const text = `${readFileSync(path, "utf8")}-- ${"x".repeat(version)}\nALTER TABLE t1 ADD COLUMN more${version} integer NOT NULL;\n`;
      return findings(uri, version, "textDocument/didChange", {
        textDocument: { uri, version },
        contentChanges: [{ text }],
      });
    },
    async stop() {
      await connection.sendRequest("shutdown");
      await connection.sendNotification("exit");
      if (server.exitCode === null) await once(server, "exit");
      connection.dispose();
    },
  };
}

export async function editor(files) {
  const folder = mkdtempSync(join(tmpdir(), "ddlint-bench-"));
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, "cache"), LOCALAPPDATA: join(folder, "cache") };
  const project = join(folder, "project");
  const migrations = writeHistory(project, files, migration);
  const [oldest, newest] = [0, files - 1].map((i) => join(migrations, `${20200101000000 + i}_step_${i}.sql`));
  try {
    console.log("| | ms | memory |\n|---|--:|--:|");
    for (const kept of ["nothing kept", "kept by the run before"]) {
      const begun = performance.now();
      const shown = await start(project, env);
      await shown.open(newest);
      const opened = performance.now() - begun;
      const row = (label, ms) =>
        console.log(`| ${label} | ${ms.toFixed(0)} | ${peak(shown.server.pid).toFixed(0)} MB |`);
      row(`${files.toLocaleString("en")} migrations opened, ${kept}: first findings`, opened);
      const times = [];
      for (let i = 0; i < keystrokes; i++) times.push(await shown.type(newest, i + 2));
      const sorted = times.toSorted((a, b) => a - b);
      row(`keystroke in the newest, median of ${keystrokes}`, median(times));
      row("keystroke in the newest, p95", sorted[Math.floor(0.95 * keystrokes)]);
      await shown.open(oldest);
      row("keystroke in the oldest, until the oldest has its findings", await shown.type(oldest, 2));
      await shown.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
