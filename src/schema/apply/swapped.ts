/**
 * MySQL and MariaDB rename all columns and indexes of a statement at once: `RENAME COLUMN a TO b, RENAME COLUMN b TO a`
 * swaps. What a rename takes the name of goes aside first, so that one after the other does the same.
 */
import type { Operation } from "../../model/operation.ts";
import type { Untangled } from "../dialect.ts";

interface Rename {
  readonly from: string;
  readonly to: string;
}

/** Undefined: it renames no member of a table. */
function renameOf(op: Operation): Rename | undefined {
  switch (op.kind) {
    case "renameColumn":
      return { from: `column ${op.column.text}`, to: `column ${op.to.text}` };
    case "redefineColumn":
      return { from: `column ${op.column.text}`, to: `column ${op.definition.name.text}` };
    case "renameIndex":
      return { from: `index ${op.index.name}`, to: `index ${op.to.text}` };
    default:
      return undefined;
  }
}

const put = " (aside)";

export function untangled(operations: readonly Operation[]): Untangled {
  if (operations.length < 2) return { aside: [], operations };
  const aside: Operation[] = [];
  const taken = new Set<string>();
  const made = operations.map((op): Operation => {
    const names = renameOf(op);
    if (names === undefined || names.from === names.to) return op;
    taken.add(names.to);
    if (!taken.has(names.from)) return op;
    if (op.kind === "renameIndex") {
      const index = { ...op.index, name: op.index.name + put };
      aside.push({ ...op, to: { text: index.name, span: op.to.span } });
      return { ...op, index };
    }
    if (op.kind !== "renameColumn" && op.kind !== "redefineColumn") return op;
    const column = { ...op.column, text: op.column.text + put };
    const { span, head, table, ifExists } = op;
    const rename = { kind: "renameColumn", span, head, table, ifExists } as const;
    aside.push({ ...rename, object: "table", column: op.column, to: column });
    return { ...op, column };
  });
  return { aside, operations: made };
}
