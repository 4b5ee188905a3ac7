/** Tables whose sisters have row security by the column that says whose their rows are: a tenant's. */
import type { Expression } from "../../../model/expression.ts";
import { laterRelation } from "../../../schema/later.ts";
import type { Policy, Relation } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import { withoutSqlComments } from "../../../text/sql-comments.ts";
import type { MigrationScope, Step } from "../../step.ts";

/** See `MigrationScope.openTenantTables`. */
export interface OpenTenantTable {
  readonly table: Relation;
  readonly step: Step;
  /** The column by which the policies of the others ask for the tenant. */
  readonly column: string;
  /** How many of the others there are. */
  readonly guarded: number;
  /** The policy of one of them that asks for nothing else. */
  readonly like: { readonly policy: Policy; readonly forced: boolean } | undefined;
  /** In that later schema the table is secured, or may be. */
  readonly isGone: (later: Schema) => boolean;
}

/** Fewer have no rule in common. */
const fewest = 3;

/** See `MigrationScope.openTenantTables`. */
export function openTenantTables(scope: MigrationScope): readonly OpenTenantTable[] {
  const { after, steps, history } = scope;
  // The web API of a platform reads any table: that is another matter.
  if (history.web !== undefined || steps.some(({ operation }) => operation.kind === "executeDynamic"))
    return [];
  const made = scope.created().filter(({ table }) => isOpen(table) && !isFoundBefore(table));
  if (made.length === 0 || isMentioned(scope)) return [];
  const tables = [...after.relations()].filter(({ kind, temporary }) => kind === "table" && !temporary);
  const byColumn = guardedBy(tables);
  return made.flatMap(({ table, step }): OpenTenantTable[] => {
    const column = table.columns.find(({ name, notNull }) => notNull === "yes" && byColumn.has(name));
    if (column === undefined) return [];
    const sisters = (byColumn.get(column.name) ?? []).filter((one) => one.schema === table.schema);
    const others = tables.filter(
      (one) =>
        isOpen(one) &&
        one.origin?.migration !== scope.migration.index &&
        one.columns.some(({ name }) => name === column.name),
    );
    // Where as many others do without, it is no rule of the project.
    if (sisters.length < fewest || others.length >= sisters.length) return [];
    const isGone = (later: Schema): boolean => {
      const found = laterRelation(later, table);
      return found === undefined || !isOpen(found) || !later.certain(found.key);
    };
    return [
      {
        table,
        step,
        column: column.name,
        guarded: sisters.length,
        like: alike(sisters, column.name),
        isGone,
      },
    ];
  });
}

/** A partition is read by its table, whose row security decides. */
const isOpen = ({ kind, temporary, rowSecurity, policies, partitionOf, parents }: Relation): boolean =>
  kind === "table" &&
  !temporary &&
  !rowSecurity.enabled &&
  policies.length === 0 &&
  partitionOf === undefined &&
  parents.length === 0;

/** Whoever signs in, or has a key, is looked up before the tenant is known. */
const isFoundBefore = ({ name, columns }: Relation): boolean =>
  ofAccounts.test(name) || columns.some((one) => ofKeys.test(one.name));

const ofAccounts =
  /^(?:\w+_)?users?$|^accounts?$|(?:^|_)(?:members?|memberships?|sessions?|tokens?|invit\w*|domains?|(?:api_)?keys?)$/;
const ofKeys =
  /password|passwd|^token$|^(?:api|access|secret)_key$|(?:token|key|secret)_hash$|^hashed_|^invit\w*_token$/;

/** A comment of the migration says that something does without. */
const isMentioned = ({ migration: { up }, comments }: MigrationScope): boolean =>
  comments.up.some(({ start, end }) => {
    const text = up.text.slice(start, end);
    // The rule's own name speaks of it.
    return !/\bddlint-/.test(text) && ofRowSecurity.test(text) && without.test(text);
  });

const ofRowSecurity = /\brls\b|row[- ](?:level[- ])?security/i;
const without =
  /\b(?:no|not|none|without|skip\w*|exempt\w*|exclud\w*|except|disabled?|bypass\w*|intentional\w*|deliberate\w*|purpose|later)\b|n't\b/i;

function guardedBy(tables: readonly Relation[]): ReadonlyMap<string, readonly Relation[]> {
  const found = new Map<string, Relation[]>();
  for (const table of tables) {
    if (!table.rowSecurity.enabled) continue;
    const columns = new Set(
      table.policies.flatMap(({ permissive, using, withCheck }) =>
        permissive ? [...columnsAsked(using), ...columnsAsked(withCheck)] : [],
      ),
    );
    for (const column of columns) found.set(column, [...(found.get(column) ?? []), table]);
  }
  return found;
}

const asker = String.raw`(?:\(|select |nullif\(|coalesce\()*(?:current_setting|(?:\w+\.)*(?:get_)?(?:current|my|app|session)_\w+)\(`;
const asked = new RegExp(String.raw`(?:^|[^\w.])(?:\w+\.)*(\w+)=${asker}`, "g");

/** Columns that a condition compares with a setting of the session, or a function that gives it. */
function columnsAsked(condition: Expression | undefined): readonly string[] {
  const flat = withoutSqlComments(condition?.text ?? "")
    .toLowerCase()
    .replaceAll('"', "")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/ ?([.():=]) ?/g, "$1")
    .replaceAll(/::\w+/g, "")
    .replaceAll(/\bcast\(/g, "(");
  return [...flat.matchAll(asked)].flatMap(([, column]) => column ?? []);
}

/** One that has a single policy for everything, which reads no other column and no table. */
function alike(sisters: readonly Relation[], column: string): OpenTenantTable["like"] {
  const qualified = new RegExp(String.raw`\.\s*"?${column}\b`, "i");
  const own = (one: Expression | undefined): boolean =>
    one === undefined ||
    ((one.relations ?? []).length === 0 &&
      !qualified.test(one.text) &&
      one.columns.every((read) => read.column === column));
  const found = sisters.find(
    ({ policies: [first, ...others] }) =>
      first?.command === "all" &&
      first.permissive &&
      others.length === 0 &&
      own(first.using) &&
      own(first.withCheck),
  );
  const [policy] = found?.policies ?? [];
  return policy === undefined || found === undefined
    ? undefined
    : { policy, forced: found.rowSecurity.forced };
}
