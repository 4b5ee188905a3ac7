/** Liquibase's changelogs in XML, YAML and JSON: the changesets of a file become one text of SQL. */
import type { Changeset } from "../../model/changelog.ts";
import { dialectWord } from "../../model/database-words.ts";
import type { CodeInput, CodeMigration, HistoryReader, SourceHistory } from "../source.ts";
import { SqlText } from "../sql-text.ts";
import type { Span } from "../../text/span.ts";
import { lowerChangeset, type Lowered } from "./changeset.ts";
import { targetOf } from "./database.ts";
import { isOfTarget, namesOthers, namesSqlite } from "./terms.ts";

interface Known {
  readonly migration: CodeMigration;
  /** Files that its changes name. */
  readonly files: ReadonlySet<string>;
}

export function openHistory({
  dialect,
  serverVersion,
  toolRelease,
  writtenSchema,
  ownDatabase,
  changesets,
}: SourceHistory): HistoryReader {
  const target = { ...targetOf(dialect, serverVersion, toolRelease), writtenSchema, ownDatabase };
  const byPath = new Map<string, Changeset[]>();
  const byId = new Map<string, Changeset>();
  for (const { path, changeset } of changesets ?? []) {
    const same = byPath.get(path) ?? [];
    byPath.set(path, same);
    same.push(changeset);
    byId.set(`${changeset.author}\0${changeset.id}`, changeset);
  }
  const trees = new Set((changesets ?? []).map(({ changeset }) => changeset.tree.root));
  const stated = new Set((changesets ?? []).flatMap(({ changeset }) => changeset.databases));
  const isShared =
    [...trees].some((root) => namesOthers(root, target)) ||
    [...stated].some((word) => dialectWord(word) !== undefined && !isOfTarget(target, word));
  const hasSqlite = [...trees].some(namesSqlite) || stated.has("sqlite");
  const read = new Map<Changeset, Known>();

  /** All changesets of the file share its text. */
  const readFile = ({ path, text: own, readFile: load }: CodeInput): void => {
    const text = new SqlText(path, own.length + 1);
    const found: { changeset: Changeset; lowered: Lowered; files: Set<string>; from: number; to: number }[] =
      [];
    const all = byPath.get(path) ?? [];
    const parts = partsOf(all, own.length);
    for (const changeset of all) {
      const files = new Set<string>();
      const from = text.pieces.length;
      const lowered = lowerChangeset(changeset, {
        path,
        source: own,
        shared: { isShared, hasSqlite },
        target,
        text,
        part: parts.get(changeset) ?? changeset.node.at,
        readFile(file) {
          files.add(file);
          return load(file);
        },
        find: (id, author) => byId.get(`${author}\0${id}`),
      });
      found.push({ changeset, lowered, files, from, to: text.pieces.length });
    }
    const whole = `${own}\n${text.text}`;
    const { map } = text;
    for (const { changeset, lowered, files, from, to } of found) {
      const pieces = text.pieces.slice(from, to);
      read.set(changeset, { migration: { ...lowered, text: whole, map, pieces, problems: [] }, files });
    }
  };

  return {
    read(input) {
      const { changeset } = input;
      if (changeset === undefined) return { migration: undefined, after: undefined };
      if (!read.has(changeset)) readFile(input);
      const known = read.get(changeset);
      // So that an edit of such a file is noticed for each changeset that names it.
      for (const file of known?.files ?? []) input.readFile(file);
      return { migration: known?.migration, after: undefined };
    },
  };
}

/** Each from the end of the one before it; the last one has what stands behind it. */
function partsOf(all: readonly Changeset[], end: number): ReadonlyMap<Changeset, Span> {
  const sorted = [...all].sort((a, b) => a.node.at.start - b.node.at.start);
  let start = 0;
  return new Map(
    sorted.map((one, i): [Changeset, Span] => {
      const part = { start, end: i === sorted.length - 1 ? end : one.node.at.end };
      start = part.end;
      return [one, part];
    }),
  );
}
