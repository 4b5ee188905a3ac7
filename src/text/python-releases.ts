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

/** `5.2.1`; the folder of the migrations' root and those above it are looked at. Undefined: nothing says it. */
export function releaseOf(
  { root }: { readonly root: string },
  readFile: ReadFile,
  name: string,
): string | undefined {
  const folders = [root];
  for (let folder = root; folder !== "." && folder !== "";) {
    folder = parentOf(folder);
    folders.push(folder);
  }
  const own = name.replaceAll(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
  const locked = [
    new RegExp(`^name = "${own}"\\s*\\nversion = "(\\d+(?:\\.\\d+)*)`, "m"),
    new RegExp(`"${own}":[ \\t]*\\{[^{}]*?"version":[ \\t]*"==(\\d+(?:\\.\\d+)*)`, "s"),
  ];
  const required = new RegExp(
    `(?:^|["'\\s])${own}(?:\\[[^\\]]*\\])?["']?[ \\t]*=?[ \\t]*[{"']*(?:version[ \\t]*=[ \\t]*["'])?(?:==|~=|>=|\\^|~|<=)[ \\t]*(\\d+(?:\\.\\d+)*)`,
    "m",
  );
  for (const folder of folders)
    for (const [names, patterns] of [
      [locks, locked],
      [pythonManifests, [required]],
    ] as const)
      for (const file of names) {
        const text = readFile(join(folder, file));
        if (text === undefined) continue;
        for (const pattern of patterns) {
          const found = pattern.exec(text)?.[1];
          if (found !== undefined) return found;
        }
      }
  return undefined;
}
