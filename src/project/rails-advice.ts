/** Advice as migrations of Rails: its own statements where they say the same, else SQL. */
import type { CodeAdvice, CodeStatement, UnitCall } from "../model/tool.ts";
import { mainStep } from "./python-code.ts";
import { rubyString } from "../text/ruby.ts";

const indented = (lines: readonly string[], by: string): readonly string[] =>
  lines.flatMap((line) => line.split("\n").map((one) => (one === "" ? "" : by + one)));

export function railsSteps(advice: CodeAdvice): readonly string[] {
  const { steps, unit: own, call, path } = advice;
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const [, digits = "", slug = "step"] = /^(\d+)_(.*)$/.exec(own.name) ?? [];
  const undoAt =
    call !== undefined && /^(?:remove|drop)_/.test(call.name) ? steps.length - 1 : mainStep(advice);
  const isApart = call === undefined || !own.isSole;
  // The migration itself keeps its file.
  let isKept = isApart;
  let number = 1;
  return steps.map((step, at): string => {
    const up = callsOf(step.up, call);
    const undo = step.down ?? (at === undoAt && own.isSole ? advice.backwards : undefined);
    if (at === 0 && step.here && (isApart || (undo === undefined && !step.outside))) {
      isKept = true;
      return up.join("\n");
    }
    const isInPlace = number === 1 && !isKept;
    number++;
    const name = isInPlace ? slug : `${slug}_${String(number)}`;
    const version = isInPlace ? digits : later(digits, number);
    return [
      `# ${folder}${version}_${name}.rb`,
      ...fileOf({
        name,
        version: own.follows ?? "",
        up,
        down:
          undo &&
          callsOf(
            undo.map((sql) => ({ sql, comment: undefined })),
            undefined,
          ),
        outside: step.outside,
      }),
    ].join("\n");
  });
}

/** The version some minutes later. */
function later(digits: string, minutes: number): string {
  if (!/^\d{14}$/.test(digits))
    return String(Number(digits === "" ? "1" : digits) + minutes).padStart(digits.length, "0");
  const at = [0, 4, 6, 8, 10, 12].map((start, i) => Number(digits.slice(start, i === 0 ? 4 : start + 2)));
  const [year = 2026, month = 1, day = 1, hour = 0, minute = 0, second = 0] = at;
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute + minutes, second));
  return date
    .toISOString()
    .replaceAll(/[-T:]|\..*/g, "")
    .slice(0, 14);
}

interface File {
  readonly name: string;
  readonly version: string;
  readonly up: readonly string[];
  readonly down: readonly string[] | undefined;
  readonly outside: boolean;
}

const className = (name: string): string =>
  name
    .split("_")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");

/** A class with `change`, where Rails can take all of it back, else with `up` and `down`. */
export function fileOf({ name, version, up, down, outside }: File): readonly string[] {
  const isStraight = up.every((line) =>
    /^(?:add_index|validate_foreign_key|validate_check_constraint|add_foreign_key|add_check_constraint)\b/.test(
      line,
    ),
  );
  const body =
    isStraight && down !== undefined && down.length > 0
      ? ["  def change", ...indented(up, "    "), "  end"]
      : [
          "  def up",
          ...indented(up, "    "),
          "  end",
          "",
          "  def down",
          ...indented(down ?? [], "    "),
          "  end",
        ];
  return [
    `class ${className(name)} < ActiveRecord::Migration[${version}]`,
    ...(outside ? ["  disable_ddl_transaction!", ""] : []),
    ...body,
    "end",
  ];
}

const callsOf = (statements: readonly CodeStatement[], call: UnitCall | undefined): readonly string[] =>
  statements.map(({ sql, comment }) => {
    const text = railsCall(sql, call);
    if (comment === undefined) return text;
    return text.includes("\n") ? `# ${comment}\n${text}` : `${text} # ${comment}`;
  });

