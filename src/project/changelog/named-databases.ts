/** The databases that changelogs name: in `dbms` of their properties, changesets and changes, and in what they ask for. */
import type { ChangelogNode } from "../../model/changelog.ts";
import type { FolderView } from "../layouts/layout.ts";
import { isSql } from "../layouts/names.ts";
import { treesOf } from "./walk.ts";

/** `--changeset ann:1 dbms:h2`, `--property name:now value:now() dbms:h2` */
const inSql = /^[ \t]*--[ \t]*(?:changeset|property)\b[^\n]*?\bdbms:\s?"?([\w!, ]+)/gim;

/** Words, without what negates them; of files that one root changelog runs, those that only include others as well. */
export function namedDatabases(view: FolderView, files: Iterable<string>): readonly string[] {
  const treeOf = treesOf(view);
  const lists = [...files].flatMap((file) =>
    isSql(file)
      ? Array.from((view.read(file) ?? "").matchAll(inSql), ([, list = ""]) => list)
      : listsIn(treeOf(file)?.root),
  );
  const words = lists.flatMap((list) => list.toLowerCase().split(/[,\s]+/));
  return [...new Set(words.map((word) => word.replace(/^!/, "")))].filter(Boolean);
}

function listsIn(node: ChangelogNode | undefined): readonly string[] {
  if (node === undefined) return [];
  const own = node.attributes.get(node.name === "dbms" ? "type" : "dbms")?.value;
  return [...(own === undefined ? [] : [own]), ...node.children.flatMap(listsIn)];
}
