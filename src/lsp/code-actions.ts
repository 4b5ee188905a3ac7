/** What the editor offers on a finding: fixes, comments that silence it, its explanation. */
import {
  CodeActionKind,
  type CodeAction,
  type CodeActionParams,
  type WorkspaceEdit,
} from "vscode-languageserver/node";
import { unmerged } from "../index.ts";
import type { Edit, Finding } from "../index.ts";
import { explainCommand, fixAllKind } from "./client.ts";
import { diagnosticOf } from "./diagnostics.ts";
import { findingsIn, type Place } from "./place.ts";
import { editBetween, rangeOf, textEdit, touches } from "./places.ts";
import { writingActions } from "./writing.ts";

export function codeActions(place: Place, { range, context }: CodeActionParams): readonly CodeAction[] {
  const wants = (kind: CodeActionKind): boolean =>
    context.only === undefined || context.only.some((one) => one === kind || kind.startsWith(`${one}.`));
  const findings = findingsIn(place);
  const touched = wants(CodeActionKind.QuickFix)
    ? findings.filter((finding) => touches(rangeOf(finding), range))
    : [];
  const actions = touched.flatMap((shown) =>
    unmerged([shown]).flatMap((finding) => forFinding(place, finding, shown)),
  );
  actions.push(...writingActions(place, touched));
  if (wants(fixAllKind) && unmerged(findings).some(({ fix }) => fix !== undefined))
    actions.push(...fixAll(place));
  return actions;
}

/** `reported`: the finding itself, or the one that stands for it. */
function forFinding(place: Place, finding: Finding, reported: Finding): readonly CodeAction[] {
  const { project, shown } = place;
  const { ruleId, fix, suggestions, message, instead } = finding;
  const diagnostics = [diagnosticOf(reported, shown())];
  const action = (title: string, edits: readonly Edit[], isPreferred?: true): CodeAction => ({
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics,
    edit: workspaceEdit(place, edits),
    ...(isPreferred && { isPreferred }),
  });
  // A comment that silences the complaint about a comment helps nobody.
  const isAboutComment = ruleId === "unused-suppression" || ruleId === "missing-reason";
  const silenced = (where: "statement" | "file"): readonly CodeAction[] => {
    const edit = isAboutComment ? undefined : project.ask((session) => session.suppression(finding, where));
    return edit === undefined ? [] : [action(`Disable ${ruleId} for this ${where}`, [edit])];
  };
  const title = `Explain ${ruleId}`;
  return [
    ...(fix === undefined ? [] : [action(capital(fix.title), fix.edits, true)]),
    ...suggestions.map((one) => action(`${capital(one.title)} (look at it first)`, one.edits)),
    ...silenced("statement"),
    ...silenced("file"),
    {
      title,
      kind: CodeActionKind.QuickFix,
      diagnostics,
      command: { title, command: explainCommand, arguments: [ruleId, { message, instead }] },
    },
  ];
}

function fixAll(place: Place): readonly CodeAction[] {
  const { project, file, document } = place;
  const fixed = project.ask((session) => session.fixed(file));
  if (fixed === undefined) return [];
  const edit = workspaceEdit(place, [editBetween(document.getText(), fixed)]);
  return [{ title: "Make all safe fixes of ddlint", kind: fixAllKind, edit }];
}

function workspaceEdit({ client, document }: Place, list: readonly Edit[]): WorkspaceEdit {
  const edits = list.map((edit) => textEdit(document, edit));
  const { uri, version } = document;
  return client.versionedEdits
    ? { documentChanges: [{ textDocument: { uri, version }, edits }] }
    : { changes: { [uri]: edits } };
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
