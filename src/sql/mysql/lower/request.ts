/** How ALTER TABLE, CREATE INDEX and DROP INDEX ask to be run. */
import type { AlterRequest, Asked, Operation } from "../../../model/operation.ts";
import type { Span } from "../../../text/span.ts";
import type { Cursor } from "../cursor.ts";

const algorithms = ["default", "instant", "inplace", "nocopy", "copy"] as const;
const locks = ["default", "none", "shared", "exclusive"] as const;

export class Requests {
  private found: AlterRequest = {};

  ignore(span: Span): void {
    this.found = { ...this.found, ignore: span };
  }

  online(span: Span): void {
    this.found = { ...this.found, online: span };
  }

  /** Reads one of its clauses; false where none begins. */
  read(c: Cursor): boolean {
    const first = c.at;
    if (c.is("algorithm")) {
      const value = choice(c, algorithms);
      if (value === undefined) return false;
      this.found = { ...this.found, algorithm: { value, span: c.span(first) } };
    } else if (c.is("lock")) {
      const value = choice(c, locks);
      if (value === undefined) return false;
      this.found = { ...this.found, lock: { value, span: c.span(first) } };
    } else if (c.is("nowait") || (c.is("wait") && c.peek(1)?.kind === "number")) {
      const value = c.take("nowait") ? 0 : Number(c.peek(1)?.value);
      if (c.word() === "wait") c.at += 2;
      this.found = { ...this.found, wait: { value, span: c.span(first) } };
    } else if (c.is("with", "validation") || c.is("without", "validation")) {
      const validation: Asked<boolean> = { value: c.word() === "with", span: c.span(first, first + 2) };
      c.at += 2;
      this.found = { ...this.found, validation };
    } else return false;
    return true;
  }

  /** All that follow each other. */
  readAll(c: Cursor): void {
    while (this.read(c)) c.take(",");
  }

  get none(): boolean {
    return Object.keys(this.found).length === 0;
  }

  on<T extends Operation>(operations: readonly T[]): T[] {
    return this.none ? [...operations] : operations.map((op) => ({ ...op, request: this.found }));
  }
}

function choice<T extends string>(c: Cursor, values: readonly T[]): T | undefined {
  const ahead = c.word(1) === "=" ? 2 : 1;
  const value = values.find((each) => each === c.word(ahead));
  if (value !== undefined) c.at += ahead + 1;
  return value;
}
