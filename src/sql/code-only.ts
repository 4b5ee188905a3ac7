/** The front end of a database whose migrations are code: a text by itself is no statement of it. */
import type { FrontEnd } from "./front-end.ts";

export const codeOnly: FrontEnd = {
  load: () => Promise.resolve(),
  read(text, part = { start: 0, end: text.length }) {
    const written = text.slice(part.start, part.end);
    const start = part.start + written.length - written.trimStart().length;
    const span = { start, end: part.start + written.trimEnd().length };
    if (span.start >= span.end) return { statements: [], problems: [], comments: [] };
    return {
      statements: [
        {
          span,
          kind: "unparsable",
          operations: [{ kind: "unknown", span, head: span, statement: "unparsable", relations: [] }],
        },
      ],
      problems: [],
      comments: [],
    };
  },
};
