/** What changes a table on MySQL and MariaDB while others write to it. */
import { tableOf } from "../model/kinds.ts";
import type { Operation, OperationOf } from "../model/operation.ts";
import type { Step } from "../replay/step.ts";
import { shellWord } from "../text/shell-word.ts";
import { asked, askedBehind, heading, instead, inShell, inWords, type Advice } from "./advice.ts";
import { oneForBoth } from "./changed-types.ts";
import { isHeldByKeys, isReferredToByOtherApp, leavesRowsWithout, withoutTool } from "./held-by-keys.ts";
import { isRetypedUnder } from "./mysql-renamed-columns.ts";
import { findUnfit } from "./narrowing.ts";
import { stepsOf } from "./steps-of-statement.ts";
import { leftOutAsSame, otherActions } from "./same-key.ts";
import { callOf, senderOf } from "./sent.ts";
import {
  afterDroppedKey,
  hasDroppedKey,
  isReplacedLater,
  rowKeys,
  withNextKey,
  withoutRowKey,
} from "./shared-key.ts";
import { textOf } from "./words.ts";

/** Undefined: the table is small, or there is no way that is known to work. */
export function onlineTool(step: Step): Advice | undefined {
  const { statement, effects, size } = step;
  if (effects.online === undefined || size(effects.online.table) === "small") return;
  const unchecked = withoutChecks(step);
  if (unchecked !== undefined) return unchecked;
  const twice = asOneDefinition(step);
  if (twice !== undefined) return twice;
  const cheaper = renamedByCall(step) ?? indexesFirst(step);
  if (cheaper !== undefined) return cheaper;
  const tools = byTool(step, statement.operations);
  if (tools === undefined) return undefined;
  return [...stepsOf(step).flatMap((other) => findUnfit(other) ?? []), ...tools];
}

/** A tool that runs the first alone takes NOT NULL from the column; as one, both may cost nothing. */
function asOneDefinition(step: Step): Advice | undefined {
  const found = step.script.written === undefined ? step.mysql.redefinedTwice() : undefined;
  if (found === undefined) return undefined;
  const { first, last, isQuick } = found;
  const replaces = [first, last].map(({ statement }) => statement.span);
  if (isQuick)
    return instead(
      heading("in place of both changes of the column: it keeps NOT NULL, and the table isn't rebuilt", {
        replaces,
      }),
      `${textOf(last, last.statement.span).trim()};`,
    );
  const tools = byTool(first, [last.operation], [last]);
  return tools && [...(findUnfit(first) ?? []), ...tools];
}

/** A tool can't do half of what a call does: the column gets its name by the call that then changes its type. */
function renamedByCall(step: Step): Advice | undefined {
  if (step.operation.kind !== "redefineColumn" || callOf(step) === undefined) return undefined;
  const changed = step as Step<"redefineColumn">;
  const renamed = step
    .neighbours("earlier", "renameColumn")
    .find((other) => senderOf(other) === senderOf(step) && isRetypedUnder(changed, other));
  if (renamed === undefined) return undefined;
  const { table, column, to } = renamed.operation;
  return [oneForBoth(renamed, table, column.text, to.text)];
}

/** A column without an index goes instantly (measured), and an index without a rebuild. */
function indexesFirst({ operation, effects: { online }, script, spell }: Step): Advice | undefined {
  const indexes = online?.inTheWay ?? [];
  if (operation.kind !== "dropColumn" || indexes.length === 0 || script.written !== undefined)
    return undefined;
  const table = operation.table.text;
  return instead(
    ...indexes.map((name) => `ALTER TABLE ${table} DROP INDEX ${spell(name)};`),
    heading("then, in a separate migration, instantly:"),
    `ALTER TABLE ${table} DROP COLUMN ${spell(operation.column)};`,
  );
}

/**
 * Foreign keys in place, which the servers do only with foreign_key_checks off; what copies the table besides, by a tool
 * afterwards. Undefined: the statement adds none to existing rows.
 */
