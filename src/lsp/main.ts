/** The language server as `ddlint lsp` starts it: over standard input and output. */
import { Writable } from "node:stream";
import { createConnection } from "vscode-languageserver/node";
import { loadEngine, printable, projectStore } from "../index.ts";
import { checkHeaders } from "./check-headers.ts";
import type { StoreOf } from "./editor-state.ts";
import { serve } from "./server.ts";

/**
 * Ends with the connection, or with the editor that started it.
 *
 * @param docs the folder of the package's pages
 * @param own the user's own folder for what is kept; undefined: nothing is
 */
export function main(docs: string, own?: string): void {
  const { stdin, stdout, stderr } = process;
  const write = stdout.write.bind(stdout);
  const output = new Writable({
    write(chunk: Buffer, _, done) {
      write(chunk, done);
    },
  });
  stdout.on("error", () => process.exit(1));
  // A configuration that is code may print: standard output belongs to the protocol.
  stdout.write = stderr.write.bind(stderr);
  // An editor may refuse what it was asked for, or be gone: nothing to end for.
  process.on("unhandledRejection", (reason) => {
    const text = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
    stderr.write(printable(`ddlint: ${text}\n`));
  });
  const input = stdin.pipe(
    checkHeaders((fault) => {
      stderr.write(printable(`ddlint: ${fault}\n`), () => process.exit(1));
    }),
  );
  const storeOf: StoreOf = (root) => (own === undefined ? undefined : projectStore(own, root));
  serve(createConnection(input, output), loadEngine(), docs, storeOf);
}
