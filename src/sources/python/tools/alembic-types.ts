/** Enum types that a history's SQL makes, renames and drops, by `schema.name`: SQLAlchemy makes only those that are missing. */
const blank = String.raw`[\s\n]{1,99}`;
const object = String.raw`(?:"?(\w{1,63})"?\.)?"?(\w{1,63})"?`;
const changes = new RegExp(
  [
    `\\bALTER${blank}TYPE${blank}${object}${blank}RENAME${blank}TO${blank}"?(\\w{1,63})"?`,
    `\\bDROP${blank}TYPE${blank}(?:IF${blank}EXISTS${blank})?${object}`,
    `\\bCREATE${blank}TYPE${blank}${object}${blank}AS${blank}ENUM\\b`,
  ].join("|"),
  "gi",
);

const keyOf = (schema: string | undefined, name: string): string => `${schema ?? ""}.${name}`;

/** Changes the lists as the SQL does. `made`: where a type belongs that it makes. */
export function followTypes(sql: string, made: Set<string>, all: readonly Set<string>[]): void {
  for (const [, schema, old, now, from, dropped, to, name] of sql.matchAll(changes)) {
    if (name !== undefined) made.add(keyOf(to, name));
    if (dropped !== undefined) for (const one of all) one.delete(keyOf(from, dropped));
    if (old === undefined || now === undefined) continue;
    for (const one of all) if (one.delete(keyOf(schema, old))) one.add(keyOf(schema, now));
  }
}
