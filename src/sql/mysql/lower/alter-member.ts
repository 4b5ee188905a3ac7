/** ALTER TABLE … DROP, ALTER and RENAME. */
import type { Name } from "../../../model/names.ts";
import type { DropConstraint, Operation } from "../../../model/operation.ts";
import { bareName, type Cursor } from "../cursor.ts";
import { readDefault } from "./column.ts";
import { isVisible, readVisibility } from "./key.ts";
import type { Target } from "./target.ts";

/** Behind DROP. */
export function dropMember(c: Cursor, target: Target, first: number): Operation[] | undefined {
  const { table, ifExists } = target;
  const base = { table, ifExists };
  const constraint = (
    name: Name | undefined,
    constraintIfExists: boolean,
    object?: DropConstraint["object"],
  ): Operation[] | undefined => {
    if (name === undefined) return undefined;
    const head = c.span(first);
    c.takeOne("restrict", "cascade");
    return [
      {
        kind: "dropConstraint",
        span: c.span(first),
        head,
        ...base,
        name,
        constraintIfExists,
        cascade: false,
        object,
      },
    ];
  };
  if (c.take("primary", "key")) {
    const span = c.span(c.at - 2);
    return constraint({ text: "primary", written: "PRIMARY", span }, false, "primary key");
  }
  if (c.take("foreign", "key")) {
    const guarded = c.ifExists();
    return constraint(c.name(), guarded, "foreign key");
  }
  if (c.is("check") && c.isName(1)) {
    c.at++;
    const guarded = c.ifExists();
    return constraint(c.name(), guarded, "check");
  }
  if (c.take("constraint")) {
    const guarded = c.ifExists();
    return constraint(c.name(), guarded);
  }
  if (c.take("system", "versioning"))
    return [
      { kind: "setSystemVersioning", span: c.span(first), head: c.span(first), ...base, change: "drop" },
    ];
  if (c.take("period", "for")) {
    const period = c.name()?.text;
    return [
      {
        kind: "setSystemVersioning",
        span: c.span(first),
        head: c.span(first),
        ...base,
        change: "drop period",
        period,
      },
    ];
  }
  if (c.takeOne("index", "key") !== undefined) {
    const afterKeyword = c.tokens[c.at - 1]?.end ?? 0;
    const guarded = c.ifExists();
    const name = c.name();
    if (name === undefined) return undefined;
    const span = c.span(first);
    return [
      {
        kind: "dropIndex",
        span,
        head: span,
        index: bareName(name, c.source),
        onTable: table,
        clauseOf: "alterTable",
        concurrently: false,
        ifExists: guarded,
        cascade: false,
        afterKeyword,
      },
    ];
  }
  c.take("column");
  const columnIfExists = c.ifExists();
  // Some write the list that MariaDB and MySQL don't take: `DROP (a, b)`.
  const column = c.name();
  if (column === undefined) return undefined;
  const head = c.span(first);
  const cascade = c.takeOne("restrict", "cascade") === "cascade";
  return [{ kind: "dropColumn", span: c.span(first), head, ...base, column, columnIfExists, cascade }];
}

/** Behind ALTER. */
export function alterMember(c: Cursor, target: Target, first: number): Operation[] | undefined {
  const { table, ifExists } = target;
  const base = { table, ifExists };
  if (c.is("index") || c.is("key")) {
    c.at++;
    const guarded = c.ifExists() ? true : undefined;
    const name = c.name();
    const visibility = readVisibility(c);
    if (name === undefined || visibility === undefined) return undefined;
    const span = c.span(first);
    return [
      {
        kind: "alterIndex",
        span,
        head: span,
        index: bareName(name, c.source),
        onTable: table,
        change: "visibility",
        visible: isVisible(visibility),
        visibility,
        ifExists: guarded,
      },
    ];
  }
  if ((c.is("check") || c.is("constraint")) && c.isName(1)) {
    c.at++;
    const name = c.name();
    const enforced = !c.take("not", "enforced");
    if (enforced) c.take("enforced");
    const span = c.span(first);
    return name === undefined
      ? undefined
      : [{ kind: "alterConstraint", span, head: span, ...base, name, enforced }];
  }
  c.take("column");
  const columnIfExists = c.ifExists() ? true : undefined;
  const column = c.name();
  if (column === undefined) return undefined;
  if (c.take("set", "default")) {
    const headEnd = c.at;
    const expression = readDefault(c);
    if (expression === undefined) return undefined;
    const head = c.span(first, headEnd);
    return [{ kind: "setDefault", span: c.span(first), head, ...base, column, columnIfExists, expression }];
  }
  if (c.take("drop", "default"))
    return [
      { kind: "dropDefault", span: c.span(first), head: c.span(first), ...base, column, columnIfExists },
    ];
  if (c.is("set", "visible") || c.is("set", "invisible")) {
    const value = c.word(1);
    c.at += 2;
    return [
      {
        kind: "setColumnOption",
        span: c.span(first),
        head: c.span(first),
        ...base,
        column,
        option: "visibility",
        value,
      },
    ];
  }
  return undefined;
}

/** Behind RENAME. */
export function renameMember(c: Cursor, target: Target, first: number): Operation[] | undefined {
  const { table, ifExists } = target;
  const base = { table, ifExists };
  const pair = (): { readonly from: Name; readonly to: Name; readonly guarded: boolean } | undefined => {
    const guarded = c.ifExists();
    const from = c.name();
    if (from === undefined || !c.take("to")) return undefined;
    const to = c.name();
    return to === undefined ? undefined : { from, to, guarded };
  };
  if (c.is("column") && c.isName(1)) {
    c.at++;
    const names = pair();
    if (names === undefined) return undefined;
    const span = c.span(first);
    return [
      {
        kind: "renameColumn",
        span,
        head: span,
        ...base,
        object: "table",
        column: names.from,
        to: names.to,
        columnIfExists: names.guarded ? true : undefined,
      },
    ];
  }
  if ((c.is("index") || c.is("key")) && c.isName(1)) {
    c.at++;
    const names = pair();
    if (names === undefined) return undefined;
    const span = c.span(first);
    return [
      {
        kind: "renameIndex",
        span,
        head: span,
        index: bareName(names.from, c.source),
        onTable: table,
        to: names.to,
        ifExists: names.guarded,
      },
    ];
  }
  // `CONSTRAINT a TO b`, which only other databases have.
  if (c.is("constraint")) return undefined;
  c.takeOne("to", "as", "=");
  const to = c.tableName();
  if (to === undefined) return undefined;
  const span = c.span(first);
  return [
    {
      kind: "renameTable",
      span,
      head: span,
      ...base,
      to: { text: to.name, span: to.span },
      toSchema: to.schema,
    },
  ];
}
