/** How names are written: the one place that says when a name needs quotes, and which. */
import type { DialectName } from "./dialect.ts";
import { isReservedBy } from "./mysql-words.ts";
import { isReserved, quoteIdentifier } from "./names.ts";

/** What has a name: folded, and in its author's letters where these differ. */
export interface Named {
  readonly name: string;
  readonly written?: string | undefined;
}

/** An identifier as SQL spells it: bare where it can be, in its database's quotes otherwise. */
export function spell(dialect: DialectName, name: string): string {
  if (dialect === "postgres") return quoteIdentifier(name);
  // The manual, "Schema Object Names": digits alone are a number, and `1e5` may be one.
  const isPlain = /^[a-z_\u0080-\uffff][\w$\u0080-\uffff]*$/i.test(name) && !isReservedBy(dialect, name);
  return isPlain ? name : `\`${name.replaceAll("`", "``")}\``;
}

/** A key word, which has to be quoted everywhere. */
export const isReservedIn = (dialect: DialectName, name: string): boolean =>
  dialect === "postgres" ? isReserved(name) : isReservedBy(dialect, name);
