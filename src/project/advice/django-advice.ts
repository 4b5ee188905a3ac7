/** Advice as Django's migrations: what they do to the database, and what that is to the models. */
import type { CodeAdvice, CodeStatement, CodeStep, UnitCall } from "../../model/tool.ts";
import { commented, definitionsFor, importsFor, indented, linesOf } from "./python-code.ts";
import { closed, joinedStates, othersIn, stateLines, statesAlone } from "./django-states.ts";
import { forOneVendor } from "./django-vendors.ts";
import { forOneDatabase, isBesideOld, mainStep, movedBy } from "./advised-steps.ts";
import { pythonString } from "../../text/python.ts";

const noop = "migrations.RunSQL.noop";
const unit = "    ";

/** What stands in the list of operations, and what it needs to be imported. */
interface Written {
  readonly lines: readonly string[];
  readonly imports: readonly string[];
  /** Above the class. */
  readonly functions?: readonly string[];
  /** It is for one database alone, and nothing in it says so. */
  readonly isBare?: true;
}

/** Models lose a column or table before the database does: the application reads all columns that they name. */
const isRemoval = (call: UnitCall | undefined): boolean =>
  call !== undefined && /^(?:RemoveField|DeleteModel)$/.test(call.name);

export function djangoSteps(advice: CodeAdvice): readonly string[] {
  const { steps, unit: own, call, next } = advice;
  const folder = advice.path.slice(0, advice.path.lastIndexOf("/") + 1);
  // What the migration does next may need the state.
  const isEarly = isRemoval(call) || (!own.isSole && steps[0]?.here === true);
  const stateAt = isEarly ? 0 : mainStep(advice);
  const texts: string[] = [];
  // The one before it; the migration itself stays where it has other operations, or where it is advised beside it.
  let before: string | undefined = call === undefined || !own.isSole ? own.name : undefined;
  // Of several operations, each may have advice, also one that only a condition runs.
  const index = call === undefined ? own.calls.length + advice.place : own.calls.indexOf(call);
  const place = own.isSole ? "" : `${String(index + 1)}_`;
  const moved = movedBy(advice);
  const used =
    call === undefined || before === undefined || (steps[stateAt]?.here === true && stateAt === 0)
      ? "free"
      : usedBehind(call, advice);
  const isAhead = used === "ahead";
  let number = isAhead ? 0 : 1;
  if (isAhead) before = undefined;
  const operations = steps.map((step, at) => ({ step, written: operationsOf(advice, step, at, stateAt) }));
  operations.forEach(({ step, written }, at) => {
    const { functions = [] } = written;
    if (step.here && at === 0 && before !== undefined) {
      const above =
        functions.length === 0 ? [] : ["# above the class Migration:", ...functions, "# in its operations:"];
      texts.push([...written.imports, ...above, ...written.lines].join("\n"));
      return;
    }
    const isInPlace = before === undefined && !isAhead;
    if (!isInPlace) number++;
    const name = isInPlace ? own.name : nameBeside(own.name, `${place}${String(number)}`);
    const follows =
      before === undefined
        ? (own.follows ?? "[]")
        : `[(${pythonString(own.app ?? "")}, ${pythonString(before)})]`;
    const isLast = at === steps.length - 1;
    const named = definitionsFor(advice.text, [...functions, ...written.lines].join("\n"));
    const all = [...named.flatMap((one) => [...one.split("\n"), "", ""]), ...functions];
    texts.push(
      [
        `# ${folder}${name}.py`,
        ...(isLast && isAhead
          ? [`# ${own.name} then depends on (${pythonString(own.app ?? "")}, ${pythonString(name)})`]
          : []),
        ...(at === stateAt && used === "behind"
          ? [`# ${own.name} uses the name again: that has to move to a migration behind this one`]
          : []),
        ...(isLast && !isInPlace && !isAhead && next !== undefined
          ? [`# ${next} then depends on (${pythonString(own.app ?? "")}, ${pythonString(name)})`]
          : []),
        ...(isLast && !isInPlace && !isAhead ? alsoBehind(advice, name) : []),
        ...(at === 0 && !isInPlace && moved !== undefined
          ? [`# take ${moved} out of ${own.name}: what follows takes its place`]
          : []),
        ...(before === own.name && !own.isSole && next === undefined
          ? [`# if other advice has a migration behind ${own.name} by then, depend on that one`]
          : []),
        ...importLines(advice, { ...written, functions: all }, follows),
        ...(all.length === 0 ? [] : ["", "", ...all]),
        "",
        "",
        "class Migration(migrations.Migration):",
        ...(step.outside ? [`${unit}atomic = False`, ""] : []),
        ...indented(linesOf(`dependencies = ${follows}`), unit),
        "",
        `${unit}operations = [`,
        ...indented(written.lines, unit + unit),
        `${unit}]`,
      ].join("\n"),
    );
    before = name;
  });
  const [first = "", ...more] = texts;
  const alone =
    operations.some(({ written }) => written.isBare === true) &&
    texts.some((text) => ownOfDatabase.test(text))
      ? forOneDatabase(advice, "schema_editor.connection.vendor")
      : [];
  return [[...alone, first].join("\n"), ...more];
}

