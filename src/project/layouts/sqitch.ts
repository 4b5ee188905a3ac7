/** Sqitch: `deploy/x.sql` undone by `revert/x.sql`, in the order of the lines of `sqitch.plan`; no numbers anywhere. */
import type { FileProblem } from "../migration.ts";
import { join } from "../paths.ts";
import { linesOf } from "../scan.ts";
import { assemble, badName, type Piece } from "./assemble.ts";
import { countFiles, type FolderView, type Layout } from "./layout.ts";
import { isSql } from "./names.ts";

/** Names of changes in the order of the plan; a change that is reworked comes again, its older script is `x@tag`. */
function planned(view: FolderView): readonly string[] {
  const names: string[] = [];
  let tag = "";
  const later = new Map<string, { at: number; tag: string }>();
  const pending: string[] = [];
  for (const line of linesOf(view.read("sqitch.plan") ?? "")) {
    const text = line.text.trim();
    if (text === "" || /^[%#]/.test(text)) continue;
    const word = text.split(/\s/, 1)[0] ?? "";
    if (word.startsWith("@")) {
      tag = word;
      for (const name of pending) later.set(name, { at: names.lastIndexOf(name), tag });
      pending.length = 0;
      continue;
    }
    const before = later.get(word);
    if (before !== undefined) names[before.at] = word + before.tag;
    names.push(word);
    pending.push(word);
  }
  return names;
}

export const sqitch: Layout = {
  name: "sqitch",
  ownsBelow: true,
  isRoot: () => true,
  detect(view) {
    if (!view.files.includes("sqitch.plan")) return undefined;
    const files = view.files.filter((file) => isSql(file) && /^(?:deploy|revert)\//.test(file));
    if (files.length === 0) return undefined;
    return {
      files: files.length,
      because: `sqitch.plan orders ${countFiles(files.length)} in deploy and revert`,
    };
  },
  read(view, options) {
    const order = new Map(planned(view).map((name, index) => [name, index]));
    const pieces: Piece[] = [];
    const problems: FileProblem[] = [];
    for (const file of view.files) {
      const match = /^(deploy|revert)\/(.+)\.sql$/.exec(file);
      if (match === null) continue;
      const [, folder = "", name = ""] = match;
      if (!order.has(name)) {
        if (folder === "deploy")
          problems.push(badName(view, file, "sqitch skips it: sqitch.plan doesn't name it"));
        continue;
      }
      const direction = folder === "deploy" ? "up" : "down";
      pieces.push({ file, direction, key: name, description: name, name, kind: "versioned" });
    }
    const rank = (piece: Piece): number => order.get(piece.name) ?? 0;
    const read = assemble(view, options, pieces, (a, b) => rank(a) - rank(b));
    return {
      rollbacks: "file",
      rollbackName: (migration) => join("revert", `${migration.name}.sql`),
      migrations: read.migrations,
      problems: [...problems, ...read.problems],
    };
  },
};
