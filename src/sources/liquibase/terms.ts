/** What a changeset says of when and where it runs, for those that are to take its place. */
import type { ChangelogNode, Changeset } from "../../model/changelog.ts";
import { dialectWord } from "../../model/database-words.ts";
import { isDialectName } from "../../model/dialect.ts";
import type { ChangesetTerms } from "../../model/tool.ts";
import { isMysqlFamily, isOfDocuments } from "../families.ts";
import { askedBy } from "./conditions.ts";
import type { Target } from "./database.ts";

const carried = [
  "dbms",
  "context",
  "contexts",
  "contextFilter",
  "labels",
  "runOnChange",
  "runAlways",
  "runOrder",
  "runWith",
  "failOnError",
  "onValidationFail",
  "logicalFilePath",
  "objectQuotingStrategy",
];

/** What the changelogs or the project's settings name: other databases, and SQLite among them. */
export interface Shared {
  readonly isShared: boolean;
  readonly hasSqlite: boolean;
}

export function termsOf(
  { node }: Pick<Changeset, "node">,
  source: string,
  target: Target,
  { isShared, hasSqlite }: Shared,
): ChangesetTerms {
  const conditions = node.children.filter(({ name }) => name === "preConditions");
  const attributes = carried.flatMap((name): [string, string][] => {
    const value = node.attributes.get(name)?.value;
    return value === undefined ? [] : [[name, value]];
  });
  return {
    attributes: new Map(attributes),
    conditions: conditions.map((one) => writtenAt(one, source)),
    asks: askedBy(conditions),
    asksFor: conditions
      .flatMap(({ children }) => children.filter(({ name }) => name === "dbms"))
      .map((one) => one.attributes.get("type")?.value)
      .find((type) => type !== undefined),
    others: isShared ? othersOf(node, conditions, target) : undefined,
    ...(hasSqlite ? { hasSqlite: true as const } : {}),
    ...(optedOut(node) ? { optedOut: true as const } : {}),
  };
}

/** It says that it runs in no transaction. */
export const optedOut = ({ attributes }: ChangelogNode): boolean =>
  attributes.get("runInTransaction")?.value.trim().toLowerCase() === "false";

/** As it stands there, but for the blanks in front of its lines. */
function writtenAt({ at }: ChangelogNode, source: string): string {
  // The place of a key in JSON is that inside of its quotes.
  const start = source[at.start - 1] === '"' ? at.start - 1 : at.start;
  const column = start - (source.lastIndexOf("\n", start - 1) + 1);
  const blanks = new RegExp(`^[ \\t]{0,${column}}`, "gm");
  const [first = "", ...more] = source.slice(start, at.end).trimEnd().split(/\r?\n/);
  return [first, ...more.map((line) => line.replace(blanks, ""))].join("\n");
}

const namesIn = (dbms: string | undefined): readonly string[] =>
  (dbms ?? "")
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => !["", "all", "none"].includes(name));

export const isOfTarget = ({ isMysql, isMongodb }: Target, name: string): boolean => {
  const dialect = dialectWord(name);
  if (!isDialectName(dialect)) return false;
  return isMysqlFamily[dialect] === isMysql && isOfDocuments[dialect] === isMongodb;
};

/** True if something in it is meant, or not meant, for another database. */
export const namesOthers = (node: ChangelogNode, target: Target): boolean =>
  names(node, (name) => !isOfTarget(target, name));

/** True if something in it is meant, or not meant, for SQLite. */
export const namesSqlite = (node: ChangelogNode): boolean => names(node, (name) => name === "sqlite");

function names(node: ChangelogNode, isMeant: (name: string) => boolean): boolean {
  const stated = node.attributes.get(node.name === "dbms" ? "type" : "dbms")?.value;
  const isNamed = namesIn(stated).some((name) => isMeant(name.replace(/^!\s*/, "")));
  return isNamed || node.children.some((one) => names(one, isMeant));
}

/** What `dbms` is to say of what runs on this database alone, and of what then stays for the others. */
function othersOf(
  node: ChangelogNode,
  conditions: readonly ChangelogNode[],
  target: Target,
): ChangesetTerms["others"] {
  const own = namesIn(node.attributes.get("dbms")?.value);
  const asked = conditions.flatMap(({ children }) =>
    children.filter(({ name }) => name === "dbms").map((one) => namesIn(one.attributes.get("type")?.value)),
  );
  const isAlone = (names: readonly string[]): boolean =>
    names.length > 0 && names.every((name) => isOfTarget(target, name));
  if ([own, ...asked].some(isAlone)) return undefined;
  const names = target.isMysql ? ["mysql", "mariadb"] : ["postgresql"];
  const listed = own.filter((name) => !name.startsWith("!"));
  const ofOthers =
    listed.length > 0
      ? listed.filter((name) => !isOfTarget(target, name))
      : [...own, ...names.map((name) => `!${name}`)];
  return { dbms: names.join(","), ofOthers: ofOthers.join(",") };
}
