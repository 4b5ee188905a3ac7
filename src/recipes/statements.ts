/** Advice that is one statement, by what it does. */
import type { Key, QualifiedName } from "../model/names.ts";
import type { Relation } from "../schema/model.ts";
import type { Step } from "../replay/step.ts";
import type { KeyWithDeleted } from "../replay/questions/indexes/keys-with-deleted.ts";
import type { OpenTenantTable } from "../replay/questions/security/tenant-tables.ts";
import { usesLabel } from "../replay/questions/values/enum-use.ts";
import { afterStatement, beside, heading, instead, inWords, type Advice } from "./advice.ts";
import { policyText } from "./statement-forms.ts";
import { goesAlong } from "./ways-back.ts";
import { literal, quote, textOf } from "./words.ts";

export const analyze = (table: QualifiedName): Advice => afterStatement(beside(`ANALYZE ${table.text};`));

export const resetOption = (table: QualifiedName, option: string): Advice =>
  instead(`ALTER TABLE ${table.text} RESET (${option});`);

/** Without a policy, a page that reads the table in the name of its visitors finds it empty from then on. */
export function enableRowSecurity({ show, scope }: Step, { key, name, policies }: Relation): Advice {
  const table = show(key);
  const enabled = `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;`;
  if (policies.length > 0) return afterStatement(beside(enabled));
  const roles = scope.history.web?.roles ?? [];
  const policy = `CREATE POLICY ${quote(`${name}_read`)} ON ${table} FOR SELECT TO ${roles.join(", ")} USING (true);`;
  return afterStatement(
    beside(
      enabled,
      inWords(
        `${roles.join(" and ")} find ${table} empty then, until a policy says which rows they see. Where everybody may read all of them, as before: ${policy}`,
      ),
    ),
  );
}

/** The policy by which other tables show each tenant its rows, for this one. */
export function policyOfSisters({ show }: Step, { table, like }: OpenTenantTable): Advice | undefined {
  if (like === undefined) return undefined;
  const name = show(table.key);
  const { policy, forced } = like;
  return afterStatement(
    beside(
      `ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY;`,
      ...(forced ? [`ALTER TABLE ${name} FORCE ROW LEVEL SECURITY;`] : []),
      `${policyText(quote(`${table.name}_tenant`), name, { ...policy, roles: policy.roles.filter((role) => role !== "public") })};`,
    ),
  );
}

/** PostgreSQL. Undefined: how the mark looks in a row that isn't deleted can't be seen. */
export function keyWithoutDeleted(
  step: Step,
  { table, index, columns, mark }: KeyWithDeleted,
): string | undefined {
  const type = mark.type?.name ?? "";
  const isBoolean = type === "boolean";
  const isTime = /^(?:timestamp|date)/.test(type) && mark.notNull !== "yes";
  if (!isBoolean && !isTime) return undefined;
  const where = `${step.spell(mark.name)} IS ${isBoolean ? "NOT TRUE" : "NULL"}`;
  const name = quote(`${index.name}_in_use`);
  return `If the value may be used again, replace the key with \`CREATE UNIQUE INDEX ${name} ON ${step.show(table.key)} (${columns.map(step.spell).join(", ")}) WHERE ${where};\` and give \`ON CONFLICT\` the same condition. If it must stay taken, suppress this finding with the reason.`;
}

export const widenSequence = ({ show }: Step, sequence: Key, type: string): Advice =>
  afterStatement(beside(`ALTER SEQUENCE ${show(sequence)} AS ${type};`));

/** Undefined: there are no relations to grant on. */
export const grantRows = (relations: readonly QualifiedName[], to: readonly string[]): Advice | undefined =>
  relations.length === 0
    ? undefined
    : instead(
        `GRANT SELECT, INSERT, UPDATE, DELETE ON ${relations.map(({ text }) => text).join(", ")} TO ${to.join(", ")};`,
      );

export function enumValueBeside(step: Step<"renameEnumValue">): Advice {
  const { type, label, to } = step.operation;
  const written = "the version that reads both and writes the new one";
  const users = usersOfLabel(step);
  return instead(
    `ALTER TYPE ${type.text} ADD VALUE IF NOT EXISTS ${literal(to)} AFTER ${literal(label)};`,
    renamedBack(step),
    users.length === 0
      ? inWords(`deploy ${written}; then update the old rows in batches`)
      : [
          heading(`deploy ${written}; then, in a later migration, what this one does with the new one:`, {
            after: "deploy",
            deploy: written,
            replaces: users.map(({ span }) => span),
          }),
          ...users.map(({ span }) => `${textOf(step, span)};`),
          inWords("then update the old rows in batches"),
        ],
  );
}

/** The running version can't read the new value, nor can the transaction that adds it use it. */
function usersOfLabel({ operation, later }: Step<"renameEnumValue">): readonly Step["statement"][] {
  const { type, to } = operation;
  const users = later().filter((one) => !one.inBody && usesLabel(one, type.name, to) === "yes");
  return [...new Set(users.map(({ statement }) => statement))];
}

/** No value of an enum can be dropped: there are both names to the end. */
function renamedBack(step: Step<"renameEnumValue">): Advice {
  const { type, label, to } = step.operation;
  if (goesAlong(step)) return [];
  const back = step.scope.downSteps.filter(
    ({ operation: one }) =>
      one.kind === "renameEnumValue" && one.type.name === type.name && one.label === to && one.to === label,
  );
  return back.map((one) =>
    inWords(`take this out of the rollback, as the old value stays: ${textOf(one, one.statement.span)};`),
  );
}

/** A line for the beginning of a transaction. */
export const lockTimeoutLine = "SET LOCAL lock_timeout = '2s';\n";
