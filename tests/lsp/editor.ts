/** An editor for tests: speaks with a server of its own over standard input and output. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Writable } from "node:stream";
import { fileURLToPath, pathToFileURL } from "node:url";
import { setTimeout } from "node:timers/promises";
import {
  createProtocolConnection,
  type Diagnostic,
  type InitializeParams,
  type InitializeResult,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  type Range,
  type TextEdit,
  type WorkspaceEdit,
} from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { builtProgram } from "../support/program.ts";

const root = join(import.meta.dirname, "../..");

/** What an editor sent when it started, without its folders. */
export const profile = (name: string): InitializeParams =>
  JSON.parse(readFileSync(join(root, `fixtures/lsp/${name}.json`), "utf8")) as InitializeParams;

export interface EditorOptions {
  readonly profile: InitializeParams;
  readonly folders: readonly string[];
  /** The process that the server is to end with. */
  readonly processId?: number | undefined;
  /** Answer to `workspace/configuration`. */
  readonly settings?: unknown;
}

export class Editor {
  readonly connection: ProtocolConnection;
  readonly process: ChildProcess;
  closed = false;
  private held: Buffer[] | undefined;
  initialized!: InitializeResult;
  settings: unknown;
  readonly documents = new Map<string, TextDocument>();
  readonly published: PublishDiagnosticsParams[] = [];
  readonly messages: string[] = [];
  readonly registered: string[] = [];
  readonly shown: string[] = [];
  readonly refreshes: string[] = [];

