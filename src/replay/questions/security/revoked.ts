/** What the history has taken from roles and not given back, and who may create objects in a schema. */
import type { QualifiedName } from "../../../model/names.ts";
import type { Operation, OperationOf } from "../../../model/operation.ts";
import { fits, sameSignature } from "../../../schema/apply/object.ts";
import { emptyMap, get, keys, remove, set, type PersistentMap } from "../../../schema/persistent.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { MigrationScope, Step } from "../../step.ts";

interface Taken {
  /** Upper case; `ALL`: all of them. */
  readonly privileges: readonly string[];
  readonly arguments: readonly string[] | undefined;
  /** The role may create objects in it: nothing is taken. */
  readonly creates?: true | undefined;
}

/** By object, arguments and role. */
export type Revoked = PersistentMap<Taken>;

export const noneRevoked: Revoked = emptyMap();

const nothing: Taken = { privileges: [], arguments: undefined };

/** Of no object: a statement has granted something, or may have. */
const anyGrant = "(grant)";

const isOpen = ({ kind }: Operation): boolean => kind === "executeDynamic" || kind === "unknown";

/** No statement up to the end of the migration has granted a privilege on anything, and none may have. */
export const grantsNothing = (revoked: Revoked, { steps }: MigrationScope): boolean =>
  get(revoked, anyGrant) === undefined &&
  !steps.some(
    ({ operation }) =>
      isOpen(operation) || (operation.kind === "grant" && !operation.revoke && operation.object !== "role"),
  );

/** With what the steps take and give. */
export function revokedAfter(revoked: Revoked, steps: readonly Step[]): Revoked {
  let all = revoked;
  for (const { operation, before, skipped, refused } of steps) {
    if (skipped || refused) continue;
    if (operation.kind === "grant") all = afterGrant(all, operation, before);
    // What it makes isn't known.
    else if (isOpen(operation)) all = set(noneRevoked, anyGrant, nothing);
    else all = afterMaking(all, operation, before);
  }
  return all;
}

/** The role has none of these privileges on any of the objects, as an earlier statement has taken them. */
export const isRevoked = (
  revoked: Revoked,
  { operation, before }: Pick<Step<"grant">, "operation" | "before">,
  role: string,
): boolean => {
  const objects = objectsOf(operation, before);
  return (
    objects.length > 0 &&
    objects.every((object) => {
      const taken = get(revoked, entry(object, role))?.privileges ?? [];
      return operation.privileges.every((one) => taken.includes(one) || taken.includes("ALL"));
    })
  );
};

function afterGrant(revoked: Revoked, operation: OperationOf<"grant">, before: Schema): Revoked {
  const { grantees, privileges, columns, defaults, object, inSchemas, revoke } = operation;
  if (object === "role") return revoked;
  let all = revoke ? revoked : set(revoked, anyGrant, nothing);
  if (defaults) return all;
  const objects = objectsOf(operation, before);
  if (objects.length === 0) return revoke ? all : without(all, grantees, inSchemas);
  for (const one of objects)
    for (const role of grantees) {
      const key = entry(one, role);
      if (!revoke) all = createsIn(operation) ? set(all, key, mayCreate) : remove(all, key);
      else if (columns === undefined)
        all = set(all, key, {
          privileges: [...new Set([...(get(all, key)?.privileges ?? []), ...privileges])],
          arguments: operation.arguments,
        });
    }
  return all;
}

const mayCreate: Taken = { privileges: [], arguments: undefined, creates: true };

const createsIn = ({ object, privileges }: OperationOf<"grant">): boolean =>
  object === "schema" && privileges.some(isCreate);

const isCreate = (privilege: string): boolean => privilege === "CREATE" || privilege === "ALL";

const ofSchemas = new WeakMap<MigrationScope, Revoked>();

/** What the migration leaves of who may create objects in schemas. */
function afterSchemaGrants(revoked: Revoked, scope: MigrationScope): Revoked {
  const known =
    ofSchemas.get(scope) ??
    revokedAfter(
      revoked,
      scope.steps.filter(({ operation }) => operation.kind === "grant" && operation.object === "schema"),
    );
  ofSchemas.set(scope, known);
  return known;
}

/**
 * The roles that may create objects in the schema at the end of the migration, as a GRANT has given it to them; before PostgreSQL 15, everybody in
 * `public`, unless a REVOKE has taken it.
 */
export function creatorsIn(
  before: Revoked,
  scope: MigrationScope,
  schema: string,
  isOpenToAll: boolean,
): readonly string[] {
  const revoked = afterSchemaGrants(before, scope);
  const start = entry(`${schema}(schema)`, "");
  const given = [...keys(revoked)].flatMap((key) =>
    key.startsWith(start) && get(revoked, key)?.creates === true ? key.slice(start.length) : [],
  );
  const taken = get(revoked, entry(`${schema}(schema)`, "public"))?.privileges ?? [];
  const isOpen = schema === "public" && isOpenToAll && !taken.some(isCreate);
  return [...new Set(isOpen ? ["public", ...given] : given)];
}

/** ON ALL … IN SCHEMA: whatever they are. */
const without = (revoked: Revoked, roles: readonly string[], schemas: readonly string[]): Revoked =>
  [...keys(revoked)]
    .filter((key) => roles.some((role) => key.endsWith(`|${role}`)) && !/\(schema\)\|/.test(key))
    .filter((key) => schemas.length === 0 || schemas.some((schema) => key.startsWith(`${schema}.`)))
    .reduce((all, key) => remove(all, key), revoked);

/** A new object has the default privileges; CREATE OR REPLACE leaves what an existing one has. */
function afterMaking(revoked: Revoked, operation: Operation, before: Schema): Revoked {
  const name = madeBy(operation, before);
  if (name === undefined) return revoked;
  const start = `${before.resolve(name)}(`;
  return [...keys(revoked)]
    .filter((key) => key.startsWith(start) && isOf(operation, get(revoked, key)))
    .reduce((all, key) => remove(all, key), revoked);
}

const isOf = (operation: Operation, taken: Taken | undefined): boolean =>
  operation.kind !== "createFunction" || taken?.arguments === undefined || fits(operation, taken.arguments);

function madeBy(operation: Operation, before: Schema): QualifiedName | undefined {
  switch (operation.kind) {
    case "createTable":
      return operation.table;
    case "createView":
      return before.relation(operation.view).is === "present" ? undefined : operation.view;
    case "createSequence":
      return operation.sequence;
    case "createFunction": {
      const found = before.routines(operation.function);
      const isThere =
        found.is === "present" && found.value.some((one) => sameSignature(one.definition, operation));
      return isThere ? undefined : operation.function;
    }
    case "renameTable":
      return { ...operation.table, name: operation.to.text };
    case "renameObject":
      return operation.name && { ...operation.name, name: operation.to.text };
    default:
      return undefined;
  }
}

function objectsOf(operation: OperationOf<"grant">, before: Schema): readonly string[] {
  const { name, relations, object } = operation;
  if (object === "schema") return name === undefined ? [] : [`${name.name}(schema)`];
  const named = relations.length > 0 ? relations : name === undefined ? [] : [name];
  const types = operation.arguments?.map((type) => type.toLowerCase()).join() ?? "";
  const isOther = relations.length === 0 && !/^(?:function|procedure|routine|aggregate)$/.test(object);
  return named.map((one) => `${before.resolve(one)}(${isOther ? object : types})`);
}

const entry = (object: string, role: string): string => `${object}|${role}`;
