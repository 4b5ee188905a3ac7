/** Types, functions and tables that a migration drops behind what needs them, and that stay as long as that stays. */
import type { Key, QualifiedName } from "../model/names.ts";
import type { MigrationScope, Place, Step } from "../replay/step.ts";
import type { Difference } from "../schema/model.ts";
import { inWords, type Part, type RecipeStep } from "./advice.ts";
import { nextMigration, textOf } from "./words.ts";
import { languageOf } from "./code-language.ts";
import { callWriter } from "./writing.ts";

/** `user`: what needs the type until it is dropped itself. */
export const typeStays = (
  { operation: { type }, statement }: Step<"dropType">,
  user: string,
): RecipeStep => ({
  ...inWords(`take DROP TYPE ${type.text} out of this migration: ${user} needs it until it is dropped`),
  replaces: [statement.span],
});

/** The types of a column or table that the migration drops behind it. */
function typesBehind({ operation, before, neighbours }: Step): readonly Step<"dropType">[] {
  if (operation.kind !== "dropColumn" && operation.kind !== "dropTable") return [];
  const found = before.relation(operation.table);
  const columns = found.is === "present" ? found.value.columns : [];
  const used = columns.filter(({ name }) => operation.kind === "dropTable" || name === operation.column.text);
  return neighbours("later", "dropType").filter(({ operation: { type } }) =>
    used.some((column) => column.type?.name === type.name),
  );
}

/** The functions that a column's default or a table's triggers call, and that the migration drops behind it. */
function routinesBehind({ operation, before, neighbours }: Step): readonly Step<"dropFunction">[] {
  if (operation.kind !== "dropColumn" && operation.kind !== "dropTable") return [];
  const table = before.resolve(operation.table);
  const column = operation.kind === "dropColumn" ? operation.column.text : undefined;
  return neighbours("later", "dropFunction").filter(
    ({ operation: { function: routine, cascade }, statement }) =>
      !cascade &&
      statement.operations.length === 1 &&
      before
        .dependents({ routine })
        .some(
          ({ relation, member, onDrop }) =>
            onDrop === "refuses" && relation === table && (column === undefined || member === column),
        ),
  );
}

/** Functions that stay as long as what calls them. */
function droppedRoutines(step: Step): Behind {
  const routines = routinesBehind(step);
  const user = "column" in step.operation ? "its default" : "its trigger";
  const what = "column" in step.operation ? "column" : "table";
  return {
    leftOut: routines.map((one) => ({
      ...inWords(`take ${head(one)} out of this migration: ${user} needs it until the ${what} is dropped`),
      replaces: [one.statement.span],
    })),
    dropped: routines.map((one) => `${textOf(one, one.statement.span)};`),
    again: [],
  };
}

/** Without IF EXISTS and the arguments: `DROP FUNCTION app.next_number`. */
const head = ({ operation }: Step<"dropFunction">): string =>
  `DROP ${operation.object.toUpperCase()} ${operation.function.text}`;

/** What a column or table needs that isn't dropped yet. */
export function droppedBehind(step: Step): Behind {
  const types = droppedTypes(step);
  const routines = droppedRoutines(step);
  return {
    leftOut: [...types.leftOut, ...routines.leftOut],
    dropped: [...types.dropped, ...routines.dropped, ...typesOfWayBack(step)],
    again: [...routines.again, ...types.again],
  };
}

interface Behind {
  /** What doesn't stand in this migration any more. */
  readonly leftOut: readonly RecipeStep[];
  /** What follows the last column of each. */
  readonly dropped: readonly string[];
  /** What the rollback makes them again with. */
  readonly again: readonly string[];
}

