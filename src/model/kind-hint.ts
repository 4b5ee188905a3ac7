/** Which kind of operation a name means that is none. */
import { nearest } from "../text/nearest.ts";
import { kinds } from "./kinds.ts";
import type { OperationKind } from "./operation.ts";
import { objectClasses } from "./operations/object.ts";

/** Kinds that several classes of objects share, each of which `operation.object` names. */
const shared = {
  create: "createObject",
  alter: "alterObject",
  drop: "dropObject",
  rename: "renameObject",
} as const satisfies Readonly<Record<string, OperationKind>>;

/** Classes whose operations are those of another: DROP PROCEDURE is a `dropFunction`. */
const sameAs: Readonly<Record<string, string>> = {
  aggregate: "function",
  "foreign table": "table",
  "materialized view": "view",
  procedure: "function",
  routine: "function",
};

const camel = (verb: string, object: string): string =>
  verb + object.replace(/(?:^| )([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** What is meant by names such as `dropExtension` and `dropProcedure`. */
const ofClasses = (): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(shared).flatMap(([verb, kind]) =>
      objectClasses.flatMap((object): [string, string][] => {
        const name = camel(verb, object);
        if (Object.hasOwn(kinds, name)) return [];
        const own = camel(verb, sameAs[object] ?? object);
        if (Object.hasOwn(kinds, own)) return [[name, `"${own}"`]];
        return [[name, `"${kind}" with operation.object "${object}"`]];
      }),
    ),
  );

/**
 * `; did you mean "dropObject" with operation.object "extension"?`, for `dropExtension`; empty: nothing is near.
 * `others`: names that are right beside the kinds.
 */
export function kindHint(name: string, others: readonly string[] = []): string {
  const classes = ofClasses();
  const meant = nearest(name, [...Object.keys(kinds), ...classes.keys(), ...others]);
  return meant === undefined ? "" : `; did you mean ${classes.get(meant) ?? `"${meant}"`}?`;
}
