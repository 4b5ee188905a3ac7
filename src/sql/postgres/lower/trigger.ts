/** Triggers, rules, row security policies. */
import type { CreateTrigStmt, Node, RangeVar } from "@pgsql/types";
import type { Expression } from "../../../model/expression.ts";
import type { CreatePolicy, CreateTrigger, Operation } from "../../../model/operation.ts";
import { expression, insideBrackets, tableScope } from "./expression.ts";
import { nameAt, nodesName, relationEnd, relationName } from "./names.ts";
import { queryFacts } from "./query.ts";
import { roleTexts } from "./object-class.ts";
import { headTo } from "./rename.ts";
import { strings, type Handlers } from "./tree.ts";
import type { TokenReader } from "./tokens.ts";
import { dictionary } from "../../../text/dictionary.ts";

export const triggerHandlers: Handlers = {
  CreateTrigStmt: (reader, statement) => [createTrigger(reader, statement)],
  RuleStmt: (reader, { relation, rulename, replace, actions, event }) => [
    {
      kind: "createRule",
      ...onRelation(reader, relation),
      name: nameAt(reader, reader.after("rule"), rulename),
      orReplace: replace === true,
      ...(event === "CMD_SELECT" ? { onSelect: true as const } : {}),
      ...ruleActions(reader, actions),
    },
  ],
  CreatePolicyStmt: (reader, statement) => {
    const {
      table,
      policy_name: name,
      qual,
      with_check: check,
      permissive,
      cmd_name: command,
      roles,
    } = statement;
    return [
      {
        kind: "createPolicy",
        ...onRelation(reader, table),
        name: nameAt(reader, 2, name),
        ...policyExpressions(reader, table, qual, check),
        permissive: permissive === true,
        command: commands[command ?? ""] ?? "all",
        roles: roleTexts(roles),
      },
    ];
  },
  AlterPolicyStmt: (reader, { table, policy_name: name, qual, with_check: check, roles }) => [
    {
      kind: "alterPolicy",
      ...onRelation(reader, table),
      name: nameAt(reader, 2, name),
      ...(roles === undefined ? {} : { roles: roleTexts(roles) }),
      ...policyExpressions(reader, table, qual, check),
    },
  ],
};

/** NOTHING has no action. */
function ruleActions(reader: TokenReader, actions: readonly Node[] | undefined) {
  const writes = (actions ?? []).flatMap((node) => {
    if ("InsertStmt" in node) return node.InsertStmt.relation ?? [];
    if ("UpdateStmt" in node) return node.UpdateStmt.relation ?? [];
    return "DeleteStmt" in node ? (node.DeleteStmt.relation ?? []) : [];
  });
  const query = actions?.find((node) => "SelectStmt" in node);
  return {
    ...(query === undefined ? {} : { query: queryFacts(reader, query).facts }),
    ...(writes.length === 0 ? {} : { writes: writes.map((relation) => relationName(reader, relation)) }),
  };
}

const commands: Readonly<Record<string, CreatePolicy["command"]>> = dictionary({
  select: "select",
  insert: "insert",
  update: "update",
  delete: "delete",
});

function onRelation(reader: TokenReader, relation: RangeVar | undefined) {
  const table = relationName(reader, relation);
  return { span: reader.source.span, head: headTo(reader, table), table, ifExists: false };
}

function policyExpressions(
  reader: TokenReader,
  relation: RangeVar | undefined,
  using: Node | undefined,
  check: Node | undefined,
): { using?: Expression; withCheck?: Expression } {
  const scope = tableScope(relationName(reader, relation));
  const from = relationEnd(reader, relation);
  const at = (node: Node, word: string): Expression =>
    expression(reader, node, insideBrackets(reader, reader.after(word, from)), scope);
  return {
    ...(using === undefined ? {} : { using: at(using, "using") }),
    ...(check === undefined ? {} : { withCheck: at(check, "check") }),
  };
}

/** PostgreSQL's TRIGGER_TYPE bits. */
const events: readonly (readonly [number, CreateTrigger["events"][number]])[] = [
  [4, "insert"],
  [8, "delete"],
  [16, "update"],
  [32, "truncate"],
];

function createTrigger(reader: TokenReader, statement: CreateTrigStmt): Operation {
  const { relation, timing = 0, events: bits = 0, whenClause } = statement;
  const table = relationName(reader, relation);
  const names = strings(statement.columns);
  const listed = reader.split(reader.after("of"), reader.at(relation?.location) - 1);
  const when = reader.find("when", relationEnd(reader, relation));
  let called = reader.length - 1;
  while (called > 0 && !reader.is(called - 1, "function", "procedure")) called--;
  return {
    kind: "createTrigger",
    span: reader.source.span,
    head: headTo(reader, table),
    table,
    ifExists: false,
    name: nameAt(reader, reader.after("trigger"), statement.trigname),
    orReplace: statement.replace === true,
    constraint: statement.isconstraint === true,
    timing: (timing & 2) !== 0 ? "before" : (timing & 64) !== 0 ? "instead of" : "after",
    events: events.filter(([bit]) => (bits & bit) !== 0).map(([, event]) => event),
    updateOf: names.map((text, i) => nameAt(reader, listed[i]?.from ?? 0, text)),
    ...(whenClause === undefined
      ? {}
      : {
          when: expression(
            reader,
            whenClause,
            insideBrackets(reader, when + 1),
            tableScope(table, "old", "new"),
          ),
        }),
    forEachRow: statement.row === true,
    ...(statement.constrrel === undefined ? {} : { references: relationName(reader, statement.constrrel) }),
    function: nodesName(reader, statement.funcname, called),
  };
}
