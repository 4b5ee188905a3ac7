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
  const candidates =
    kind === "unknown-table"
      ? relations(schema)
      : kind === "unknown-column"
        ? columns(schema, object?.tag)
        : [];
  const renamed = candidates.find(({ renamedFrom }) => renamedFrom.some((old) => old.name === word));
  if (renamed !== undefined) return `it is called ${renamed.shown} now`;
  const near = nearest(
    word,
    candidates.map((candidate) => candidate.name),
  );
  const found = candidates.find((candidate) => candidate.name === near);
  return found === undefined ? undefined : `did you mean ${found.shown}?`;
}

const unquoted = (name: string): string => name.replace(/^"(.*)"$/, "$1");

const relations = (schema: Schema): readonly Candidate[] =>
  [...schema.relations()].map(({ schema: namespace, name, renamedFrom }) => ({
    name,
    shown: (namespace === "public" ? "" : `${quoteIdentifier(namespace)}.`) + quoteIdentifier(name),
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
