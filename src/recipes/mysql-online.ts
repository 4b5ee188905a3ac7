/** Command lines of the tools that copy a table and swap the two, for the given ALTER. */
import { tableOf } from "../model/kinds.ts";
import type { Operation } from "../model/operation.ts";
import type { Step } from "../replay/step.ts";
import type { Relation } from "../schema/model.ts";
import { inShell, type Advice } from "./advice.ts";
import { textOf } from "./words.ts";

/** Undefined: the table is small, or no tool can do it. */
export function onlineTool(step: Step): Advice | undefined {
  const { statement, before, script, effects, size } = step;
  if (effects.online === undefined || script.written !== undefined || size(effects.online.table) === "small")
    return;
  const table = tableOf(step.operation);
  const alter = alterText(step, statement.operations);
  if (table === undefined || alter === undefined) return;
  const found = before.relation(table);
  const relation = found.is === "present" ? found.value : undefined;
  const hasOwnKey = relation?.constraints.some(({ kind }) => kind === "foreign key") === true;
  const isReferenced = before.foreignKeysTo(table).length > 0;
  const adds = new Set(statement.operations.map(({ kind }) => kind));
  // The tools find a row by a key that exists before and after.
  const dropsKey = statement.operations.some(
    (op) => op.kind === "dropConstraint" && op.object === "primary key",
  );
  if (dropsKey && !adds.has("addPrimaryKey")) return undefined;
  if (relation?.complete === true && !hasKey(step, relation)) return undefined;
  // It refers to what isn't there before the migration.
  const isNew = statement.operations.some(
    (op) => op.kind === "addForeignKey" && step.createdHere(op.references) === "yes",
  );
  if (isNew) return undefined;
  const touchesKeys = hasOwnKey || isReferenced || adds.has("addForeignKey");
  const hasTriggers = relation !== undefined && relation.triggers.length > 0;
  const flags = [
    ...(isReferenced ? ["--alter-foreign-keys-method=auto"] : []),
    ...(hasTriggers ? ["--preserve-triggers"] : []),
  ];
  const lines: string[] = [];
  // Both are made for MySQL, and refuse tables with foreign keys or triggers.
  if (!before.dialect.isMariaDb && !touchesKeys && !hasTriggers) {
    const renames = adds.has("renameColumn") ? " --approve-renamed-columns" : "";
    lines.push(
      `gh-ost --database="$DB" --table=${shellWord(table.name)} --alter=${alter}${renames} --execute`,
    );
    if (renames === "" && step.mysql.hasSpirit())
      lines.push(`spirit --database="$DB" --table=${shellWord(table.name)} --alter=${alter}`);
  }
  // Rows that a new unique key refuses would be lost during the copy.
  const isUnique = statement.operations.some(
    (op) => op.kind === "addUnique" || (op.kind === "createIndex" && op.unique),
  );
  if (!isUnique && !adds.has("renameColumn"))
    lines.push(
      [
        "pt-online-schema-change",
        `--alter=${alter}`,
        ...flags,
        "--execute",
        `D="$DB",t=${shellWord(table.name)}`,
      ].join(" "),
    );
  if (lines.length === 0) return undefined;
  const when =
    lines.length > 1 ? "by one of these, outside of the migration:" : "by a tool, outside of the migration:";
  return [inShell(when, lines)];
}

/** Both tools refuse a table without a primary or unique key: they find rows by it. */
function hasKey({ before, operation }: Step, { constraints, columns }: Relation): boolean {
  const table = tableOf(operation);
  const isRequired = (name: string | undefined): boolean =>
    columns.some((column) => column.name === name && column.notNull === "yes");
  return (
    constraints.some(
      (one) => one.kind === "primary key" || (one.kind === "unique" && one.columns.every(isRequired)),
    ) ||
    (table !== undefined &&
      before
        .indexesOn(table)
        .some(({ unique, elements }) => unique && elements.every(({ column }) => isRequired(column))))
  );
}

/** A word of a command line. */
const shellWord = (text: string): string =>
  /^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** The clauses without ALTER TABLE t, ALGORITHM and LOCK, quoted for a shell. */
function alterText(step: Step, operations: readonly Operation[]): string | undefined {
  const own = operations.filter(
    ({ span }) => !operations.some((other) => other.span !== span && contains(other.span, span)),
  );
  const clauses = own.map((operation) => clauseOf(step, operation));
  if (clauses.some((clause) => clause === undefined)) return undefined;
  return `'${clauses.join(", ").replaceAll(/\s+/g, " ").replaceAll("'", "'\\''")}'`;
}

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
      return operation.object === "foreign key" ? undefined : textOf(step, operation.span);
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
