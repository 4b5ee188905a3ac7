/**
 * Changesets without an id (3.8 to 5.0, run). XML without the attribute is refused by its schema; an empty id is refused
 * since 4.19, as one that YAML or JSON leaves out. YAML whose id and changes stand beside `changeSet` is refused since 4.4,
 * and before, nothing of it ran.
 */
import type { IgnoredPart, RefusedCall } from "../../model/call.ts";
import type { Changeset } from "../../model/changelog.ts";
import type { Target } from "./database.ts";

interface Problems {
  readonly refused: readonly RefusedCall[];
  readonly ignored: readonly IgnoredPart[];
}

export function withoutId({ id, node }: Changeset, isXml: boolean, target: Target): Problems {
  if (id !== "") return { refused: [], ignored: [] };
  const at = node.head;
  const isBeside = node.children.length === 0;
  const instead = isBeside ? "Indent its id, author and changes further than changeSet." : "Give it an id.";
  const since = isBeside ? "4.4" : "4.19";
  const isRefused = isXml && !node.attributes.has("id") ? "yes" : target.isSince(since);
  if (isRefused === "yes") {
    const why = "Liquibase refuses a changeset without an id, and runs no changeset";
    return { refused: [{ at, why, instead }], ignored: [] };
  }
  if (isRefused === "maybe") {
    const why = `Liquibase ${since} and later refuse a changeset without an id, and run no changeset`;
    return { refused: [{ at, why, instead, isUnsure: true }], ignored: [] };
  }
  const why = "Liquibase finds nothing in this changeSet";
  return { refused: [], ignored: isBeside ? [{ at, why, instead, isKey: false }] : [] };
}