/** Django refuses a new migration that an applied one depends on: behind a deployment, some may be. */
function alsoBehind({ unit: { app = "" }, alsoNext, steps }: CodeAdvice, name: string): readonly string[] {
  if (alsoNext.length === 0) return [];
  const depend = alsoNext.length === 1 ? "depends" : "depend";
  const unless = steps.some(({ afterDeploy }) => afterDeploy) ? ", where not applied by then" : "";
  return [
    `# ${alsoNext.join(", ")} then ${depend} on (${pythonString(app)}, ${pythonString(name)}) as well${unless}`,
  ];
}

/**
 * Whether the call can move behind its migration: operations that stand there after it may use the same name in the state.
 * `ahead`: they do, and it can move to a migration before this one instead.
 */
function usedBehind(call: UnitCall, { unit: own, steps, replaced }: CodeAdvice): "free" | "ahead" | "behind" {
  const model = modelOf(call);
  const field = fieldOf(call);
  const at = own.calls.indexOf(call);
  if (model === undefined || field === undefined) return "free";
  const uses = (other: UnitCall): boolean =>
    /^(?:Delete|Rename)Model$/.test(other.name)
      ? modelOf(other) === model
      : modelOf(other) === model && new RegExp(`["']${field}["']`).test(other.text);
  if (!own.calls.slice(at + 1).some((other) => !replaced.includes(other) && uses(other))) return "free";
  const needs = (other: UnitCall): boolean => {
    const name = modelOf(other);
    return name === undefined || new RegExp(`\\b${name}\\b`, "i").test(call.text);
  };
  const isFree = !steps.some(({ afterDeploy }) => afterDeploy) && !own.calls.slice(0, at).some(needs);
  return isFree ? "ahead" : "behind";
}

const modelOf = ({ name, texts }: UnitCall): string | undefined =>
  (/Model$/.test(name)
    ? (texts.get("old_name") ?? texts.get("name") ?? texts.get("0"))
    : (texts.get("model_name") ?? texts.get("0"))
  )?.toLowerCase();

const fieldOf = ({ name, texts }: UnitCall): string | undefined =>
  /^(?:Add|Alter|Remove)Field$/.test(name) ? (texts.get("name") ?? texts.get("1")) : undefined;

