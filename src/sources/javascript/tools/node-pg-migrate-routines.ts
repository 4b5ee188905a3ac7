/** node-pg-migrate's views, functions and triggers. */
import type { Span } from "../../../text/span.ts";
import type { SqlWriter } from "../sql.ts";
import type { Call, Output } from "../tool.ts";
import { fieldOf, isOn, itemsOf, textOf, type Link, type Value } from "../value.ts";
import { body, isFalse, type PgmColumns } from "./node-pg-migrate-columns.ts";

export class PgmRoutines {
  readonly #output: Output;
  readonly #sql: SqlWriter;
  readonly #columns: PgmColumns;

  constructor(output: Output, sql: SqlWriter, columns: PgmColumns) {
    this.#output = output;
    this.#sql = sql;
    this.#columns = columns;
  }

  createView({ name, values = [], at }: Link, call: Call): void {
    const [view, options, definition] = values;
    const sql = this.#sql;
    const isMaterialized = name === "createMaterializedView";
    const columns = itemsOf(fieldOf(options, "columns"));
    const word = isMaterialized
      ? `MATERIALIZED VIEW ${isOn(options, "ifNotExists") ? "IF NOT EXISTS " : ""}`
      : `${isOn(options, "replace") ? "OR REPLACE " : ""}${isOn(options, "temporary") ? "TEMPORARY " : ""}${isOn(options, "recursive") ? "RECURSIVE " : ""}VIEW `;
    if (definition?.is !== "text") {
      this.#output.dynamic(at, call, `CREATE ${word}`);
      return;
    }
    const list = columns.length === 0 ? "" : sql.join(at, " (", sql.names(columns, at), ")");
    const data = isFalse(fieldOf(options, "data")) ? " WITH NO DATA" : "";
    this.#output.built(
      sql.join(at, `CREATE ${word}`, this.#columns.table(view, at), list, " AS ", definition.segments, data),
      call,
    );
  }

  createFunction({ values = [], at }: Link, call: Call): void {
    const [name, parameters, options, definition] = values;
    if (definition === undefined) this.#output.dynamic(at, call, "CREATE FUNCTION ");
    else this.#function(name, parameters, options, definition, at, call);
  }

  #function(
    name: Value | undefined,
    parameters: Value | undefined,
    options: Value | undefined,
    definition: Value,
    at: Span,
    call: Call,
    standard = "void",
  ): void {
    const sql = this.#sql;
    const given = itemsOf(parameters).map((one) => {
      const text = textOf(one);
      if (text !== undefined) return sql.at(one.at, text);
      const mode = textOf(fieldOf(one, "mode"));
      const own = fieldOf(one, "name");
      const value = fieldOf(one, "default");
      return sql.join(
        one.at,
        mode === undefined ? "" : `${mode} `,
        own === undefined ? "" : sql.join(one.at, sql.name(own, at), " "),
        this.#columns.type(one, at),
        value === undefined ? "" : sql.join(value.at, " DEFAULT ", this.#columns.value(value)),
      );
    });
    const word = (field: string, before = ""): string => {
      const text = textOf(fieldOf(options, field));
      return text === undefined ? "" : ` ${before}${text}`;
    };
    this.#output.built(
      sql.join(
        at,
        `CREATE ${isOn(options, "replace") ? "OR REPLACE " : ""}FUNCTION `,
        this.#columns.table(name, at),
        "(",
        sql.list(given, at),
        `) RETURNS ${textOf(fieldOf(options, "returns")) ?? standard} AS `,
        body(sql, definition, at),
        `${word("behavior")}${word("language", "LANGUAGE ")}${textOf(fieldOf(options, "security")) === "DEFINER" ? " SECURITY DEFINER" : ""}${word("parallel", "PARALLEL ")}`,
      ),
      call,
    );
  }

  createTrigger({ values = [], at }: Link, call: Call): void {
    const [table, name, options, definition] = values;
    const sql = this.#sql;
    const called = fieldOf(options, "function") ?? name;
    const words = itemsOf(fieldOf(options, "operation")).map(textOf);
    const when = isOn(options, "constraint") ? "AFTER" : textOf(fieldOf(options, "when"));
    if (words.length === 0 || words.includes(undefined) || when === undefined) {
      this.#output.dynamic(at, call, "CREATE TRIGGER ");
      return;
    }
    if (definition !== undefined) this.#function(called, undefined, options, definition, at, call, "trigger");
    const condition = fieldOf(options, "condition");
    const given = itemsOf(fieldOf(options, "functionParams")).map((one) => sql.literal(one));
    const level = /instead/i.test(when) ? "ROW" : (textOf(fieldOf(options, "level")) ?? "STATEMENT");
    this.#output.built(
      sql.join(
        at,
        `CREATE ${isOn(options, "constraint") ? "CONSTRAINT " : ""}TRIGGER `,
        sql.name(name, at),
        ` ${when} ${words.join(" OR ")} ON `,
        this.#columns.table(table, at),
        isOn(options, "deferrable")
          ? ` DEFERRABLE INITIALLY ${isOn(options, "deferred") ? "DEFERRED" : "IMMEDIATE"}`
          : "",
        ` FOR EACH ${level}`,
        condition === undefined
          ? ""
          : sql.join(condition.at, " WHEN (", this.#columns.text(condition, at), ")"),
        " EXECUTE PROCEDURE ",
        this.#columns.table(called, at),
        "(",
        sql.list(given, at),
        ")",
      ),
      call,
    );
  }
}