function withoutChecks(step: Step): Advice | undefined {
  const { statement, operation, script } = step;
  const table = tableOf(operation);
  const copying = stepsOf(step).filter(({ effects }) => effects.online?.alone.algorithm === "COPY");
  const keys = copying.flatMap((other) =>
    other.operation.kind === "addForeignKey" ? [other.operation] : [],
  );
  if (table === undefined || keys.length === 0 || keys.some(({ table: own }) => own.text !== table.text))
    return;
  if (!step.mysql.hasTransactions(table))
    return [
      inWords(
        `Convert ${table.text} to InnoDB first, with an online tool: its engine ignores the foreign key, and refuses to add it in place.`,
      ),
    ];
  const same = statement.operations.length === 1 ? leftOutAsSame(step) : undefined;
  if (same !== undefined) return same;
  // The checks would still be on for a key that is a part of a column.
  if (keys.some(({ inlineColumn }) => inlineColumn !== undefined)) return undefined;
  if (script.written !== undefined)
    return [
      inWords(
        "Find the rows without a parent first. Then add the foreign key between `SET foreign_key_checks = 0` and `SET foreign_key_checks = 1`, on one connection: it is added in place, and existing rows aren't checked.",
      ),
    ];
  const made = keys.find((key) => refersFromNew(step, key));
  if (made !== undefined)
    return [
      inWords(
        `Add the key in a later migration, when each row of ${step.show(made.table)} refers to a row of ${step.show(made.references)}: this migration adds ${made.columns.map((one) => step.spell(one)).join(", ")}, so that nothing can check its values before.`,
      ),
    ];
  const orphans = keys.map((key) => orphansOf(step, key));
  if (orphans.includes(undefined)) return undefined;
  const others = copying.flatMap(({ operation: other }) => (other.kind === "addForeignKey" ? [] : [other]));
  const clauses = ownClauses(statement.operations);
  const [first] = clauses;
  if (first === undefined) return undefined;
  const head = textOf(step, { start: statement.span.start, end: first.span.start }).trim();
  if (!/^alter\s+table\b[^;,()]*$/i.test(head)) return undefined;
  const kept = clauses.filter((clause) => !others.some((other) => other === clause));
  const tool = others.length === 0 ? [] : byTool(step, others);
  if (tool === undefined) return undefined;
  const queries = orphans.flatMap((query) => (query === undefined || query === "" ? [] : [query]));
  // The rows have met the key that the migration drops before.
  const isHeld = copying.every(
    ({ operation: { kind }, values }) => kind !== "addForeignKey" || !values.mayBreak(),
  );
  const isOne = statement.operations.some(({ kind }) => kind === "dropConstraint");
  const before = isHeld ? [] : queries;
  const behind = isHeld && !isOne ? queries : [];
  return [
    ...asked(
      `until these find no rows${keys.some((key) => step.createdHere(key.references) === "yes") ? "" : ", and again after it"}`,
      ...before,
    ),
    ...instead(
      heading("in place, as the server doesn't check existing rows:"),
      "SET SESSION foreign_key_checks = 0;",
      `${head} ${kept.map((clause) => textOf(step, clause.span)).join(", ")}, ALGORITHM=INPLACE, LOCK=NONE;`,
      "SET SESSION foreign_key_checks = 1;",
    ),
    ...askedBehind(...behind),
    ...tool.map((one): Advice[number] =>
      one.language === "shell"
        ? {
            ...one,
            when: ["what copies the table in any case, after the migration:"],
            after: "statement",
          }
        : one,
    ),
    ...(keys.length === 1 ? otherActions(step) : []),
  ];
}

/** A statement of this migration before it adds the column, and old rows have a value there. */
const refersFromNew = (step: Step, key: OperationOf<"addForeignKey">): boolean =>
  key.columns.some(({ text }) => {
    const found = step.before.column(key.table, text);
    const isNew =
      found.is === "present" && step.isHere(found.value.origin) && found.value.renamedFrom.length === 0;
    return isNew && !step.values.stillEmpty(key.table, text);
  });

/**
 * A query for rows without a parent, to be run before the statement; empty: there are none. Undefined: it isn't known
 * how to ask.
 */
function orphansOf(step: Step, key: OperationOf<"addForeignKey">): string | undefined {
  const { operations } = step.statement;
  const columns = key.columns.map(({ text }) => text);
  const added = operations.flatMap((other) => (other.kind === "addColumn" ? [other.column] : []));
  const isNew = columns.map((column) => added.find(({ name }) => name.text === column));
  // A NULL refers to nothing.
  if (columns.some((column) => step.values.stillEmpty(key.table, column))) return "";
  if (isNew.some((column) => column !== undefined)) return undefined;
  if (key.referencedColumns.length !== columns.length) return undefined;
  const renames = new Map(
    operations.flatMap((other) =>
      other.kind === "renameColumn"
        ? [[other.to.text, other.column.text] as const]
        : other.kind === "redefineColumn"
          ? [[other.definition.name.text, other.column.text] as const]
          : [],
    ),
  );
  const present = columns.map((column) => `child.${step.spell(renames.get(column) ?? column)}`);
  const parents = key.referencedColumns.map((column) => `parent.${step.spell(column)}`);
  const filled = present.map((column) => `${column} IS NOT NULL`).join(" AND ");
  const found = `SELECT DISTINCT ${present.join(", ")} FROM ${key.table.text} AS child WHERE ${filled}`;
  // Before this migration there is no such table to ask, and then it is empty.
  if (step.createdHere(key.references) === "yes") return `${found};`;
  const same = present.map((column, at) => `${parents[at] ?? ""} = ${column}`).join(" AND ");
  return `${found} AND NOT EXISTS (SELECT 1 FROM ${key.references.text} AS parent WHERE ${same});`;
}

