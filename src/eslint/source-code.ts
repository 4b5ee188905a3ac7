/** A file of SQL as ESLint sees it: its text, the places of its statements and comments, ESLint's own directives. */
import { ConfigCommentParser, Directive, TextSourceCodeBase, VisitNodeStep } from "@eslint/plugin-kit";
import { indexLines, type Outline, type Span } from "../index.ts";

interface Place {
  /** Offsets in the text without its BOM. */
  readonly range: [start: number, end: number];
  /** Lines count from 1, columns from 0. */
  readonly loc: { readonly start: Point; readonly end: Point };
}

interface Point {
  readonly line: number;
  readonly column: number;
}

export interface SqlStatement extends Place {
  readonly type: "SqlStatement";
  /** The parser's name for it: `AlterTableStmt`, of MySQL `ALTER TABLE`. */
  readonly kind: string;
}

export interface SqlComment extends Place {
  readonly type: "SqlComment";
  /** Without its delimiters. */
  readonly value: string;
}

export interface SqlFile extends Place {
  readonly type: "SqlFile";
  readonly statements: readonly SqlStatement[];
  readonly comments: readonly SqlComment[];
}

export type SqlNode = SqlFile | SqlStatement | SqlComment;

export function sqlFile(text: string, { statements, comments }: Outline): SqlFile {
  const lines = indexLines(text);
  const point = (offset: number): Point => {
    const { line, column } = lines.position(offset);
    return { line, column: column - 1 };
  };
  const place = ({ start, end }: Span): Place => ({
    range: [start, end],
    loc: { start: point(start), end: point(end) },
  });
  return {
    type: "SqlFile",
    ...place({ start: 0, end: text.length }),
    statements: statements.map(({ span, kind }) => ({ type: "SqlStatement", kind, ...place(span) })),
    comments: comments.map((span) => ({
      type: "SqlComment",
      value: withoutDelimiters(text.slice(span.start, span.end)),
      ...place(span),
    })),
  };
}

function withoutDelimiters(comment: string): string {
  if (!comment.startsWith("/*")) return comment.slice(comment.startsWith("#") ? 1 : 2);
  return comment.slice(2, comment.endsWith("*/") ? -2 : undefined);
}

interface Types {
  LangOptions: Record<string, unknown>;
  RootNode: SqlFile;
  SyntaxElementWithLoc: SqlNode;
  ConfigNode: SqlComment;
}

const parser = new ConfigCommentParser();

type DirectiveType = ConstructorParameters<typeof Directive>[0]["type"];

const directiveTypes: ReadonlyMap<string, DirectiveType> = new Map(
  (["disable", "enable", "disable-line", "disable-next-line"] as const).map((type) => [
    `eslint-${type}`,
    type,
  ]),
);

type InlineConfig = NonNullable<ReturnType<typeof parser.parseJSONLikeConfig>>;
type Rules = Extract<InlineConfig, { ok: true }>["config"];

export class SqlSourceCode extends TextSourceCodeBase<Types> {
  readonly hasBOM: boolean;

  constructor(text: string, ast: SqlFile, hasBOM: boolean) {
    super({ text, ast, lineEndingPattern: /\r\n?|\n/u });
    this.hasBOM = hasBOM;
  }

  get comments(): readonly SqlComment[] {
    return this.ast.comments;
  }

  /** As the source code of JavaScript has it, whose rules often run on all files. */
  getAllComments(): readonly SqlComment[] {
    return this.ast.comments;
  }

  override getParent(node: SqlNode): SqlFile | undefined {
    return node.type === "SqlFile" ? undefined : this.ast;
  }

  /** Comments that speak to ESLint. */
  getInlineConfigNodes(): SqlComment[] {
    return this.#directives().map(({ node }) => node);
  }

  getDisableDirectives(): {
    directives: Directive[];
    problems: { ruleId: null; message: string; loc: SqlComment["loc"] }[];
  } {
    const directives: Directive[] = [];
    const problems: { ruleId: null; message: string; loc: SqlComment["loc"] }[] = [];
    for (const { node, label, value, justification } of this.#directives()) {
      const type = directiveTypes.get(label);
      if (type === undefined) continue;
      if (type === "disable-line" && node.loc.start.line !== node.loc.end.line)
        problems.push({ ruleId: null, message: `${label} stands on several lines`, loc: node.loc });
      else directives.push(new Directive({ type, node, value, justification }));
    }
    return { directives, problems };
  }

  /** Rules that a comment sets: `eslint ddlint/drop-column: "off"`. */
  applyInlineConfig(): {
    configs: { config: { rules: Rules }; loc: SqlComment["loc"] }[];
    problems: { ruleId: null; message: string; loc: SqlComment["loc"] }[];
  } {
    const own = this.#directives()
      .filter(({ label }) => label === "eslint")
      .map(({ node, value }) => ({ loc: node.loc, read: parser.parseJSONLikeConfig(value) }));
    return {
      configs: own.flatMap(({ loc, read }) => (read.ok ? [{ config: { rules: read.config }, loc }] : [])),
      problems: own.flatMap(({ loc, read }) =>
        read.ok ? [] : [{ ruleId: null, message: read.error.message, loc }],
      ),
    };
  }

  override *traverse(): Generator<VisitNodeStep> {
    yield new VisitNodeStep({ target: this.ast, phase: 1, args: [this.ast, undefined] });
    for (const statement of this.ast.statements) {
      yield new VisitNodeStep({ target: statement, phase: 1, args: [statement, this.ast] });
      yield new VisitNodeStep({ target: statement, phase: 2, args: [statement, this.ast] });
    }
    yield new VisitNodeStep({ target: this.ast, phase: 2, args: [this.ast, undefined] });
  }

  #directives(): readonly { node: SqlComment; label: string; value: string; justification: string }[] {
    return this.comments.flatMap((node) => {
      const { label, value, justification } = parser.parseDirective(node.value) ?? { label: "" };
      return label === "eslint" || directiveTypes.has(label)
        ? [{ node, label, value: value ?? "", justification: justification ?? "" }]
        : [];
    });
  }
}
