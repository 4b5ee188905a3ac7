/** What a PostgreSQL server's catalogue and ddlint's schema differ in. */
import { has } from "../../schema/persistent.ts";
import { stateOf, type Schema } from "../../schema/schema.ts";
import { columnTag, constraintTag, policyTag, routineTag, triggerTag } from "../../schema/state.ts";
import { onlyIn, type SchemaDifference } from "../differences.ts";

/** The lines that only one of the two has, less what the schema itself leaves open. */
export function schemaDifferences(
  schema: Schema,
  ours: readonly string[],
  servers: readonly string[],
): readonly SchemaDifference[] {
  return onlyIn(ours, servers, (line) => [objectOf(line), restOf(line)]).filter(({ object }) =>
    isKnown(schema, object),
  );
}

/** False: a statement that may not have run, or that isn't understood, has made, changed or dropped it. */
function isKnown(schema: Schema, object: string): boolean {
  const [, kind = "", key = "", member = ""] =
    /^(constraint|trigger|policy) (\S+) (\S+)$/.exec(object) ??
    /^(column) (\S+)\.([^.]+)$/.exec(object) ??
    /^(.+) (\S+)$/.exec(object) ??
    [];
  const relation = schema.relation(key);
  const isSure = relation.is !== "unknown" && schema.certain(key);
  switch (kind) {
    case "column": {
      const column = schema.column(key, member);
      // Of a table that somebody else makes it knows that the column is there.
      const isNamed = relation.is === "present" && !relation.value.complete && column.is === "present";
      if (isNamed && column.value.type === undefined) return false;
      return isSure && column.is !== "unknown" && schema.certain(key, columnTag(member));
    }
    case "constraint": {
      const constraint = schema.constraint(key, member);
      // The key of a table that isn't known as a whole.
      const isOpen =
        constraint.is === "present" &&
        constraint.value.kind === "foreign key" &&
        constraint.value.referencedColumns.length === 0;
      return isSure && !isOpen && constraint.is !== "unknown" && schema.certain(key, constraintTag(member));
    }
    case "trigger":
      return isSure && schema.certain(key, triggerTag(member));
    case "policy":
      return isSure && schema.certain(key, policyTag(member));
    case "index": {
      const index = schema.index(key);
      return (
        index.is !== "unknown" &&
        schema.certain(key) &&
        (index.is === "absent" || schema.certain(index.value.table))
      );
    }
    case "type":
      return schema.type(key).is !== "unknown" || !schema.selfContained;
    case "function":
      return schema.routines(key).is !== "unknown" && !has(stateOf(schema).maybe, routineTag(key));
    default:
      return isSure;
  }
}

const wordsOf = (line: string): RegExpExecArray | null =>
  /^((?:constraint|trigger|policy) \S+ \S+|(?:materialized view|foreign table|\w+) \S+)(.*)$/.exec(line);
const objectOf = (line: string): string => wordsOf(line)?.[1] ?? line;
const restOf = (line: string): string => wordsOf(line)?.[2]?.trim() ?? "";
