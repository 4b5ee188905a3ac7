/** Types, enums, domains, sequences. */
import type { AlterDomainStmt, Constraint, CreateDomainStmt, Node } from "@pgsql/types";
import type { Expression } from "../../../model/expression.ts";
import type { QualifiedName } from "../../../model/names.ts";
import type { AlterDomain, CreateSequence, DomainConstraint, Operation } from "../../../model/operation.ts";
import { expression, insideBrackets } from "./expression.ts";
import { nodesName, relationName } from "./names.ts";
import { headTo } from "./rename.ts";
import { newScope } from "./scope.ts";
import { items, strings, type Handlers } from "./tree.ts";
import type { TokenReader } from "./tokens.ts";
import { columnType } from "./type.ts";
import { dictionary } from "../../../text/dictionary.ts";

export const typeHandlers: Handlers = {
  CreateEnumStmt: (reader, { typeName, vals }) => {
    const type = nodesName(reader, typeName, 2);
    return [{ ...created(reader, type), form: "enum", labels: strings(vals), attributes: [] }];
  },
  CreateRangeStmt: (reader, { typeName }) => {
    const type = nodesName(reader, typeName, 2);
    return [{ ...created(reader, type), form: "range", labels: [], attributes: [] }];
  },
  CompositeTypeStmt: (reader, { typevar, coldeflist }) => {
    const type = relationName(reader, typevar);
    const attributes = (coldeflist ?? []).flatMap((node) =>
      "ColumnDef" in node
        ? [{ name: node.ColumnDef.colname ?? "", type: columnType(reader, node.ColumnDef.typeName) }]
        : [],
    );
    return [{ ...created(reader, type), form: "composite", labels: [], attributes }];
  },
  AlterEnumStmt: (reader, statement) => {
    const type = nodesName(reader, statement.typeName, 2);
    const { oldVal, newVal = "", newValNeighbor } = statement;
    const value = reader.tokens.findIndex((token, i) => i > 2 && token.kind === "string");
    const verb = reader.nameEnd(2);
    const base = { span: reader.source.span, type };
    if (oldVal !== undefined) {
      const head = reader.span(verb, value + 1);
      return [{ kind: "renameEnumValue", ...base, head, label: oldVal, to: newVal }];
    }
    return [
      {
        kind: "addEnumValue",
        ...base,
        head: reader.span(verb, value + 1),
        label: newVal,
        ifNotExists: statement.skipIfNewValExists === true,
        ...(newValNeighbor === undefined
          ? {}
          : { neighbour: { label: newValNeighbor, after: statement.newValIsAfter === true } }),
      },
    ];
  },
  CreateDomainStmt: (reader, statement) => [createDomain(reader, statement)],
  AlterDomainStmt: (reader, statement) => [alterDomain(reader, statement)],
  CreateSeqStmt: (reader, { sequence, options, if_not_exists: exists }) => {
    const name = relationName(reader, sequence);
    const owner = ownedBy(reader, options);
    return [
      {
        kind: "createSequence",
        span: reader.source.span,
        head: headTo(reader, name),
        sequence: name,
        ifNotExists: exists === true,
        temporary: sequence?.relpersistence === "t",
        ...(sequence?.relpersistence === "u" ? { unlogged: true as const } : {}),
        ...sequenceType(reader, options),
        ...(owner === undefined || owner === "none" ? {} : { ownedBy: owner }),
      },
    ];
  },
  AlterSeqStmt: (reader, { sequence, options, missing_ok: missing }) => {
    const name = relationName(reader, sequence);
    const owner = ownedBy(reader, options);
    return [
      {
        kind: "alterSequence",
        span: reader.source.span,
        head: headTo(reader, name),
        sequence: name,
        ifExists: missing === true,
        ...sequenceType(reader, options),
        ...(owner === undefined ? {} : { ownedBy: owner }),
      },
    ];
  },
};

const created = (reader: TokenReader, type: QualifiedName) => ({
  kind: "createType" as const,
  span: reader.source.span,
  head: headTo(reader, type),
  type,
});

