/**
 * Names of changes that Liquibase doesn't have, and resemble one that it has: YAML and JSON have no schema that rejects them.
 * 3.10 passes over them, 4.17 refuses the changelog (both run).
 */
import { isAlmost, isMisspelt } from "../../text/nearest.ts";
import type { Change } from "./change.ts";

/** The change that is meant; undefined: it may be one of an extension. */
export function meantChange(name: string, known: Iterable<string>): string | undefined {
  const alike = (one: string): string => one.toLowerCase().replace(/constraint$/, "");
  for (const one of known)
    if (alike(one) === alike(name) || isMisspelt(name, one) || isAlmost(name, one)) return one;
  return undefined;
}

/** Reports it. True: the tool passes over it. */
export function misnamed(change: Change, meant: string): boolean {
  const { name, node, target } = change;
  const instead = `Write ${meant}.`;
  const isRefused = target.isSince("4.0");
  if (isRefused === "yes")
    change.invalid(`Liquibase knows no ${name}, refuses the changelog, and runs no changeset`, instead);
  else if (isRefused === "maybe") {
    const why = `Liquibase knows no ${name}: 4.0 and later refuse the changelog, and 3 passes over it`;
    change.doubted.push({ why, instead, isValidation: true, isUnsure: true });
  } else
    change.ignored.push({
      at: node.head,
      why: `Liquibase knows no ${name}`,
      instead,
      isKey: meant === "addPrimaryKey",
      table: change.get("tableName")?.text,
    });
  return isRefused === "no";
}
