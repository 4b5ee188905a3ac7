/** Follows advice as a user does: the files that it consists of, and what stands in place of a call. */
import { lintProject, memoryFileSystem, type Finding } from "../../src/index.ts";

export type Project = Readonly<Record<string, string>>;

/** What is left, and the project with all advice followed. */
export interface Followed {
  readonly files: Project;
  readonly findings: readonly Finding[];
}

const most = 6;

/** How advice is followed in files of a language. */
export interface Way {
  /** It has a file, or calls. */
  readonly isCode: (advice: string) => boolean;
  /** The line from the finding on is a call that can be replaced, and no text of the migration. */
  readonly isCall?: (line: string) => boolean;
  readonly apply: (files: Project, finding: Finding) => Project;
}

/** Follows the advice for a migration, one finding after the other, as long as there is any in its tool's language. */
export async function follow(
  project: Project,
  migration: string,
  { isCode, isCall = () => true, apply }: Way = inPython,
): Promise<Followed> {
  let files = project;
  for (let round = 0; ; round++) {
    const findings = (await lint(files)).filter(
      ({ file }) => project[file] === undefined || file === migration,
    );
    const source = (files[migration] ?? "").split("\n");
    const own = findings.filter(
      ({ file, line, column, instead = "" }) =>
        file === migration && isCode(instead) && isCall((source[line - 1] ?? "").slice(column - 1)),
    );
    const [first] = own;
    const [next] = own
      .filter(({ line, column }) => line === first?.line && column === first.column)
      .toSorted((a, b) => (b.instead ?? "").length - (a.instead ?? "").length);
    if (next === undefined || round === most) return { files, findings };
    const after = apply(files, next);
    if (JSON.stringify(after) === JSON.stringify(files)) return { files, findings };
    files = after;
  }
}

const lint = async (files: Project): Promise<readonly Finding[]> =>
  (await lintProject({ fs: memoryFileSystem(files), facts: { dialect: "postgres", lockTimeout: "2s" } }))
    .findings;

function withAdvice(files: Project, { instead = "", file, line, column }: Finding): Project {
  const changed: Record<string, string> = { ...files };
  const parts = instead.split(/^(?=# \S+\.py$)/m);
  const [fragment = ""] = parts.splice(0, /^# \S+\.py$/m.test(parts[0] ?? "") ? 0 : 1);
  const source = files[file] ?? "";
  const calls = fragment.replaceAll(/^#.*\n?/gm, "").trimEnd();
  // Where a file takes the migration's place, it is that; where one follows, the call leaves the migration.
  if (!parts.some((part) => part.startsWith(`# ${file}\n`)))
    changed[file] = inPlace(source, { line, column }, calls);
  for (const part of parts) {
    const [head = "", ...lines] = part.split("\n");
    const text = lines.join("\n").replace(/(?:\n#[^\n]*)+\s*$/, "");
    const path = head.slice(2);
    const moved =
      /^# the down_revision of what follows "\S+" by then \(now (?<name>\S+)\) is then (?<to>"\w+")$/m.exec(
        text,
      ) ?? /^# (?<name>\w+) then depends on (?<to>\(.*\))$/m.exec(text);
    const { name = "", to = "" } = moved?.groups ?? {};
    for (const [other, own] of Object.entries(changed))
      if (name !== "" && (other.includes(`/${name}.py`) || own.includes(`\nrevision = "${name}"\n`)))
        changed[other] = own
          .replace(/^down_revision = .*$/m, `down_revision = ${to}`)
          .replace(/^( +)dependencies = .*$/m, `$1dependencies = [${to}]`);
    // The names that the new file takes back.
    if (/^# leave what its downgrade\(\) does out of that/m.test(text)) {
      const names = [
        ...text.matchAll(/(?:\bCONSTRAINT |\bINDEX CONCURRENTLY (?:IF EXISTS )?|\bdrop_index\(")(\w+)/g),
      ].map(([, one]) => one);
      changed[file] = (changed[file] ?? "").replace(/def downgrade[^]*$/, (down) =>
        down.replaceAll(/^ +op\.drop_\w+\("(\w+)".*\n/gm, (call, name: string) =>
          names.includes(name) ? "" : call,
        ),
      );
    }
    changed[path] = `${text.trimEnd()}\n`;
  }
  return changed;
}

/** The source with the call that begins at a place replaced; imports go to the others. */
function inPlace(
  source: string,
  { line, column }: { readonly line: number; readonly column: number },
  text: string,
): string {
  const lines = source.split("\n");
  const start = lines.slice(0, line - 1).join("\n").length + column - (line === 1 ? 1 : 0);
  let depth = 0;
  let end = source.indexOf("(", start);
  for (; end < source.length; end++) {
    if (source[end] === "(") depth++;
    if (source[end] === ")" && --depth === 0) break;
  }
  end++;
  if (source[end] === ",") end++;
  const edge = " ".repeat(column - 1);
  const imports = text.split("\n").filter((one) => /^from \S+ import /.test(one));
  const rest = text.split("\n").filter((one) => one !== "" && !imports.includes(one));
  const before = source.slice(0, start).replace(/^/, imports.map((one) => `${one}\n`).join(""));
  const body = rest.map((one, at) => (at === 0 ? one : edge + one)).join("\n");
  return body === ""
    ? `${before.replace(/[ \t]*$/, "")}${source.slice(end).replace(/^\n/, "")}`
    : `${before}${body}${source.slice(end)}`;
}

const inPython: Way = {
  isCode: (text) => /^# \S+\.py$/m.test(text) || /^(?:op|migrations)\.\w+\(/m.test(text),
  isCall: (line) => /^[\w.]+\(/.test(line),
  apply: withAdvice,
};
