/** Functions, policies and secrets. */
import type { Name, QualifiedName } from "../model/names.ts";
import type { OwnEscalation } from "../replay/questions/security/own-escalation.ts";
import { grantsIn } from "../replay/questions/security/granted-roles.ts";
import { signatureOf } from "../replay/questions/security/left-open.ts";
import { isOnPlatform, webRoles } from "../replay/questions/security/platform.ts";
import { policyOf } from "../replay/questions/security/policy-of.ts";
import type { Secret } from "../replay/questions/migration/secrets.ts";
import type { MigrationScope, Step } from "../replay/step.ts";
import type { Column, Relation } from "../schema/model.ts";
import { afterStatement, beside, instead, type Advice } from "./advice.ts";
import { ownCondition } from "./own-condition.ts";
import { quote } from "./words.ts";

/** They own what the history makes. */
const ofServerItself: ReadonlySet<string> = new Set(["postgres", "supabase_admin", "service_role"]);

/**
 * The search_path of a function, set for it alone: its own schema, and those in which its names are found where it is
 * made, if nobody else may create objects there. Undefined: its parameters aren't known here.
 */
export function withSearchPath({ operation, before, scope, security }: Step): Advice | string | undefined {
  if (operation.kind !== "createFunction") return undefined;
  const { function: name, parameters, procedure } = operation;
  const types = parameters
    .filter(({ mode }) => mode !== "out" && mode !== "table")
    .map(({ mode, type }) => (mode === "variadic" ? `VARIADIC ${type.text}` : type.text));
  const own = name.schema === undefined ? [] : [name.schema];
  const path = before.searchPath.filter((schema) => !schema.startsWith("pg_temp"));
  const found = path.length === 0 ? ["public"] : path;
  const all = [...new Set([...own, ...found, ...(isOnPlatform(scope) ? ["extensions"] : [])])];
  const set = (schemas: readonly string[]): string =>
    `ALTER ${procedure ? "PROCEDURE" : "FUNCTION"} ${name.text}(${types.join(", ")}) SET search_path = ${schemas.map(quote).join(", ")};`;
  const open = all.flatMap((schema) => {
    const roles = security.creatorsIn(schema).filter((role) => !ofServerItself.has(role));
    return roles.length === 0 ? [] : { schema, roles };
  });
  // A better match than the server's own function is taken there; of an empty path, a type in pg_temp (run on 13, 15, 18).
  const catalog = set(["pg_catalog", "pg_temp"]);
  const [first] = open;
  if (first === undefined) return afterStatement(beside(set([...all, "pg_temp"])));
  if (security.namesAreQualified()) return afterStatement(beside(catalog));
  const who = first.roles.includes("public")
    ? "everybody"
    : first.roles.map((role) => `\`${role}\``).join(" and ");
  return `Qualify each name in the body with its schema, and write \`${catalog}\` behind it. A path with \`${first.schema}\` isn't safe: ${who} may create objects there, and a function that fits the arguments better than the server's own is taken.`;
}

const withPolicies = new WeakMap<MigrationScope, boolean>();

/** The web's roles are to see nothing: no table has a policy. Another role of the server passes by row security. */
export function isClosed(scope: MigrationScope): boolean {
  if (scope.history.web === undefined) return false;
  const known =
    withPolicies.get(scope) ?? [...scope.after.relations()].some((one) => one.policies.length > 0);
  withPolicies.set(scope, known);
  return !known;
}

/** `public`, `current_user` and their like aren't names. */
const asWritten = (role: string): string =>
  /^(?:public|current_role|current_user|session_user)$/.test(role) ? role : quote(role);

/** Columns that usually hold a row's user, the most telling first. */
const owners = ["user_id", "owner_id", "created_by", "author_id", "profile_id"];

/** The table is known, and no column says whose a row is: a new row is in nobody's name. */
function isOwnerless({ operation, after }: Step): boolean {
  if (operation.kind !== "createPolicy" && operation.kind !== "alterPolicy") return false;
  const found = after.relation(operation.table);
  return found.is === "present" && !found.value.columns.some(({ name }) => owners.includes(name));
}

/** How bad a policy is that lets everybody insert rows; undefined: as bad as others. */
export const severityOfInserts = (step: Step): "warning" | "note" | undefined =>
  formOf(step) !== undefined ? "note" : isOwnerless(step) ? "warning" : undefined;

/** "Service role can insert": the server alone is meant, and nobody is named in TO. */
const isOfServer = ({ name, table }: { readonly name: Name; readonly table: QualifiedName }): boolean =>
  /service[ _-]?role/i.test(name.text) || (/[ _-]service$/i.test(name.text) && !/service/i.test(table.name));

