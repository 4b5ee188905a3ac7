/** Advice as Alembic's revisions: its own operations where they say the same, else SQL. */
import type { CodeAdvice, CodeStatement, CodeStep, CodeUnit, UnitCall } from "../../model/tool.ts";
import { importsFor, indented, linesOf, usesLocals } from "./python-code.ts";
import { hasIfExists, hasRelease, plainCall } from "./alembic-calls.ts";
import { inPlaceOfLoop, loopAround } from "./alembic-loops.ts";
import {
  concurrently,
  forOneDatabase,
  isBesideOld,
  movedBy,
  namesOf,
  onPostgresAlone,
  undoStep,
} from "./advised-steps.ts";
import { pythonString } from "../../text/python.ts";

const unit = "    ";

export function alembicSteps(given: CodeAdvice): readonly string[] {
  const advice = withLabel(given);
  const texts = stepsOf(advice, undefined);
  const isOwn = texts.some((text) => /\bop\.(?:execute|drop_constraint)\b|postgresql_|\bcomment=/.test(text));
  const { others = [] } = advice.unit;
  if (!isOwn || others.length === 0) return texts;
  const [first = "", ...more] = texts;
  const beside = onPostgresAlone(advice);
  const isFile = /^def upgrade\b/m.test(first);
  if (more.length === 0 && beside !== undefined && !isFile)
    return [[`${onlyOn("postgresql")}  ${beside}`, ...indented(first.split("\n"), unit)].join("\n")];
  const [head = "", ...rest] = stepsOf(advice, dialects[advice.database]);
  return [[...forOneDatabase(advice, asked), head].join("\n"), ...rest];
}

const asked = "op.get_bind().dialect.name";
const onlyOn = (dialect: string): string => `if ${asked} == "${dialect}":`;
const exceptOn = (dialect: string): string => `if ${asked} != "${dialect}":`;

/** As SQLAlchemy calls them; MariaDB has two names. */
const dialects: Readonly<Record<string, string>> = { PostgreSQL: "postgresql", MySQL: "mysql" };

