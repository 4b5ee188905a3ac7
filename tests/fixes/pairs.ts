/** Histories before and after their safe fixes, and what a server holds after each. */
import { fixProject, lintProject } from "../../src/index.ts";
import type { DialectFamily } from "../../src/model/dialect.ts";
import { nodeFileSystem, overlay } from "../../src/project/files/file-system.ts";
import { playable, type Held, type Lab, type Played } from "./lab.ts";

export interface Pair {
  readonly name: string;
  readonly before: readonly Played[];
  readonly after: readonly Played[];
  /** SQL that both begin with. */
  readonly given: string;
  /** Rules whose safe fixes were made. */
  readonly fixedBy: readonly string[];
}

/** One for each history of SQL files below a folder that a safe fix of any rule changes. */
export async function projectPairs(
  folder: string,
  name: string,
  family: DialectFamily,
): Promise<readonly Pair[]> {
  const fs = nodeFileSystem(folder);
  const plain = { cwd: folder, opinions: { presets: ["strict" as const] }, allowEmpty: true };
  const { histories } = await lintProject({ ...plain, fs });
  // What means the same differs between the two, and a MariaDB is to play it.
  const isMysql = family === "mysql" && histories.some(({ dialect }) => dialect === "mysql");
  const options = isMysql ? { ...plain, facts: { dialect: "mariadb" as const } } : plain;
  const { result, files } = await fixProject({ ...options, fs });
  if (files.length === 0) return [];
  const unfixed = Object.fromEntries(files.map(({ file, before }) => [file, before]));
  const was = await lintProject({ ...options, fs: overlay(fs, unfixed) });
  const own = new Set(
    histories
      .filter(({ dialect }) => (dialect === "postgres" ? "postgres" : "mysql") === family)
      .map(({ root }) => root),
  );
  return was.histories.flatMap((history, at) => {
    const later = result.histories[at];
    if (
      later === undefined ||
      !own.has(history.root) ||
      !history.migrations.some(({ up }) => unfixed[up.path] !== undefined)
    )
      return [];
    const paths = new Set(history.migrations.map(({ up }) => up.path));
    const ids = was.findings.filter(({ fix, file }) => fix && paths.has(file)).map(({ ruleId }) => ruleId);
    return [
      {
        name: `${name}: ${history.root}`,
        before: playable(history),
        after: playable(later),
        given: "",
        fixedBy: ids,
      },
    ];
  });
}

export interface Compared {
  /** Migrations that the server ran to their end. */
  readonly ran: number;
  /** `- ` lines and errors of before, `+ ` those of after. Empty: they mean the same. */
  readonly differences: readonly string[];
}

export async function comparePair(lab: Lab, { before, after, given }: Pair): Promise<Compared> {
  const [was, is] = [await lab.play(before, given), await lab.play(after, given)];
  const ran = was.errors.filter((error) => error === undefined).length;
  const differences = differing(was, is);
  if (differences.length === 0) return { ran, differences };
  // Rows that a second run makes by chance, too, are no difference.
  const byChance = new Set(differing(was, await lab.play(before, given)).flatMap(tableOfRows));
  return {
    ran,
    differences: differences.filter((line) => tableOfRows(line).every((table) => !byChance.has(table))),
  };
}

const tableOfRows = (line: string): readonly string[] => /^[-+] (rows \S+)/.exec(line)?.slice(1) ?? [];

function differing(was: Held, is: Held): readonly string[] {
  const [gone, come] = [was, is].map(
    ({ lines, errors }) =>
      new Set([...lines, ...errors.map((error, at) => `migration ${at + 1}: ${error ?? "ran"}`)]),
  );
  return [
    ...[...(gone ?? [])].filter((line) => come?.has(line) !== true).map((line) => `- ${line}`),
    ...[...(come ?? [])].filter((line) => gone?.has(line) !== true).map((line) => `+ ${line}`),
  ];
}
