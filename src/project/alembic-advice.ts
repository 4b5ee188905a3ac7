/** Advice as Alembic's revisions: its own operations where they say the same, else SQL. */
import type { CodeAdvice, CodeStatement, CodeStep, CodeUnit, UnitCall } from "../model/tool.ts";
import { importsFor, indented, linesOf } from "./python-code.ts";
import { concurrently, forOneDatabase, isBesideOld, undoStep } from "./advised-steps.ts";
import { pythonString } from "../text/python.ts";

const unit = "    ";

export function alembicSteps(given: CodeAdvice): readonly string[] {
  const advice = withLabel(given);
  const { steps, unit: own, call, path } = advice;
  const { parameters = "()" } = own;
  const isGivenOp = /\bop\b/.test(parameters);
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const slug = path
    .slice(folder.length)
    .replace(/\.py$/, "")
    .replace(own.name, "")
    .replace(/^[_-]+/, "");
  const undoAt = undoStep(advice, /^drop_/);
  const texts: string[] = [];
  const undoOf = ({ down }: CodeStep, at: number): readonly string[] | undefined =>
    down ?? (call !== undefined && at === undoAt && own.isSole ? advice.backwards : undefined);
  const isApart = call === undefined || !own.isSole;
  // Where it isn't known what takes the first step back, its downgrade stays.
  const isPart = (step: CodeStep, at: number): boolean =>
    at === 0 && step.here && (isApart || undoOf(step, at) === undefined);
  const [head] = steps;
  let before = isApart || (head !== undefined && isPart(head, 0)) ? own.name : undefined;
  let number = 1;
  steps.forEach((step, at) => {
    const up = callsOf(step.up, own, call);
    if (isPart(step, at)) {
      const missing = callsOf(step.missing.map(alone), own, undefined);
      const place = advice.isBeside ? besideBack : step.keepsBack ? beforeBack : ownBack;
      texts.push([...up, ...(missing.length === 0 ? [] : [place, ...missing.map(hidden)])].join("\n"));
      return;
    }
    const isInPlace = before === undefined;
    if (!isInPlace) number++;
    const revision = isInPlace ? own.name : revisionAfter(`${own.name}/${call?.text ?? ""}`, number);
    const file = isInPlace ? path : `${folder}${revision}_${slug}_${String(number)}.py`;
    const undo = undoOf(step, at);
    const down = callsOf(
      (undo ?? []).map((sql) => alone(step.outside ? concurrently(sql) : sql)),
      own,
      undefined,
    );
    const stays = hasNoWayBack(advice.text) ? "has none" : "has its way back";
    const nothing = undo === undefined ? [`pass  # that of ${own.name} ${stays}`] : [ofRows];
    const body = [
      `def upgrade${parameters}:`,
      ...indented(outside(up, step, own), unit),
      "",
      "",
      `def downgrade${parameters}:`,
      ...indented(
        down.length === 0 && (undo === undefined || changesRows(step)) ? nothing : outside(down, step, own),
        unit,
      ),
    ];
    const isLast = at === steps.length - 1;
    texts.push(
      [
        `# ${file}`,
        ...(isLast && !isInPlace ? behindOf(advice, revision) : []),
        ...(isApart && step.isTakenBack
          ? [`# leave what its downgrade() does out of that of ${own.name}`]
          : []),
        ...(isGivenOp ? [] : ["from alembic import op"]),
        ...importsFor(own, body.join("\n")).filter((one) => !/^from alembic import op\b/.test(one)),
        "",
        `revision = ${pythonString(revision)}`,
        `down_revision = ${isInPlace ? (own.follows ?? "None") : pythonString(before ?? "")}`,
        "",
        "",
        ...body,
      ].join("\n"),
    );
    before = revision;
  });
  const [first = "", ...more] = texts;
  const isOwn = texts.some((text) => /\bop\.execute\b|postgresql_/.test(text));
  return isOwn
    ? [[...forOneDatabase(advice, "op.get_bind().dialect.name"), first].join("\n"), ...more]
    : texts;
}

