/** Which kind of operation a name means that is none. */
import { nearest } from "../text/nearest.ts";
import { kinds } from "./kinds.ts";
import type { OperationKind } from "./operation.ts";
import { objectClasses, type ObjectClass } from "./operations/object.ts";

/** A kind, and where several classes of objects share it, the one that `operation.object` names. */
export interface MeantKind {
  readonly kind: OperationKind;
  readonly object?: ObjectClass | undefined;
}

/** Kinds that several classes of objects share. */
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

export const isKind = (name: string): name is OperationKind => Object.hasOwn(kinds, name);

const camel = (verb: string, object: string): string =>
  verb + object.replace(/(?:^| )([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** What is meant by names such as `dropExtension` and `dropProcedure`. */
const ofClasses = (): ReadonlyMap<string, MeantKind> =>
  new Map(
    Object.entries(shared).flatMap(([verb, kind]) =>
      objectClasses.flatMap((object): [string, MeantKind][] => {
        const name = camel(verb, object);
        if (isKind(name)) return [];
        const own = camel(verb, sameAs[object] ?? object);
        return [[name, isKind(own) ? { kind: own } : { kind, object }]];
      }),
    ),
  );

/** The kind of that name, also by its class of objects: `dropExtension` is a `dropObject`; undefined: there is none. */
export const kindNamed = (name: string): MeantKind | undefined =>
  isKind(name) ? { kind: name } : ofClasses().get(name);

/**
 * `; did you mean "dropObject" with operation.object "extension"?`, for `dropExtension`; empty: nothing is near.
 * `others`: names that are right beside the kinds.
 */
export function kindHint(name: string, others: readonly string[] = []): string {
  const classes = ofClasses();
  const meant = nearest(name, [...Object.keys(kinds), ...classes.keys(), ...others]);
  if (meant === undefined) return "";
  const { kind, object } = classes.get(meant) ?? { kind: meant };
  return `; did you mean "${kind}"${object === undefined ? "" : ` with operation.object "${object}"`}?`;
}
