/** What Liquibase's checksum of a changeset covers: its changes, without what is said about them. */
import type { ChangelogNode, Changeset } from "../../model/changelog.ts";
import type { Migration } from "../migration.ts";
import { substituted } from "./walk.ts";

/** @param sql of a changeset in formatted SQL as it is written, of another one as it is sent */
export function checkedText(sql: string, changeset: Changeset | undefined): string {
  if (changeset === undefined) return blanksAs1(changesIn(sql));
  const covered = changesOf(changeset.node).map((one) => textOf(one, changeset));
  return [...covered, blanksAs1(sql)].join("\n");
}

const blanksAs1 = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

/** Lines that Liquibase takes out of formatted SQL for itself. */
const ownLine =
  /^[ \t]*--[ \t]*(?:rollback|preconditions?|precondition-|validCheckSum|comment:?\s|ignoreLines)/i;
const rollbackBlock = /\/\*\s*liquibase\s*rollback\b(?:(?!\*\/)[^])*\*\//gi;

const changesIn = (text: string): string =>
  text
    .replaceAll(rollbackBlock, "")
    .split("\n")
    .filter((line) => !ownLine.test(line))
    .join("\n");

const uncovered = new Set(["comment", "preConditions", "rollback", "validCheckSum", "modifySql"]);

const changesOf = ({ children }: ChangelogNode): readonly ChangelogNode[] =>
  children
    .flatMap((child) => (child.name === "changes" ? child.children : [child]))
    .filter(({ name }) => !uncovered.has(name));

function textOf(node: ChangelogNode, changeset: Changeset): string {
  const filled = (text: string): string => blanksAs1(substituted(text, changeset.properties));
  const attributes = [...node.attributes].map(([name, { value }]) => `${name}=${filled(value)}`).sort();
  const children = node.children.map((child) => textOf(child, changeset));
  return [node.name, ...attributes, filled(node.text?.value ?? ""), ...children, ""].join("\n");
}

/** The checksums that a changeset accepts besides its own, of which one may stand for any text; undefined: none. */
export function acceptedSums(node: ChangelogNode | undefined, sql: string | undefined): Migration["accepts"] {
  const inNode = (node?.children ?? []).flatMap((child) =>
    child.name === "validCheckSum" ? [child.text?.value ?? [...child.attributes.keys()].join()] : [],
  );
  const single = node?.attributes.get("validCheckSum")?.value;
  const inSql = [...(sql ?? "").matchAll(/^[ \t]*--[ \t]*validCheckSum:?[ \t]*(.*)$/gim)].map(
    ([, sum = ""]) => sum,
  );
  const sums = [...inNode, ...(single === undefined ? [] : [single]), ...inSql].map((sum) => sum.trim());
  return sums.length === 0 ? undefined : { any: sums.some((sum) => /^(?:1:)?any$/i.test(sum)), sums };
}
