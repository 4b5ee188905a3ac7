/** What root changelogs leave out: files of SQL that nothing runs say nothing of the database. */
import type { FolderView } from "../layouts/layout.ts";
import { ordersFiles, planOf } from "../layouts/liquibase-plan.ts";
import { isSql } from "../layouts/names.ts";
import { pathsIn } from "./loads.ts";
import { resolve } from "./walk.ts";

/** The folder without the files of SQL that its changelogs neither include nor load; all of it where one name isn't known. */
export function reached(view: FolderView): FolderView {
  if (!ordersFiles(view)) return view;
  // Which of them run depends on the database.
  const plans = (["other", "postgres", "mysql"] as const).map((dialect) => planOf(view, dialect));
  if (plans.some(({ unread, missing }) => unread.length > 0 || missing.length > 0)) return view;
  const files = new Set(plans.flatMap(({ seen, items }) => [...seen, ...items.map(({ file }) => file)]));
  for (const item of plans.flatMap(({ items }) => items)) {
    if (item.kind !== "changeSet") continue;
    for (const path of pathsIn(item.node)) {
      const found = resolve(view, item.file, path);
      if (found === undefined) return view;
      files.add(found);
    }
  }
  const left = view.files.filter((file) => files.has(file) || !isSql(file));
  return left.length === view.files.length ? view : { ...view, files: left, read: (file) => view.read(file) };
}
