/** Questions about privileges, row security and what comes from outside. */
import type { Expression, QueryFacts } from "../../../model/expression.ts";
import type { QualifiedName } from "../../../model/names.ts";
import type { Operation } from "../../../model/operation.ts";
import type { Policy, Relation } from "../../../schema/model.ts";
import { laterRelation, sameOrigin } from "../../../schema/later.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { Answers } from "../../answers.ts";
import type { MigrationScope, Step } from "../../step.ts";
import { calledPerRow, type CalledPerRow } from "./called-per-row.ts";
import { grantedHere } from "./granted-roles.ts";
import { hiddenFromOwner } from "./hidden-from-owner.ts";
import { ownEscalation, type OwnEscalation } from "./own-escalation.ts";
import { seldomDeletes } from "./seldom-deletes.ts";
import { isAlways, opensFiles, opensOwnerless, opensTo, opensUnset, type OpenFiles } from "./opened-rows.ts";
import { leftOpen, type LeftOpen } from "./left-open.ts";
import { platformRoles } from "./platform.ts";
import { policyRecursion, type PolicyRecursion } from "./policy-recursion.ts";
import { lastingPolicy, type LastingPolicy } from "./policy-of.ts";
import { namesAreQualified } from "./own-names.ts";
import { creatorsIn, grantsNothing, isRevoked, revokedAfter, type Revoked } from "./revoked.ts";
import { isShut } from "./shut-table.ts";
import { isTakenBefore } from "./taken-before.ts";
import { hiddenByDrop, type HiddenRows } from "./dropped-policy.ts";

export interface SecurityQuestions {
  /** The predicate holds for every row: `true`, `1 = 1`. */
  readonly holdsAlways: (predicate: Expression | undefined) => boolean;
  /** Those of a policy's roles for which the predicate holds for every row: `auth.uid() IS NOT NULL` for who is signed in. */
  readonly opensTo: (predicate: Expression | undefined, roles: readonly string[]) => readonly string[];
  /** Of CREATE and ALTER POLICY: the policy as the migration leaves it, if it does. */
  readonly lastingPolicy: () => LastingPolicy | undefined;
  /** Of a policy on the table of a platform's files: the bucket all of whose files it opens, and to whom. */
  readonly opensFiles: () => OpenFiles | undefined;
  /** Of a policy FOR INSERT without TO: the column for a row's user that whoever adds the row may leave empty. */
  readonly opensOwnerless: () => string | undefined;
  /** The setting of the session without which the predicate holds for every row. */
  readonly opensUnset: (predicate: Expression | undefined) => string | undefined;
  /** Of CREATE VIEW: the tables that it reads and that have row security, at the end of the migration. */
  readonly rowSecurityRead: () => readonly Relation[];
  /** Of CREATE POLICY: its table, if the row security of it is off for sure at the end of the migration. */
  readonly idlePolicyOn: () => Relation | undefined;
  /** In that later schema, the policy of CREATE POLICY on that table is gone, or it may apply. */
  readonly policyMayApply: (table: Relation, later: Schema) => boolean;
  /** Of DROP POLICY: rows that are read today and, with the policies that the migration leaves, aren't any more. */
  readonly hiddenByDrop: () => HiddenRows | undefined;
  /** Of UPDATE and DELETE: the policy by which they find no row, unless a setting or a right of the user's own shows them. */
  readonly hiddenFromOwner: () => Policy | undefined;
  /** Of CREATE and ALTER POLICY: it makes the policies of its table read the table itself, whose queries then fail. */
  readonly recursion: () => PolicyRecursion | undefined;
  /** Of CREATE and ALTER POLICY: what its USING calls for each row and could ask once, in a sub-select. */
  readonly calledPerRow: () => CalledPerRow | undefined;
  /** Of CREATE and ALTER POLICY: users may set, in their own row, what the application may take for their rights. */
  readonly ownEscalation: () => OwnEscalation | undefined;
  /**
   * Of REVOKE: a statement before it in the history has taken the same from the role, on the object as a whole, and no earlier
   * migration has given it back; or only
   * triggers run the function, for which nobody needs the privilege (run on PostgreSQL 15).
   */
  readonly takesNothing: (role: string) => boolean;
  /** Of REVOKE from everybody: functions that roles of the platform's web API may still call at the end of the migration. */
  readonly leftOpen: () => LeftOpen | undefined;
  /** Of OWNER TO: the migration has made who runs it a member of the new owner, and so keeps the rights of the old one. */
  readonly staysOwner: () => boolean;
  /**
   * The roles to which the migration that makes the table grants the command (`all`: any), in any case; none where the
   * platform grants it to everybody. Row security grants nothing.
   */
  readonly grantedHere: (table: QualifiedName, command: string) => readonly string[];
  /**
   * A new table that nobody but its owner is to read: the migration takes all privileges from the others, grants none in a
   * schema of its own, or says in a comment that it has no policy on purpose.
   */
  readonly isShut: (table: QualifiedName) => boolean;
  /**
   * The table is small, or its rows are marked as deleted; a trigger refuses to delete one; or the migration makes the table,
   * and what its GRANTs allow on it deletes no row.
   */
  readonly seldomDeletes: (table: QualifiedName) => boolean;
  /** A view can be run with the privileges of who asks (`security_invoker`). */
  readonly invokerViews: boolean;
  /** Functions that it calls, or that the function which it creates will call. */
  readonly calls: () => readonly QualifiedName[];
  /** Of CREATE or ALTER FUNCTION: at the end of the migration it is SECURITY DEFINER and finds names by the caller's path. */
  readonly callersSearchPath: () => boolean;
  /**
   * Up to the end of the migration, the history names no role but the one that runs it: it grants nothing, makes no role and
   * has no policy. The application may connect as the owner, to whom row security doesn't apply.
   */
  readonly namesOneRole: () => boolean;
  /** The roles of the web that the platform behind the project grants everything on each table by default. */
  readonly platformRoles: () => readonly string[];
  /** Roles that may create objects in the schema, by the history or as everybody may: what it holds isn't trusted. */
  readonly creatorsIn: (schema: string) => readonly string[];
  /** Of CREATE FUNCTION: each name in its body has a schema or is the server's own, as far as all are known. */
  readonly namesAreQualified: () => boolean;
  /** Of CREATE FUNCTION: in that later schema it is gone, replaced, or has a `search_path` of its own. */
  readonly isSecured: (later: Schema) => boolean;
}

