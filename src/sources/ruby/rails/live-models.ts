/** Models of the application that a migration works with, and what it can define in their place. */
import type { LiveModel } from "../../../model/call.ts";
import type { Span } from "../../../text/span.ts";
import { pluralized, underscored } from "../inflect.ts";
import type { Project } from "../project.ts";
import type { ClassValue, NameValue, Value } from "../value.ts";
import { declaredIn, unread, type Declared } from "./declared.ts";
import { hashOf, type Editor } from "./editor.ts";
import { isModel, mayBeModel, tableOfModel } from "./models.ts";

export interface UsedModel {
  /** As the migration may write it: `Shop::Order`. */
  readonly name: string;
  readonly at: Span;
  /** Undefined: not known. */
  readonly table: string | undefined;
  /** The table has a column `type`, from which Rails makes the name of a class. */
  readonly hasType: boolean;
  /** Associations to rows of several tables, which have a column with the name of a class. */
  readonly polymorphic: readonly string[];
  /** Columns called like methods of ActiveRecord, which then reads no row. */
  readonly refused: readonly string[];
  readonly declared: Declared;
  /** Rails asks the class for the name that rows of others store. */
  readonly canNameItself: boolean;
  /** What a call gives its rows that is no column of the table: `password`. */
  readonly strange: readonly string[];
}

/** Associations by their two columns. */
const polymorphicOf = (columns: readonly string[]): readonly string[] =>
  columns
    .map((column) => column.replace(/_type$/, ""))
    .filter((name) => columns.includes(`${name}_type`) && columns.includes(`${name}_id`));

/** `dangerous_attribute_method?` of ActiveRecord 7.2.2, of names that a column may have. */
const refusedNames: ReadonlySet<string> = new Set(
  (
    "association attributes attribute_names becomes cache_key cache_version changed changes class clone decrement " +
    "decrypt delete destroy destroyed dup encrypt errors freeze frozen hash increment invalid logger model_name " +
    "new_record persisted previous_changes readonly record_timestamps reload save signed_id slice toggle touch " +
    "transaction update valid validate validation_context"
  ).split(" "),
);

/** Undefined: it is the migration's own, or none of the application. Any other is as it is now, not as it was then. */
export function usedModel(
  root: ClassValue | NameValue,
  path: string,
  project: Project,
  editor: Editor,
  given: Value | undefined,
): UsedModel | undefined {
  const { tables, vendor } = editor;
  const name = root.is === "class" ? root.info.name : root.name;
  if (root.is === "class" && root.info.file.path === path) return undefined;
  if (root.at.path !== path || !mayBeModel(name)) return undefined;
  if (root.is === "class" && !isModel(root, project)) return undefined;
  // Of a module that the project doesn't have: a gem's, such as `ActiveStorage::Blob`.
  if (root.is === "name" && name.includes("::")) return undefined;
  const table = tableOfModel(root, project);
  const live = table === undefined ? undefined : tables.get(table);
  const columns = [...(live?.columns.keys() ?? [])];
  const known = live?.isOpen === false ? new Set([...columns, "id"]) : undefined;
  return {
    name,
    at: { start: root.at.start, end: root.at.end },
    table,
    hasType: columns.includes("type"),
    polymorphic: polymorphicOf(columns),
    refused: columns.filter((column) => refusedNames.has(column)),
    declared: root.is === "class" ? declaredIn(root.info, known, vendor.facts.whitelists) : unread,
    canNameItself: editor.runsOn(5, 2),
    strange: known === undefined ? [] : [...hashOf(given).keys()].filter(isStrange(known)),
  };
}

/** Neither a column nor an association, which has one. */
const isStrange =
  (known: ReadonlySet<string>) =>
  (name: string): boolean =>
    /^[a-z]\w*$/.test(name) && !known.has(name) && !known.has(`${name}_id`);

const last = (name: string): string => name.replace(/^.*::/, "");

/** More classes are nobody's to read. */
const most = 6;

function stub({ name, table, hasType, refused, declared, canNameItself }: UsedModel): string {
  const own = last(name);
  const named = canNameItself ? declared.namesOf : [];
  const body = [
    ...(table === undefined || table === pluralized(underscored(own))
      ? []
      : [`self.table_name = "${table}"`]),
    ...(hasType ? ["self.inheritance_column = nil"] : []),
    ...(refused.length > 0
      ? [`self.ignored_columns = [${refused.map((one) => `"${one}"`).join(", ")}]`]
      : []),
    ...declared.lines,
    ...named.flatMap(({ line }) => line ?? []),
    ...(named.length > 0 ? [`def self.polymorphic_name; "${name.replace(/^::/, "")}"; end`] : []),
  ];
  return `class ${own} < ActiveRecord::Base; ${body.map((line) => `${line}; `).join("")}end`;
}

