/** Q objects, F objects and functions of the ORM as the SQL that Django compiles them to. */
import { booleanOf, isNone, itemsOf, textOf, type CallValue, type Value } from "../../value.ts";
import type { Apps, BoundField } from "./apps.ts";
import { internalType, isForeignKey, isManyToMany, isNullable, readField, type Field } from "./fields.ts";
import { constantOf, isValueCall, plain, unknownConstant } from "./literals.ts";
import type { Model } from "./state.ts";
import { isSince } from "./vendor.ts";

/** What can't be compiled; caught where the expression begins. */
class NotUnderstood extends Error {}

interface Node {
  readonly connector: string;
  readonly negated: boolean;
  children: (string | Node)[];
}

/** An operand with the column that it is, if it is one. */
interface Operand {
  readonly sql: string;
  readonly bound?: BoundField | undefined;
}

const operators: Readonly<Record<string, string>> = {
  "operator.add": "+",
  "operator.sub": "-",
  "operator.mul": "*",
  "operator.truediv": "/",
  "operator.mod": "%",
};

const connectors: Readonly<Record<string, string>> = {
  "operator.and_": "AND",
  "operator.or_": "OR",
  "operator.xor": "XOR",
};

const functions: Readonly<Record<string, string>> = {
  Lower: "LOWER",
  Upper: "UPPER",
  Coalesce: "COALESCE",
  Greatest: "GREATEST",
  Least: "LEAST",
  NullIf: "NULLIF",
  Trim: "TRIM",
  LTrim: "LTRIM",
  RTrim: "RTRIM",
  Abs: "ABS",
  Ceil: "CEILING",
  Floor: "FLOOR",
  Round: "ROUND",
  Replace: "REPLACE",
  Reverse: "REVERSE",
  MD5: "MD5",
  Left: "LEFT",
  Right: "RIGHT",
};

const comparisons: Readonly<Record<string, string>> = { exact: "=", gt: ">", gte: ">=", lt: "<", lte: "<=" };

/** Django's with methods of its own; a project may have a copy of the package. */
const pgtriggerQ = /(?:^|\.)pgtrigger\.(?:core\.)?Q$/;

/** The path of a class of Django's ORM ends in its name. */
const isDjango = ({ callee }: CallValue, name: string): boolean =>
  callee.startsWith("django.") && callee.endsWith(`.${name}`);

/** Compiles for one model; every answer is undefined if the expression isn't known. */
export class Expressions {
  readonly #apps: Apps;
  readonly #model: Model;

  constructor(apps: Apps, model: Model) {
    this.#apps = apps;
    this.#model = model;
  }