/** A statement as a call; in place of a call that makes the same, that with one option more. */
function railsCall(sql: string, call: UnitCall | undefined): string {
  const isPlain =
    call !== undefined &&
    !/\b(?:algorithm|validate|if_not_exists|if_exists)\b|\bdo\b|\{\s*\|/.test(call.text);
  if (isPlain && call.name === "add_index" && /^CREATE (?:UNIQUE )?INDEX CONCURRENTLY\b/.test(sql))
    return withOption(call, "algorithm: :concurrently");
  if (isPlain && call.name === "remove_index" && /^DROP INDEX CONCURRENTLY\b/.test(sql))
    return withOption(call, "algorithm: :concurrently");
  if (isPlain && /^add_(?:foreign_key|check_constraint)$/.test(call.name) && / NOT VALID;?$/.test(sql))
    return withOption(call, "validate: false");
  return railsStatement(sql);
}

/** The call with an option behind its arguments. */
function withOption({ text }: UnitCall, option: string): string {
  if (!text.endsWith(")")) return `${text}, ${option}`;
  const before = text.slice(0, -1).trimEnd();
  return `${before.replace(/,$/, "")}, ${option}${text.slice(before.length)}`;
}

/** Rails' own words for a statement, where it has them. */
export function railsStatement(sql: string): string {
  const name = String.raw`"?(\w{1,63})"?`;
  const [, unique, index, table, columns = ""] =
    new RegExp(
      `^CREATE (UNIQUE )?INDEX CONCURRENTLY ${name} ON ${name} \\(("?\\w+"?(?:, "?\\w+"?){0,31})\\);?$`,
    ).exec(sql) ?? [];
  if (index !== undefined && table !== undefined) {
    const list = columns.replaceAll('"', "").split(", ");
    const [only = ""] = list;
    const shown = list.length === 1 ? `:${only}` : `%i[${list.join(" ")}]`;
    const usual = `index_${table}_on_${list.join("_and_")}`;
    const named = index === usual ? "" : `, name: ${rubyString(index)}`;
    return `add_index :${table}, ${shown}${unique === undefined ? "" : ", unique: true"}${named}, algorithm: :concurrently`;
  }
  const [, from, constraint] =
    new RegExp(`^ALTER TABLE ${name} VALIDATE CONSTRAINT ${name};?$`).exec(sql) ?? [];
  if (from !== undefined && constraint !== undefined) {
    if (constraint.startsWith("fk_")) return `validate_foreign_key :${from}, name: ${rubyString(constraint)}`;
    return `validate_check_constraint :${from}, name: ${rubyString(constraint)}`;
  }
  const [, altered, column, what] =
    new RegExp(`^ALTER TABLE ${name} ALTER COLUMN ${name} (SET NOT NULL|DROP NOT NULL|DROP DEFAULT);?$`).exec(
      sql,
    ) ?? [];
  if (altered !== undefined && column !== undefined) {
    if (what === "DROP DEFAULT") return `change_column_default :${altered}, :${column}, nil`;
    return `change_column_null :${altered}, :${column}, ${what === "SET NOT NULL" ? "false" : "true"}`;
  }
  const [, held, check, expression] =
    new RegExp(`^ALTER TABLE ${name} ADD CONSTRAINT ${name} CHECK \\((.*)\\) NOT VALID;?$`).exec(sql) ?? [];
  if (held !== undefined && check !== undefined && expression !== undefined)
    return `add_check_constraint :${held}, ${rubyString(expression)}, name: ${rubyString(check)}, validate: false`;
  const [, of, dropped] = new RegExp(`^ALTER TABLE ${name} DROP CONSTRAINT ${name};?$`).exec(sql) ?? [];
  if (of !== undefined && dropped !== undefined && !dropped.startsWith("fk_"))
    return `remove_check_constraint :${of}, name: ${rubyString(dropped)}`;
  return `execute ${rubyString(sql)}`;
}
