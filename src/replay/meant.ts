import { quoteIdentifier } from "../model/names.ts";
import type { Failure } from "../schema/failure.ts";
import type { Schema } from "../schema/schema.ts";
import { nearest } from "../text/nearest.ts";

interface Candidate {
  readonly name: string;
  /** As messages say it. */
  readonly shown: string;
  readonly renamedFrom: readonly { readonly name: string }[];
}

/** What to write for a table or column that isn't there: its present name, or one that is spelt much like it. */
export function meant({ kind, name, object }: Failure, schema: Schema): string | undefined {
  const word = unquoted(name.slice(name.lastIndexOf(".") + 1));
  const candidates = candidatesFor(kind, schema, object?.tag);
  const renamed = candidates.find(({ renamedFrom }) => renamedFrom.some((old) => old.name === word));
  if (renamed !== undefined) return `it is called ${renamed.shown} now`;
  const near = nearest(
    word,
    candidates.map((candidate) => candidate.name),
  );
  const found = candidates.find((candidate) => candidate.name === near);
  return found === undefined ? undefined : `did you mean ${found.shown}?`;
}

function candidatesFor(kind: Failure["kind"], schema: Schema, tag: string | undefined): readonly Candidate[] {
  switch (kind) {
    case "unknown-table":
      return relations(schema);
    case "unknown-column":
      return columns(schema, tag);
    case "unknown-index":
      return [...schema.indexes()].map(({ schema: namespace, name }) => named(namespace, name));
    case "unknown-constraint":
      return [...schema.relations()].flatMap(({ constraints }) =>
        constraints.map(({ name }) => named("public", name)),
      );
    default:
      return [];
  }
}

const named = (namespace: string, name: string): Candidate => ({
  name,
  shown: (namespace === "public" ? "" : `${quoteIdentifier(namespace)}.`) + quoteIdentifier(name),
  renamedFrom: [],
});

const unquoted = (name: string): string => name.replace(/^"(.*)"$/, "$1");

const relations = (schema: Schema): readonly Candidate[] =>
  [...schema.relations()].map(({ schema: namespace, name, renamedFrom }) => ({
    ...named(namespace, name),
    renamedFrom,
  }));

function columns(schema: Schema, table: string | undefined): readonly Candidate[] {
  const found = table === undefined ? undefined : schema.relation(table);
  if (found?.is !== "present") return [];
  return found.value.columns.map(({ name, renamedFrom }) => ({
    name,
    shown: quoteIdentifier(name),
    renamedFrom,
  }));
}