/** It copies by triggers, which lock rows of the copy with each change of the application. */
const byTriggers = "pt-online-schema-change";

/** Command lines of the tools that copy a table and swap the two, for clauses of the statement. */
function byTool(
  step: Step,
  operations: readonly Operation[],
  others: readonly Step[] = [],
): Advice | undefined {
  const { before, script } = step;
  if (script.written !== undefined) return undefined;
  const table = tableOf(step.operation);
  const alter = alterText(step, operations);
  if (table === undefined || alter === undefined) return undefined;
  const found = before.relation(table);
  const relation = found.is === "present" ? found.value : undefined;
  const hasOwnKey =
    relation?.constraints.some(({ kind }) => kind === "foreign key") === true ||
    step.statement.operations.some(({ kind }) => kind === "addForeignKey");
  const isReferenced = before.foreignKeysTo(table).length > 0 || isReferredToByOtherApp(step, table);
  const renames = operations.some(({ kind }) => kind === "renameColumn");
  const changesName = operations.some(
    (op) => op.kind === "redefineColumn" && op.definition.name.text !== op.column.text,
  );
  if (isHeldByKeys(step, operations)) return withoutTool;
  if (isReplacedLater(step)) return withNextKey;
  if (hasDroppedKey(step)) return afterDroppedKey;
  const keys = rowKeys(step);
  if (keys?.shared === false && !keys.covered) return withoutRowKey;
  const dropsKey = operations.some((op) => op.kind === "dropConstraint" && op.object === "primary key");
  // It refers to what isn't there before the migration.
  const isNew = operations.some(
    (op) => op.kind === "addForeignKey" && step.createdHere(op.references) === "yes",
  );
  if (isNew) return undefined;
  const dropsForeign = operations.some((op) => op.kind === "dropConstraint" && op.object === "foreign key");
  const touchesKeys = hasOwnKey || isReferenced || dropsForeign;
  const hasTriggers = relation !== undefined && relation.triggers.length > 0;
  const flags = [
    ...(isReferenced ? ["--alter-foreign-keys-method=auto"] : []),
    ...(hasTriggers ? ["--preserve-triggers"] : []),
  ];
  const lines: string[] = [];
  // Both are made for MySQL, and refuse tables with foreign keys or triggers.
  if (!before.dialect.isMariaDb && !touchesKeys && !hasTriggers && keys?.shared !== false) {
    const approved = renames || changesName ? " --approve-renamed-columns" : "";
    lines.push(
      `gh-ost --database="$DB" --table=${shellWord(table.name)} --alter=${alter}${approved} --execute`,
    );
    if (approved === "" && !dropsKey && step.mysql.hasSpirit())
      lines.push(`spirit --database="$DB" --table=${shellWord(table.name)} --alter=${alter}`);
  }
  // Rows that a new unique key refuses would be lost during the copy.
  const isUnique = operations.some(
    (op) => op.kind === "addUnique" || (op.kind === "createIndex" && op.unique),
  );
  const losesNoRow = !isUnique && (keys === undefined || keys.covered || !dropsKey);
  const isWithoutValue = leavesRowsWithout(operations);
  if (losesNoRow && !isWithoutValue && !renames)
    lines.push(
      [
        byTriggers,
        `--alter=${alter}`,
        ...flags,
        // It finds the new name in CHANGE, and asks that somebody has looked; it overlooks RENAME COLUMN.
        ...(dropsKey || changesName ? ["--no-check-alter"] : []),
        "--execute",
        `D="$DB",t=${shellWord(table.name)}`,
      ].join(" "),
    );
  if (lines.length === 0 && losesNoRow && isWithoutValue) return withoutDefault;
  if (lines.length === 0) return keys?.shared === false ? withoutRowKey : undefined;
  const tool = lines.length > 1 ? "by one of these" : "by a tool";
  const how = others.length > 0 ? `${tool}, as one change with the other of the column` : tool;
  const place = needsEarlier(step)
    ? `split the migration before this statement, and between the two, ${how}`
    : `${how}, outside of the migration`;
  const isByTriggers = lines.some((line) => line.startsWith(byTriggers));
  const when = isByTriggers
    ? `${place}; while ${byTriggers} runs, statements of the application may end in a deadlock (1213) and have to be repeated:`
    : `${place}:`;
  const renamedKeys = hasOwnKey
    ? `the table's own foreign keys${isReferenced ? " and those that refer to it" : ""}`
    : "the foreign keys that refer to the table";
  const renamed = inWords(
    `${byTriggers} gives ${renamedKeys} other names, with a leading _, by which later migrations have to drop them`,
  );
  const isRenamed = isByTriggers && (hasOwnKey || isReferenced);
  const { are } = step.rows(table);
  return [
    ...(are === "fresh" || are === "young" ? [ifStillSmall] : []),
    inShell(when, lines),
    { ...inWords(recordedFirst(step, others)), after: "statement" as const },
    ...(isRenamed ? [{ ...renamed, after: "statement" as const }] : []),
  ];
}