const ownOfDatabase =
  /\bRunSQL\(|\b(?:AddIndexConcurrently|RemoveIndexConcurrently|AddConstraintNotValid|ValidateConstraint)\(/;

/** `0002_2_add_status` behind `0002_add_status`: `migrate` takes the whole of that name for the beginning of others, too. */
const nameBeside = (name: string, number: string): string =>
  /^\d+_/.test(name) ? name.replace("_", `_${number}_`) : `${number}_${name}`;

function importLines(
  { unit: own }: CodeAdvice,
  { lines, imports, functions = [] }: Written,
  follows: string,
): readonly string[] {
  const code = [...functions, follows, ...lines].join("\n");
  const used = importsFor(own, code).filter((one) => !imports.includes(one));
  const isOfDatabase = (one: string): boolean => /^from django\.db import\b/.test(one);
  const names = new Set(["connection", "connections", "migrations", "models", "transaction"]);
  const wanted = [...names].filter(
    (name) => name === "migrations" || new RegExp(`(?<![\\w.])${name}\\.`).test(code),
  );
  // An alias, or a name that isn't one of these.
  const others = used.filter(isOfDatabase).flatMap((one) =>
    one
      .replace(/^from django\.db import\b/, "")
      .replaceAll(/[()\\]|#.*/g, " ")
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "" && !names.has(name)),
  );
  return [
    ...imports,
    `from django.db import ${[...wanted, ...others].join(", ")}`,
    ...used.filter((one) => !isOfDatabase(one)),
  ];
}

function operationsOf(advice: CodeAdvice, step: CodeStep, at: number, stateAt: number): Written {
  const call = step.of ?? advice.call;
  const inBatches = batchesOf(advice, step);
  if (inBatches !== undefined) return inBatches;
  const one = forOneVendor(advice);
  const native = call && nativeOf(call, step);
  const others = at === stateAt ? othersIn(advice) : [];
  if (native !== undefined && one === undefined)
    return { ...native, lines: [...native.lines, ...statesAlone(others)] };
  const undoAt = isRemoval(call) ? advice.steps.length - 1 : firstUnknown(advice.steps, mainStep(advice));
  // What can be taken back now still can: the rest of it goes with another step.
  const rest = isReversible(call) ? [] : undefined;
  const known = step.down ?? backwardsAt(advice, at, undoAt) ?? rest;
  const down = at === 0 && known !== undefined ? [...rowsBack(advice), ...known] : known;
  const renamed = call && renamedModel(call, step.up, down);
  if (renamed !== undefined) return renamed;
  const isMain = at === stateAt || step.of !== undefined;
  const sent = native?.lines ?? (step.up.length === 0 ? [] : runSqlOf(step.up, down));
  const back = isMain && call?.name === "RunPython" ? reverseOf(call) : undefined;
  const operation =
    back === undefined || back.endsWith("RunPython.noop")
      ? sent
      : [...sent, `migrations.RunPython(migrations.RunPython.noop, ${back}),`];
  // A call of RunSQL that doesn't say what it is to the models, or what stands beside a call.
  if (call?.state === undefined && one === undefined && (call !== undefined || step.here))
    return { lines: operation, imports: [] };
  const ofCall = isMain && call !== undefined ? (call.state ?? (one && `[${call.text}]`)) : undefined;
  const own = call && ofCall && joinedStates(call, ofCall, others);
  const exchanged = exchangedColumn(advice.steps);
  const state = exchanged === undefined ? own : stateOfExchange(step, exchanged);
  return {
    lines: [
      `${one?.name ?? "migrations.SeparateDatabaseAndState"}(`,
      ...(operation.length === 0
        ? [`${unit}database_operations=[],`]
        : [`${unit}database_operations=[`, ...indented(operation, unit + unit), `${unit}],`]),
      ...(state === undefined ? [`${unit}state_operations=[],`] : indented(stateLines(state), unit)),
      "),",
    ],
    imports: native?.imports ?? [],
    functions: one?.lines ?? [],
  };
}

/** Where nothing says how to take back this step and those directly before it, the first of them takes back all. */
function firstUnknown(steps: readonly CodeStep[], at: number): number {
  const known = steps.findLastIndex(({ down }, place) => place <= at && down !== undefined);
  return Math.min(at, known + 1);
}

interface ExchangedColumn {
  readonly old: string;
  readonly added: string;
}

/** A column that takes the place of another one, and keeps its own name. Undefined: there is none. */
function exchangedColumn(steps: readonly CodeStep[]): ExchangedColumn | undefined {
  const sent = steps.flatMap(({ up }) => up.map(({ sql }) => sql));
  const added = sent.map((sql) => columnAdded.exec(sql)?.[1]).find((name) => name?.endsWith("_new"));
  const old = added?.slice(0, -"_new".length);
  return old !== undefined && added !== undefined && sent.some((sql) => columnDropped.exec(sql)?.[1] === old)
    ? { old, added }
    : undefined;
}

const columnAdded = /^ALTER TABLE \S+ ADD COLUMN ["`]?(\w+)/;
const columnDropped = /^ALTER TABLE \S+ DROP COLUMN ["`]?(\w+)/;

/** The models have both until the old one goes: what the call is to the state would say that the new one has the old name. */
function stateOfExchange({ up }: CodeStep, { old, added }: ExchangedColumn): string | undefined {
  if (up.some(({ sql }) => columnAdded.exec(sql)?.[1] === added))
    return `[\n# AddField of the new field, with db_column="${added}"\n]`;
  return up.some(({ sql }) => columnDropped.exec(sql)?.[1] === old)
    ? `[\n# RemoveField of the old field; if the new one takes its name: RenameField, and AlterField that keeps db_column="${added}"\n]`
    : undefined;
}

/** RunPython or RunSQL with a way back of its own. */
const isReversible = (call: UnitCall | undefined): boolean =>
  call !== undefined &&
  /^Run(?:Python|SQL)$/.test(call.name) &&
  (/\breverse_(?:code|sql)\s*=/.test(call.text) || reverseOf(call) !== undefined);

/** The name that it gives to its way back; undefined: it has none, or writes it out there. */
function reverseOf({ text }: UnitCall): string | undefined {
  const [, stated, second] =
    /\breverse_code\s*=\s*(\w[\w.]*)\s*[,)]|^[\w.]+\(\s*\w+\s*,\s*(\w[\w.]*)\s*,?\s*\)$/.exec(text) ?? [];
  return stated ?? second;
}

const runSqlOf = (up: readonly CodeStatement[], down: readonly string[] | undefined): readonly string[] => [
  "migrations.RunSQL(",
  ...indented(sqlLines("sql", up), unit),
  // Without it, Django refuses to migrate back.
  ...indented(down === undefined ? [] : sqlLines("reverse_sql", down.map(alone)), unit),
  "),",
];

/**
 * RenameModel stays an operation of the migration: there alone, and not inside of SeparateDatabaseAndState, Django renames
 * the content type as well. What else is sent stands before and behind it. Undefined: it isn't one, or nothing renames.
 */
function renamedModel(
  call: UnitCall,
  up: readonly CodeStatement[],
  down: readonly string[] | undefined,
): Written | undefined {
  if (call.name !== "RenameModel") return undefined;
  const forwards = aroundRename(
    up.map(({ sql }) => sql),
    "behind",
  );
  // What RenameModel sends besides, it would send again.
  const isOfView = (sql: string): boolean =>
    /^(?:CREATE (?:TABLE|VIEW)|DROP TABLE|RENAME TABLE|GRANT) /.test(sql);
  if (forwards === undefined || ![...forwards.before, ...forwards.behind].every(isOfView)) return undefined;
  const comments = new Map(up.map((one) => [one.sql, one]));
  const sent = (list: readonly string[]): readonly CodeStatement[] =>
    list.map((sql) => comments.get(sql) ?? alone(sql));
  const backwards = down && aroundRename(down, "before");
  const part = (list: readonly string[], back: readonly string[] | undefined): readonly string[] =>
    list.length === 0 ? [] : runSqlOf(sent(list), back);
  return {
    isBare: true,
    imports: [],
    lines: [
      ...part(forwards.before, backwards?.behind),
      ...closed(linesOf(call.text)),
      ...part(forwards.behind, backwards?.before),
    ],
  };
}

/**
 * What stands before and behind the statement that renames the table. MySQL's may rename a view as well: behind the table
 * on the way up, before it on the way back.
 */
function aroundRename(
  list: readonly string[],
  view: "before" | "behind",
): { before: readonly string[]; behind: readonly string[] } | undefined {
  const at = list.findIndex((sql) => /^(?:ALTER TABLE \S+ RENAME TO|RENAME TABLE) /.test(sql));
  if (at < 0) return undefined;
  const [, first = "", second] = /^RENAME TABLE ([^,]+), ([^,]+);$/.exec(list[at] ?? "") ?? [];
  const other = second === undefined ? [] : [`RENAME TABLE ${view === "before" ? first : second};`];
  return {
    before: [...list.slice(0, at), ...(view === "before" ? other : [])],
    behind: [...(view === "behind" ? other : []), ...list.slice(at + 1)],
  };
}

/**
 * What takes the call back stands in one step; but what drops a constraint or an index stands in the step that makes it.
 * Undefined: before that step, or it isn't known.
 */
function backwardsAt(
  { call, backwards, steps }: CodeAdvice,
  at: number,
  undoAt: number,
): readonly string[] | undefined {
  if (call === undefined || backwards === undefined || at < undoAt) return undefined;
  return backwards.filter((sql) => {
    const [, name] =
      /\b(?:DROP (?:CONSTRAINT|FOREIGN KEY)|SET CONSTRAINTS|DROP INDEX)(?: IF EXISTS)? ["`]?(\w+)/.exec(
        sql,
      ) ?? [];
    const makes = new RegExp(`\\b(?:CONSTRAINT|INDEX CONCURRENTLY) ["\`]?${name ?? ""}\\b`);
    const owner =
      name === undefined ? -1 : steps.findIndex(({ up }) => up.some((one) => makes.test(one.sql)));
    return (owner < 0 ? undoAt : owner) === at;
  });
}

/** What RunSQL begins its way back with: changes of rows, of which no step knows. */
function rowsBack({ call, backwards = [], steps }: CodeAdvice): readonly string[] {
  if (call?.name !== "RunSQL") return [];
  const end = backwards.findIndex((sql) => !/^(?:UPDATE|DELETE|INSERT)\b/i.test(sql.trim()));
  const rows = end < 0 ? backwards : backwards.slice(0, end);
  return steps.some(({ down = rows }) => rows.some((sql) => down.includes(sql))) ? [] : rows;
}

const alone = (sql: string): CodeStatement => ({ sql, comment: undefined });

/** An argument: one statement, a list of several, or none. */
function sqlLines(name: string, statements: readonly CodeStatement[]): readonly string[] {
  const [first, ...more] = statements;
  if (first === undefined) return [`${name}=${noop},`];
  if (more.length === 0) return [...commented(first), `${name}=${pythonString(first.sql)},`];
  const items = statements.flatMap((one) => [...commented(one), `${pythonString(one.sql)},`]);
  return [`${name}=[`, ...indented(items, unit), "],"];
}

const postgres = (name: string): string => `from django.contrib.postgres.operations import ${name}`;

/** Django's own operations for PostgreSQL, which know what they are to the models. Undefined: it has none. */
function nativeOf(call: UnitCall, step: CodeStep): Written | undefined {
  const main = step.up.at(-1)?.sql ?? "";
  const renamed = (name: string, pattern: RegExp): Written | undefined => {
    const at = step.up.findIndex(({ sql }) => pattern.test(sql) && !isBesideOld(sql));
    if (at < 0) return undefined;
    const own = [`${name}${call.text.slice(call.head)}`].flatMap(linesOf);
    return {
      imports: [postgres(name)],
      lines: [
        ...step.up.slice(0, at).flatMap((one) => [...commented(one), runSql(one.sql)]),
        ...own.slice(0, -1),
        `${own.at(-1) ?? ""},`,
        ...step.up.slice(at + 1).flatMap((one) => [...commented(one), runSql(one.sql)]),
      ],
    };
  };
  switch (call.name) {
    case "AddIndex":
      return renamed("AddIndexConcurrently", /^CREATE (?:UNIQUE )?INDEX CONCURRENTLY\b/);
    case "RemoveIndex":
      return renamed("RemoveIndexConcurrently", /^DROP INDEX CONCURRENTLY\b/);
    case "AddConstraint": {
      if (!call.holds.includes("CheckConstraint")) return undefined;
      if (/ NOT VALID;?$/.test(main)) return renamed("AddConstraintNotValid", / NOT VALID;?$/);
      const model = call.texts.get("model_name") ?? call.texts.get("0");
      const name = call.texts.get("constraint.name") ?? call.texts.get("1.name");
      if (!/ VALIDATE CONSTRAINT /.test(main) || model === undefined || name === undefined) return undefined;
      return {
        imports: [postgres("ValidateConstraint")],
        lines: [`ValidateConstraint(model_name=${pythonString(model)}, name=${pythonString(name)}),`],
      };
    }
    default:
      return undefined;
  }
}

const runSql = (sql: string): string => `migrations.RunSQL(${pythonString(sql)}, reverse_sql=${noop}),`;

/**
 * A change of all rows by a model, in batches that commit one by one. Undefined: it isn't one, or it uses what the function
 * has around it.
 */
function batchesOf({ call, source, text }: CodeAdvice, step: CodeStep): Written | undefined {
  // A timeout ends one batch at most.
  const [only, ...more] = step.up.filter(({ sql }) => !/^(?:SET|RESET) statement_timeout\b/.test(sql));
  if (call?.name !== "RunPython" || !step.outside || more.length > 0 || !/^DO \$/.test(only?.sql ?? ""))
    return undefined;
  const [, rows, values] = /^([^]*)\.update\(([^]*)\)$/.exec(source ?? "") ?? [];
  const [, direct, name] = /^(?:(apps\.get_model\([^()]*\))|(\w+))\.objects\b/.exec(rows ?? "") ?? [];
  const model =
    direct ??
    new RegExp(`^[ \\t]+${name ?? ""}[ \\t]*=[ \\t]*(apps\\.get_model\\([^()]*\\))`, "m").exec(text)?.[1];
  if (rows === undefined || values === undefined || model === undefined) return undefined;
  // Run twice, it would count twice: the block says how far it came.
  if (/\bF\(/.test(values)) return undefined;
  const variable = name ?? /["'](?:\w+\.)?(\w+)["'],?\s*\)$/.exec(model)?.[1] ?? "Model";
  const query = direct === undefined ? rows : rows.replace(direct, variable);
  if (/\n/.test(query + values) || usesOthers(`${query}(${values})`, variable)) return undefined;
  const lines = [
    "def in_batches(apps, schema_editor):",
    `${unit}${variable} = ${model}`,
    `${unit}keys = ${variable}.objects.order_by("pk").values_list("pk", flat=True)`,
    `${unit}batch = list(keys[:4000])`,
    `${unit}while batch:`,
    `${unit}${unit}${query}.filter(pk__gte=batch[0], pk__lte=batch[-1]).update(${values})`,
    `${unit}${unit}batch = list(keys.filter(pk__gt=batch[-1])[:4000])`,
  ];
  return {
    functions: lines,
    lines: [`migrations.RunPython(in_batches, ${reverseOf(call) ?? "migrations.RunPython.noop"}),`],
    imports: [],
  };
}

/** Names of the function or the module around it; imports are written with it. */
const usesOthers = (code: string, variable: string): boolean =>
  [...code.replaceAll(/"[^"]*"|'[^']*'/g, "''").matchAll(/(?<![\w.])([A-Za-z_]\w*)\b(?!\s*=(?!=))/g)].some(
    ([, name = ""]) =>
      name !== variable && !/^(?:F|Q|Value|models|None|True|False|not|and|or|in|is)$/.test(name),
  );
