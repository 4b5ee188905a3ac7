/** What the editor can do, as it said at the start; and what the server offers to it. */
import {
  CodeActionKind,
  DiagnosticTag,
  MarkupKind,
  TextDocumentSyncKind,
  type InitializeParams,
  type ServerCapabilities,
} from "vscode-languageserver/node";

export interface Client {
  /** It asks for diagnostics; else they are sent. */
  readonly pulls: boolean;
  readonly refreshes: { readonly diagnostics: boolean; readonly lenses: boolean; readonly hints: boolean };
  readonly relatedInformation: boolean;
  readonly codeDescription: boolean;
  readonly unnecessaryTag: boolean;
  /** Edits that name the version of the document that they are for. */
  readonly versionedEdits: boolean;
  /** It takes edits of several files that it didn't ask for, some of them new. */
  readonly takesFiles: boolean;
  readonly hierarchicalSymbols: boolean;
  readonly markdownHover: boolean;
  readonly showsDocuments: boolean;
  /** It can be asked to watch files. */
  readonly watches: boolean;
  readonly configuration: { readonly asked: boolean; readonly registered: boolean };
  readonly folders: boolean;
}

export function clientOf({ capabilities }: Pick<InitializeParams, "capabilities">): Client {
  const { textDocument, workspace, window } = capabilities;
  const { diagnostic, publishDiagnostics } = textDocument ?? {};
  const shown = { ...publishDiagnostics, ...diagnostic };
  const has = (flag: boolean | undefined): boolean => flag === true;
  return {
    pulls: diagnostic !== undefined,
    refreshes: {
      diagnostics: has(workspace?.diagnostics?.refreshSupport),
      lenses: has(workspace?.codeLens?.refreshSupport),
      hints: has(workspace?.inlayHint?.refreshSupport),
    },
    relatedInformation: has(shown.relatedInformation),
    codeDescription: has(shown.codeDescriptionSupport),
    unnecessaryTag: shown.tagSupport?.valueSet.includes(DiagnosticTag.Unnecessary) === true,
    versionedEdits: has(workspace?.workspaceEdit?.documentChanges),
    takesFiles:
      has(workspace?.applyEdit) && workspace?.workspaceEdit?.resourceOperations?.includes("create") === true,
    hierarchicalSymbols: has(textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport),
    markdownHover: textDocument?.hover?.contentFormat?.includes(MarkupKind.Markdown) !== false,
    showsDocuments: has(window?.showDocument?.support),
    watches: has(workspace?.didChangeWatchedFiles?.dynamicRegistration),
    configuration: {
      asked: has(workspace?.configuration),
      registered: has(workspace?.didChangeConfiguration?.dynamicRegistration),
    },
    folders: has(workspace?.workspaceFolders),
  };
}

export const explainCommand = "ddlint.explain";
/** Each writes files of the migration whose address it is given. */
export const writingCommands = {
  plan: "ddlint.plan",
  rollback: "ddlint.rollback",
  backup: "ddlint.backup",
} as const;
export const fixAllKind = `${CodeActionKind.SourceFixAll}.ddlint`;

export const capabilitiesFor = (client: Client): ServerCapabilities => ({
  positionEncoding: "utf-16",
  textDocumentSync: {
    openClose: true,
    change: TextDocumentSyncKind.Incremental,
    save: { includeText: false },
  },
  ...(client.pulls && {
    diagnosticProvider: { identifier: "ddlint", interFileDependencies: true, workspaceDiagnostics: true },
  }),
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, fixAllKind] },
  hoverProvider: true,
  codeLensProvider: { resolveProvider: false },
  inlayHintProvider: { resolveProvider: false },
  documentSymbolProvider: { label: "ddlint" },
  executeCommandProvider: { commands: [explainCommand, ...Object.values(writingCommands)] },
  ...(client.folders && { workspace: { workspaceFolders: { supported: true, changeNotifications: true } } }),
});

/** Any file may be a setting of some tool; which of them a project depends on is asked when one changes. */
export const watchedFiles = ["**/*"];