export const securityAnswers: Answers<SecurityQuestions> = {
  staysOwner:
    ({ operation, earlier }) =>
    () =>
      operation.kind === "changeOwner" &&
      earlier().some(
        ({ operation: one }) =>
          one.kind === "grant" &&
          !one.revoke &&
          one.object === "role" &&
          one.privileges.some((role) => role.toLowerCase() === operation.owner.toLowerCase()) &&
          one.grantees.some((role) => /^(?:current_user|current_role|session_user)$/i.test(role)),
      ),
  holdsAlways: () => (predicate) => predicate !== undefined && isAlways(predicate.text),
  opensTo: () => opensTo,
  lastingPolicy: (step) => () => lastingPolicy(step),
  opensFiles: (step) => () => opensFiles(step),
  opensOwnerless: (step) => () => opensOwnerless(step),
  opensUnset: () => opensUnset,
  rowSecurityRead: (step) => () => rowSecurityRead(step),
  idlePolicyOn: (step) => () => idlePolicyOn(step),
  policyMayApply: (step) => (table, later) => policyMayApply(step, table, later),
  hiddenByDrop: (step) => () => hiddenByDrop(step, step.security.holdsAlways),
  hiddenFromOwner: (step) => () => hiddenFromOwner(step),
  recursion: (step) => () => policyRecursion(step),
  calledPerRow: (step) => () => calledPerRow(step),
  ownEscalation: (step) => () => ownEscalation(step),
  grantedHere: (step) => (table, command) => grantedHere(step, table, command),
  isShut: (step) => (table) => isShut(step, table),
  seldomDeletes: (step) => (table) => seldomDeletes(step, table),
  takesNothing:
    (step, { revoked }) =>
    (role) =>
      isOfTriggers(step) ||
      isTakenBefore(step, role) ||
      (step.operation.kind === "grant" &&
        // What only a GRANT of this migration gives back, no application has used.
        [revoked, revokedAfter(revoked, step.earlier())].some((taken) =>
          isRevoked(taken, step as Step<"grant">, role),
        )),
  leftOpen: (step) => () => leftOpen(step),
  invokerViews: (_, { facts }) => facts.serverVersion >= 15,
  calls: (step) => () => calls(step.operation),
  callersSearchPath: (step) => () => callersSearchPath(step),
  platformRoles:
    ({ scope }) =>
    () =>
      platformRoles(scope),
  namesOneRole:
    (step, { revoked }) =>
    () =>
      namesOneRole(step, revoked),
  creatorsIn:
    (step, { revoked, facts }) =>
    (schema) =>
      creatorsIn(revoked, step.scope, schema, facts.versionStated === true && facts.serverVersion < 15),
  namesAreQualified: (step) => () => namesAreQualified(step),
  isSecured: (step) => (later) => isSecured(step, later),
};