/** Whom the policy is for behind the statement. */
function rolesOf({ operation, after }: Step): readonly string[] {
  if (operation.kind !== "createPolicy" && operation.kind !== "alterPolicy") return [];
  const made = policyOf(after, operation.table, operation.name)?.policy;
  return made?.roles ?? (operation.kind === "createPolicy" ? operation.roles : []);
}

/** Who has no account can write by it, too: it doesn't ask for sign-in, and neither does TO. */
function opensToVisitors(step: Step): boolean {
  const { operation, security } = step;
  if (operation.kind !== "createPolicy" && operation.kind !== "alterPolicy") return false;
  return security
    .opensTo(operation.withCheck, rolesOf(step))
    .some((role) => role === "public" || role === "anon");
}

/** Stated, they are meant. */
export const everyVisitor = webRoles.join(", ");

/** It is for visitors without an account alone, for whom `auth.uid()` is NULL. */
const isOfVisitorsAlone = (step: Step): boolean => {
  const roles = rolesOf(step);
  return roles.length > 0 && roles.every((role) => role === "anon");
};

/** `user_agent` is the browser. */
const ofUser = /user(?!_?agent)|owner|author|profile|member|account|customer|_by$/;

/** Where its columns aren't known. */
const ofVisitors = /feedback|contact|inquir|enquir|waitlist|waiting_?list|newsletter|subscriber|submission/i;

/** The table that visitors of the web may fill, such as a contact form or a counter: nothing in it is of a user. */
function formOf(step: Step): Pick<Relation, "columns"> | undefined {
  const { operation, after, scope } = step;
  if (!isOnPlatform(scope) || operation.kind !== "createPolicy" || operation.command !== "insert")
    return undefined;
  if (isOfServer(operation) || !opensToVisitors(step)) return undefined;
  const found = after.relation(operation.table);
  if (found.is !== "present" || !found.value.complete)
    return ofVisitors.test(operation.table.name) ? { columns: [] } : undefined;
  const { columns, constraints } = found.value;
  const isOfUser =
    columns.some(({ name }) => ofUser.test(name)) ||
    constraints.some((one) => one.kind === "foreign key" && ofUser.test(one.references));
  return isOfUser ? undefined : found.value;
}

/** Columns of the table that the migration grants INSERT on by name. */
const grantedColumns = ({ operation, after, scope }: Step): readonly string[] =>
  operation.kind !== "createPolicy"
    ? []
    : grantsIn(scope).flatMap(({ operation: { columns = [], privileges, relations }, before }) =>
        privileges.includes("INSERT") &&
        relations.some((one) => before.resolve(one) === after.resolve(operation.table))
          ? columns
          : [],
      );

/** What keeps a table safe that visitors fill, as far as the migration doesn't do it. */
function onlyItsColumns(step: Step, { columns }: Pick<Relation, "columns">): string {
  const { operation, scope, show } = step;
  if (operation.kind !== "createPolicy") return "";
  const table = show(operation.table);
  const isOfAll = operation.roles.includes("public");
  const names = isOfAll ? webRoles : operation.roles;
  const roles = names.map(asWritten).join(", ");
  const given = grantedColumns(step);
  const filled = columns.filter(({ name, hasDefault, identity, generated, serial }) =>
    given.length > 0
      ? given.includes(name)
      : hasDefault !== "yes" && identity === undefined && generated === undefined && !serial,
  );
  const last = scope.after.relation(operation.table);
  const revoked = last.is === "present" ? (last.value.revoked ?? []) : [];
  const isRevoked = names.every((role) => revoked.includes(`INSERT ${role}`));
  const list = filled.length === 0 ? "…" : filled.map(({ name }) => quote(name)).join(", ");
  const text = filled.find(({ type }) => type?.name === "text" || type?.name === "varchar");
  // A check of a policy refuses what is NULL for it (run on PostgreSQL 15).
  const length = text && `length(${quote(text.name)})`;
  const known = text?.notNull === "yes" ? length : `coalesce(${length}, 0)`;
  const check = text === undefined ? "" : `, such as \`WITH CHECK (${known} <= 2000)\``;
  const parts = [
    ...(isOfAll ? [`state who does, \`TO ${roles}\``] : []),
    `check the values${check}`,
    ...(isRevoked
      ? []
      : [
          `allow only the columns that they fill: \`REVOKE INSERT ON ${table} FROM ${roles}\`, then \`GRANT INSERT (${list}) ON ${table} TO ${roles}\``,
        ]),
  ];
  return `If visitors are to add rows, as to a contact form, ${parts.length > 1 ? `${parts.slice(0, -1).join("; ")}; and ${parts.at(-1)}` : parts.join("")}. Otherwise leave the policy out: the server's \`service_role\` needs none.`;
}

