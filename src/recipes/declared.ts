/** What the tool's own declaration of the schema needs beside a change of the database. */
import type { DialectFamily } from "../model/dialect.ts";
import type { Name, QualifiedName } from "../model/names.ts";
import type { Declared } from "../model/tool.ts";
import type { Step } from "../replay/step.ts";
import type { Column } from "../schema/model.ts";
import { inWords, type RecipeStep } from "./advice.ts";
import { textOf } from "./words.ts";

const declaredBy = ({ scope }: Step): Declared | undefined => scope.history.declared;

/** An index that is only in a migration is dropped by the next one that the tool generates. */
export function declaredIndex(
  step: Step,
  table: QualifiedName,
  name: string,
  columns: readonly string[],
): readonly RecipeStep[] {
  const declared = declaredBy(step);
  const index = declared?.index?.(name.replaceAll('"', ""), columns, table.name);
  return declared === undefined || index === undefined
    ? []
    : [inWords(`and in ${declared.where}, where ${step.show(table)} is declared: ${index}`)];
}

/** A column or table that isn't dropped yet is still declared: otherwise the next migration drops it. */
export function stillDeclared(step: Step, what: "column" | "table"): readonly RecipeStep[] {
  const declared = declaredBy(step);
  if (declared?.index === undefined) return [];
  const mark = declared.unused === undefined ? "" : `, marked ${declared.unused[what]}`;
  return [inWords(`until then it stays in ${declared.where}${mark}`)];
}

/** Types that the migration drops after a column of theirs, and so can't drop before it. */
export function droppedTypes(step: Step): readonly string[] {
  const { operation, before, neighbours } = step;
  if (operation.kind !== "dropColumn") return [];
  const found = before.column(operation.table, operation.column.text);
  const name = found.is === "present" ? found.value.type?.name : undefined;
  return neighbours("later", "dropType")
    .filter(({ operation: other }) => other.type.name === name)
    .map(({ operation: other }) => `DROP TYPE ${other.type.text};`);
}

/** Only the application's name changes. */
export function renamedInCode(step: Step, column: Name): readonly RecipeStep[] {
  const declared = declaredBy(step);
  return declared === undefined
    ? []
    : [
        inWords(
          `rename only the field in ${declared.where}, with ${declared.renamed(column.text)}: the database stays as it is; or step by step:`,
        ),
      ];
}

/** Undefined: the index isn't declared anywhere. */
export function withoutIndex(step: Step): string | undefined {
  const declared = declaredBy(step);
  return declared?.index === undefined
    ? undefined
    : `Leave it out, here and in ${declared.where}: otherwise the next migration creates it again.`;
}

/** The type of such a key, and of what refers to it. */
const wide: Readonly<
  Record<
    DialectFamily,
    (
      column: Column | undefined,
      declared: Declared | undefined,
    ) => { readonly type: string; readonly plain: string }
  >
> = {
  mysql: (column) => {
    const plain = column?.type?.unsigned === true ? "BIGINT UNSIGNED" : "BIGINT";
    return { type: `${plain} AUTO_INCREMENT`, plain };
  },
  postgres: (column, declared) => ({
    type:
      declared?.unused === undefined
        ? `bigint GENERATED ${column?.identity === "always" ? "ALWAYS" : "BY DEFAULT"} AS IDENTITY`
        : "BIGSERIAL",
    plain: "bigint",
  }),
};

/** In the words of the calls that make the table: of Knex and Sequelize. Undefined: it is made by SQL. */
function byBuilder(
  step: Step,
  column: Column | undefined,
): { readonly type: string; readonly plain: string } | undefined {
  const call = step.script.code?.source;
  if (call === undefined || column === undefined) return undefined;
  // A text that the file has as it is.
  if (call.includes(textOf(step, step.statement.span).trim())) return undefined;
  const sign = column.type?.unsigned === true;
  const [, table] = /(\w+)\.increments\(/.exec(call) ?? [];
  if (table !== undefined)
    return {
      type: `${table}.bigIncrements("${column.name}")`,
      plain: `${table}.bigInteger(…)${sign ? ".unsigned()" : ""}`,
    };
  const [, types] = /(\w+)\.INTEGER\b/.exec(call) ?? [];
  if (types === undefined) return undefined;
  const type = `${types}.BIGINT${sign ? ".UNSIGNED" : ""}`;
  return { type, plain: type };
}

/** A key of 64 bits, with what refers to it. */
export function wideKey(step: Step): string | undefined {
  const { operation, before, scope, show } = step;
  if (operation.kind !== "addPrimaryKey") return undefined;
  const declared = declaredBy(step);
  const relation = scope.after.relation(operation.table);
  const column =
    relation.is === "present"
      ? relation.value.columns.find(({ name }) => operation.columns.some(({ text }) => text === name))
      : undefined;
  const references = scope.after
    .foreignKeysTo(operation.table)
    .flatMap(({ table, constraint }) => constraint.columns.map((name) => show(table, name)));
  const { type, plain } = byBuilder(step, column) ?? wide[before.family](column, declared);
  const few = references.slice(0, 4);
  const those =
    few.length === 0
      ? "the foreign keys that refer to it"
      : `${few.join(", ")}${references.length > few.length ? ` and ${references.length - few.length} more` : ""}, which refer to it`;
  const inDatabase = `Use \`${type}\`, and \`${plain}\` for ${those}.`;
  return declared === undefined
    ? inDatabase
    : `${inDatabase} In ${declared.where}: \`${declared.key}\`, and \`${declared.reference}\` there.`;
}
