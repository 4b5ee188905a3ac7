/** Objects with others that depend on them. */
import type { Step } from "../replay/step.ts";
import type { Dependent } from "../schema/model.ts";
import { quoteIdentifier, type Key } from "../model/names.ts";
import { heading, instead, inWords, type Advice } from "./advice.ts";
import { textOf } from "./words.ts";

/** The same without CASCADE, after what is known to depend on it. Undefined: some of that can't be dropped by a statement. */
export function withoutCascade(step: Step, dependents: readonly Dependent[]): Advice | undefined {
  const { operation } = step;
  // Where it may be gone already, what depends on it may be, too.
  const may = "ifExists" in operation && operation.ifExists;
  const drops = dropsOf(step, dependents, may);
  const statement = plainDrop(step);
  if (operation.called === true || statement === undefined || drops === undefined) return undefined;
  if (dependents.length === 0)
    return instead(
      heading("the server then refuses it and lists what depends on it, which is dropped by name before"),
      statement,
    );
  return instead(...drops, statement);
}

/** The statement, or the clause as one. */
function plainDrop(step: Step): string | undefined {
  const { operation } = step;
  const text = textOf(step, operation.span);
  const plain = text.replace(/\s+cascade\s*$/i, "");
  if (plain === text) return undefined;
  if (/^drop\s+(?!column\b|constraint\b)/i.test(plain) && operation.span.start === step.statement.span.start)
    return `${plain};`;
  if ((operation.kind !== "dropColumn" && operation.kind !== "dropConstraint") || step.inBody)
    return undefined;
  return `ALTER TABLE ${operation.table.text} ${plain};`;
}

/**
 * Views that use each other go in one statement, the newest first. Undefined: something else is among them. `may`: they may
 * be gone.
 */
export function dropsOf(
  { show, before, neighbours }: Pick<Step, "show" | "before" | "neighbours">,
  dependents: readonly Dependent[],
  may = false,
): readonly string[] | undefined {
  const table = may ? "ALTER TABLE IF EXISTS" : "ALTER TABLE";
  // The rest of the migration takes it along, if that stays where it is.
  const goesWithColumn = (relation: Key, name: string): boolean => {
    const found = before.constraint(relation, name);
    const columns = found.is === "present" && found.value.kind === "foreign key" ? found.value.columns : [];
    return neighbours("later", "dropColumn").some(
      ({ operation }) =>
        columns.includes(operation.column.text) && before.resolve(operation.table) === relation,
    );
  };
  const keys: string[] = [];
  const views: { readonly what: string; readonly names: string[] }[] = [];
  const newest = dependents.toSorted(
    ({ origin: a }, { origin: b }) =>
      (b?.migration ?? 0) - (a?.migration ?? 0) || (b?.span.start ?? 0) - (a?.span.start ?? 0),
  );
  for (const { kind, member, relation } of newest) {
    if (relation === undefined) return undefined;
    if (kind === "foreign key" && member !== undefined) {
      const guard = may || goesWithColumn(relation, member) ? "IF EXISTS " : "";
      keys.push(`${table} ${show(relation)} DROP CONSTRAINT ${guard}${quoteIdentifier(member)};`);
    } else if (kind === "view" || kind === "materialized view") {
      const what = kind.toUpperCase();
      const last = views.at(-1);
      if (last?.what !== what) views.push({ what, names: [show(relation)] });
      else if (!last.names.includes(show(relation))) last.names.push(show(relation));
    } else return undefined;
  }
  return [
    ...new Set(keys),
    ...views.map(({ what, names }) => `DROP ${what} ${may ? "IF EXISTS " : ""}${names.join(", ")};`),
  ];
}

/**
 * Views that refuse a change: dropped before it, and made again behind it with what a drop takes from them. Undefined:
 * something else refuses it, too.
 */
export function aroundViews(step: Step, users: readonly Dependent[]): Advice | undefined {
  const { operation, statement, inBody } = step;
  if (inBody || operation.called === true || statement.operations.length > 1) return undefined;
  if (!users.every(({ kind }) => kind === "view" || kind === "materialized view")) return undefined;
  const drops = dropsOf(step, users);
  if (drops === undefined) return undefined;
  const isBuilt = users.some(({ kind }) => kind === "materialized view");
  const what = isBuilt ? "grants, comments and indexes" : "grants and comments";
  const places = users.flatMap(({ origin, text }) =>
    origin === undefined ? [] : [`${text} as in ${origin.path}`],
  );
  return instead(
    ...drops,
    `${textOf(step, statement.span)};`,
    inWords(
      `then create again what still makes sense, with its ${what}${places.length === 0 ? "" : `: ${[...new Set(places)].join(", ")}`}`,
    ),
  );
}