/** Of a column or table that isn't dropped yet. */
function droppedTypes(step: Step): Behind {
  const { operation, after, scope } = step;
  if (operation.kind !== "dropColumn" && operation.kind !== "dropTable")
    return { leftOut: [], dropped: [], again: [] };
  const types = typesBehind(step);
  const user = operation.kind === "dropTable" ? operation.table.text : operation.column.text;
  const last = types.filter(({ operation: { type } }) => after.dependents({ type }).length === 0);
  const names = new Set(last.map(({ operation: { type } }) => type.name));
  return {
    leftOut: types.map((one) => typeStays(one, user)),
    dropped: last.map(({ operation: { type } }) => `DROP TYPE ${type.text};`),
    again: scope.downSteps.flatMap((one) =>
      one.operation.kind === "createType" && names.has(one.operation.type.name)
        ? [`${textOf(one, one.statement.span)};`]
        : [],
    ),
  };
}

/** The types that the way back makes with a table, and that aren't there: else they stay, and it runs only once. */
function typesOfWayBack({ operation, before, scope }: Step): readonly string[] {
  if (operation.kind !== "dropTable") return [];
  const found = typesMade.get(scope) ?? typesMadeBack(scope);
  typesMade.set(scope, found);
  return (found.get(before.resolve(operation.table)) ?? []).flatMap((type) =>
    before.type(type).is === "present" ? [] : [`DROP TYPE IF EXISTS ${type.text};`],
  );
}

const typesMade = new WeakMap<MigrationScope, ReadonlyMap<Key, readonly QualifiedName[]>>();

/** By table. */
function typesMadeBack({ downSteps }: MigrationScope): ReadonlyMap<Key, readonly QualifiedName[]> {
  const types = new Map(
    downSteps.flatMap(({ operation }) =>
      operation.kind === "createType" ? [[operation.type.name, operation.type] as const] : [],
    ),
  );
  return new Map(
    downSteps.flatMap(({ operation, before }) =>
      operation.kind === "createTable"
        ? [
            [
              before.resolve(operation.table),
              [...new Set(operation.columns.flatMap(({ type }) => types.get(type.name) ?? []))],
            ] as const,
          ]
        : [],
    ),
  );
}

/** The same as the end of a sentence. */
export function typesToo(step: Step): string {
  const names = typesBehind(step).map(({ operation: { type } }) => `DROP TYPE ${type.text}`);
  return names.length === 0 ? "" : `; ${names.join(" and ")} moves there, too`;
}

/** Tables that the foreign keys of a column refer to, which isn't dropped yet. */
export function droppedReferences({ operation, before, neighbours }: Step): {
  readonly leftOut: readonly RecipeStep[];
  readonly dropped: readonly Part[];
} {
  const found = operation.kind === "dropColumn" ? before.relation(operation.table) : undefined;
  if (operation.kind !== "dropColumn" || found?.is !== "present") return { leftOut: [], dropped: [] };
  const { text } = operation.column;
  const referred = new Set(
    found.value.constraints.flatMap((one) =>
      one.kind === "foreign key" && one.columns.includes(text) ? [one.references] : [],
    ),
  );
  const tables = neighbours("later", "dropTable").filter(
    ({ operation: { table, cascade }, before: then, statement }) =>
      !cascade && statement.operations.length === 1 && referred.has(then.resolve(table)),
  );
  return {
    leftOut: tables.map(({ operation: { table }, statement }) => ({
      ...inWords(
        `take DROP TABLE ${table.text} out of this migration: the foreign key of ${text} needs it until the column is dropped`,
      ),
      replaces: [statement.span],
    })),
    dropped: tables.flatMap((one) => [nextMigration, `${textOf(one, one.statement.span)};`]),
  };
}

/** In a message: the first three, and how many more. */
export const differencesIn = (found: readonly Difference[]): string => listed(found, 3);

function listed(found: readonly Difference[], most: number): string {
  const words = found.slice(0, most).map(({ change, text, detail }) => {
    if (change === "changed") return `${text} (${detail ?? "differs"})`;
    return change === "missing" ? `${text} is missing` : `${text} is left over`;
  });
  return words.join("; ") + (found.length > most ? `; and ${String(found.length - most)} more` : "");
}