const ofServer =
  "Leave the policy out: its name doesn't limit it, and `service_role` needs none, as row level security doesn't apply to it.";

export const noPolicyOfServer =
  "Where only the server writes, leave the policy out: `service_role` needs none.";

/** The user can change `user_metadata`, but not this. */
export const isAdmin = "`(SELECT auth.jwt() -> 'app_metadata' ->> 'role') = 'admin'`";

/** Where no column is known to hold the row's user either. */
function noAccount(isInsert: boolean): string {
  const who = "`anon` has no account: `auth.uid()` is NULL for it.";
  const columns = "`created_by uuid NOT NULL DEFAULT auth.uid()`";
  const own = "`TO authenticated` with `(SELECT auth.uid()) = created_by`";
  const visitors = isInsert
    ? "If visitors are to add rows, check their values in `WITH CHECK`, and allow only the columns that they fill (`GRANT INSERT (…)`)."
    : "If visitors are to write, name the rows that are open to them by a column, such as `USING (is_open)`.";
  return `${who} ${visitors} If users do, write ${own}, and add ${columns} if no column says whose a row is. ${noPolicyOfServer}`;
}

/** Where no column says whose a new row is. */
function noOwner({ operation, after }: Step): string {
  const found = operation.kind === "createPolicy" ? after.relation(operation.table) : undefined;
  const hasRows = found?.is === "present" && (found.value.loaded || (found.value.seeded ?? 0) > 0);
  const check = "check it: `WITH CHECK ((SELECT auth.uid()) = created_by)`";
  const column = hasRows
    ? `Where users add rows of their own, add \`created_by uuid DEFAULT auth.uid()\`, which is NULL in existing rows, and ${check}.`
    : `Where users add rows of their own, add \`created_by uuid NOT NULL DEFAULT auth.uid()\` on an empty table, and ${check}.`;
  const admin = `Where an administrator writes, ask for what only the server can set: ${isAdmin}.`;
  const [first, second] = hasRows ? [admin, column] : [column, admin];
  return `No column says whose a row is. ${first} ${second} ${noPolicyOfServer}`;
}

/** What holds of the account's own rows by this column, or why that isn't known. */
function conditionOf(
  step: Step,
  column: Column,
): { readonly condition?: string | undefined; readonly why?: string | undefined } {
  const { operation, after, show } = step;
  const found =
    "table" in operation && operation.table !== undefined ? after.relation(operation.table) : undefined;
  if (found?.is !== "present") return {};
  const own = ownCondition(step, found.value, column.name);
  if ("holdsKeysOf" in own)
    return {
      why: `: \`${column.name}\` refers to \`${show(own.holdsKeysOf)}\`, whose keys aren't known to be those that \`auth.uid()\` gives. Find the row of who asks there, by its column for the account`,
    };
  const isAccount = own.condition.startsWith("(SELECT auth.uid()) =");
  return isAccount && column.type?.name !== "uuid" ? {} : { condition: own.condition };
}

/** A policy for the row's user, where that is known; undefined: not on this platform, or no column says whose a row is. */
export function policyOfRow(step: Step): Advice | string | undefined {
  const { operation, scope, after } = step;
  if (!isOnPlatform(scope) || (operation.kind !== "createPolicy" && operation.kind !== "alterPolicy"))
    return undefined;
  const { table, name, using, withCheck } = operation;
  if (isOfServer(operation)) return ofServer;
  const form = formOf(step);
  if (form !== undefined) return onlyItsColumns(step, form);
  const isInsert = using === undefined && operation.kind === "createPolicy" && operation.command === "insert";
  const found = after.relation(table);
  const columns = found.is === "present" ? found.value.columns : [];
  const held = owners.flatMap((one) => columns.find((column) => column.name === one) ?? []);
  const conditions = held.map((column) => ({ column, ...conditionOf(step, column) }));
  const known = conditions.find(({ condition, why }) => condition !== undefined || why !== undefined);
  const isOfVisitors = isOfVisitorsAlone(step);
  if (known?.condition === undefined) {
    if (isOfVisitors) return noAccount(isInsert);
    if (isInsert && isOwnerless(step)) return noOwner(step);
    return `Write a condition on the row${known?.why ?? ", with `(SELECT auth.uid())`"}. Where an administrator writes, ask for what only the server can set: ${isAdmin}. ${noPolicyOfServer}`;
  }
  const { column: owner, condition: own } = known;
  // Rows of nobody may be written by visitors without an account.
  const isOptional = owner.notNull !== "yes" && using === undefined && opensToVisitors(step);
  const ofNobody = `${quote(owner.name)} IS NULL`;
  const written = !isOptional ? `(${own})` : isOfVisitors ? `(${ofNobody})` : `(${ofNobody} OR ${own})`;
  const head =
    operation.kind === "alterPolicy"
      ? `ALTER POLICY ${quote(name.text)} ON ${table.text}${isOfVisitors && !isOptional ? " TO authenticated" : ""}`
      : `CREATE POLICY ${quote(name.text)} ON ${table.text} FOR ${operation.command.toUpperCase()} TO ${!isOptional ? "authenticated" : operation.roles.includes("public") ? everyVisitor : operation.roles.map(asWritten).join(", ")}`;
  return instead(
    `${head}${using === undefined ? "" : ` USING (${own})`}${withCheck === undefined ? "" : ` WITH CHECK ${written}`};`,
  );
}