/** A tool is more work than the copy. */
const ifStillSmall = inWords(
  "Leave the statement as it is if the table has few rows when it runs: then the copy takes a moment. With many:",
);

/** Percona Toolkit 3.2.1 ends with 1364 at the first row, also where the server itself would take an implicit value. */
const withoutDefault: Advice = [
  inWords(
    `Give the new NOT NULL column a DEFAULT in this statement. Then ${byTriggers} can change the table: without one, it fails at the first row (1364). Drop the default in a later migration if nothing needs it.`,
  ),
];

/** The migration stays as it is for other databases. `others`: steps whose change goes along. */
function recordedFirst({ scope, statement }: Step, others: readonly Step[]): string {
  const moved = [statement, ...others.map((other) => other.statement)];
  const isSole = scope.steps.every((other) => moved.includes(other.statement));
  const [what, those] = others.length > 0 ? ["both statements", "they"] : ["the statement", "it"];
  const recorded = isSole
    ? "record the migration as applied on this database before it is deployed"
    : `move ${what} to a migration of ${those === "it" ? "its" : "their"} own, and record that as applied on this database before it is deployed`;
  return `${recorded}: there ${isSole ? "it" : those} would fail, or change the table again`;
}

/** The migration itself changes the table before, so that the tool can't run before it. */
const needsEarlier = ({ before, operation, statement, earlier }: Step): boolean =>
  earlier().some((one) => {
    const [own, other] = [tableOf(operation), tableOf(one.operation)];
    return (
      one.statement !== statement &&
      one.changes === "schema" &&
      own !== undefined &&
      other !== undefined &&
      before.resolve(own) === one.before.resolve(other)
    );
  });

/** The clauses without ALTER TABLE t, ALGORITHM and LOCK, quoted for a shell. */
function alterText(step: Step, operations: readonly Operation[]): string | undefined {
  const clauses = ownClauses(operations).map((operation) => clauseOf(step, operation));
  if (clauses.some((clause) => clause === undefined)) return undefined;
  return `'${clauses.join(", ").replaceAll(/\s+/g, " ").replaceAll("'", "'\\''")}'`;
}

/** Without what stands inside of another clause. */
const ownClauses = (operations: readonly Operation[]): readonly Operation[] =>
  operations.filter(
    ({ span }) => !operations.some((other) => other.span !== span && contains(other.span, span)),
  );

const contains = (outer: Operation["span"], inner: Operation["span"]): boolean =>
  outer.start <= inner.start && inner.end <= outer.end && outer.end - outer.start > inner.end - inner.start;

function clauseOf(step: Step, operation: Operation): string | undefined {
  switch (operation.kind) {
    case "createIndex": {
      if (operation.clauseOf !== undefined) return textOf(step, operation.span);
      const { start, end } = { start: operation.table.span.end, end: endOf(operation) };
      const kind = operation.unique
        ? "UNIQUE INDEX"
        : operation.method === "btree"
          ? "INDEX"
          : `${operation.method.toUpperCase()} INDEX`;
      return `ADD ${kind} ${operation.name?.text ?? ""} ${step.script.text.slice(start, end).trim()}`;
    }
    case "dropIndex":
      return operation.clauseOf === undefined
        ? `DROP INDEX ${operation.index.text}`
        : textOf(step, operation.span);
    case "renameTable":
    case "alterPartitions":
    case "truncateTable":
    case "dropTable":
      return undefined;
    case "forceRebuild":
      return "ENGINE=InnoDB";
    case "dropConstraint":
      // The tool gives foreign keys of the copy such names.
      if (operation.object === "foreign key")
        return `DROP FOREIGN KEY ${step.spell(`_${operation.name.text}`)}`;
      // MySQL has a name of a CHECK once in a database: those of the copy have others.
      return operation.object === "primary key" ? textOf(step, operation.span) : undefined;
    default:
      return textOf(step, operation.span);
  }
}

/** Before ALGORITHM and LOCK. */
function endOf({ span, request }: Operation): number {
  return Math.min(
    span.end,
    request?.algorithm?.span.start ?? span.end,
    request?.lock?.span.start ?? span.end,
  );
}
