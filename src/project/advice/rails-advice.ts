/** Advice as migrations of Rails: its own statements where they say the same, else SQL. */
import type { CodeAdvice, CodeStep } from "../../model/tool.ts";
import { forOneDatabase, onPostgresAlone, namesOf, movedBy, undoStep } from "./advised-steps.ts";
import { compareComponents } from "../version.ts";
import { removedWhole } from "./rails-removed-index.ts";
import { railsCalls, railsDown, referenceInBlock } from "./rails-statements.ts";

const indented = (lines: readonly string[], by: string): readonly string[] =>
  lines.flatMap((line) => line.split("\n").map((one) => (one === "" ? "" : by + one)));

export const railsSteps = (advice: CodeAdvice): readonly string[] =>
  isBefore("3.0", advice.unit) ? stepsIn(advice).map(withRockets) : stepsIn(advice);

/** `null: false` → `:null => false`: all that Ruby 1.8 reads. */
const withRockets = (text: string): string =>
  text.replaceAll(
    /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<=[,({] ?)(\w+): (?=\S)/g,
    (_, literal?: string, key?: string) => literal ?? `:${key ?? ""} => `,
  );

function stepsIn(advice: CodeAdvice): readonly string[] {
  const [first = "", ...more] = stepsOf(advice);
  const isOwn = [first, ...more].some((text) =>
    /\bexecute\b|\balgorithm:|\bchange_(?:column|table)_comment\b/.test(text),
  );
  const others = onPostgresAlone(advice);
  if (isOwn && more.length === 0 && others !== undefined)
    return [
      [
        `if connection.adapter_name == "PostgreSQL" ${others}`,
        ...indented(first.split("\n"), "  "),
        "end",
      ].join("\n"),
    ];
  const alone = isOwn ? forOneDatabase(advice, "connection.adapter_name") : [];
  const inBlock = referenceInBlock(advice);
  const block =
    inBlock === undefined
      ? []
      : [
          `# in the block of this migration: ${inBlock}`,
          ...(advice.steps[0]?.here === true ? ["# and behind the block:"] : []),
        ];
  const dump = advice.unit.losesTriggers === true && /\bCREATE TRIGGER\b/.test([first, ...more].join("\n"));
  return [
    [...alone, ...(dump ? [noTriggers] : []), ...block, ...inPlaceOfBlock(advice), first].join("\n"),
    ...more,
  ];
}

const noTriggers =
  "# db/schema.rb keeps no triggers: a database loaded from it has none (config.active_record.schema_format = :sql keeps them)";

/** One statement for all lines of a block: another line that stays there would send its part once more. */
const inPlaceOfBlock = ({ source = "", isBeside, steps: [first] }: CodeAdvice): readonly string[] =>
  /^change_table\b/.test(source) && !isBeside && first?.here === true
    ? ["# in place of the whole change_table block:"]
    : [];

function stepsOf(advice: CodeAdvice): readonly string[] {
  const { steps, unit: own, call, replaced, path } = advice;
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  // Behind a point stands the engine that it was copied from.
  const [, digits = "", slug = "step"] = /^(\d+)_([^.]*)/.exec(own.name) ?? [];
  const undoAt = undoStep(advice, /^(?:remove|drop)_/, /^add_/);
  const isApart = call === undefined || !own.isSole;
  // The down of the class takes back what its up did, also where that has moved.
  const backwards = own.isSole || own.reverses === true ? advice.backwards : undefined;
  const undone = steps.map(
    ({ down }, at) => down ?? (at === undoAt ? backwards : undefined) ?? (isOfRows(call) ? [] : undefined),
  );
  const isReversible = call === undefined || (backwards !== undefined && backwards.length > 0);
  const isNumbered = isApart && (call === undefined || own.calls.length > 1);
  const place = isNumbered ? advice.place : 0;
  // The migration itself keeps its file.
  let isKept = isApart;
  let isHere = false;
  // Advice for several statements of one call has files for each of them.
  let number = 1 + 3 * advice.among;
  const taken = takenBy(advice);
  const moved = movedBy(advice);
  const last = isNumbered ? 10 * Math.max(place, own.calls.length - 1) + 9 : steps.length;
  const unit = unitOf(digits, last, advice.next);
  const isUndoneThere = steps.some(({ isTakenBack, down }) => isTakenBack || down === undefined);
  return steps.map((step, at): string => {
    const up = railsCalls(step.up, step.of === undefined ? advice : { ...advice, call: step.of });
    const undo = undone[at];
    if (at === 0 && step.here && (isApart || undo === undefined)) {
      isKept = true;
      isHere = true;
      if (own.reverses === true) {
        const [only = "", ...others] = up;
        const removed = others.length === 0 ? removedWhole(only, undo?.[0]) : undefined;
        if (removed !== undefined) return removed;
        const back = undo && railsDown(undo, step, advice);
        return (isBefore4(own) ? withoutReversible(up, back) : inChange(up, back)).join("\n");
      }
      const missing = railsDown(step.missing, step, advice);
      const isOnlyMore = advice.isBeside || !steps.some(({ isTakenBack }) => isTakenBack);
      const back = isOnlyMore ? besideBack : step.keepsBack ? beforeBack : ownBack;
      return [...up, ...(missing.length === 0 ? [] : [back, ...missing.map(hidden)])].join("\n");
    }
    const isInPlace = !isKept;
    let name = slug;
    let version = digits;
    if (!isInPlace)
      do {
        name = [slug, ...(place > 0 ? [place + 1] : []), ++number].join("_");
        version = later(digits, unit * (10 * place + number - 1));
      } while (taken.has(name) || taken.has(version));
    isKept = true;
    const isMoved = at === steps.length - 1 && own.reverses !== true && !own.isSole && call !== undefined;
    return [
      `# ${folder}${isInPlace ? own.name : `${version}_${name}`}.rb`,
      ...(at === 0 && !isInPlace && moved !== undefined
        ? [`# take ${moved} out of ${own.name}: what follows takes its place`]
        : []),
      ...((isHere || call === undefined) && !isInPlace && own.reverses !== true && step.isTakenBack
        ? [`# leave what its down does out of that of ${own.name}`]
        : []),
      ...fileOf({
        name: className(name, slug, advice.text),
        version: versionOf(advice),
        up,
        down: downOf(step, undo, advice) ?? (isReversible ? [] : undefined),
        outside: step.outside,
        around: advice.around,
        ...wayOf(advice),
      }),
      // What isn't there any more can't be dropped again.
      ...(isMoved && !isHere && undo?.length !== 0 && isUndoneThere
        ? [`# the down of ${own.name} no longer takes back ${namesOf(replaced, advice)}`]
        : []),
    ].join("\n");
  });
}

/** A migration's own way back may make less of a table than it was: Rails makes it of the block that the drop has. */
function downOf(
  step: CodeStep,
  undo: readonly string[] | undefined,
  advice: CodeAdvice,
): readonly string[] | undefined {
  const { tableAgain } = step.of ?? advice.call ?? {};
  const [, table] = /^DROP TABLE (?:IF EXISTS )?(\S+?);?$/.exec(step.up.at(-1)?.sql ?? "") ?? [];
  const isOfTable = (sql: string): boolean => sql.startsWith(`ALTER TABLE ${table ?? ""} DROP `);
  if (
    tableAgain !== undefined &&
    table !== undefined &&
    step.up.slice(0, -1).every(({ sql }) => isOfTable(sql))
  )
    return [tableAgain.join("\n")];
  return undo && railsDown(undo, step, advice);
}

const ownBack = "# in its down, in place of what takes this call back:";
const beforeBack = "# in its down, before what takes this call back:";
const besideBack = "# in its down, too:";
const hidden = (line: string): string => line.replaceAll(/^/gm, "# ");

/** What takes back a change of rows can stay in the way back of the migration. */
const isOfRows = (call: CodeAdvice["call"]): boolean =>
  call !== undefined &&
  /^(?:execute|exec_update|update|delete|update_all|delete_all)$/.test(call.name) &&
  !otherStatement.test(call.text) &&
  // A heredoc stands below its call.
  !otherStatement.test(call.texts.get("0") ?? (/<<[-~]?["'`\w]/.test(call.text) ? "call" : ""));

const otherStatement = /\b(?:alter|create|drop|rename|truncate|call|select)\b/i;

/** The names and versions that the history has, apart. */
const takenBy = ({ taken }: CodeAdvice): { readonly has: (one: string) => boolean } => {
  const found = parts.get(taken) ?? new Set([...taken].flatMap((name) => name.split(/(?<=^\d+)_/)));
  parts.set(taken, found);
  return found;
};

const parts = new WeakMap<ReadonlySet<string>, ReadonlySet<string>>();

/** What Rails takes back by itself. */
const straight =
  /^(?:add_(?:index|column|foreign_key|check_constraint|reference|belongs_to)|validate_(?:foreign_key|check_constraint))\b/;

/** That, or what runs in either direction where it does no harm. */
const isReversible = (line: string): boolean => straight.test(line) || /^change_column_null\b/.test(line);

/** Lines of a `change`: Rails refuses to take back what it doesn't know. `down`: what does; undefined: that isn't known. */
function inChange(lines: readonly string[], down: readonly string[] | undefined): readonly string[] {
  if (lines.every(isReversible)) return lines;
  if (down !== undefined && down.length > 0) return inDirections(lines, down);
  const result: string[] = [];
  let open: string[] = [];
  const close = (): void => {
    if (open.length > 0) result.push(...inDirections(open, []));
    open = [];
  };
  for (const line of lines)
    if (isReversible(line)) {
      close();
      result.push(line);
    } else open.push(line);
  close();
  return result;
}

function inDirections(up: readonly string[], down: readonly string[]): readonly string[] {
  const [only = ""] = up;
  if (up.length === 1 && down.length === 0 && !/[\n#]/.test(only))
    return [`reversible { |dir| dir.up { ${only} } }`];
  const block = (name: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [`  dir.${name} do`, ...indented(lines, "    "), "  end"];
  return ["reversible do |dir|", ...block("up", up), ...block("down", down), "end"];
}

/** Before Rails 4, a `change` can't tell the directions apart. */
function withoutReversible(
  lines: readonly string[],
  down: readonly string[] | undefined = [],
): readonly string[] {
  if (lines.every((line) => straight.test(line))) return lines;
  return [
    "# this Rails has no `reversible`: write `up` and `down` in place of `change`; in the up:",
    ...lines,
    ...(down.length === 0 ? [] : ["# in the down:", ...down.map(hidden)]),
  ];
}

/**
 * How far apart the new versions are, in seconds: minutes, or seconds where the next migration would come before the last of
 * them. The same for all advice of a migration, as the steps run in this order.
 */
const unitOf = (digits: string, last: number, next: string | undefined): number => {
  const [following] = /^\d{14}/.exec(next ?? "") ?? [];
  return !isTime(digits) || (following !== undefined && following <= later(digits, 60 * last)) ? 1 : 60;
};

/** Who counts by hand may write as many digits. */
const isTime = (digits: string): boolean => /^(?:19|20)\d{12}$/.test(digits);

/** The version some seconds later, or of a number the one so many behind it. */
function later(digits: string, count: number): string {
  if (!isTime(digits))
    return String(Number(digits === "" ? "1" : digits) + count).padStart(digits.length, "0");
  const at = [0, 4, 6, 8, 10, 12].map((start, i) => Number(digits.slice(start, i === 0 ? 4 : start + 2)));
  const [year = 2026, month = 1, day = 1, hour = 0, minute = 0, second = 0] = at;
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second + count))
    .toISOString()
    .replaceAll(/[-T:]|\..*/g, "")
    .slice(0, 14);
}

interface File {
  /** Of the class. */
  readonly name: string;
  /** Of `ActiveRecord::Migration[…]`. */
  readonly version: string | undefined;
  readonly up: readonly string[];
  /** Undefined: nothing takes it back. */
  readonly down: readonly string[] | undefined;
  readonly outside: boolean;
  /** See `CodeAdvice.around`. */
  readonly around: CodeAdvice["around"];
  /** Methods of the class itself: before Rails 3.1, a class with others does nothing, and counts as applied. */
  readonly isOfClass: boolean;
  /** What keeps Rails from a transaction. */
  readonly leaves: "by a call" | "by COMMIT" | undefined;
}

/** It has neither `reversible` nor `disable_ddl_transaction!`. */
const isBefore4 = (unit: CodeAdvice["unit"]): boolean => isBefore("4.0", unit);

function isBefore(wanted: string, { releases }: CodeAdvice["unit"]): boolean {
  const release = releases?.get("activerecord");
  return release !== undefined && compareComponents(release, wanted) < 0;
}

/** As the migration and its Rails have it. */
function wayOf({ text, unit, database }: CodeAdvice): Pick<File, "isOfClass" | "leaves"> {
  return {
    isOfClass: /^[ \t]*def[ \t]+self\.up\b/m.test(text),
    leaves: !isBefore4(unit) ? "by a call" : database === "PostgreSQL" ? "by COMMIT" : undefined,
  };
}

/** Rails takes back what stands in a `change` without the blocks around it: they have to be in both directions. */
const inBlocks = (lines: readonly string[], around: CodeAdvice["around"]): readonly string[] =>
  around.reduceRight<readonly string[]>(
    (inner, { opens, ends }) => [...opens.split("\n"), ...indented(inner, "  "), ends],
    lines,
  );

/**
 * The class that Rails looks for in the file: it begins with the name of the class that the advice is for, with the
 * project's acronyms in it.
 */
function className(name: string, slug: string, text: string): string {
  const plain = slug.replaceAll("_", "").toLowerCase();
  const classes = [...text.matchAll(/^[ \t]*class[ \t]+(\w+)[ \t]*</gm)].map(([, one = ""]) => one);
  const own = classes.find((one) => one.toLowerCase() === plain);
  return (own ?? inWords(slug)) + inWords(name.slice(slug.length));
}

const inWords = (name: string): string =>
  name
    .split("_")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");

/** Before Rails 5, no migration has a version. */
const isPlain = /^[ \t]*class[ \t]+\w+[ \t]*<[ \t]*(?:::)?ActiveRecord::Migration[ \t]*(?:#.*)?\r?$/m;

/** Rails 5.1 refuses new classes like that, also where it runs old ones no more. */
function versionOf({ text, unit }: CodeAdvice): string | undefined {
  const [major = 0, minor = 0] = unit.releases?.get("activerecord")?.split(".").map(Number) ?? [];
  return isPlain.test(text) && (major < 5 || (major === 5 && minor === 0)) ? undefined : unit.follows;
}

/** A class with `change`, where Rails can take all of it back, else with `up` and `down`. */
function fileOf({ name, version, up, down, outside, around, isOfClass, leaves }: File): readonly string[] {
  const isStraight = !isOfClass && around.length === 0 && up.every((line) => straight.test(line));
  const own = isOfClass ? "self." : "";
  const ends =
    outside && leaves === "by COMMIT"
      ? ['    execute "COMMIT;" # this Rails has no disable_ddl_transaction!: it ends the transaction']
      : [];
  const body =
    isStraight && down !== undefined && down.length > 0
      ? ["  def change", ...indented(up, "    "), "  end"]
      : [
          `  def ${own}up`,
          ...ends,
          ...indented(inBlocks(up, around), "    "),
          "  end",
          "",
          `  def ${own}down`,
          ...(down?.some((line) => /\bCONCURRENTLY\b|:concurrently\b/.test(line)) === true ? ends : []),
          ...indented(
            down === undefined
              ? ["raise ActiveRecord::IrreversibleMigration"]
              : down.length === 0
                ? ["# nothing to undo"]
                : inBlocks(down, around),
            "    ",
          ),
          "  end",
        ];
  return [
    `class ${name} < ActiveRecord::Migration${version === undefined ? "" : `[${version}]`}`,
    ...(outside && leaves === "by a call" ? ["  disable_ddl_transaction!", ""] : []),
    ...body,
    "end",
  ];
}
