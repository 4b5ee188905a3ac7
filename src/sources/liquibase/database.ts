/** How Liquibase writes names, and which databases it writes for. */
import type { Changeset } from "../../model/changelog.ts";
import { dialectTitles, type DialectName } from "../../model/dialect.ts";
import { isMariadb, isMysqlFamily, isOfDocuments } from "../families.ts";
import { mariadbWords, mysqlWords, postgresWords } from "./reserved.ts";
import { instead, listed, splitAt, sql, trimmed, type Sql, type Value, written } from "./sql.ts";

export interface Target {
  /** For messages. */
  readonly title: string;
  readonly isMongodb: boolean;
  readonly isMysql: boolean;
  readonly isMariadb: boolean;
  readonly reserved: ReadonlySet<string>;
  /** What of a name is quoted; `mixed`: words of the database, and mixed case in PostgreSQL. */
  readonly quotes: "mixed" | "reserved" | "all";
  /** Whether its release is this one or a later one. */
  readonly isSince: (release: string) => "yes" | "no" | "maybe";
  /** RENAME COLUMN is there, and Liquibase sends it: on MySQL since 5.0, and CHANGE before. */
  readonly renamesColumns: boolean;
  /** Liquibase refuses a column's place where the database doesn't have it, since 4.13; before, it passes over it. */
  readonly refusesPlaces: boolean;
  /** A sequence is created IF NOT EXISTS on PostgreSQL: since 3.8. */
  readonly asksForSequences: boolean;
  /** What it makes of BOOLEAN on MySQL and MariaDB. */
  readonly truthOfMysql: string;
  /** On PostgreSQL, it leaves the words behind BIGINT out where the column counts by itself: before 4.23.1. */
  readonly cutsSerialTypes: boolean;
  /** PostgreSQL: it writes this one before names without a schema. */
  readonly writtenSchema?: string | undefined;
  /** MySQL: the database of the connection. */
  readonly ownDatabase?: string | undefined;
}

export function targetOf(
  dialect: DialectName,
  serverVersion: string | undefined,
  toolRelease: string | undefined,
): Target {
  const mariadb = isMariadb[dialect];
  const mysql = isMysqlFamily[dialect];
  const [major = 99, minor = 99, patch = 99] = (serverVersion ?? "")
    .split(".")
    .flatMap((one) => (/^\d+$/.test(one) ? [Number(one)] : []));
  const release = major * 10_000 + minor * 100 + patch;
  return {
    title: dialectTitles[dialect],
    isMongodb: isOfDocuments[dialect],
    isMysql: mysql,
    isMariadb: mariadb,
    reserved: mariadb ? mariadbWords : mysql ? mysqlWords : postgresWords,
    quotes: "mixed",
    refusesPlaces: isSince(toolRelease, 4, 13),
    asksForSequences: !mysql && (toolRelease === undefined || isSince(toolRelease, 3, 8)),
    truthOfMysql: truthOf(toolRelease, mariadb),
    cutsSerialTypes:
      !mysql && toolRelease !== undefined && (!isSince(toolRelease, 4, 23) || toolRelease === "4.23.0"),
    isSince(since) {
      const [own = 0, second = 0] = since.split(".").map(Number);
      return toolRelease === undefined ? "maybe" : isSince(toolRelease, own, second) ? "yes" : "no";
    },
    renamesColumns:
      !mysql ||
      (release >= (mariadb ? 100_502 : 80_000) && (toolRelease === undefined || isSince(toolRelease, 5, 0))),
  };
}

function isSince(release: string | undefined, major: number, minor: number): boolean {
  const [own = 0, second = 0] = (release ?? "").split(".").map(Number);
  return own > major || (own === major && second >= minor);
}

const strategies: Readonly<Record<string, Target["quotes"]>> = {
  QUOTE_ALL_OBJECTS: "all",
  QUOTE_ONLY_RESERVED_WORDS: "reserved",
};

/** The target of a changeset, whose `objectQuotingStrategy` goes before that of its file. */
export function targetFor(target: Target, { node, tree }: Pick<Changeset, "node" | "tree">): Target {
  const name = "objectQuotingStrategy";
  const own = [
    node.attributes.get(name),
    tree.root.attributes.get(name),
    tree.root.children.find((child) => child.name === name)?.text,
  ].find((one) => one !== undefined);
  const quotes = strategies[own?.value.trim().toUpperCase() ?? ""];
  return quotes === undefined ? target : { ...target, quotes };
}

/** BIT(1) before 4.24, TINYINT(1) until 4.25.0; then the width is left out, as MySQL 8 warns of it. */
function truthOf(release: string | undefined, mariadb: boolean): string {
  if (release !== undefined && !isSince(release, 4, 24)) return "BIT(1)";
  const isBefore = release !== undefined && (!isSince(release, 4, 25) || release === "4.25.0");
  return isBefore || mariadb ? "TINYINT(1)" : "TINYINT";
}

/** Quoted where Liquibase does it: words of the database, other characters than a name's, and mixed case in PostgreSQL. */
export function nameOf({ isMysql, reserved, quotes }: Target, given: Value): Sql {
  const name = trimmed(given);
  const { text } = name;
  const isMixed = !isMysql && quotes === "mixed" && /[a-z]/.test(text) && /[A-Z]/.test(text);
  const isPlain = quotes !== "all" && /^[\p{L}_]\w*$/u.test(text) && !reserved.has(text.toLowerCase());
  if (isPlain && !isMixed) return [name];
  const quote = isMysql ? "`" : '"';
  if (text === "" && !isMysql) return [];
  const inside = text.includes(quote) ? instead(name, text.replaceAll(quote, quote + quote)) : name;
  return [quote, inside, quote];
}

export const namesOf = (target: Target, given: Value): Sql =>
  listed(splitAt(given, ",").map((one) => nameOf(target, one)));

/** An expression instead of a column's name stays as it is. */
export const columnOrExpression = (target: Target, given: Value, isComputed: boolean): Sql =>
  isComputed || given.text.includes("(") ? [given] : nameOf(target, given);

/** `schema.table`; in MySQL a catalog is a schema. */
export function qualified(
  target: Target,
  name: Value,
  schema: Value | undefined,
  catalog: Value | undefined,
): Sql {
  const own = target.isMysql ? (catalog ?? schema) : schema;
  return own === undefined || own.text.trim() === "" || (target.isMysql && own.text === target.ownDatabase)
    ? inDefault(target, name)
    : sql`${nameOf(target, own)}.${nameOf(target, name)}`;
}

/** In the default schema of the settings, which Liquibase writes where the changelog names none (5.0, run). */
export const inDefault = (target: Target, name: Value): Sql =>
  target.writtenSchema === undefined || target.isMysql
    ? nameOf(target, name)
    : sql`${written(nameOf(target, { text: target.writtenSchema, parts: [] }))}.${nameOf(target, name)}`;

/** A text as a literal. */
export function literal({ isMysql }: Target, value: Value): Sql {
  const { text } = value;
  const inside = (isMysql ? text.replaceAll("\\", "\\\\") : text).replaceAll("'", "''");
  return ["'", inside === text ? value : instead(value, inside), "'"];
}
