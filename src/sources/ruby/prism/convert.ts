/** From the parser's nodes to ours. */
import type { Span } from "../../../text/span.ts";
import type { BlockTree, Parameter, PairTree, TextPart, Tree } from "../tree.ts";
import { integerText } from "./integer-text.ts";
import { isBare, targetNames } from "./nodes.ts";

interface Location {
  readonly startOffset: number;
  readonly length: number;
}

/** A node of the parser; its fields are read by name. */
export interface PrismNode {
  toJSON(): Fields;
}

type Fields = Readonly<Record<string, unknown>> & { readonly type: string; readonly location: Location };

type Places = (byte: number) => number;

export const toTree = (node: PrismNode, text: string, at: Places): Tree => new Converter(text, at).tree(node);

/** A call of the migration itself, without a block. */
const ofSelf = { receiver: undefined, block: undefined, isSafe: false, isBare: false };

class Converter {
  readonly #text: string;
  readonly #at: Places;

  constructor(text: string, at: Places) {
    this.#text = text;
    this.#at = at;
  }

  tree(node: PrismNode): Tree {
    return this.#convert(node.toJSON());
  }

  #maybe(node: unknown): Tree | undefined {
    return node === null || node === undefined ? undefined : this.tree(node as PrismNode);
  }

  #all(nodes: unknown): readonly Tree[] {
    return ((nodes ?? []) as readonly (PrismNode | null)[]).flatMap((node) => this.#maybe(node) ?? []);
  }

  #span({ startOffset, length }: Location): Span {
    return { start: this.#at(startOffset), end: this.#at(startOffset + length) };
  }

  #written(location: Location): string {
    const { start, end } = this.#span(location);
    return this.#text.slice(start, end);
  }

  #args(node: unknown): readonly Tree[] {
    return node === null || node === undefined ? [] : this.#all((node as PrismNode).toJSON()["arguments"]);
  }

  #convert(fields: Fields): Tree {
    const span = this.#span(fields.location);
    const get = (name: string): unknown => fields[name];
    const maybe = (name: string): Tree | undefined => this.#maybe(fields[name]);
    const need = (name: string): Tree => this.#maybe(fields[name]) ?? { ...span, is: "other", items: [] };
    const name = (field = "name"): string => textOf(fields[field]);
    switch (fields.type) {
      case "ProgramNode":
        return need("statements");
      case "StatementsNode":
        return { ...span, is: "block-of", items: this.#all(get("body")) };
      case "ParenthesesNode":
        return maybe("body") ?? { ...span, is: "constant", value: null };
      case "CallNode":
        return this.#call(fields, span);
      case "SuperNode":
      case "ForwardingSuperNode":
        return { ...span, is: "super" };
      case "YieldNode":
        return { ...span, is: "yield", args: this.#args(get("arguments")) };
      // `rake orders:fill` in backticks runs that.
      case "XStringNode":
      case "InterpolatedXStringNode":
        return { ...span, is: "call", name: "system", args: [], ...ofSelf };
      case "StringNode":
      case "SymbolNode": {
        const isSymbol = fields.type === "SymbolNode";
        return { ...span, is: "text", isSymbol, parts: [this.#textPart(fields)] };
      }
      case "InterpolatedStringNode":
      case "InterpolatedSymbolNode":
        return {
          ...span,
          is: "text",
          isSymbol: fields.type === "InterpolatedSymbolNode",
          parts: this.#parts(get("parts")),
        };
      case "IntegerNode":
        return {
          ...span,
          is: "number",
          printed: integerText(this.#text.slice(span.start, span.end)),
          isFloat: false,
        };
      case "FloatNode":
        return {
          ...span,
          is: "number",
          printed: this.#text.slice(span.start, span.end).replaceAll("_", ""),
          isFloat: true,
        };
      case "TrueNode":
        return { ...span, is: "constant", value: true };
      case "FalseNode":
        return { ...span, is: "constant", value: false };
      case "NilNode":
        return { ...span, is: "constant", value: null };
      case "SelfNode":
        return { ...span, is: "self" };
      case "SourceFileNode":
        return {
          ...span,
          is: "call",
          receiver: undefined,
          name: "__FILE__",
          args: [],
          block: undefined,
          isSafe: false,
          isBare: true,
        };
      case "ArrayNode":
        return { ...span, is: "array", items: this.#all(get("elements")) };
      case "HashNode":
      case "KeywordHashNode":
        return {
          ...span,
          is: "hash",
          isKeywords: fields.type === "KeywordHashNode",
          pairs: ((get("elements") ?? []) as readonly PrismNode[]).flatMap((node) =>
            this.#pair(node.toJSON()),
          ),
        };
      case "ImplicitNode":
        return need("value");
      case "SplatNode":
        return { ...span, is: "splat", value: maybe("expression") };
      case "RangeNode":
        return {
          ...span,
          is: "range",
          from: maybe("left"),
          to: maybe("right"),
          open: this.#text.slice(span.start, span.end).includes("..."),
        };
      case "ConstantReadNode":
        return { ...span, is: "name", name: name() };
      case "ConstantPathNode": {
        const parent = maybe("parent");
        if (parent !== undefined && parent.is !== "name") return { ...span, is: "other", items: [parent] };
        return { ...span, is: "name", name: parent === undefined ? name() : `${parent.name}::${name()}` };
      }
      case "LocalVariableReadNode":
      case "InstanceVariableReadNode":
      case "ClassVariableReadNode":
      case "GlobalVariableReadNode":
        return { ...span, is: "variable", name: name() };
      case "ItLocalVariableReadNode":
        return { ...span, is: "variable", name: "it" };
      case "LocalVariableWriteNode":
      case "InstanceVariableWriteNode":
      case "ClassVariableWriteNode":
      case "GlobalVariableWriteNode":
        return { ...span, is: "assign", name: name(), value: need("value") };
      case "LocalVariableOperatorWriteNode":
      case "InstanceVariableOperatorWriteNode":
        return {
          ...span,
          is: "assign",
          name: name(),
          value: need("value"),
          operator: name("binaryOperator"),
        };
      case "LocalVariableOrWriteNode":
      case "InstanceVariableOrWriteNode":
      case "ClassVariableOrWriteNode":
        return { ...span, is: "assign", name: name(), value: need("value"), operator: "||" };
      case "LocalVariableAndWriteNode":
      case "InstanceVariableAndWriteNode":
        return { ...span, is: "assign", name: name(), value: need("value"), operator: "&&" };
      case "IndexOrWriteNode":
      case "IndexAndWriteNode":
      case "IndexOperatorWriteNode":
        return this.#changedItem(fields, span);
      case "MultiWriteNode": {
        const lefts = (get("lefts") ?? []) as readonly PrismNode[];
        const simple = fields["rest"] === null && ((get("rights") ?? []) as readonly unknown[]).length === 0;
        const names = simple ? targetNames(lefts) : lefts.map(() => undefined);
        return { ...span, is: "assignAll", names, value: need("value") };
      }
      case "ConstantWriteNode":
      case "ConstantOrWriteNode":
        return { ...span, is: "setConstant", name: name(), value: need("value") };
      case "IfNode":
      case "UnlessNode":
        return {
          ...span,
          is: "if",
          test: need("predicate"),
          negated: fields.type === "UnlessNode",
          then: maybe("statements"),
          other: maybe(fields.type === "UnlessNode" ? "elseClause" : "subsequent"),
        };
      case "ElseNode":
      case "EnsureNode":
      case "EmbeddedStatementsNode":
        return maybe("statements") ?? { ...span, is: "constant", value: null };
      case "CaseNode":
        return {
          ...span,
          is: "case",
          test: maybe("predicate"),
          branches: ((get("conditions") ?? []) as readonly PrismNode[]).map((node) => {
            const branch = node.toJSON();
            return { values: this.#all(branch["conditions"]), body: this.#maybe(branch["statements"]) };
          }),
          other: maybe("elseClause"),
        };
      case "WhileNode":
      case "UntilNode":
        return { ...span, is: "while", test: need("predicate"), body: maybe("statements") };
      case "ForNode": {
        const index = get("index") as PrismNode;
        const { type, lefts = [] } = index.toJSON();
        const names = targetNames(type === "MultiTargetNode" ? (lefts as readonly PrismNode[]) : [index]);
        return { ...span, is: "for", names, over: need("collection"), body: maybe("statements") };
      }
      case "BeginNode":
        return {
          ...span,
          is: "begin",
          body: maybe("statements"),
          rescues: this.#rescues(get("rescueClause")),
          catchesAll: isBare(get("rescueClause")),
          other: maybe("elseClause"),
          ensure: maybe("ensureClause"),
        };
      case "RescueModifierNode":
        return {
          ...span,
          is: "begin",
          body: need("expression"),
          rescues: [maybe("rescueExpression")],
          catchesAll: true,
          other: undefined,
          ensure: undefined,
        };
      case "DefinedNode": {
        const value = need("value");
        // Of a call it asks without making it.
        if (value.is !== "name") return { ...span, is: "other", items: [] };
        return { ...span, is: "call", name: "defined?", args: [value], ...ofSelf };
      }
      case "DefNode":
        return {
          ...span,
          is: "def",
          name: name(),
          nameAt: this.#span(fields["nameLoc"] as Location),
          parameters: this.#parameters(get("parameters")),
          body: maybe("body"),
          ofSelf: fields["receiver"] !== null,
        };
      case "ClassNode":
      case "ModuleNode": {
        const path = need("constantPath");
        return {
          ...span,
          is: "class",
          name: path.is === "name" ? path.name : name(),
          nameAt: { start: path.start, end: path.end },
          superclass: maybe("superclass"),
          body: maybe("body"),
          isModule: fields.type === "ModuleNode",
        };
      }
      case "LambdaNode":
        return {
          ...span,
          is: "block",
          parameters: this.#blockParameters(get("parameters")),
          body: maybe("body"),
          isLambda: true,
        };
      case "ReturnNode":
      case "NextNode":
      case "BreakNode": {
        const [value, ...more] = this.#args(get("arguments"));
        const how = ({ ReturnNode: "return", NextNode: "next", BreakNode: "break" } as const)[fields.type];
        return {
          ...span,
          is: "leave",
          how,
          value: more.length > 0 ? { ...span, is: "other", items: [] } : value,
        };
      }
      case "AndNode":
        return { ...span, is: "and", left: need("left"), right: need("right") };
      case "OrNode":
        return { ...span, is: "or", left: need("left"), right: need("right") };
      case "RegularExpressionNode":
        return {
          ...span,
          is: "regexp",
          source: this.#written(fields["contentLoc"] as Location),
          ignoresCase: this.#written(fields["closingLoc"] as Location).includes("i", 1),
        };
      case "InterpolatedRegularExpressionNode":
        return { ...span, is: "regexp", source: undefined, ignoresCase: false };
      default:
        return { ...span, is: "other", items: this.#children(fields) };
    }
  }

  /** What a node that isn't followed holds. */
  #children(fields: Fields): readonly Tree[] {
    const isNode = (value: unknown): value is PrismNode =>
      typeof value === "object" && value !== null && "toJSON" in value;
    return Object.values(fields).flatMap((value): readonly Tree[] =>
      isNode(value)
        ? [this.tree(value)]
        : Array.isArray(value)
          ? value.filter(isNode).map((one) => this.tree(one))
          : [],
    );
  }

  /** `a[:b] ||= c`, as Ruby reads it: `a[:b] || a[:b] = c`. */
  #changedItem(fields: Fields, span: Span): Tree {
    const receiver = this.#maybe(fields["receiver"]);
    const keys = this.#args(fields["arguments"]);
    const value = this.#maybe(fields["value"]) ?? { ...span, is: "other", items: [] };
    const rest = { block: undefined, isSafe: false, isBare: false };
    const call = (on: Tree | undefined, name: string, args: readonly Tree[]): Tree => {
      return { ...span, is: "call", receiver: on, name, args, ...rest };
    };
    const read = call(receiver, "[]", keys);
    if (fields.type === "IndexOperatorWriteNode") {
      const operated = call(read, textOf(fields["binaryOperator"]), [value]);
      return call(receiver, "[]=", [...keys, operated]);
    }
    const written = call(receiver, "[]=", [...keys, value]);
    return { ...span, is: fields.type === "IndexOrWriteNode" ? "or" : "and", left: read, right: written };
  }

  #call(fields: Fields, span: Span): Tree {
    const receiver = this.#maybe(fields["receiver"]);
    const message = fields["messageLoc"] as Location | null;
    const args = this.#args(fields["arguments"]);
    const block = fields["block"] as PrismNode | null;
    return {
      ...span,
      is: "call",
      receiver,
      name: String(fields["name"]),
      nameAt: message === null ? undefined : this.#span(message),
      args,
      block: block === null ? undefined : this.#block(block.toJSON()),
      isSafe:
        fields["callOperatorLoc"] !== null &&
        (fields["callOperatorLoc"] as Location).length === 2 &&
        this.#text[this.#at((fields["callOperatorLoc"] as Location).startOffset)] === "&",
      isBare:
        receiver === undefined &&
        fields["arguments"] === null &&
        fields["openingLoc"] === null &&
        block === null,
    };
  }

  #block(fields: Fields): BlockTree {
    const span = this.#span(fields.location);
    if (fields.type === "BlockArgumentNode")
      return {
        ...span,
        is: "block",
        parameters: [],
        body: undefined,
        passed: this.#maybe(fields["expression"]),
        isLambda: false,
      };
    return {
      ...span,
      is: "block",
      parameters: this.#blockParameters(fields["parameters"]),
      body: this.#maybe(fields["body"]),
      isLambda: false,
    };
  }

  #blockParameters(node: unknown): readonly Parameter[] {
    if (node === null || node === undefined) return [];
    const fields = (node as PrismNode).toJSON();
    if (fields.type === "NumberedParametersNode")
      return Array.from({ length: Number(fields["maximum"]) }, (_, i) => ({
        name: `_${i + 1}`,
        kind: "required",
      }));
    if (fields.type === "ItParametersNode") return [{ name: "it", kind: "required" }];
    return this.#parameters(fields["parameters"]);
  }

  #parameters(node: unknown): readonly Parameter[] {
    if (node === null || node === undefined) return [];
    const fields = (node as PrismNode).toJSON();
    const list = (name: string): readonly PrismNode[] => (fields[name] ?? []) as readonly PrismNode[];
    const one = (name: string): readonly PrismNode[] =>
      fields[name] === null || fields[name] === undefined ? [] : [fields[name] as PrismNode];
    return [
      ...list("requireds"),
      ...list("optionals"),
      ...one("rest"),
      ...list("posts"),
      ...list("keywords"),
      ...one("keywordRest"),
      ...one("block"),
    ].map((parameter) => this.#parameter(parameter.toJSON()));
  }

  #parameter(fields: Fields): Parameter {
    const name = textOf(fields["name"]);
    switch (fields.type) {
      case "OptionalParameterNode":
        return { name, kind: "optional", value: this.#maybe(fields["value"]) };
      case "RestParameterNode":
      case "ImplicitRestNode":
        return { name, kind: "rest" };
      case "RequiredKeywordParameterNode":
        return { name, kind: "key" };
      case "OptionalKeywordParameterNode":
        return { name, kind: "key", value: this.#maybe(fields["value"]) };
      case "KeywordRestParameterNode":
      case "ForwardingParameterNode":
      case "NoKeywordsParameterNode":
        return { name, kind: "keyRest" };
      case "BlockParameterNode":
        return { name, kind: "block" };
      case "MultiTargetNode":
        return {
          name: "",
          kind: "parts",
          parts: ((fields["lefts"] ?? []) as readonly PrismNode[]).map((part) =>
            this.#parameter(part.toJSON()),
          ),
        };
      default:
        return { name, kind: "required" };
    }
  }

  #pair(fields: Fields): readonly PairTree[] {
    const value = this.#maybe(fields["value"]);
    if (fields.type === "AssocSplatNode")
      return [{ key: undefined, value: value ?? { ...this.#span(fields.location), is: "other", items: [] } }];
    const key = this.#maybe(fields["key"]);
    return key === undefined || value === undefined ? [] : [{ key, value }];
  }

  #rescues(node: unknown): readonly (Tree | undefined)[] {
    const found: (Tree | undefined)[] = [];
    for (let one = node; one !== null && one !== undefined;) {
      const fields = (one as PrismNode).toJSON();
      found.push(this.#maybe(fields["statements"]));
      one = fields["subsequent"];
    }
    return found;
  }

  #parts(nodes: unknown): readonly (TextPart | Tree)[] {
    return ((nodes ?? []) as readonly PrismNode[]).flatMap((node): readonly (TextPart | Tree)[] => {
      const fields = node.toJSON();
      if (fields.type === "StringNode") return [this.#textPart(fields)];
      if (fields.type === "InterpolatedStringNode") return this.#parts(fields["parts"]);
      return [this.tree(node)];
    });
  }

  #textPart(fields: Fields): TextPart {
    const at = this.#span((fields["contentLoc"] ?? fields["valueLoc"] ?? fields.location) as Location);
    const text = (fields["unescaped"] as { readonly value: string }).value;
    const written = this.#text.slice(at.start, at.end);
    // A squiggly heredoc takes blanks from the front of its lines.
    if (written.endsWith(text)) return { start: at.end - text.length, end: at.end, text, exact: true };
    return { ...at, text, exact: false };
  }
}

/** A name; empty where there is none. */
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
