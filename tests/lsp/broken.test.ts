/** What is no message: the server answers with an error, or ends with a line on standard error. It never hangs. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { builtProgram } from "../support/program.ts";

const root = join(import.meta.dirname, "../..");
const started: ChildProcess[] = [];
afterEach(() => {
  for (const one of started.splice(0)) one.kill("SIGKILL");
});

const message = (body: string, length = Buffer.byteLength(body)): string =>
  `Content-Length: ${length}\r\n\r\n${body}`;
const json = (body: unknown): string => message(JSON.stringify(body));
const initialize = json({
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { processId: null, rootUri: null, capabilities: {} },
});

interface Outcome {
  readonly out: string;
  readonly err: string;
  /** Undefined: it still runs, and waits for more. */
  readonly code: number | undefined;
}

/** What a server of its own makes of these bytes; `isEnough`: of what it wrote. `ends`: then the input ends. */
async function send(
  input: string | Buffer,
  isEnough: (out: string) => boolean,
  ends = false,
): Promise<Outcome> {
  const main = await builtProgram("lsp");
  const code = `import(${JSON.stringify(main)}).then((server) => server.main(${JSON.stringify(join(root, "docs"))}))`;
  const server = spawn(process.execPath, ["--max-old-space-size=512", "-e", code, "--", "--stdio"]);
  started.push(server);
  let out = "";
  let err = "";
  server.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  server.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  server.stdin.on("error", () => undefined);
  const exited = once(server, "close").then(() => true);
  server.stdin.write(input);
  if (ends) server.stdin.end();
  for (let waited = 0; waited < 20_000 && !isEnough(out); waited += 50)
    if ((await Promise.race([exited, setTimeout(50)])) === true) break;
  return { out, err, code: server.exitCode ?? undefined };
}

const ended = (): boolean => false;

describe("a header that is none", () => {
  it.each([
    ["has no length", `Content-Type: x\r\n\r\n{}`],
    ["is something else", `GET / HTTP/1.1\r\n\r\n`],
    ["has no colon", `junk\r\n\r\n${initialize}`],
    ["has a negative length", message("{}", -2)],
    ["has a length that is no number", "Content-Length: many\r\n\r\n{}"],
    ["has an empty length", "Content-Length: \r\n\r\n{}"],
    ["has a length that is no integer", "Content-Length: 1.5\r\n\r\n{}"],
    ["has a length that no message has", message("{}", 99_999_999_999)],
    ["has no end", `Content-Length: 2${"x".repeat(2_000_000)}`],
    [
      "has an unknown encoding",
      `Content-Type: application/vscode-jsonrpc; charset=utf-7\r\nContent-Length: 2\r\n\r\n{}`,
    ],
  ])("%s: the server ends with one line", async (_, input) => {
    const { err, code } = await send(input, ended);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/^ddlint: [^\n]+\n$/) as string });
  });

  it("ends in the middle: the server ends with its input", async () => {
    const { code } = await send("Content-Len", ended, true);
    expect(code).toBe(1);
  });
});

describe("a message that is none", () => {
  const answered = (out: string): boolean => out.includes('"serverInfo"');
  it.each([
    ["no JSON", message("{")],
    ["a number", message("1")],
    ["null", message("null")],
    ["a string", message('"x"')],
    ["an empty batch", message("[]")],
    ["a batch", message('[{"jsonrpc":"2.0","id":7,"method":"shutdown"}]')],
    ["an object without a method", json({ jsonrpc: "2.0", id: 9 })],
    ["a method that is no string", json({ jsonrpc: "2.0", id: 9, method: 5 })],
    [
      "bytes that are no UTF-8",
      Buffer.concat([Buffer.from("Content-Length: 3\r\n\r\n"), Buffer.from([0xff, 0xfe, 0x00])]),
    ],
    ["an answer to nothing", json({ jsonrpc: "2.0", id: 77, result: null })],
  ])("%s: the next one is answered", async (_, input) => {
    const { out, err, code } = await send(
      Buffer.concat([Buffer.from(input), Buffer.from(initialize)]),
      answered,
    );
    expect({ out, err, code }).toMatchObject({
      out: expect.stringContaining('"serverInfo"') as string,
      code: undefined,
    });
  });

  it.each([
    ["textDocument/hover", {}],
    ["textDocument/hover", { textDocument: { uri: 5 }, position: "x" }],
    ["textDocument/diagnostic", null],
    ["textDocument/codeAction", { textDocument: { uri: "file:///x.sql" } }],
    ["textDocument/documentSymbol", []],
    ["workspace/executeCommand", { command: "ddlint.explain", arguments: 5 }],
    ["no/such", {}],
  ])("%s with parameters %j is answered", async (method, params) => {
    const { out } = await send(
      initialize +
        json({ jsonrpc: "2.0", method: "initialized", params: {} }) +
        json({ jsonrpc: "2.0", id: 2, method, params }),
      (text) => text.includes('"id":2'),
    );
    expect(out).toContain('"id":2');
  });

  it("wrong capabilities leave an answer", async () => {
    const { out } = await send(json({ jsonrpc: "2.0", id: 1, method: "initialize", params: 5 }), (text) =>
      text.includes('"id":1'),
    );
    expect(out).toContain('"id":1');
  });
});
