/** Types, functions and procedures on the way from one schema to another. */
import { keyOf, type Key, type QualifiedName } from "../model/names.ts";
import { typeText, type ColumnType } from "../model/types.ts";
import { literal } from "../recipes/words.ts";
import type { Origin, Routine, UserType } from "../schema/model.ts";
import { stateOf, type Schema } from "../schema/schema.ts";
import { routineUses, typeUses } from "../schema/state.ts";
import type { Surroundings } from "./between.ts";
import type { Collected } from "./collected.ts";
import { definitionsFor, type Names } from "./definitions.ts";

/** What a statement about an object is written from. */
export interface Wanted {
  readonly names: Names;
  readonly around: Surroundings;
  /** The wanted one. */
  readonly schema: Schema;
}

/** The search_path that a statement of the history finds its names in, where it is written now. */
export const pathOf = ({ around, schema }: Wanted, origin: Origin | undefined): readonly string[] =>
  (origin && around.pathOf?.(origin)) ?? schema.searchPath;

/** The name, in a statement that makes something, gives it this key there. */
export const isNamedHere = (
  wanted: Wanted,
  origin: Origin | undefined,
  name: QualifiedName,
  key: Key,
): boolean => keyOf(name.schema ?? pathOf(wanted, origin)[0] ?? "public", name.name) === key;

/** Of a type that differs. */
export function typeChange(
  found: Collected,
  from: UserType | undefined,
  to: UserType | undefined,
  wanted: Wanted,
): void {
  const { names, around, schema } = wanted;
  const one = from ?? to;
  if (one === undefined) return;
  const key = keyOf(one.schema, one.name);
  const shown = names.show(key);
  const word = one.form === "domain" ? "DOMAIN" : "TYPE";
  if (to === undefined) {
    // A table or view of that name brings a type of its own, and can't wait.
    const isTaken = schema.relation(key).is === "present";
    if (isTaken) found.add("drop", `DROP ${word} ${shown}`);
    else found.drop({ kind: "type", key, uses: typeUses(one), sql: `DROP ${word} ${shown}` });
  } else if (from === undefined) {
    const written =
      definitionsFor(schema).type(to, names) ??
      around.madeBy(
        to.origin,
        (op) =>
          (op.kind === "createType" && isNamedHere(wanted, to.origin, op.type, key)) ||
          (op.kind === "createDomain" && isNamedHere(wanted, to.origin, op.domain, key)),
      );
    const uses = typeUses(to);
    found.make({ kind: "type", key, uses }, written, `the definition of type ${shown}`);
  } else if (isLongerEnum(to, from)) found.add("create", ...newLabels(from, to, shown));
  else if (!isLongerEnum(from, to)) found.gaps.push(`how to undo the change of type ${shown}`);
}

/** Of the routines of one name, where they differ. */
export function routineChange(
  found: Collected,
  key: Key,
  from: readonly Routine[],
  to: readonly Routine[],
  wanted: Wanted,
): void {
  const { names, around, schema } = wanted;
  const shown = names.show(key);
  const inputs = ({ definition }: Routine): readonly ColumnType[] =>
    definition.parameters.filter(({ mode }) => mode !== "out" && mode !== "table").map(({ type }) => type);
  const signature = (one: Routine): string =>
    inputs(one)
      .map((type) => typeText({ ...type, schema: undefined }))
      .join();
  const word = ({ definition }: Routine): string => (definition.procedure ? "PROCEDURE" : "FUNCTION");
  for (const one of from) {
    const other = to.find((own) => signature(own) === signature(one));
    if (other === one || (other !== undefined && replaces(other, one))) continue;
    if (other === undefined && around.mayBeOlder && !schema.closed) {
      found.gaps.push(`whether ${word(one).toLowerCase()} ${shown} is older than the migration`);
      continue;
    }
    const types = inputs(one).map(({ text }) => text);
    const args = schema.dialect.viewsHold ? `(${types.join(", ")})` : "";
    const uses = usesOfRoutine(one, schema);
    found.drop({ kind: "routine", key, uses, sql: `DROP ${word(one)} ${shown}${args}` });
  }
  for (const one of to) {
    const other = from.find((own) => signature(own) === signature(one));
    if (other === one) continue;
    const written =
      one.secured === true
        ? undefined
        : around.madeBy(
            one.origin,
            (op) => op.kind === "createFunction" && isNamedHere(wanted, one.origin, op.function, key),
          );
    const text =
      other !== undefined && replaces(one, other)
        ? written?.replace(/^\s*create\s+(?!or\s+replace)/i, "CREATE OR REPLACE ")
        : written;
    const uses = usesOfRoutine(one, schema);
    found.make({ kind: "routine", key, uses }, text, `the definition of ${word(one).toLowerCase()} ${shown}`);
  }
}

/** The types of its signature; of a body in SQL, which the server may look at, all that it reads. */
const usesOfRoutine = (one: Routine, schema: Schema): readonly string[] =>
  routineUses(stateOf(schema), [one]).filter(
    (tag) => one.definition.language === "sql" || tag.startsWith("t:"),
  );

/** OR REPLACE takes it: the name, the parameters and the result are the same. Only PostgreSQL's routines have it everywhere. */
const replaces = ({ definition: a }: Routine, { definition: b }: Routine): boolean =>
  (a.returns && typeText(a.returns)) === (b.returns && typeText(b.returns)) &&
  a.returnsSet === b.returnsSet &&
  a.procedure === b.procedure &&
  a.language !== "sql/psm" &&
  a.parameters.map(({ name, mode }) => `${mode} ${name ?? ""}`).join() ===
    b.parameters.map(({ name, mode }) => `${mode} ${name ?? ""}`).join();

/** ADD VALUE for each that the one lacks, in their order. */
const newLabels = (from: UserType, to: UserType, shown: string): readonly string[] =>
  to.labels.flatMap(({ label }, at) => {
    if (from.labels.some((other) => other.label === label)) return [];
    const before = to.labels[at - 1];
    const next = from.labels[0];
    const place =
      before === undefined
        ? next === undefined
          ? ""
          : ` BEFORE ${literal(next.label)}`
        : ` AFTER ${literal(before.label)}`;
    return [`ALTER TYPE ${shown} ADD VALUE ${literal(label)}${place}`];
  });

/** It has got labels since, which nothing takes away from it. */
const isLongerEnum = (from: UserType, to: UserType): boolean =>
  from.form === "enum" && to.labels.every(({ label }) => from.labels.some((other) => other.label === label));