/** AS type. */
function sequenceType(reader: TokenReader, options: readonly Node[] | undefined): { type?: string } {
  for (const node of options ?? []) {
    if (!("DefElem" in node) || node.DefElem.defname !== "as") continue;
    const { arg } = node.DefElem;
    if (arg !== undefined && "TypeName" in arg) return { type: columnType(reader, arg.TypeName).name };
  }
  return {};
}

type Owner = NonNullable<CreateSequence["ownedBy"]>;

function ownedBy(reader: TokenReader, options: readonly Node[] | undefined): Owner | "none" | undefined {
  for (const node of options ?? []) {
    if (!("DefElem" in node) || node.DefElem.defname !== "owned_by") continue;
    const names = strings(items(node.DefElem.arg));
    const column = names.at(-1) ?? "";
    const table = names.at(-2);
    if (table === undefined) return "none";
    const position = reader.at(node.DefElem.location) + 2;
    const name = nodesName(reader, items(node.DefElem.arg).slice(0, -1), position);
    const end = reader.nameEnd(position);
    return { table: { ...name, span: reader.span(position, Math.max(end - 2, position + 1)) }, column };
  }
  return undefined;
}

/** VALUE in a domain's CHECK is no column. */
function check(reader: TokenReader, constraint: Constraint): DomainConstraint {
  const from = reader.at(constraint.location);
  let open = from;
  while (open < reader.length && !reader.is(open, "(")) open++;
  const facts: Expression = expression(reader, constraint.raw_expr, insideBrackets(reader, open), newScope());
  return {
    ...(constraint.conname === undefined ? {} : { name: constraint.conname }),
    expression: { ...facts, columns: facts.columns.filter(({ column }) => column !== "value") },
    notValid: constraint.skip_validation === true,
  };
}

function createDomain(reader: TokenReader, statement: CreateDomainStmt): Operation {
  const domain = nodesName(reader, statement.domainname, 2);
  const checks: DomainConstraint[] = [];
  let notNull = false;
  let byDefault: Expression | undefined;
  const constraints = (statement.constraints ?? []).flatMap((node) =>
    "Constraint" in node ? [node.Constraint] : [],
  );
  constraints.forEach((constraint, i) => {
    if (constraint.contype === "CONSTR_CHECK") checks.push(check(reader, constraint));
    else if (constraint.contype === "CONSTR_NOTNULL") notNull = true;
    else if (constraint.contype === "CONSTR_DEFAULT") {
      const next = constraints[i + 1];
      const to = next === undefined ? reader.length : reader.at(next.location);
      const from = reader.find("default", reader.at(constraint.location)) + 1;
      byDefault = expression(reader, constraint.raw_expr, { from, to }, newScope());
    }
  });
  return {
    kind: "createDomain",
    span: reader.source.span,
    head: headTo(reader, domain),
    domain,
    type: columnType(reader, statement.typeName),
    notNull,
    ...(byDefault === undefined ? {} : { default: byDefault }),
    checks,
  };
}

const domainChanges: Readonly<Record<string, AlterDomain["change"]>> = dictionary({
  N: "drop not null",
  O: "set not null",
  C: "add constraint",
  X: "drop constraint",
  V: "validate constraint",
});

function alterDomain(reader: TokenReader, statement: AlterDomainStmt): Operation {
  const domain = nodesName(reader, statement.typeName, 2);
  const { subtype = "", def, name } = statement;
  const base = {
    kind: "alterDomain" as const,
    span: reader.source.span,
    head: headTo(reader, domain),
    domain,
  };
  if (subtype === "T") return { ...base, change: def === undefined ? "drop default" : "set default" };
  const constraint = def !== undefined && "Constraint" in def ? def.Constraint : undefined;
  if (constraint?.contype === "CONSTR_NOTNULL")
    return { ...base, change: "set not null", asConstraint: true };
  return {
    ...base,
    change: domainChanges[subtype] ?? "add constraint",
    ...(constraint === undefined ? {} : { check: check(reader, constraint) }),
    ...(name === undefined ? {} : { constraint: name }),
    ...(statement.missing_ok === true ? { constraintIfExists: true } : {}),
  };
}
