/** Just enough of an editor to ask a language server about one file: JSON-RPC over standard input and output. */
import { spawn } from "node:child_process";
import { pathToFileURL } from "node:url";

/**
 * The diagnostics that `program` (its name and arguments) publishes for a file that an editor opens in `folder`.
 * Fails after `seconds` without an answer.
 */
export async function diagnosticsOf(program, folder, { path, languageId, text }, seconds = 30) {
  const [name, ...args] = program;
  const server = spawn(name, args, { cwd: folder, stdio: ["pipe", "pipe", "inherit"] });
  const rootUri = pathToFileURL(folder).href;
  const uri = pathToFileURL(path).href;
  const send = (message) => {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  try {
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`the language server said nothing about ${path} for ${seconds} s`));
      }, seconds * 1000);
      const done = (settle, value) => {
        clearTimeout(timer);
        settle(value);
      };
      server.on("error", (error) => {
        done(reject, error);
      });
      server.on("exit", (code) => {
        done(reject, new Error(`the language server ended with ${code}`));
      });
      server.stdin.on("error", () => {}); // "exit" tells.
      onMessages(server.stdout, ({ id, method, params, error }) => {
        if (id === 1 && method === undefined) {
          if (error !== undefined) return done(reject, new Error(error.message));
          send({ method: "initialized", params: {} });
          const textDocument = { uri, languageId, version: 1, text };
          send({ method: "textDocument/didOpen", params: { textDocument } });
        } else if (method === "textDocument/publishDiagnostics" && params.uri === uri) {
          done(resolve, params.diagnostics);
        } else if (method !== undefined && id !== undefined) {
          send({ id, result: method === "workspace/configuration" ? params.items.map(() => null) : null });
        }
      });
      const workspaceFolders = [{ uri: rootUri, name: "shop" }];
      // An editor that is sent diagnostics and asks for none.
      const capabilities = { textDocument: { publishDiagnostics: {} } };
      const params = { processId: process.pid, rootUri, workspaceFolders, capabilities };
      send({ id: 1, method: "initialize", params });
    });
  } finally {
    server.kill();
  }
}

/** Calls back with each message of a stream: a header with its length, an empty line, and so many bytes. */
function onMessages(stream, onMessage) {
  let bytes = Buffer.alloc(0);
  stream.on("data", (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (;;) {
      const end = bytes.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/content-length: *(\d+)/i.exec(bytes.toString("latin1", 0, end))?.[1]);
      if (bytes.length < end + 4 + length) return;
      const body = bytes.toString("utf8", end + 4, end + 4 + length);
      bytes = bytes.subarray(end + 4 + length);
      onMessage(JSON.parse(body));
    }
  });
}
