/** Statements that make objects, each behind those that make what it uses. */
import { relationTag, routineTag, schemaTag, typeTag } from "../schema/state.ts";

/** In the order in which those that have nothing to do with each other stand. */
const kinds = ["schema", "type", "sequence", "table", "view", "routine"] as const;

/** An object that is made. */
export interface Made {
  readonly kind: (typeof kinds)[number];
  /** `public.users`. */
  readonly key: string;
  /** Tags of what it uses, as the schema keeps them: `r:public.users`, `t:mood`, `f:touch`. */
  readonly uses: readonly string[];
  readonly sql: string;
}

/** Views, and what can't be there before a view, are apart: they need tables with all their columns and keys. */
export function inOrderOfUse(all: readonly Made[]): {
  readonly first: readonly Made[];
  readonly views: readonly Made[];
} {
  const sorted = [...all].sort(
    (a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0),
  );
  const byTag = new Map<string, Made[]>();
  for (const one of sorted) for (const tag of tagsOf(one)) byTag.set(tag, [...(byTag.get(tag) ?? []), one]);
  const isLate = new Map<Made, boolean>();
  const found: Made[] = [];
  const add = (one: Made): boolean => {
    const known = isLate.get(one);
    if (known !== undefined) return known;
    // Of what uses itself in a ring, the first comes first.
    isLate.set(one, one.kind === "view");
    const used = one.uses.flatMap((tag) => byTag.get(tag) ?? []);
    const late = used.map(add).includes(true) || one.kind === "view";
    isLate.set(one, late);
    found.push(one);
    return late;
  };
  sorted.forEach(add);
  return {
    first: found.filter((one) => isLate.get(one) !== true),
    views: found.filter((one) => isLate.get(one) === true),
  };
}

/** A table's rows are a type, too. */
function tagsOf({ kind, key }: Made): readonly string[] {
  const name = key.slice(key.indexOf(".") + 1);
  switch (kind) {
    case "schema":
      return [schemaTag(key)];
    case "type":
      return [typeTag(key), `t:${name}`];
    case "routine":
      return [routineTag(key), `f:${name}`];
    default:
      return [relationTag(key), `t:${name}`];
  }
}
