/** Diagnostics for editors that ask: of one document, and of everything in the open folders. */
import { join } from "node:path";
import {
  DocumentDiagnosticReportKind,
  type CancellationToken,
  type Diagnostic,
  type PreviousResultId,
  type WorkspaceDocumentDiagnosticReport,
} from "vscode-languageserver/node";
import type { EditorState } from "./editor-state.ts";
import { diagnosticOf, resultId } from "./diagnostics.ts";
import { inEachPlace } from "../index.ts";
import { findingsIn, type Place } from "./place.ts";
import type { Project } from "./project.ts";
import { pathOf } from "./uris.ts";

export const diagnosticsIn = (place: Place): readonly Diagnostic[] => {
  const findings = findingsIn(place);
  const shown = place.shown();
  return findings.map((finding) => diagnosticOf(finding, shown));
};

/** Only what differs from what the editor has; undefined: it no longer wants it. */
export async function workspaceReports(
  editor: EditorState,
  previous: readonly PreviousResultId[],
  token: CancellationToken,
): Promise<readonly WorkspaceDocumentDiagnosticReport[] | undefined> {
  const before = new Map(
    previous.flatMap(({ uri, value }) => {
      const path = pathOf(uri);
      return path === undefined ? [] : [[path, { uri, value }] as const];
    }),
  );
  const now = new Map<string, readonly Diagnostic[]>();
  for (const project of await projectsIn(editor)) {
    if (token.isCancellationRequested) return undefined;
    for (const [path, diagnostics] of byPath(editor, project)) now.set(path, diagnostics);
  }
  const gone = [...before.keys()].filter((path) => !now.has(path));
  return [...now, ...gone.map((path) => [path, []] as const)].flatMap(([path, items]) => {
    const id = resultId(items);
    const known = before.get(path);
    if (known?.value === id) return [];
    const uri = known?.uri ?? editor.addressOf(path);
    const version = editor.documents.get(uri)?.version ?? null;
    return [{ kind: DocumentDiagnosticReportKind.Full, uri, version, resultId: id, items: [...items] }];
  });
}

/** The projects of the folders, and those within them that have configurations of their own. */
async function projectsIn({ workspace }: EditorState): Promise<readonly Project[]> {
  const found = new Map<string, Project>();
  const open = async (root: string): Promise<void> => {
    if (found.has(root)) return;
    const project = await workspace.project(root);
    found.set(root, project);
    const histories = project.ask((session) => session.histories()) ?? [];
    for (const { migrations } of histories) {
      for (const { up } of migrations.slice(0, 1)) await open(workspace.rootOf(join(root, up.path)));
    }
  };
  for (const folder of workspace.folders()) await open(workspace.rootOf(join(folder, "file")));
  return [...found.values()];
}

function byPath(editor: EditorState, project: Project): ReadonlyMap<string, readonly Diagnostic[]> {
  editor.sync(project);
  const result = project.lint();
  const files = new Map<string, Diagnostic[]>();
  if (result === undefined) return files;
  const shown = editor.shown(project, result.sources);
  for (const finding of inEachPlace(result.findings)) {
    const path = join(project.root, finding.file);
    // A configuration further down has its own say.
    if (editor.workspace.rootOf(path) !== project.root) continue;
    const own = files.get(path) ?? [];
    files.set(path, own);
    own.push(diagnosticOf(finding, shown));
  }
  return files;
}
