/** How names are written: the one place that says when a name needs quotes, and which. */
import { isReservedBy } from "./mysql-words.ts";
import { isReserved, quoteIdentifier } from "./names.ts";

/** Whose people read it. */
export type Product = "postgres" | "mysql" | "mariadb";

/** What has a name: folded, and in its author's letters where these differ. */
export interface Named {
  readonly name: string;
  readonly written?: string | undefined;
}

/** An identifier as SQL spells it: bare where it can be, in the product's quotes otherwise. */
export function spell(product: Product, name: string): string {
  if (product === "postgres") return quoteIdentifier(name);
  // The manual, "Schema Object Names": digits alone are a number, and `1e5` may be one.
  const isPlain = /^[a-z_\u0080-\uffff][\w$\u0080-\uffff]*$/i.test(name) && !isReservedBy(product, name);
  return isPlain ? name : `\`${name.replaceAll("`", "``")}\``;
}

/** A key word, which has to be quoted everywhere. */
export const isReservedIn = (product: Product, name: string): boolean =>
  product === "postgres" ? isReserved(name) : isReservedBy(product, name);