function rowSecurityRead({ operation, before, scope: { after } }: Step): readonly Relation[] {
  if (operation.kind !== "createView") return [];
  return operation.query.relations.flatMap((name) => {
    const found = after.relation(before.resolve(name));
    return found.is === "present" && found.value.rowSecurity.enabled ? [found.value] : [];
  });
}

function idlePolicyOn(step: Step): Relation | undefined {
  const { operation, before, scope, neighbours } = step;
  if (operation.kind !== "createPolicy") return undefined;
  const [made, last] = [before, scope.after].map((schema) => schema.relation(operation.table));
  if (made?.is !== "present" || !made.value.complete || made.value.kind !== "table") return undefined;
  if (last?.is !== "present" || policyMayApply(step, last.value, scope.after)) return undefined;
  const isOpen = neighbours("later", "unknown", "callFunction").some(
    ({ operation: other, before: schema }) =>
      other.kind === "unknown" || schema.routines(other.function).is !== "present",
  );
  return isOpen ? undefined : last.value;
}

function policyMayApply({ operation }: Step, table: Relation, schema: Schema): boolean {
  const later = laterRelation(schema, table);
  if (operation.kind !== "createPolicy" || later === undefined || later.rowSecurity.enabled) return true;
  // An event trigger may enable row security for each new table.
  if (!later.complete || schema.hasAny("event trigger")) return true;
  return !later.policies.some(({ name }) => name === operation.name.text);
}

function calls(operation: Operation): readonly QualifiedName[] {
  if (operation.kind === "createFunction") return operation.uses.functions;
  const query: QueryFacts | undefined = "query" in operation ? operation.query : undefined;
  return query?.functions ?? [];
}

function isOfTriggers({ operation, before }: Step): boolean {
  if (operation.kind !== "grant" || operation.object !== "function" || operation.name === undefined)
    return false;
  const found = before.routines(operation.name);
  return (
    found.is === "present" && found.value.every(({ definition }) => definition.returns?.name === "trigger")
  );
}

function callersSearchPath(step: Step): boolean {
  const { operation: op, before } = step;
  if (op.kind !== "createFunction" && op.kind !== "alterFunction") return false;
  const key = before.resolve(op.function);
  const isSame = (other: QualifiedName): boolean =>
    other.name === op.function.name && before.resolve(other) === key;
  const later = step.neighbours("later", ...functionKinds).some(({ operation: other }) => {
    if (other.kind === "createFunction" || other.kind === "dropFunction") return isSame(other.function);
    if (!isSame(other.function)) return false;
    return other.securityDefiner === false || other.settings?.includes("search_path") === true;
  });
  if (later) return false;
  if (op.kind === "alterFunction") {
    if (op.securityDefiner !== true || op.settings?.includes("search_path") === true) return false;
    const known = before.routines(op.function);
    // Made elsewhere, it may have a path of its own.
    return known.is === "present" && known.value.every(({ definition }) => !hasPath(definition));
  }
  // Names of a body in the SQL standard's way are bound when it is created.
  return op.securityDefiner && !op.atomic && !hasPath(op);
}

const oneRole = new WeakMap<MigrationScope, boolean>();

function namesOneRole({ scope }: Step, revoked: Revoked): boolean {
  const known =
    oneRole.get(scope) ??
    (scope.history.web === undefined &&
      grantsNothing(revoked, scope) &&
      !scope.after.hasAny("role") &&
      ![...scope.after.relations()].some(
        ({ policies, owner }) => policies.length > 0 || owner !== undefined,
      ));
  oneRole.set(scope, known);
  return known;
}

function isSecured({ operation, after }: Step, later: Schema): boolean {
  if (operation.kind !== "createFunction") return false;
  const key = after.resolve(operation.function);
  const made = after.routines(key);
  const found = later.routines(key);
  if (made.is !== "present" || found.is === "unknown") return false;
  const own = made.value.find(({ definition }) => definition === operation);
  if (found.is === "absent" || own === undefined) return own !== undefined;
  return !found.value.some(({ origin, secured }) => sameOrigin(origin, own.origin) && secured !== true);
}

const functionKinds = ["createFunction", "alterFunction", "dropFunction"] as const;

const hasPath = ({ settings }: { readonly settings: readonly string[] }): boolean =>
  settings.includes("search_path");
