/** What the statements of a body read and write, together. */
import type { ColumnReference, QueryFacts } from "../../model/expression.ts";
import type { Name, QualifiedName } from "../../model/names.ts";
import type { Operation } from "../../model/operation.ts";

export function usesOf(operations: readonly Operation[], queries: readonly QueryFacts[]): QueryFacts {
  const relations = new Map<string, QualifiedName>();
  const functions = new Map<string, QualifiedName>();
  const stars = new Map<string, QualifiedName>();
  const columns: ColumnReference[] = [];
  const add = (to: Map<string, QualifiedName>, name: QualifiedName): void => {
    const key = `${name.schema ?? ""}.${name.name}`;
    if (!to.has(key)) to.set(key, name);
  };
  const addFacts = (facts: QueryFacts): void => {
    for (const name of facts.relations) add(relations, name);
    for (const name of facts.functions) add(functions, name);
    for (const name of facts.stars) add(stars, name);
    columns.push(...facts.columns);
  };
  const addTarget = (table: QualifiedName, written: readonly Name[] = []): void => {
    add(relations, table);
    for (const { text, span } of written) columns.push({ table, column: text, span });
  };
  queries.forEach(addFacts);
  for (const op of operations) {
    switch (op.kind) {
      case "insertRows":
      case "updateRows":
        addTarget(op.table, op.columns);
        addFacts(op.query);
        break;
      case "deleteRows":
      case "mergeRows":
        addTarget(op.table);
        addFacts(op.query);
        break;
      case "copyRows":
        if (op.table !== undefined) addTarget(op.table, op.columns);
        if (op.query !== undefined) addFacts(op.query);
        break;
      case "selectRows":
      case "createView":
        addFacts(op.query);
        break;
      case "createTable":
        if (op.query !== undefined) addFacts(op.query);
        break;
      case "lockTable":
        addTarget(op.table);
        break;
      case "callFunction":
        add(functions, op.function);
        break;
    }
    if ("where" in op && op.where !== undefined && "trivial" in op.where) columns.push(...op.where.columns);
  }
  return {
    relations: [...relations.values()],
    functions: [...functions.values()],
    stars: [...stars.values()],
    columns: distinct(columns),
    limited: false,
  };
}

function distinct(columns: readonly ColumnReference[]): ColumnReference[] {
  const seen = new Map<number, ColumnReference>();
  for (const column of columns) if (!seen.has(column.span.start)) seen.set(column.span.start, column);
  return [...seen.values()];
}

/** The operation with some references left out of its query and predicate. */
export function withoutColumns(op: Operation, leftOut: (column: ColumnReference) => boolean): Operation {
  const kept = <T extends { readonly columns: readonly ColumnReference[] }>(facts: T): T =>
    facts.columns.some(leftOut)
      ? { ...facts, columns: facts.columns.filter((column) => !leftOut(column)) }
      : facts;
  switch (op.kind) {
    case "insertRows":
    case "updateRows":
      return { ...op, query: kept(op.query), where: op.where && kept(op.where) };
    case "deleteRows":
      return { ...op, query: kept(op.query), where: op.where && kept(op.where) };
    case "mergeRows":
    case "selectRows":
      return { ...op, query: kept(op.query) };
    default:
      return op;
  }
}
