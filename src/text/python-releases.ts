/** Which release of a package a project of Python uses: by its lock file, else by what it asks for. */

type ReadFile = (path: string) => string | undefined;

/** Where a project says what it asks for, as paths from its folder; of several kinds of installation the first counts. */
export const pythonManifests: readonly string[] = [
  "requirements.txt",
  "requirements/base.txt",
  "requirements/common.txt",
  "requirements/production.txt",
  "requirements/requirements.txt",
  "requirements/main.txt",
  "requirements/prod.txt",
  "requirements/default.txt",
  "requirements-prod.txt",
  "requirements-production.txt",
  "requirements_prod.txt",
  "requirements.pip",
  "requirements.in",
  "requirements/base.in",
  "requirements/requirements.in",
  "requirements/main.in",
  "requirements/prod.in",
  "Pipfile",
  "pyproject.toml",
  "setup.cfg",
  "setup.py",
];
const locks = ["poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock"];

const join = (folder: string, name: string): string =>
  folder === "." || folder === "" ? name : `${folder}/${name}`;

/** `.` for the root's own files. */
const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/"))) || ".";

/**
 * As pip reads a file: without its comments; one that begins with UTF-16's mark, as PowerShell's `>` writes it, has a NUL
 * behind each letter.
 */
export function asPipReads(text: string): string;
export function asPipReads(text: string | undefined): string | undefined;
export function asPipReads(text: string | undefined): string | undefined {
  const plain = text?.startsWith("\uFFFD\uFFFD") === true ? text.slice(2).replaceAll("\0", "") : text;
  return plain?.replaceAll(/(?<=^|[ \t])#.*/gm, "");
}

/** `-r base.txt`, `--requirement=base.txt`, `-c constraints.txt` */
const includes = /^[ \t]*(?:-r|--requirement|(-c|--constraint))(?:[ \t]*=[ \t]*|[ \t]*)([\w./-]{1,200})/gm;
const deepestInclude = 3;

/** What a file of requirements installs by naming other files, which are relative to it. `pins`: constraints, too. */
export function includedBy(
  name: string,
  text: string,
  readFile: ReadFile,
  pins = false,
  depth = 1,
): readonly { readonly name: string; readonly text: string }[] {
  return [...text.matchAll(includes)].flatMap(([, constraint, path = ""]) => {
    if (constraint !== undefined && !pins) return [];
    const other = resolved(parentOf(name), path);
    const found = other === undefined ? undefined : asPipReads(readFile(other));
    if (other === undefined || found === undefined) return [];
    const more = depth < deepestInclude ? includedBy(other, found, readFile, pins, depth + 1) : [];
    return [{ name: other, text: found }, ...more];
  });
}

/** Undefined: it lies above. */
function resolved(folder: string, path: string): string | undefined {
  const parts = folder === "." ? [] : folder.split("/");
  for (const part of path.split("/")) {
    if (part === "..") {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}

/** `5.2.1`; the folder of the migrations' root and those above it are looked at. Undefined: nothing says it. */
export const releaseOf = (
  history: { readonly root: string },
  readFile: ReadFile,
  name: string,
): string | undefined => requiredOf(history, readFile, name)?.release;

/** Whether the project installs this release of a package or a newer one, as far as it is said. */
export function mayBeFrom(
  history: { readonly root: string },
  readFile: ReadFile,
  name: string,
  wanted: string,
): boolean {
  const found = requiredOf(history, readFile, name);
  if (found === undefined || found.sign === ">=") return true;
  const [own, other] = [found.release, wanted].map((one) => one.split(".").map(Number));
  // `^2.0.6` and `~=2.0.6` install what is newest of 2.
  const parts = /^[~^]/.test(found.sign) ? other?.slice(0, 1) : other;
  for (const [i, number] of (parts ?? []).entries()) {
    const mine = own?.[i] ?? 0;
    if (mine !== number) return mine > number;
  }
  return true;
}

interface Required {
  readonly sign: string;
  readonly release: string;
}

function requiredOf(
  { root }: { readonly root: string },
  readFile: ReadFile,
  name: string,
): Required | undefined {
  const folders = [root];
  for (let folder = root; folder !== "." && folder !== "";) {
    folder = parentOf(folder);
    folders.push(folder);
  }
  const own = name.replaceAll(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
  const locked = [
    new RegExp(`^name = "${own}"\\s*\\nversion = "(?<release>\\d+(?:\\.\\d+)*)`, "m"),
    new RegExp(`"${own}":[ \\t]*\\{[^{}]*?"version":[ \\t]*"==(?<release>\\d+(?:\\.\\d+)*)`, "s"),
  ];
  const required = new RegExp(
    `(?:^|["'\\s])${own}(?:\\[[^\\]]*\\])?["']?[ \\t]*=?[ \\t]*[{"']*(?:version[ \\t]*=[ \\t]*["'])?(?<sign>==|~=|>=|\\^|~|<=)[ \\t]*(?<release>\\d+(?:\\.\\d+)*)`,
    "m",
  );
  // Poetry reads a release without a sign as exactly this one.
  const exact = new RegExp(
    `^${own}[ \\t]*=[ \\t]*(?:\\{[^}\\n]*?version[ \\t]*=[ \\t]*)?["'](?<release>\\d+(?:\\.\\d+)*)["']`,
    "m",
  );
  for (const folder of folders)
    for (const [names, patterns] of [
      [locks, locked],
      [pythonManifests, [required, exact]],
    ] as const)
      for (const file of names) {
        const path = join(folder, file);
        const text = asPipReads(readFile(path));
        if (text === undefined) continue;
        const included = /\.(?:txt|in)$/.test(file) ? includedBy(path, text, readFile, true) : [];
        for (const one of [text, ...included.map((other) => other.text)])
          for (const pattern of patterns) {
            const { sign = "==", release } = pattern.exec(one)?.groups ?? {};
            if (release !== undefined) return { sign, release };
          }
      }
  return undefined;
}
