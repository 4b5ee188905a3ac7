/** Types, functions and procedures on the way from one schema to another. */
import type { Key } from "../model/names.ts";
import { literal } from "../recipes/words.ts";
import type { Routine, UserType } from "../schema/model.ts";
import type { Schema } from "../schema/schema.ts";
import type { Surroundings } from "./between.ts";
import type { Collected } from "./collected.ts";
import type { Names } from "./definitions.ts";

interface Between {
  readonly names: Names;
  readonly around: Surroundings;
  /** The wanted one. */
  readonly schema: Schema;
}

/** Of a type that differs. */
export function typeChange(
  found: Collected,
  from: UserType | undefined,
  to: UserType | undefined,
  { names, around }: Between,
): void {
  const one = from ?? to;
  if (one === undefined) return;
  const shown = names.show(`${one.schema}.${one.name}`);
  const word = one.form === "domain" ? "DOMAIN" : "TYPE";
  if (to === undefined) found.add("dropOther", `DROP ${word} ${shown}`);
  else if (from === undefined) {
    const labels = to.labels.map(({ label }) => literal(label)).join(", ");
    const written =
      to.form === "enum" && to.complete
        ? `CREATE TYPE ${shown} AS ENUM (${labels})`
        : around.madeBy(
            to.origin,
            (op) =>
              (op.kind === "createType" && op.type.name === to.name) ||
              (op.kind === "createDomain" && op.domain.name === to.name),
          );
    found.addKnown("createOther", written, `the definition of type ${shown}`);
  } else if (!isLongerEnum(from, to)) found.gaps.push(`how to undo the change of type ${shown}`);
}

/** Of the routines of one name, where they differ. */
export function routineChange(
  found: Collected,
  key: Key,
  from: readonly Routine[],
  to: readonly Routine[],
  { names, around, schema }: Between,
): void {
  const shown = names.show(key);
  const signature = ({ definition }: Routine): string =>
    definition.parameters
      .filter(({ mode }) => mode !== "out" && mode !== "table")
      .map(({ type }) => type.text)
      .join(", ");
  const word = ({ definition }: Routine): string => (definition.procedure ? "PROCEDURE" : "FUNCTION");
  for (const one of from) {
    const other = to.find((own) => signature(own) === signature(one));
    if (other === one || (other !== undefined && replaces(other, one))) continue;
    if (other === undefined && around.mayBeOlder && !schema.closed) {
      found.gaps.push(`whether ${word(one).toLowerCase()} ${shown} is older than the migration`);
      continue;
    }
    const args = schema.dialect.viewsHold ? `(${signature(one)})` : "";
    found.add("dropOther", `DROP ${word(one)} ${shown}${args}`);
  }
  for (const one of to) {
    const other = from.find((own) => signature(own) === signature(one));
    if (other === one) continue;
    const written =
      one.secured === true
        ? undefined
        : around.madeBy(one.origin, (op) => op.kind === "createFunction" && op.function.name === one.name);
    const text =
      other !== undefined && replaces(one, other)
        ? written?.replace(/^\s*create\s+(?!or\s+replace)/i, "CREATE OR REPLACE ")
        : written;
    found.addKnown("createOther", text, `the definition of ${word(one).toLowerCase()} ${shown}`);
  }
}
/** OR REPLACE takes it: the name, the parameters and the result are the same. Only PostgreSQL's routines have it everywhere. */
const replaces = ({ definition: a }: Routine, { definition: b }: Routine): boolean =>
  a.returns?.text === b.returns?.text &&
  a.returnsSet === b.returnsSet &&
  a.procedure === b.procedure &&
  a.language !== "sql/psm" &&
  a.parameters.map(({ name, mode }) => `${mode} ${name ?? ""}`).join() ===
    b.parameters.map(({ name, mode }) => `${mode} ${name ?? ""}`).join();

/** It has got labels since, which nothing takes away from it. */
const isLongerEnum = (from: UserType, to: UserType): boolean =>
  from.form === "enum" && to.labels.every(({ label }) => from.labels.some((other) => other.label === label));
