/** The migrations of a plan as files in code, or as changesets: the first takes the place of the migration. */
import { UserError } from "../config/user-error.ts";
import { changesetText } from "../plan/new-changeset.ts";
import { codeWriter } from "../plan/new-code.ts";
import { restOfCode } from "../plan/rest-of-code.ts";
import { changelogLanguage, withChangesets } from "../project/changelog/grown.ts";
import { overlay } from "../project/files/file-system.ts";
import { toolNamed } from "../project/known-tools.ts";
import { readBack, stem, writtenMigration } from "./code-files.ts";
import { headOf, isChangeset, placeOf, type WrittenMigration } from "./new-changesets.ts";
import type { FileSource } from "./plan-files.ts";
import type { PlanFile, PlanStep } from "./plan.ts";
import { givenBy, waitsFor } from "./plan-step-text.ts";

/** What it does, in words: Alembic's files begin with that, changesets have a comment; else its name says it. */
function titleOf({ fs, migration: { up, changeset, description } }: FileSource): string {
  const source = up.code?.source ?? fs.read(up.path)?.slice(up.part.start, up.part.end) ?? "";
  const { attributes, children } = changeset?.node ?? {};
  const [, said] = /^\s*(?:"""\s*|--\s*comment:?\s+)([^\n"]*\w)/.exec(source) ?? [];
  const comment =
    attributes?.get("comment")?.value ?? children?.find(({ name }) => name === "comment")?.text?.value;
  return (
    comment?.replace(/; before this changeset: [^]*$/, "").trim() ??
    said ??
    description
      .replace(/^[\d._-]+/, "")
      .replaceAll(/[_-]+|(?<=[a-z\d])(?=[A-Z])/g, " ")
      .trim()
  );
}

/** @throws UserError if calls can't take the place of what the migration does */
export function codeFilesOf(source: FileSource, steps: readonly PlanStep[]): readonly PlanFile[] {
  const { fs, migration, reopen, now } = source;
  let { history } = source;
  const own = steps.flatMap((step, at) => (step.kind === "migration" ? [{ step, at }] : []));
  refuseOthers(source, steps, own.length);
  const title = titleOf(source);
  const texts: Record<string, string> = {};
  const files: PlanFile[] = [];
  let last = migration;
  for (const [place, { step, at }] of own.entries()) {
    const before = waitsFor(steps, at);
    const written =
      place === 0
        ? inPlace(source, title, step, before)
        : writtenMigration(
            { fs: overlay(fs, texts), history, last, words: `${title} ${place + 1}`, title, now },
            givenBy(step),
            before,
            place + 1,
          );
    Object.assign(texts, written.texts);
    for (const [file, text] of Object.entries(written.texts))
      files.push({
        file,
        text,
        step: at,
        ...(file === written.file && file !== written.label ? { name: written.label } : {}),
        ...(file !== migration.up.path && fs.read(file) !== undefined ? { isGrown: true } : {}),
      });
    const after = reopen(overlay(fs, texts)).find(
      ({ root, dialect }) => root === history.root && dialect === history.dialect,
    );
    last = readBack(after, written, history);
    history = after ?? history;
  }
  // A changelog has one text in the end.
  return files.map((one) => ({ ...one, text: texts[one.file] ?? one.text }));
}

/** @throws UserError if it does something that the plan doesn't know, or others come behind it */
function refuseOthers({ history, migration }: FileSource, steps: readonly PlanStep[], count: number): void {
  const { path, code } = migration.up;
  const hint = "leave out --write, and copy what is printed";
  const rest = restOfCode(migration);
  if (rest !== undefined)
    throw new UserError(`the plan can't take the place of ${path}: ${rest.what}`, {
      file: path,
      line: rest.line,
      hint,
    });
  const calls = code?.unit?.calls ?? [];
  const { beyondSql } = toolNamed(history.tool);
  const isMore = calls.some(({ name, noSql }) => noSql !== undefined || beyondSql?.test(name) === true);
  const keepsState = calls.some(({ state }) => state !== undefined);
  if (isMore || (keepsState && steps[0]?.kind !== "migration"))
    throw new UserError(
      `the plan can't take the place of ${path}: the models change in a step of their own`,
      {
        hint: `take the advice of "ddlint ${path}", which says what changes when`,
      },
    );
  const isLast = history.migrations.findLast(({ kind }) => kind === "versioned") === migration;
  if (count > 1 && !isLast)
    throw new UserError(`there is no room for ${count} migrations behind ${path}: others follow it`, {
      hint: "copy what is printed, or plan the newest migration first",
    });
}

function inPlace(
  source: FileSource,
  title: string,
  step: PlanStep,
  before: readonly string[],
): WrittenMigration {
  const { history, migration, now } = source;
  if (isChangeset(history, migration)) return changesetInPlace(source, title, step, before);
  const { path, code } = migration.up;
  const writer = codeWriter(migration.up, toolNamed(history.tool));
  if (writer === undefined)
    throw new UserError(`${path} is code: ddlint doesn't know how its tool writes a file`, {
      hint: "leave out --write, and copy what is printed",
    });
  const text = writer(
    {
      title,
      name: stem(path),
      version: migration.version ?? "",
      after: code?.unit,
      replaces: code?.unit,
      place: 1,
      now,
    },
    givenBy(step),
    before,
  );
  return { file: path, label: path, name: undefined, texts: { [path]: text } };
}

/** With its id, and what it says of where it runs. */
function changesetInPlace(
  { fs, migration }: FileSource,
  title: string,
  step: PlanStep,
  before: readonly string[],
): WrittenMigration {
  const { path } = migration.up;
  const [author, id] = headOf(migration);
  const language = changelogLanguage(path);
  const text = fs.read(path);
  const terms = migration.up.code?.unit?.terms;
  const marker = text?.slice(placeOf(text, migration).start, migration.up.part.start) ?? "";
  const isOfMore =
    (terms?.conditions.length ?? 0) > 0 ||
    terms?.others !== undefined ||
    (migration.changeset === undefined &&
      /\s(?!runInTransaction|splitStatements|endDelimiter)\w+:/.test(marker.replace(/^.*?:\S+/, "")));
  const written =
    language === undefined || text === undefined || isOfMore
      ? undefined
      : withChangesets(
          text,
          placeOf(text, migration),
          [
            changesetText(
              { id, author, title: title === "" ? undefined : title, attributes: terms?.attributes },
              givenBy(step),
              before,
              language,
            ),
          ],
          language,
          true,
        );
  if (written === undefined)
    throw new UserError(
      `the plan can't take the place of the changeset ${id} of ${path}: it says where it runs`,
      {
        hint: "leave out --write, and copy what is printed",
      },
    );
  return {
    file: path,
    label: `the changeset ${id} of ${path}`,
    name: migration.name,
    texts: { [path]: written },
  };
}