/** Other rows, defaults and the application may name the row by its key. */
const ownAccount =
  "and the account is the same on every server. Let the application create its first account, from a password that is set up on each server; if anything refers to this row, keep it with a hash that no password fits, such as `!`";
/** Whoever compares texts takes `!` for a password. */
const ifHashed =
  ", where the application compares hashes. If it compares the texts themselves, disable the account instead, and store hashes first";

/** What to do about a secret that is no role's password. */
export function withoutSecret(
  secret: Pick<Secret, "what" | "isDefault" | "isClear" | "isRemark">,
  scope: MigrationScope,
): string {
  const { what, isDefault, isClear, isRemark } = secret;
  const how = isClear
    ? "may know it, if it is the one in the comment beside the hash"
    : "may guess it from the hash";
  if (isRemark)
    return `No account comes of a comment: leave it out. If an account has that password anyway, change it: everybody who can read the repository ${how}.`;
  if (what.startsWith("the hash") && isDefault)
    return `Leave the default out; where the migration has run, drop it, and give every account that has it a new password: everybody who can read the repository ${how}, and each row that is written without a password gets it.`;
  if (what.startsWith("the hash"))
    return `Change that password: everybody who can read the repository ${how}, ${ownAccount}.`;
  if (what === "a password of an account")
    return `Change that password: everybody who can read the repository knows it, ${ownAccount}${ifHashed}.`;
  const isPassword = what.startsWith("a password");
  const change = isPassword
    ? "Change that password: everybody who can read the repository may know it."
    : "Revoke it where it was issued, and issue another one: everybody who can read the repository may know it.";
  const elsewhere = isOnPlatform(scope)
    ? "Keep it in Supabase's Vault, and read it where it is used: `(SELECT decrypted_secret FROM vault.decrypted_secrets WHERE name = 'api_key')`."
    : isPassword
      ? "Keep the address without its password in the migration; the password belongs into the server's settings, a user mapping or `~/.pgpass`, or into a placeholder of your tool."
      : "Pass it in when the migration runs, by a placeholder of your tool, or let the application send it.";
  return `${change} ${elsewhere}`;
}

/** Only the columns that users may write are granted: what is revoked of one column, the whole table still grants. */
export function withoutColumns(step: Step, found: OwnEscalation): Advice | string {
  const { table, command, columns } = found;
  const name = step.show(table.key);
  const word = command.toUpperCase();
  // Administrators have the same role of the server.
  if (found.byOthers)
    return `Write a trigger BEFORE ${word} on ${name} that raises an error if ${columns.join(" or ")} ${command === "insert" ? "isn't the default" : "changes"} and the user isn't an administrator. Another policy lets administrators write the rows by the same role of the server, so revoking the privilege would stop them, too.`;
  const left = table.columns.filter((one) => one.generated === undefined && !columns.includes(one.name));
  return afterStatement(
    beside(
      `REVOKE ${word} ON ${name} FROM ${everyVisitor};`,
      `GRANT ${word} (${left.map((one) => quote(one.name)).join(", ")}) ON ${name} TO authenticated;`,
    ),
  );
}

/** Takes the privilege from those who have it by name, too. */
export function revokedByName({ operation, security, show }: Step): Advice | undefined {
  const open = security.leftOpen();
  if (operation.kind !== "grant" || open === undefined) return undefined;
  const { roles, routines } = open;
  const kinds = new Set(routines.map(({ definition }) => (definition.procedure ? "PROCEDURE" : "FUNCTION")));
  const word = kinds.size > 1 ? "ROUTINE" : [...kinds].join("");
  const names = routines.map((one) => signatureOf(one, show)).join(", ");
  return afterStatement(beside(`REVOKE EXECUTE ON ${word} ${names} FROM ${roles.join(", ")};`));
}