  private constructor(program: string, settings: unknown) {
    this.settings = settings;
    const code = `import(${JSON.stringify(program)}).then((server) => server.main(${JSON.stringify(join(root, "docs"))}))`;
    this.process = spawn(process.execPath, ["-e", code, "--", "ddlint", "lsp", "--stdio"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const { stdout, stdin } = this.process;
    if (stdout === null || stdin === null) throw new Error("no pipes");
    const output = new Writable({
      write: (chunk: Buffer, _, done) => {
        if (this.held === undefined) stdin.write(chunk);
        else this.held.push(chunk);
        done();
      },
    });
    this.connection = createProtocolConnection(stdout, output);
    this.listen();
  }

  static async start({
    profile: params,
    folders,
    settings,
    processId = process.pid,
  }: EditorOptions): Promise<Editor> {
    const editor = new Editor(await builtProgram("lsp"), settings);
    const workspaceFolders = folders.map((path) => ({ uri: uri(path), name: path }));
    const rootUri = workspaceFolders[0]?.uri ?? null;
    editor.initialized = await editor.connection.sendRequest("initialize", {
      ...params,
      processId,
      rootUri,
      workspaceFolders,
    });
    await editor.connection.sendNotification("initialized", {});
    return editor;
  }

  private listen(): void {
    const { connection } = this;
    connection.onNotification("textDocument/publishDiagnostics", (params: PublishDiagnosticsParams) => {
      this.published.push(params);
    });
    connection.onNotification("window/showMessage", ({ message }: { message: string }) => {
      this.messages.push(message);
    });
    connection.onNotification("window/logMessage", ({ message }: { message: string }) => {
      if (message.includes("bug")) throw new Error(message);
    });
    connection.onRequest("client/registerCapability", (params: { registrations: { method: string }[] }) => {
      this.registered.push(...params.registrations.map(({ method }) => method));
      return null;
    });
    connection.onRequest("workspace/configuration", () => [this.settings ?? null]);
    connection.onRequest("workspace/applyEdit", async ({ edit }: { edit: WorkspaceEdit }) => {
      await this.apply(edit);
      return { applied: true };
    });
    connection.onRequest("window/showDocument", (params: { uri: string }) => {
      this.shown.push(params.uri);
      return { success: true };
    });
    for (const method of ["diagnostic", "codeLens", "inlayHint"])
      connection.onRequest(`workspace/${method}/refresh`, () => {
        this.refreshes.push(method);
        return null;
      });
    connection.onClose(() => {
      this.closed = true;
    });
    connection.listen();
  }

  async open(path: string, text: string, languageId = "sql"): Promise<string> {
    const document = TextDocument.create(uri(path), languageId, 1, text);
    this.documents.set(document.uri, document);
    await this.connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri: document.uri, languageId, version: 1, text },
    });
    return document.uri;
  }

  /** Replaces a range, or all. */
  async change(at: string, text: string, range?: Range): Promise<void> {
    const document = this.document(at);
    const changes = [range === undefined ? { text } : { range, text }];
    const version = document.version + 1;
    this.documents.set(at, TextDocument.update(document, changes, version));
    await this.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri: at, version },
      contentChanges: changes,
    });
  }

  async save(at: string): Promise<void> {
    await this.connection.sendNotification("textDocument/didSave", { textDocument: { uri: at } });
  }

  async close(at: string): Promise<void> {
    this.documents.delete(at);
    await this.connection.sendNotification("textDocument/didClose", { textDocument: { uri: at } });
  }

  /** The file is another one on the disk now. */
  async fileChanged(path: string, text: string): Promise<void> {
    write(path, text);
    const changes = [{ uri: uri(path), type: 2 }];
    await this.connection.sendNotification("workspace/didChangeWatchedFiles", { changes });
  }

  document(at: string): TextDocument {
    const document = this.documents.get(at);
    if (document === undefined) throw new Error(`${at} isn't open`);
    return document;
  }

  /** The diagnostics that were sent for the text as it is now. */
  async pushed(
    at: string,
    wanted: (list: readonly Diagnostic[]) => boolean = () => true,
  ): Promise<Diagnostic[]> {
    const version = this.documents.get(at)?.version;
    for (let waited = 0; waited < 20_000; waited += 20) {
      const last = this.published.findLast((one) => one.uri === at);
      if (last !== undefined && last.version === version && wanted(last.diagnostics)) return last.diagnostics;
      if (this.closed) break;
      await setTimeout(20);
    }
    throw new Error(`no such diagnostics for ${at}: ${JSON.stringify(this.published.slice(-3))}`);
  }

  async pull(at: string): Promise<Diagnostic[]> {
    const report: { items: Diagnostic[] } = await this.connection.sendRequest("textDocument/diagnostic", {
      textDocument: { uri: at },
    });
    return report.items;
  }

  /** What is sent meanwhile arrives at once, as from an editor that was busy. */
  async together<T>(send: () => T): Promise<T> {
    this.held = [];
    const result = send();
    await setTimeout(20);
    const all = Buffer.concat(this.held);
    this.held = undefined;
    this.process.stdin?.write(all);
    return result;
  }

  request<T>(method: string, at: string, params: object = {}): Promise<T> {
    return this.connection.sendRequest(method, { textDocument: { uri: at }, ...params });
  }

  /** Makes the edits, as an editor does: in the documents that are open, else in the files on the disk. */
  async apply({ changes, documentChanges }: WorkspaceEdit): Promise<void> {
    for (const [at, edits] of Object.entries(changes ?? {})) await this.edit(at, edits);
    for (const change of documentChanges ?? []) {
      if ("kind" in change) {
        if (change.kind !== "create") throw new Error("not an edit");
        writeFileSync(fileURLToPath(change.uri), "", { flag: "wx" });
        continue;
      }
      const { version, uri: at } = change.textDocument;
      const edits = change.edits as TextEdit[];
      if (this.documents.has(at)) {
        expectVersion(version, this.document(at).version);
        await this.edit(at, edits);
      } else {
        expectVersion(version, null);
        const path = fileURLToPath(at);
        const onDisk = TextDocument.create(at, "sql", 0, readFileSync(path, "utf8"));
        writeFileSync(path, TextDocument.applyEdits(onDisk, edits));
      }
    }
  }

  private async edit(at: string, edits: readonly TextEdit[]): Promise<void> {
    await this.change(at, TextDocument.applyEdits(this.document(at), [...edits]));
  }

  /** Ends as an editor does; the server's exit code. */
  async stop(): Promise<number | null> {
    await this.connection.sendRequest("shutdown");
    const exited = once(this.process, "exit");
    await this.connection.sendNotification("exit");
    const [code] = (await exited) as [number | null];
    return code;
  }
}

function expectVersion(given: number | null, own: number | null): void {
  if (given !== own) throw new Error(`an edit for version ${given} of a document at ${own}`);
}

export const uri = (path: string): string => pathToFileURL(path).href;

export function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

export const codes = (list: readonly Diagnostic[]): unknown[] => list.map(({ code }) => code);
