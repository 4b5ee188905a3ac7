/** Changelogs beside a root changelog that neither it nor another one includes: nothing runs them. */
import type { FolderView } from "../layouts/layout.ts";
import { isFormatted, readChangesets } from "../layouts/liquibase-sql.ts";
import { isSql } from "../layouts/names.ts";
import { join } from "../files/paths.ts";
import { isLoaded } from "./loads.ts";
import { treesOf } from "./walk.ts";

/** Folders whose files run only where a changelog names them. */
export const aside =
  /(?:^|\/)(?:testdata|fixtures?|__tests__|__fixtures__|tests?|spec|seeds?|seeders|examples?|snapshots?|queries|vendor|dist|target)\//i;

/** Folders of which settings may name a file. */
export const mayBeNamed =
  /(?:^|\/)(?:resources|db|databases?|liquibase|changelogs?|changes|[\w-]{0,60}migrations?)(?:\/|$)/i;

const ending = /\.(?:sql|xml|ya?ml|json)$/i;

export interface Apart {
  readonly file: string;
  readonly changesets: number;
}

export const saysApart = (view: FolderView, { file, changesets }: Apart): string => {
  const sets = `${changesets} ${changesets === 1 ? "changeset" : "changesets"}`;
  return `no changelog includes ${join(view.root, file)} (${sets}): it was not checked`;
};

/** @param seen what the root changelogs reach, and these themselves */
export function includedByNone(view: FolderView, seen: ReadonlySet<string>): readonly Apart[] {
  const loaded = isLoaded(view, [...seen]);
  return view.files.flatMap((file): Apart[] => {
    if (seen.has(file) || !ending.test(file) || file.startsWith("../") || aside.test(file)) return [];
    if (!mayBeNamed.test(join(view.root, file))) return [];
    const changesets = changesetsIn(view, file);
    return changesets === 0 || loaded(file) ? [] : [{ file, changesets }];
  });
}

function changesetsIn(view: FolderView, file: string): number {
  const text = view.read(file) ?? "";
  if (isSql(file)) return isFormatted(text) ? readChangesets(text).length : 0;
  if (!text.slice(0, 4000).includes("databaseChangeLog")) return 0;
  return treesOf(view)(file)?.root.children.filter(({ name }) => name === "changeSet").length ?? 0;
}
