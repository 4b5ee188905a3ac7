/** Starts the language server of the workspace's own ddlint; everything else is the server's. */
import * as vscode from "vscode";
import { LanguageClient, TransportKind } from "vscode-languageclient/node";
import { findServer } from "./find-server.mjs";

const languages = ["sql", "postgres", "javascript", "typescript"];

let client;
let output;

export async function activate(context) {
  output = vscode.window.createOutputChannel("ddlint", { log: true });
  context.subscriptions.push(
    output,
    vscode.commands.registerCommand("ddlint.restart", restart),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("ddlint.path")) return restart();
    }),
  );
  await start();
}

export const deactivate = () => client?.stop();

async function start() {
  const settings = vscode.workspace.getConfiguration("ddlint");
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  const server = findServer(folders, settings.get("path"));
  if (server === undefined) {
    // Many projects have SQL or JavaScript and no ddlint: no reason to disturb anybody.
    output.info("no ddlint here: run npm install --save-dev ddlint, or set ddlint.path");
    return;
  }
  output.info(`starting ${server.path}`);
  const run = server.isModule
    ? { module: server.path, args: ["lsp"], transport: TransportKind.stdio, options: { cwd: server.folder } }
    : {
        command: server.path,
        args: ["lsp", "--stdio"],
        options: { cwd: server.folder, shell: server.needsShell },
      };
  client = new LanguageClient(
    "ddlint",
    "ddlint",
    { run, debug: run },
    {
      documentSelector: [
        ...languages.map((language) => ({ scheme: "file", language })),
        { scheme: "file", pattern: "**/*.sql" },
        // Of all Python, only what may be a migration: a project has much other code.
        { scheme: "file", language: "python", pattern: "**/{*migrations*,versions,alembic}/**/*.py" },
        { scheme: "file", language: "ruby", pattern: "**/db/*migrate/**/*.rb" },
        { scheme: "file", pattern: "**/*{changelog,liquibase,migration}*/**/*.{xml,yaml,yml,json}" },
        { scheme: "file", pattern: "**/*{changelog,liquibase}*.{xml,yaml,yml,json}" },
      ],
      initializationOptions: {
        locks: settings.get("locks"),
        wholeWorkspace: settings.get("wholeWorkspace"),
        allowConfigCode: settings.get("allowConfigCode"),
      },
      outputChannel: output,
    },
  );
  await client.start();
}

async function restart() {
  const old = client;
  client = undefined;
  await old?.dispose();
  await start();
}