  /** The condition of a check, a partial index or a filter. */
  condition(value: Value): string | undefined {
    return attempt(() => {
      if (this.#isQ(value)) return this.#node(this.#clause(value, false), true);
      return this.#operand(value).sql;
    });
  }

  /** A filter's arguments: `filter(a=1, b__isnull=True)`; `isNegated`: those of `exclude`. */
  filter(call: CallValue, isNegated = false): string | undefined {
    return attempt(() => this.#node(this.#clauseOf(call, isNegated, isNegated), true));
  }

  /** A member of an index: wrapped in parentheses unless it is a column, its order behind. */
  member(value: Value): string | undefined {
    return attempt(() => this.#member(value));
  }

  /** An expression that gives a value. */
  expression(value: Value, field?: BoundField): string | undefined {
    return attempt(() => this.#value(value, field));
  }

  #member(value: Value): string {
    if (value.is !== "call") return this.#columnOrRoot(value);
    const { object, method } = value;
    if (object !== undefined && (method === "asc" || method === "desc"))
      return `${this.#member(object)} ${method.toUpperCase()}${nulls(value)}`;
    const [first] = value.values;
    if (isDjango(value, "OrderBy") && first !== undefined) {
      const order = booleanOf(value.keywords.get("descending")) === true ? "DESC" : "ASC";
      return `${this.#member(first)} ${order}${nulls(value)}`;
    }
    if (isDjango(value, "OpClass") && first !== undefined) {
      const name = textOf(value.values[1] ?? value.keywords.get("name"));
      if (name === undefined) throw new NotUnderstood();
      return `${this.#member(asF(first))} ${name}`;
    }
    if (isDjango(value, "Collate") && first !== undefined) return this.#operand(value).sql;
    return this.#columnOrRoot(value);
  }

  #columnOrRoot(value: Value): string {
    const operand = this.#operand(asF(value));
    return operand.bound === undefined ? `(${operand.sql})` : operand.sql;
  }

  #isQ(value: Value): value is CallValue {
    return (
      value.is === "call" &&
      (isDjango(value, "Q") ||
        pgtriggerQ.test(value.callee) ||
        Object.hasOwn(connectors, value.callee) ||
        value.callee === "operator.invert")
    );
  }

  #clause(value: CallValue, negated: boolean): Node {
    const connector = connectors[value.callee];
    if (value.callee === "operator.invert") {
      const [inner] = value.values;
      if (inner === undefined || !this.#isQ(inner)) throw new NotUnderstood();
      const clause = this.#clause(inner, !negated);
      return { connector: "AND", negated: true, children: [clause.negated ? clause : squash(clause)].flat() };
    }
    if (connector !== undefined) {
      const node: Node = { connector, negated: false, children: [] };
      for (const one of value.values) {
        if (!this.#isQ(one)) throw new NotUnderstood();
        add(node, this.#clause(one, negated));
      }
      return node;
    }
    const isNegated = booleanOf(value.keywords.get("_negated")) === true;
    return this.#clauseOf(value, negated !== isNegated, isNegated);
  }

  #clauseOf(call: CallValue, negated: boolean, isNegated: boolean): Node {
    if (call.open) throw new NotUnderstood();
    const connector = textOf(call.keywords.get("_connector")) ?? "AND";
    const node: Node = { connector, negated: isNegated, children: [] };
    for (const one of call.values) {
      const [name, given] = itemsOf(one) ?? [];
      const text = textOf(name);
      if (text !== undefined && given !== undefined) add(node, this.#lookup(text, given, negated));
      else if (this.#isQ(one)) add(node, this.#clause(one, negated));
      else add(node, { connector: "AND", negated: false, children: [this.#operand(one).sql] });
    }
    const keywords = [...call.keywords].filter(([name]) => !name.startsWith("_"));
    // Django sorts the keywords of a Q, not those of a filter that it hands to one.
    for (const [name, given] of keywords.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      add(node, this.#lookup(name, given, negated));
    return node;
  }

  #node({ connector, negated, children }: Node, isTop = false): string {
    const parts = children.map((one) => (typeof one === "string" ? one : this.#node(one)));
    if (parts.length === 0 && isTop) throw new NotUnderstood();
    const joined = parts.join(` ${connector} `);
    if (negated) return `NOT (${joined})`;
    return parts.length > 1 ? `(${joined})` : joined;
  }

  #lookup(path: string, value: Value, negated: boolean): Node {
    const parts = path.split("__");
    const [first = ""] = parts;
    let operand = this.#column(first);
    const rest = parts.slice(1);
    while (rest.length > 1 || (rest.length === 1 && !this.#isLookup(rest[0] ?? "")))
      operand = this.#transform(operand, rest.shift() ?? "");
    const name = rest[0] ?? "exact";
    const children = [this.#compare(operand, name, value)];
    const isNull = name === "isnull" || (name === "exact" && isNone(value));
    if (negated && !isNull && operand.bound !== undefined && isNullable(operand.bound.field))
      children.push(`${operand.sql} IS NOT NULL`);
    return { connector: "AND", negated: false, children };
  }

  #isLookup(name: string): boolean {
    return (
      Object.hasOwn(comparisons, name) ||
      /^(?:isnull|in|range|i?exact|i?contains|i?startswith|i?endswith|i?regex|contained_by|overlap|has_keys?|has_any_keys)$/.test(
        name,
      )
    );
  }

  #transform({ sql, bound }: Operand, name: string): Operand {
    const isPostgres = this.#isPostgres;
    const made = functions[name.charAt(0).toUpperCase() + name.slice(1)];
    if (made !== undefined && /^(?:lower|upper|abs|ceil|floor|trim)$/.test(name))
      return { sql: `${made}(${sql})` };
    if (name === "length") return { sql: `${isPostgres ? "LENGTH" : "CHAR_LENGTH"}(${sql})` };
    if (name === "pk" || name === "id") {
      if (bound !== undefined && isForeignKey(bound.field)) return { sql, bound };
    }
    if (bound?.field.kind === "JSONField" && isPostgres)
      return { sql: `(${sql} -> ${this.#apps.facts.vendor.text(name)})` };
    if (bound?.field.kind === "ArrayField" && name === "len")
      return { sql: `CASE WHEN ${sql} IS NULL THEN NULL ELSE coalesce(array_length(${sql}, 1), 0) END` };
    throw new NotUnderstood();
  }

  get #isPostgres(): boolean {
    return this.#apps.facts.vendor.isPostgres;
  }

  #compare(left: Operand, name: string, value: Value): string {
    const { sql, bound } = left;
    if (name === "isnull" || (name === "exact" && isNone(value))) {
      const isNull = name === "exact" || booleanOf(value);
      if (isNull === undefined) throw new NotUnderstood();
      return `${sql} IS ${isNull ? "" : "NOT "}NULL`;
    }
    const isBoolean = bound !== undefined && internalType(bound.field) === "BooleanField";
    const flag = booleanOf(value);
    if (name === "exact" && isBoolean && flag !== undefined && this.#isPostgres)
      return flag ? sql : `NOT ${sql}`;
    const comparison = comparisons[name];
    if (comparison !== undefined) return `${sql} ${comparison} ${this.#right(value, bound)}`;
    if (name === "in") {
      const items = itemsOf(value)?.filter((one) => !isNone(one));
      if (items === undefined || items.length === 0) throw new NotUnderstood();
      const unique = [...new Set(items.map((one) => this.#right(one, bound)))];
      return `${sql} IN (${unique.join(", ")})`;
    }
    if (name === "range") {
      const [from, to] = itemsOf(value) ?? [];
      if (from === undefined || to === undefined) throw new NotUnderstood();
      return `${sql} BETWEEN ${this.#right(from, bound)} AND ${this.#right(to, bound)}`;
    }
    return this.#pattern(left, name, value);
  }

  #pattern({ sql, bound }: Operand, name: string, value: Value): string {
    const { vendor } = this.#apps.facts;
    const text = textOf(value);
    if (text === undefined) throw new NotUnderstood();
    const isAnyCase = name.startsWith("i");
    const kind = isAnyCase ? name.slice(1) : name;
    const isPostgres = this.#isPostgres;
    if (kind === "regex") {
      if (!isPostgres) return `REGEXP_LIKE(${sql}, ${vendor.text(text)}, '${isAnyCase ? "i" : "c"}')`;
      return `${sql}::text ${isAnyCase ? "~*" : "~"} ${vendor.text(text)}`;
    }
    const escaped = text.replace(/[\\%_]/g, (one) => `\\${one}`);
    const patterns: Readonly<Record<string, string>> = {
      exact: text,
      contains: `%${escaped}%`,
      startswith: `${escaped}%`,
      endswith: `%${escaped}`,
    };
    const pattern = patterns[kind];
    if (pattern === undefined) throw new NotUnderstood();
    const operand = isPostgres
      ? `${sql}::${bound !== undefined && this.#apps.type(bound) === "citext" ? "citext" : "text"}`
      : sql;
    if (!isPostgres) return `${sql} LIKE ${isAnyCase ? "" : "BINARY "}${this.#escaped(vendor.text(pattern))}`;
    if (kind === "exact") return `UPPER(${operand}) = UPPER(${vendor.text(text)})`;
    return isAnyCase
      ? `UPPER(${operand}) LIKE UPPER(${this.#escaped(vendor.text(pattern))})`
      : `${operand} LIKE ${this.#escaped(vendor.text(pattern))}`;
  }

  /** The right side of a comparison. */
  #right(value: Value, left: BoundField | undefined): string {
    if (isExpression(value) && !isValueCall(value)) {
      const { sql } = this.#operand(value);
      return sql.startsWith("(") ? sql : `(${sql})`;
    }
    return this.#value(value, left);
  }

  #value(value: Value, left?: BoundField): string {
    const given = isValueCall(value) ? (value.values[0] ?? value) : value;
    if (isExpression(given)) return this.#operand(given).sql;
    const written =
      left === undefined
        ? plain(this.#apps.facts.vendor, given)
        : (constantOf(this.#apps, left, given) ?? "NULL");
    if (written.includes(unknownConstant)) throw new NotUnderstood();
    return this.#escaped(written);
  }

  /** Django before 5.0 doubles percent signs here, and sends them so. */
  #escaped(text: string): string {
    return isSince(this.#apps.facts.vendor, 5, 0) ? text : text.replaceAll("%", "%%");
  }

  #column(name: string): Operand {
    const bound = this.#apps.field(this.#model, name);
    // A many-to-many field has no column: its rows are in a table of their own. So are those of a parent.
    if (bound === undefined || isManyToMany(bound.field)) throw new NotUnderstood();
    if (this.#apps.table(bound.model) !== this.#apps.table(this.#model)) throw new NotUnderstood();
    return { sql: this.#apps.facts.vendor.quote(bound.column), bound };
  }

  #operand(value: Value): Operand {
    if (value.is !== "call") return { sql: this.#value(value) };
    const operator = operators[value.callee];
    if (operator !== undefined) return this.#combined(value, operator);
    const [first] = value.values;
    if (isDjango(value, "F")) return this.#f(textOf(first));
    if (isDjango(value, "CombinedExpression")) return this.#combinedCall(value);
    if (isDjango(value, "Value")) return { sql: this.#value(value) };
    if (isDjango(value, "ExpressionWrapper") && first !== undefined)
      return { sql: this.#operand(asF(first)).sql };
    if (isDjango(value, "RawSQL")) {
      const text = textOf(first);
      if (text === undefined) throw new NotUnderstood();
      return { sql: `(${text})` };
    }
    if (this.#isQ(value)) return { sql: this.#node(this.#clause(value, false), true) };
    return { sql: this.#function(value) };
  }

  #f(path: string | undefined): Operand {
    if (path === undefined) throw new NotUnderstood();
    const [first = "", ...rest] = path.split("__");
    return rest.reduce((operand, name) => this.#transform(operand, name), this.#column(first));
  }

  #combined(value: CallValue, operator: string): Operand {
    const [left, right] = value.values.map((one) => this.#operand(one).sql);
    if (left === undefined || right === undefined) throw new NotUnderstood();
    return { sql: `(${left} ${operator} ${right})` };
  }

  #combinedCall(value: CallValue): Operand {
    const [left, connector, right] = value.values;
    const operator = textOf(connector);
    if (left === undefined || right === undefined || operator === undefined) throw new NotUnderstood();
    return { sql: `(${this.#operand(left).sql} ${operator} ${this.#operand(right).sql})` };
  }

  #function(value: CallValue): string {
    if (!value.callee.startsWith("django.") || value.open) throw new NotUnderstood();
    const { method } = value;
    const [first] = value.values;
    const { vendor } = this.#apps.facts;
    const isPostgres = this.#isPostgres;
    const list = (): string => value.values.map((one) => this.#operand(asF(one)).sql).join(", ");
    if (method === "Now") return isPostgres ? "STATEMENT_TIMESTAMP()" : "CURRENT_TIMESTAMP(6)";
    if (method === "Random") return isPostgres ? "RANDOM()" : "RAND()";
    if (method === "RandomUUID") return "GEN_RANDOM_UUID()";
    if (method === "TransactionNow") return "CURRENT_TIMESTAMP";
    if (method === "Pi") return "PI()";
    if (method === "Length") return `${isPostgres ? "LENGTH" : "CHAR_LENGTH"}(${list()})`;
    if (method === "Cast" && first !== undefined) return this.#cast(value, first);
    if (method === "Collate" && first !== undefined) {
      const collation = textOf(value.values[1] ?? value.keywords.get("collation"));
      if (collation === undefined) throw new NotUnderstood();
      return `${this.#operand(asF(first)).sql} COLLATE ${vendor.quote(collation)}`;
    }
    if (method === "Concat" && isPostgres) {
      const parts = value.values.map((one) => this.#operand(asF(one)).sql);
      return parts.reduceRight((right, left) => `(COALESCE(${left}, '') || COALESCE(${right}, ''))`);
    }
    if (method === "Func") {
      const name = textOf(value.keywords.get("function"));
      if (name === undefined || value.keywords.has("template")) throw new NotUnderstood();
      return `${name}(${list()})`;
    }
    if (method === "Extract" || /^Extract[A-Z]/.test(method)) {
      const part = textOf(value.values[1]) ?? method.slice("Extract".length).toLowerCase();
      if (part === "" || first === undefined || !isPostgres) throw new NotUnderstood();
      return `EXTRACT(${part.toUpperCase()} FROM ${this.#operand(asF(first)).sql})`;
    }
    const name = functions[method];
    if (name === undefined || value.keywords.size > 0) throw new NotUnderstood();
    return `${name}(${list()})`;
  }

  #cast(value: CallValue, first: Value): string {
    const field: Field | undefined = readField(
      value.values[1] ?? value.keywords.get("output_field"),
      this.#apps.facts.custom,
    );
    const type = field && this.#apps.type({ model: this.#model, name: "", column: "", field });
    if (type === undefined) throw new NotUnderstood();
    const inner = this.#operand(asF(first)).sql;
    return this.#isPostgres ? `(${inner})::${type}` : `CAST(${inner} AS ${castType(type)})`;
  }
}

const castType = (type: string): string =>
  /^(?:integer|bigint|smallint)/.test(type)
    ? "signed integer"
    : type.replace(/^(?:varchar|longtext)/, "char");

function nulls(call: CallValue): string {
  if (booleanOf(call.keywords.get("nulls_first")) === true) return " NULLS FIRST";
  return booleanOf(call.keywords.get("nulls_last")) === true ? " NULLS LAST" : "";
}

/** A text stands for the field of that name, where Django takes expressions. */
const asF = (value: Value): Value =>
  value.is === "text"
    ? {
        is: "call",
        callee: "django.db.models.F",
        method: "F",
        values: [value],
        keywords: new Map(),
        places: new Map(),
        open: false,
        at: value.at,
      }
    : value;

const isExpression = (value: Value): boolean =>
  value.is === "call" &&
  (Object.hasOwn(operators, value.callee) ||
    /^django\.(?:db\.models|contrib\.postgres)\./.test(value.callee));

/** Adds as Django's trees do: what is joined the same way becomes one level. */
function add(node: Node, child: Node): void {
  const isJoinable = !child.negated && (child.connector === node.connector || child.children.length === 1);
  for (const one of isJoinable ? child.children : [child])
    if (typeof one !== "string" || !node.children.includes(one)) node.children.push(one);
}

const squash = (node: Node): (string | Node)[] =>
  node.connector === "AND" || node.children.length === 1 ? node.children : [node];

function attempt(compile: () => string): string | undefined {
  try {
    return compile();
  } catch (error) {
    if (error instanceof NotUnderstood) return undefined;
    throw error;
  }
}
