/** What the editor writes on demand: the safe steps in place of a migration, its rollback, what keeps its data. */
import { join } from "node:path";
import {
  CodeActionKind,
  MessageType,
  TextDocumentEdit,
  type CodeAction,
  type Command,
  type Connection,
  type WorkspaceEdit,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import {
  UserError,
  planMistakes,
  planNotes,
  planRollback,
  planSteps,
  rollbackFiles,
  rollbackMistakes,
  rollbackNotes,
  unmerged,
  waitingFiles,
} from "../index.ts";
import type { FileSystem, Finding } from "../index.ts";
import { writingCommands } from "./client.ts";
import { bugText, type EditorState } from "./editor-state.ts";
import { diagnosticOf } from "./diagnostics.ts";
import type { Place } from "./place.ts";
import { editBetween, textEdit } from "./places.ts";
import type { ProjectRequest } from "./project.ts";
import { showMessage } from "./show-message.ts";

type WritingCommand = (typeof writingCommands)[keyof typeof writingCommands];

export const isWriting = (command: string): command is WritingCommand =>
  Object.values(writingCommands).some((one) => one === command);

/** What could be written about the migration that the findings are in. It is written once it is asked for: it takes a replay. */
export function writingActions(place: Place, findings: readonly Finding[]): readonly CodeAction[] {
  const { project, file, client, document, shown } = place;
  if (!client.takesFiles || findings.length === 0) return [];
  const history = project.ask((session) => session.historyOf(file));
  const own = history?.migrations.filter(({ up, down }) => up.path === file || down?.path === file) ?? [];
  const name = own.length === 1 ? undefined : findings[0]?.migration;
  const migration = name === undefined ? own[0] : own.find((one) => one.name === name);
  if (history === undefined || migration === undefined || migration.unread === true) return [];
  const action = (title: string, command: WritingCommand, of: readonly Finding[]): readonly CodeAction[] => {
    const run: Command = { title, command, arguments: [document.uri, name] };
    const diagnostics = of.map((finding) => diagnosticOf(finding, shown()));
    return of.length === 0 ? [] : [{ title, kind: CodeActionKind.QuickFix, diagnostics, command: run }];
  };
  const byId = new Map(project.rules.map((rule) => [rule.id, rule]));
  const those = (test: (finding: Finding) => boolean): readonly Finding[] =>
    findings.filter((finding) => unmerged([finding]).some(test));
  const isUp = ({ direction }: Finding): boolean => direction !== "down";
  const hasPlace = history.rollbacks !== "none" && migration.up.code === undefined;
  const losesData = (finding: Finding): boolean => byId.get(finding.ruleId)?.category === "data-loss";
  return [
    ...action(
      "Replace by safe steps",
      writingCommands.plan,
      those((finding) => isUp(finding) && finding.instead !== undefined),
    ),
    ...(hasPlace && migration.down?.empty !== false
      ? action("Write the rollback", writingCommands.rollback, findings)
      : []),
    ...(hasPlace
      ? action("Write the rollback, and what keeps the data for it", writingCommands.backup, those(losesData))
      : []),
  ];
}

/** Files as they should be, and what to say of them. */
interface Written {
  readonly files: readonly { readonly file: string; readonly text: string }[];
  readonly notes: readonly string[];
}

/** Answers a command: edits for the editor to make, or a message why there are none. */
export async function write(
  connection: Connection,
  editor: EditorState,
  command: WritingCommand,
  [uri, name]: readonly unknown[],
): Promise<void> {
  const say = (type: MessageType, lines: readonly string[]): void => {
    if (lines.length > 0) showMessage(connection, type, lines.map((line) => `ddlint: ${line}`).join("\n"));
  };
  try {
    const place = typeof uri === "string" ? await editor.place(uri) : undefined;
    const request = place?.project.request();
    if (place === undefined || request === undefined) return;
    const migration = typeof name === "string" ? name : place.file;
    const { files, notes } = await (command === writingCommands.plan
      ? safeSteps(request, migration)
      : wayBack(request, migration, command === writingCommands.backup));
    const edit = editOf(files, request, editor);
    const { applied } = await connection.workspace.applyEdit({ label: "ddlint", edit });
    if (applied) say(MessageType.Info, notes);
  } catch (error) {
    const mistakes = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
    const bug = mistakes.find((one) => !(one instanceof UserError));
    if (bug === undefined)
      say(
        MessageType.Warning,
        mistakes.map((one) => (one as UserError).line()),
      );
    else connection.console.error(bugText(bug));
  }
}

/** @throws UserError, or an AggregateError of several, if there is no plan */
async function safeSteps(request: ProjectRequest, migration: string): Promise<Written> {
  const plan = await planSteps({ ...request, migration, files: true });
  const mistakes = planMistakes(plan);
  if (mistakes.length > 0) throw new AggregateError(mistakes);
  refuseApplied(migration, plan.isApplied);
  const { files = [] } = plan;
  return { files, notes: [...planNotes(plan), ...waitingFiles(plan)] };
}

/** @throws UserError, or an AggregateError of several, if there is no rollback */
async function wayBack(request: ProjectRequest, migration: string, backup: boolean): Promise<Written> {
  const plan = await planRollback({ ...request, migration, backup });
  const mistakes = rollbackMistakes(plan);
  if (mistakes.length > 0) throw new AggregateError(mistakes);
  const files = rollbackFiles(plan);
  if (files === undefined) throw new UserError(`there is no file for the rollback of ${plan.migration}`);
  if (files.some(({ file }) => file === plan.file)) refuseApplied(plan.file, plan.isApplied);
  return { files, notes: rollbackNotes(plan) };
}

function refuseApplied(file: string, isApplied: boolean): void {
  if (isApplied) throw new UserError(`${file} is applied already`);
}

/** Documents that are open are changed as they are shown, others as they lie on the disk; new ones are made. */
function editOf(
  files: Written["files"],
  { root, fs }: Pick<ProjectRequest, "root" | "fs">,
  editor: EditorState,
): WorkspaceEdit {
  const documentChanges = files.flatMap(({ file, text }): NonNullable<WorkspaceEdit["documentChanges"]> => {
    const uri = editor.addressOf(join(root, file));
    const open = editor.documents.get(uri);
    const before = open?.getText() ?? textOf(fs, file);
    const document = open ?? TextDocument.create(uri, "sql", 0, before ?? "");
    const edit = textEdit(document, editBetween(document.getText(), text));
    const change = TextDocumentEdit.create({ uri, version: open?.version ?? null }, [edit]);
    return before === undefined ? [{ kind: "create", uri }, change] : [change];
  });
  return { documentChanges };
}

/** Without the byte order mark, which no editor counts. */
const textOf = (fs: FileSystem, file: string): string | undefined => fs.read(file)?.replace(/^\uFEFF/, "");
