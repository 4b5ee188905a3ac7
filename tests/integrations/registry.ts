/** An npm registry on this machine that has ddlint, in the versions that it is given. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { Worker } from "node:worker_threads";

export interface Registry {
  readonly url: string;
  /** The paths that were asked for since the last call. */
  readonly asked: () => Promise<readonly string[]>;
  readonly stop: () => Promise<unknown>;
}

/** In a thread of its own: these tests wait for the processes that they start, and answer nobody meanwhile. */
const server = `
  const { parentPort, workerData } = require("node:worker_threads");
  let asked = [];
  const answer = (request, response) => {
    asked.push(request.url);
    const version = /\\/-\\/ddlint-(.+)\\.tgz$/.exec(request.url)?.[1];
    const { versions } = workerData;
    if (request.url === "/ddlint") {
      const dist = (one) => ({
        tarball: "http://" + request.headers.host + "/ddlint/-/ddlint-" + one + ".tgz",
        integrity: versions[one].integrity,
      });
      const known = Object.keys(versions);
      response.end(JSON.stringify({
        name: "ddlint",
        "dist-tags": { latest: known[0] },
        versions: Object.fromEntries(known.map((one) => [one, { name: "ddlint", version: one, dist: dist(one) }])),
      }));
    } else if (version in versions) response.end(Buffer.from(versions[version].tarball));
    else response.writeHead(404).end("{}");
  };
  const http = require("node:http").createServer(answer).listen(0, "127.0.0.1", () => {
    parentPort.postMessage("http://127.0.0.1:" + http.address().port + "/");
  });
  parentPort.on("message", () => {
    parentPort.postMessage(asked);
    asked = [];
  });
`;

/** `programs`: what bin/ddlint.cjs is, by version; the first one is the latest. */
export async function startRegistry(
  folder: string,
  programs: Readonly<Record<string, string>>,
): Promise<Registry> {
  const versions = Object.fromEntries(
    Object.entries(programs).map(([version, program]) => [version, packed(folder, version, program)]),
  );
  const worker = new Worker(server, { eval: true, workerData: { versions } });
  const next = async (): Promise<unknown> => (await once(worker, "message"))[0];
  const url = String(await next());
  return {
    url,
    stop: () => worker.terminate(),
    asked() {
      const answer = next();
      worker.postMessage("asked");
      return answer as Promise<readonly string[]>;
    },
  };
}

function packed(
  folder: string,
  version: string,
  program: string,
): { readonly tarball: Uint8Array; readonly integrity: string } {
  const at = join(folder, version);
  mkdirSync(join(at, "package/bin"), { recursive: true });
  const bin = { ddlint: "bin/ddlint.cjs" };
  const scripts = { postinstall: `touch ${JSON.stringify(join(folder, "pwned"))}` };
  writeFileSync(join(at, "package/package.json"), JSON.stringify({ name: "ddlint", version, bin, scripts }));
  writeFileSync(join(at, "package/bin/ddlint.cjs"), program);
  const { status, stderr } = spawnSync("tar", ["-czf", "it.tgz", "package"], { cwd: at, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  const tarball = readFileSync(join(at, "it.tgz"));
  return { tarball, integrity: `sha512-${createHash("sha512").update(tarball).digest("base64")}` };
}