/** The tool's own way to bring all of it back, with those that the message has no room for; or that nothing is to be. */
export function statedInCall(scope: MigrationScope, found: readonly Difference[]): string | undefined {
  if (scope.differences().length === 0) return backOfNothing(scope);
  const { ownRollback } = scope.history;
  return ownRollback && found.length > 3
    ? `${ownRollback.differs} All that differs: ${listed(found, 30)}.`
    : ownRollback?.differs;
}

/** What to do where a rollback takes away what is older than its migration, by `MigrationScope.rollbackCause`. */
export function olderLeft({ history }: MigrationScope, cause: "earlier" | "extension"): string {
  if (cause === "extension")
    return "Take the extension out of the migration and its rollback: older columns have its types, so it is there already.";
  const refused = history.empty?.refused;
  const make =
    refused === undefined
      ? "Make the way back empty"
      : `Let the way back do nothing, by ${refused.write} (${refused.what})`;
  return `${make}: what the migration finds there belongs to the one that has made it.`;
}

/** What to do with a rollback of a migration that changes nothing. */
function backOfNothing({ history }: MigrationScope): string {
  const back = history.empty?.refused?.write ?? "an empty rollback";
  const give = history.empty?.refused === undefined ? `give it ${back}` : `let its rollback be ${back}`;
  return `The migration changes nothing here: leave it out, or ${give}.`;
}

/** What nothing takes back, as the end of a sentence. */
export function leftIn([first, ...others]: readonly Difference[]): string {
  if (first === undefined) return "";
  const { change, text, detail } = first;
  const what = change === "changed" ? `the change of ${text} (${detail ?? "differs"})` : text;
  const more = others.length > 0 ? ` and ${String(others.length)} more` : "";
  return `; nothing ${change === "missing" ? "brings back" : "undoes"} ${what}${more}`;
}

/** What a rollback leaves over, where these are types alone that the migration makes: how they go. A sentence. */
export function typesLeft(
  { steps, migration: { down } }: MigrationScope,
  left: readonly Difference[],
): string | undefined {
  const names = new Map(
    steps.flatMap(({ operation }) =>
      operation.kind === "createType" ? [[operation.type.name, operation.type.text] as const] : [],
    ),
  );
  const drops = left.flatMap(({ change, object, text }) => {
    const name = names.get(text.replace(/^type (?:.*\.)?/, "").replaceAll('"', ""));
    return change !== "extra" || object !== "type" || name === undefined
      ? []
      : [`\`${sentBy(down, `DROP TYPE ${name}`)}\``];
  });
  if (drops.length === 0 || drops.length < left.length) return undefined;
  const { others = [] } = down?.code?.unit ?? {};
  const alone =
    others.length === 0
      ? ""
      : `, on ${steps[0]?.before.dialect.title ?? "this database"} alone: the project names ${others.join(" and ")}, too, which has no such types`;
  return `Add ${drops.join(" and ")} to the end of the rollback, behind what uses it${alone}.`;
}

/** As a rollback in code sends it: by a call. One of several lines, or with backticks, isn't part of a sentence. */
function sentBy(down: MigrationScope["migration"]["down"], sql: string): string {
  const { rawCall } = down?.transaction ?? {};
  if (down?.code === undefined || rawCall === undefined) return `${sql};`;
  const call = callWriter(rawCall, languageOf(down.path, down.code.source))(sql);
  return /[`\n]/.test(call) ? `${sql};` : call;
}

/** The statement of the rollback that the server refuses. */
export function refusedBack({ downSteps }: MigrationScope): readonly { at: Place; message: string }[] {
  const step = downSteps.find(({ refused, skipped }) => refused && !skipped);
  if (step === undefined) return [];
  const at = { path: step.script.path, span: step.operation.head };
  return [{ at, message: "the server refuses this" }];
}