/** `downgrade` holds nothing but `pass` and comments. */
function hasNoWayBack(text: string): boolean {
  const [, body = ""] = /^def downgrade\b[^\n]*:[ \t]*\n([^]*)$/m.exec(text) ?? [];
  const [own = ""] = body.split(/^(?=[^\s#])/m, 1);
  return own.replaceAll(/#.*/g, "").trim() === "pass";
}

/** Other advice for the migration may have put its own revisions behind it by then. */
function behindOf(
  { unit: { name, isSole }, next, isMerged }: CodeAdvice,
  revision: string,
): readonly string[] {
  const [from, to] = [pythonString(name), pythonString(revision)];
  if (next === undefined)
    return isSole ? [] : [`# if other advice has a revision behind ${from} by then, that follows ${to}`];
  return isMerged
    ? [`# in the down_revision of what follows ${from} by then (now ${next}), it is then ${to}`]
    : [`# the down_revision of what follows ${from} by then (now ${next}) is then ${to}`];
}

const alone = (sql: string): CodeStatement => ({ sql, comment: undefined });

const ownBack = "# in its downgrade(), in place of what takes this call back:";
const beforeBack = "# in its downgrade(), before what takes this call back:";
const besideBack = "# in its downgrade(), too:";
const hidden = (line: string): string => `# ${line}`;

// What makes their column is taken back.
const ofRows = "pass  # nothing to undo";
const changesRows = ({ up, down }: CodeStep): boolean =>
  down !== undefined && up.some(({ sql }) => /^(?:DO|UPDATE)\b/.test(sql));

const emptyText = / DEFAULT '';$/;

/** A column of `sa.Enum` is a text for the database, but the application knows only the labels. */
function withLabel(advice: CodeAdvice): CodeAdvice {
  const { call, steps } = advice;
  if (call?.name !== "add_column" || !/\bEnum\(/.test(call.text)) return advice;
  const [, , label = "<label>"] = /\bEnum\(\s*(["'])([^"'\\]+)\1/.exec(call.text) ?? [];
  const labelled = (sql: string): string =>
    sql.replace(emptyText, () => ` DEFAULT '${label.replaceAll("'", "''")}';`);
  return {
    ...advice,
    steps: steps.map((step) => ({
      ...step,
      up: step.up.map((one) => ({ ...one, sql: labelled(one.sql) })),
      down: step.down?.map(labelled),
    })),
  };
}

/** Twelve hexadecimal digits, as Alembic makes them; the same for the same migration. */
function revisionAfter(name: string, number: number): string {
  let high = 0x811c9dc5;
  let low = number;
  for (const letter of `${name}/${String(number)}`) {
    const code = letter.codePointAt(0) ?? 0;
    high = Math.imul(high ^ code, 0x01000193) >>> 0;
    low = (Math.imul(low, 31) + code) & 0xffff;
  }
  return high.toString(16).padStart(8, "0") + low.toString(16).padStart(4, "0");
}

function outside(calls: readonly string[], step: CodeStep, own: CodeUnit): readonly string[] {
  if (calls.length === 0) return ["pass"];
  if (!step.outside) return calls;
  // Connections of SQLAlchemy 1 begin no transaction by themselves.
  const ends = own.ends === undefined || !hasRelease(own, "sqlalchemy", 2) ? [] : [own.ends];
  return [...ends, "with op.get_context().autocommit_block():", ...indented(calls, unit)];
}

const callsOf = (
  statements: readonly CodeStatement[],
  own: CodeUnit,
  call: UnitCall | undefined,
): readonly string[] =>
  statements.flatMap(({ sql, comment }) => {
    const lines = linesOf(alembicCall(sql, own, call));
    return [...lines.slice(0, -1), `${lines.at(-1) ?? ""}${comment === undefined ? "" : `  # ${comment}`}`];
  });

/** The project says that it has this release or a later one. */
function hasRelease({ releases }: CodeUnit, name: string, ...wanted: readonly number[]): boolean {
  const found = releases?.get(name)?.split(".").map(Number) ?? [];
  const at = wanted.findIndex((part, place) => part !== (found[place] ?? 0));
  return found.length > 0 && (at < 0 || (found[at] ?? 0) > (wanted[at] ?? 0));
}

/** A statement as a call; in place of a call that makes the same, that with one option more. */
function alembicCall(sql: string, own: CodeUnit, call: UnitCall | undefined): string {
  const option = "postgresql_concurrently=True";
  // What stands beside the old one has another name than the call gives.
  if (call !== undefined && isBesideOld(sql) && !call.text.includes("_new")) return plainCall(sql, own);
  const isPlain =
    call !== undefined && !/\b(?:if_not_exists|if_exists|postgresql_concurrently)\b/.test(call.text);
  if (isPlain && call.name === "create_index" && /^CREATE (?:UNIQUE )?INDEX CONCURRENTLY\b/.test(sql))
    return withOption(call, option);
  if (isPlain && call.name === "drop_index" && /^DROP INDEX CONCURRENTLY\b/.test(sql))
    return withOption(call, hasIfExists(own) ? `if_exists=True, ${option}` : option);
  if (
    call !== undefined &&
    /^create_(?:foreign_key|check_constraint)$/.test(call.name) &&
    / NOT VALID;?$/.test(sql) &&
    hasRelease(own, "sqlalchemy", 1, 4, 32)
  )
    return withOption(call, "postgresql_not_valid=True");
  const [, value] = / ADD COLUMN \S+ .* NOT NULL DEFAULT ([^;]+);$/.exec(sql) ?? [];
  const defaulted = call?.name === "add_column" && value !== undefined && withDefault(call, value);
  return typeof defaulted === "string" ? defaulted : plainCall(sql, own);
}

/** `if_exists` of `drop_index`, which Alembic refuses with older releases of SQLAlchemy. */
const hasIfExists = (own: CodeUnit): boolean =>
  hasRelease(own, "alembic", 1, 12) &&
  (own.releases?.has("sqlalchemy") !== true || hasRelease(own, "sqlalchemy", 1, 4));

/** The column of the call with a default of the server; undefined: its end isn't known. */
function withDefault({ text }: UnitCall, value: string): string | undefined {
  const [, module] = /\b(\w+\.|)Column\(/.exec(text) ?? [];
  const [, inner, end] = /^([^]*?),?(\s*\),?\s*\))$/.exec(text) ?? [];
  if (module === undefined || inner === undefined || /\bserver_default\b/.test(text)) return undefined;
  return `${inner}, server_default=${module}text(${pythonString(value)})${end ?? ""}`;
}

/** The call with an option behind its arguments. */
function withOption({ text }: UnitCall, option: string): string {
  const end = text.lastIndexOf(")");
  const before = text.slice(0, end).trimEnd();
  const gap = text.slice(before.length, end);
  if (!gap.includes("\n")) return `${before.replace(/,$/, "")}, ${option})`;
  const edge = /\n([ \t]*)\S[^\n]*$/.exec(before)?.[1] ?? unit;
  return `${before.replace(/,$/, "")},\n${edge}${option},${gap})`;
}

/** A name with its schema or without, as SQL writes it without quotes. */
const place = String.raw`(?:(\w{1,63})\.)?(\w{1,63})`;
const defaultDropped = new RegExp(`^ALTER TABLE ${place} ALTER COLUMN (\\w{1,63}) DROP DEFAULT;$`);
const nullability = new RegExp(`^ALTER TABLE ${place} ALTER COLUMN (\\w{1,63}) (SET|DROP) NOT NULL;$`);
const columnDropped = new RegExp(`^ALTER TABLE ${place} DROP COLUMN (\\w{1,63});$`);
const tableDropped = new RegExp(`^DROP TABLE ${place};$`);
const tableRenamed = new RegExp(`^ALTER TABLE ${place} RENAME TO (\\w{1,63});$`);
const columnRenamed = new RegExp(`^ALTER TABLE ${place} RENAME COLUMN (\\w{1,63}) TO (\\w{1,63});$`);
const indexMade = new RegExp(
  String.raw`^CREATE (UNIQUE )?INDEX (CONCURRENTLY )?(\w{1,63}) ON ${place} \((\w+(?:, \w+){0,31})\);?$`,
);
const indexDropped = new RegExp(String.raw`^DROP INDEX CONCURRENTLY (IF EXISTS )?${place};?$`);

/** A statement as Alembic's own operation, where it has the words for it. */
function plainCall(statement: string, own: CodeUnit): string {
  const schemaOf = (schema: string | undefined): string =>
    schema === undefined ? "" : `, schema="${schema}"`;
  const altered = defaultDropped.exec(statement);
  if (altered !== null)
    return `op.alter_column("${altered[2] ?? ""}", "${altered[3] ?? ""}", server_default=None${schemaOf(altered[1])})`;
  const nulls = nullability.exec(statement);
  if (nulls !== null)
    return `op.alter_column("${nulls[2] ?? ""}", "${nulls[3] ?? ""}", nullable=${nulls[4] === "SET" ? "False" : "True"}${schemaOf(nulls[1])})`;
  const column = columnDropped.exec(statement);
  if (column !== null)
    return `op.drop_column("${column[2] ?? ""}", "${column[3] ?? ""}"${schemaOf(column[1])})`;
  const table = tableDropped.exec(statement);
  if (table !== null) return `op.drop_table("${table[2] ?? ""}"${schemaOf(table[1])})`;
  const renamed = tableRenamed.exec(statement);
  if (renamed !== null)
    return `op.rename_table("${renamed[2] ?? ""}", "${renamed[3] ?? ""}"${schemaOf(renamed[1])})`;
  const moved = columnRenamed.exec(statement);
  if (moved !== null)
    return `op.alter_column("${moved[2] ?? ""}", "${moved[3] ?? ""}", new_column_name="${moved[4] ?? ""}"${schemaOf(moved[1])})`;
  const made = indexMade.exec(statement);
  if (made !== null) {
    const [, unique, concurrent, name = "", schema, of = "", columns = ""] = made;
    const list = columns.split(", ").map((one) => `"${one}"`);
    const options = [
      unique === undefined ? "" : ", unique=True",
      schemaOf(schema),
      concurrent === undefined ? "" : ", postgresql_concurrently=True",
    ];
    return `op.create_index("${name}", "${of}", [${list.join(", ")}]${options.join("")})`;
  }
  const dropped = indexDropped.exec(statement);
  if (dropped === null || (dropped[1] !== undefined && !hasIfExists(own)))
    return `op.execute(${pythonString(statement)})`;
  const [, exists, schema, name = ""] = dropped;
  return `op.drop_index("${name}"${schemaOf(schema)}${exists === undefined ? "" : ", if_exists=True"}, postgresql_concurrently=True)`;
}
