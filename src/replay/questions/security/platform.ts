/** Whether what asks for the rows is the web API of a platform, whose function gives the account: `auth.uid()`. */
import type { Expression } from "../../../model/expression.ts";
import type { Policy, Relation } from "../../../schema/model.ts";
import type { MigrationScope } from "../../step.ts";
import { plainText } from "./conditions.ts";
import { grantsIn } from "./granted-roles.ts";

/** Of whoever has the key of the web: without an account, and with one. */
export const webRoles: readonly string[] = ["anon", "authenticated"];
const roles: ReadonlySet<string> = new Set([...webRoles, "service_role"]);
/** The account or its role is asked for. */
export const asksWho = /\bauth\.(?:uid|jwt|role|email)\s*\(/i;
/** The application, or another platform, says by other means who asks. */
const ofOthers = /\bcurrent_setting\s*\(|\bauth\.user_id\s*\(/i;
const accounts = "auth.users";

const known = new WeakMap<MigrationScope, Sign>();

/** "names": nothing but its roles, which others may have taken over. */
type Sign = "certain" | "names" | "none";

/** Its tool says so; or the SQL up to the end of the migration, or a library of the project, and nothing against it. */
export const isOnPlatform = (scope: MigrationScope): boolean =>
  scope.history.web !== undefined || signOf(scope) !== "none";

/** The roles to which it grants everything on each table of `public` by default; none where only the names of these are there. */
export const platformRoles = (scope: MigrationScope): readonly string[] =>
  scope.history.web?.roles ?? (signOf(scope) === "certain" ? webRoles : []);

function signOf(scope: MigrationScope): Sign {
  const found = known.get(scope) ?? searchSign(scope);
  known.set(scope, found);
  return found;
}

type Conditions = Pick<Policy, "roles" | "using" | "withCheck">;

function searchSign(scope: MigrationScope): Sign {
  const relations = [...scope.after.relations()];
  const policies: readonly Conditions[] = [
    ...relations.flatMap((one) => one.policies),
    // Of tables that aren't known.
    ...scope.steps.flatMap(({ operation }) => (operation.kind === "createPolicy" ? [operation] : [])),
  ];
  const says = (pattern: RegExp): boolean =>
    policies.some(({ using, withCheck }) => isIn(pattern, using) || isIn(pattern, withCheck));
  if (says(asksWho) || relations.some(refersToAccounts)) return "certain";
  if (says(ofOthers)) return "none";
  if (scope.history.callsPlatform === true) return "certain";
  const isNamed = (names: readonly string[]): boolean => names.some((name) => roles.has(name));
  return policies.some((policy) => isNamed(policy.roles)) ||
    grantsIn(scope).some(({ operation }) => isNamed(operation.grantees))
    ? "names"
    : "none";
}

const isIn = (pattern: RegExp, condition: Expression | undefined): boolean =>
  condition !== undefined && pattern.test(plainText(condition));

const refersToAccounts = ({ constraints }: Relation): boolean =>
  constraints.some((one) => one.kind === "foreign key" && one.references === accounts);