/** @param only the database that it is for, where the project runs on others */
function stepsOf(advice: CodeAdvice, only: string | undefined): readonly string[] {
  const { steps, unit: own, call, path } = advice;
  const { parameters = "()" } = own;
  const isGivenOp = /\bop\b/.test(parameters);
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const nameOf = namedLike(path.slice(folder.length).replace(/\.py$/, ""), own.name);
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
  // Two statements that one piece of advice takes the place of have it both, with the same files; no others have.
  const sent = steps.flatMap(({ up }) => up.map(({ sql }) => sql)).join("\n");
  steps.forEach((step, at) => {
    const up = callsOf(step.up, own, step.of ?? call);
    const guarded = (calls: readonly string[]): readonly string[] =>
      only === undefined || calls.length === 0 ? calls : [onlyOn(only), ...indented(calls, unit)];
    // With a revision of its own for each index, none would be left in this one.
    const isOfIndex = steps.length === 1 && step.outside && own.onlyIndexes === true;
    if (isPart(step, at) || isOfIndex) {
      const missing = callsOf(step.missing.map(alone), own, undefined);
      const stays = only === undefined ? "" : ", which stays under `else:`";
      const back = takenBack(advice);
      const place = advice.isBeside
        ? besideBack
        : `# in its downgrade(), ${step.keepsBack ? "before" : "in place of"} ${back}${step.keepsBack ? "" : stays}:`;
      const isOfBlock = advice.inBuilder && !advice.isBeside && up.length > 0;
      const inBlock = isOfBlock ? inBatch(up, advice.text) : undefined;
      const block = isOfBlock && inBlock === undefined ? [afterBlock] : [];
      texts.push(
        [
          ...block,
          ...inPlaceOfLoop(advice),
          ...(inBlock ?? [
            ...guarded(isOfIndex ? outside(up, step, own) : up),
            ...(isOfBlock || only === undefined ? [] : elsewhere(advice)),
          ]),
          ...(missing.length === 0 ? [] : [place, ...guarded(missing).map(hidden)]),
        ].join("\n"),
      );
      return;
    }
    const isInPlace = before === undefined;
    if (!isInPlace) number++;
    const revision = isInPlace ? own.name : revisionAfter(`${own.name}/${sent}`, number);
    const file = isInPlace ? path : `${folder}${nameOf(revision)}_${String(number)}.py`;
    const undo = undoOf(step, at);
    const down = callsOf(
      (undo ?? []).map((sql) => alone(step.outside ? concurrently(sql) : sql)),
      own,
      undefined,
    );
    const stays = hasNoWayBack(advice.text) ? "has none" : "has its way back";
    const nothing = undo === undefined ? [`pass  # that of ${own.name} ${stays}`] : [ofRows];
    // What stands in the file of the migration itself is all that there is on others.
    const inFile = (calls: readonly string[]): readonly string[] =>
      isInPlace || calls.length === 0 ? outside(calls, step, own) : guarded(outside(calls, step, own));
    const body = [
      `def upgrade${parameters}:`,
      ...indented(inFile(up), unit),
      "",
      "",
      `def downgrade${parameters}:`,
      ...indented(
        down.length === 0 && (undo === undefined || changesRows(step)) ? nothing : inFile(down),
        unit,
      ),
    ];
    const isLast = at === steps.length - 1;
    texts.push(
      [
        `# ${file}`,
        ...(step.ahead
          ? [`# ${pythonString(own.name)} then has down_revision = ${pythonString(revision)}`]
          : []),
        ...(at === 0 && !isInPlace ? takenOut(advice, only) : []),
        ...(isLast && !isInPlace ? behindOf(advice, revision) : []),
        ...(isApart && step.isTakenBack ? [backTakenOut(own, only)] : []),
        ...(isGivenOp ? [] : ["from alembic import op"]),
        ...importsFor(own, body.join("\n")).flatMap((one) => besidesOp(one, body)),
        "",
        `revision = ${pythonString(revision)}`,
        `down_revision = ${isInPlace || step.ahead ? (own.follows ?? "None") : pythonString(before ?? "")}`,
        "",
        "",
        ...body,
      ].join("\n"),
    );
    if (!step.ahead) before = revision;
  });
  return texts;
}

/** The names of other revisions, with their digits where this one has its own: `file_template`; else before it. */
function namedLike(name: string, revision: string): (other: string) => string {
  const at = revision === "" ? -1 : revisionIn(name, revision);
  if (at < 0) return (other) => [other, name].filter((one) => one !== "").join("_");
  return (other) => `${name.slice(0, at)}${other}${name.slice(at + revision.length)}`;
}

/** Where the name of a file has its revision; below 0: nowhere. */
export function revisionIn(name: string, revision: string): number {
  const isWithin = (letter: string | undefined): boolean => /^[a-z\d]$/i.test(letter ?? "");
  for (let at = name.indexOf(revision); at >= 0; at = name.indexOf(revision, at + 1))
    if (!isWithin(name[at - 1]) && !isWithin(name[at + revision.length])) return at;
  return -1;
}

