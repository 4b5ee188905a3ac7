/** Schema statements in the body of the class, outside of its methods: they run when Rails loads the file. */
import type { ClassInfo, Method } from "../classes.ts";
import type { Tree } from "../tree.ts";
import { spread } from "../tree-items.ts";
import { isDefinition } from "./definitions.ts";
import { isStatement } from "./statements.ts";

/** The method that runs forwards, behind what the body sends; without such a method, the body alone. */
export function withBody(
  { body, file, tree, ...info }: ClassInfo,
  forward: Method | undefined,
): Method | undefined {
  const sent = body.filter(isSent);
  const [first] = sent;
  const last = sent.at(-1);
  if (first === undefined || last === undefined) return forward;
  const { start, end } = forward?.tree ?? { start: first.start, end: last.end };
  const items = [...sent, ...spread(forward?.tree.body)];
  return {
    file: forward?.file ?? file,
    owner: forward?.owner ?? { body, file, tree, ...info },
    tree: {
      is: "def",
      name: "up",
      parameters: [],
      ofSelf: false,
      ...forward?.tree,
      body: { is: "block-of", items, start, end },
      start,
      end,
    },
  };
}

/** `change_table :orders do |t|`, `execute "…"`; a block that is only there for others holds them, too. */
const isSent = (item: Tree): boolean =>
  item.is === "call" &&
  item.receiver === undefined &&
  (item.name === "change_table" ||
    item.name === "execute" ||
    isStatement(item.name) ||
    isDefinition(item.name) ||
    (item.name === "safety_assured" && spread(item.block?.body).some(isSent)));