/** What the code names below a model, and Ruby doesn't find below the class that the migration defines in its place. */
function hiddenBy(used: readonly UsedModel[], text: string): readonly string[] {
  const names = new Set(used.map(({ name }) => name.replace(/^::/, "")));
  const all = text.matchAll(/(?<![\w:#])([A-Z]\w*)::[A-Z]\w*/g);
  return [...new Set([...all].flatMap(([found, outer = ""]) => (names.has(outer) ? [found] : [])))].filter(
    (found) => !names.has(found),
  );
}

function hides(names: readonly string[]): string {
  const [first] = names;
  if (first === undefined) return "";
  const child = names.find((name) => /[a-z]\w*$/.test(name));
  const rows = child === undefined ? "" : `, or where(type: "${child}") if that inherits from the model`;
  return `. It hides ${names.join(", ")}: write ::${first}${rows}`;
}

/** Rails stores the name of the row's class, which is another one in the migration. */
function storesName(used: readonly UsedModel[], text: string): string {
  const names = new Set(used.flatMap(({ polymorphic }) => polymorphic));
  const set = [...names].filter((name) => new RegExp(String.raw`\b${name}(?::|\s*=(?!=)|"\s*=>)`).test(text));
  const columns = set.map((name) => `${name}_type and ${name}_id`).join(", ");
  return set.length === 0
    ? ""
    : `. Set ${columns} in place of ${set.join(", ")}, which would store the name of a class of the migration`;
}

/** Rows of other tables that a class of the migration would write its own name into. */
function namedByOthers(used: readonly UsedModel[]): string {
  const unnamed = used.flatMap(({ name, canNameItself, declared: { namesOf } }) =>
    canNameItself || namesOf.length === 0 ? [] : [`${namesOf.map((one) => one.name).join(", ")} of ${name}`],
  );
  return unnamed.length === 0
    ? ""
    : `. Write ${unnamed.join(", and ")} by SQL: a class of the migration would store its own name there`;
}

/** Without them, the class writes other values, or means other rows: of an enum, NULL for each name. */
function copied(used: readonly UsedModel[]): string {
  const unread = used.flatMap(({ name, declared: { path } }) => (path === undefined ? [name] : []));
  const known = used.flatMap(({ declared: { others, path = "", isUnsure } }) =>
    others.length === 0
      ? []
      : [`${others.join(", ")} of ${path}${isUnsure ? " (as far as the table has these columns here)" : ""}`],
  );
  return [
    ...(known.length === 0 ? [] : [`. Copy ${known.join(", and ")}, and what that needs`]),
    ...(unread.length === 0
      ? []
      : [
          `. Copy the enums, default scopes and types of attributes of ${unread.join(", ")}, whose ${unread.length === 1 ? "file" : "files"} ` +
            "can't be read: without its enum, a column is set to NULL",
        ]),
  ].join("");
}

/** A class without them refuses such a row. */
function strangeOf(used: readonly UsedModel[]): string {
  return used
    .filter(({ strange }) => strange.length > 0)
    .map(({ name, table = "", strange, declared: { makers, path } }) => {
      const by = makers.length === 0 || path === undefined ? "" : ` (${makers.join(", ")} of ${path})`;
      const [are, them] = strange.length === 1 ? ["isn't a column", "it"] : ["aren't columns", "them"];
      return `. ${strange.join(", ")} ${are} of ${table}: copy what makes ${name} take ${them}${by}, or set the columns themselves`;
    })
    .join("");
}

/** Without what only matters to values that the code doesn't touch; it may, where they come from elsewhere. */
function usedIn(one: UsedModel, text: string): UsedModel {
  const { declared } = one;
  const namesOf = declared.namesOf.filter(({ name }) => isNamedIn(name, text));
  const made = new Set(namesOf.map(({ name }) => name));
  const byHand = one.canNameItself
    ? namesOf.flatMap(({ line, shown }) => (line === undefined ? [shown] : []))
    : [];
  const isUsed = (line: string): boolean =>
    fromElsewhere.test(text) || declared.usedBy.get(line)?.some((word) => isNamedIn(word, text)) !== false;
  return {
    ...one,
    strange: one.strange.filter((name) => !made.has(name)),
    declared: {
      ...declared,
      namesOf,
      lines: declared.lines.filter(isUsed),
      others: [...declared.others.filter(isUsed), ...byHand],
    },
  };
}

/** Rails makes `paid?`, `paid!`, `not_paid`, `status_paid` and `statuses` of a value and its column. */
const isNamedIn = (word: string, text: string): boolean =>
  /^\w+$/.test(word) &&
  new RegExp(String.raw`(?<![A-Za-z0-9])(?:${word}|${pluralized(word)})(?![A-Za-z0-9])`).test(text);

const fromElsewhere =
  /\b(?:attributes|assign_attributes|slice|dup|to_h|CSV|YAML|JSON|(?:up|in)sert_all!?|import!?|send|public_send|instance_eval)\b|\*\*/;

/** A class that stands in a text is none that the migration can define without reading it. */
const byName = /\b(eval|constantize|safe_constantize|const_get)\b/;

/**
 * A model of the application that refers to one of the migration refuses its rows: all are defined, or none.
 *
 * @param text of the migration
 */
export function liveModels(found: readonly UsedModel[], text: string): readonly LiveModel[] {
  const used = found.map((one) => usedIn(one, text));
  const own = new Map(used.map((one) => [last(one.name), one]));
  const moved = [...own].filter(([name, one]) => name !== one.name.replace(/^::/, ""));
  // The table of a class in another one has a name that the class of the migration doesn't.
  const isUnnamed = moved.some(([, { table }]) => table === undefined);
  const finding = byName.exec(text)?.[1];
  const instead = [
    `define ${own.size === 1 ? "it" : "all that it uses"} in the migration, with the ${isUnnamed ? "table names, " : ""}associations and their classes, `,
    "scopes, methods, enums, types of attributes and callbacks that are used here",
    moved.length === 0
      ? ""
      : `, and write ${moved.map(([name, one]) => `${name} in place of ${one.name}`).join(", ")}`,
    `: ${[...own.values()].slice(0, most).map(stub).join("; ")}${own.size > most ? "; …" : ""}`,
    hides(hiddenBy(used, text).slice(0, most)),
    copied(used),
    strangeOf(used),
    storesName(used, text),
    namedByOthers(used),
    finding === undefined
      ? ""
      : `. What \`${finding}\` finds by name stays the application's, and refuses rows of these: define it, too`,
  ].join("");
  return used.map(({ at, name }) => ({ at, name, instead }));
}