/** `downgrade` holds nothing but `pass` and comments. */
function hasNoWayBack(text: string): boolean {
  const [, body = ""] = /^def downgrade\b[^\n]*:[ \t]*\n([^]*)$/m.exec(text) ?? [];
  const [own = ""] = body.split(/^(?=[^\s#])/m, 1);
  return own.replaceAll(/#.*/g, "").trim() === "pass";
}

/**
 * Other advice for the migration may have put its own revisions behind it by then, and behind a deployment what follows it
 * may be applied: Alembic never runs what is put before that.
 */
function behindOf(
  { unit: { name, isSole }, next, alsoNext, isMerged, steps }: CodeAdvice,
  revision: string,
): readonly string[] {
  const [from, to] = [pythonString(name), pythonString(revision)];
  if (next === undefined)
    return isSole ? [] : [`# if other advice has a revision behind ${from} by then, that follows ${to}`];
  const all = [next, ...alsoNext].join(", ");
  const isOne = alsoNext.length === 0;
  if (steps.some(({ afterDeploy }) => afterDeploy)) {
    const until = isOne
      ? `while ${all} isn't applied anywhere, its`
      : `while ${all} aren't applied anywhere, their`;
    return [
      isMerged || !isOne
        ? `# ${until} down_revision has ${to} in place of ${from};`
        : `# ${until} down_revision is then ${to};`,
      "# otherwise down_revision here is the head by then",
    ];
  }
  return isMerged || !isOne
    ? [`# in the down_revision of what follows ${from} by then (now ${all}), it is then ${to}`]
    : [`# the down_revision of what follows ${from} by then (now ${all}) is then ${to}`];
}

/** The calls have another place, or on others still this one. */
function takenOut(advice: CodeAdvice, only: string | undefined): readonly string[] {
  const { name } = advice.unit;
  const moved = movedBy(advice);
  if (moved === undefined) return [];
  return only === undefined
    ? [`# take ${moved} out of upgrade() of ${name}: what follows takes its place`]
    : [`# put ${moved} in upgrade() of ${name} under \`${exceptOn(only)}\`: what follows takes its place`];
}

const backTakenOut = ({ name }: CodeUnit, only: string | undefined): string =>
  only === undefined
    ? `# leave what its downgrade() does out of that of ${name}`
    : `# put what its downgrade() does, in that of ${name}, under \`${exceptOn(only)}\``;

/** The calls as they are, for other databases. */
const elsewhere = ({ replaced, isBeside }: CodeAdvice): readonly string[] =>
  isBeside || replaced.length === 0
    ? []
    : ["else:", ...replaced.flatMap(({ text }) => indented(text.split("\n"), unit))];

const alone = (sql: string): CodeStatement => ({ sql, comment: undefined });

/** `op` is there already; what else the line imports may be nothing that the file uses. */
function besidesOp(line: string, body: readonly string[]): readonly string[] {
  const [, list] = /^from alembic import ([\w, ]+)$/.exec(line) ?? [];
  if (list === undefined) return [line];
  const others = list
    .split(/,\s*/)
    .filter((name) => name !== "op" && body.some((one) => one.includes(`${name}.`)));
  return others.length === 0 ? [] : [`from alembic import ${others.join(", ")}`];
}

/** Columns that a `with op.batch_alter_table(…) as batch_op:` adds itself; undefined: other calls, or several blocks. */
function inBatch(calls: readonly string[], text: string): readonly string[] | undefined {
  const names = new Set(
    [...text.matchAll(/\bbatch_alter_table\([^\n]*\)\s+as\s+(\w+)\s*:/g)].map(([, name = ""]) => name),
  );
  const [name, ...others] = names;
  const added = /^op\.add_column\("\w+", (?=sa\.)/;
  if (name === undefined || others.length > 0) return undefined;
  if (!calls.every((call) => added.test(call) && !call.includes("schema="))) return undefined;
  return calls.map((call) => call.replace(added, `${name}.add_column(`));
}

const afterBlock = "# after this `with` block:";
/** What the advice has in the way back stands for all that it takes the place of. */
const takenBack = (advice: CodeAdvice): string =>
  advice.replaced.length > 1
    ? `what takes ${namesOf(advice.replaced, advice)} back`
    : loopAround(advice) === undefined
      ? "what takes this call back"
      : "what takes the calls of this loop back";

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

/** A statement as a call; in place of a call that makes the same, that with one option more. */
function alembicCall(sql: string, own: CodeUnit, call: UnitCall | undefined): string {
  const option = "postgresql_concurrently=True";
  // What stands beside the old one has another name than the call gives.
  if (call !== undefined && isBesideOld(sql) && !call.text.includes("_new")) return plainCall(sql, own);
  // Each round of a loop has its own values, and none of them outside of it.
  if (call !== undefined && usesLocals(own, call.text)) return plainCall(sql, own);
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
