/** A folder of migrations in JavaScript or TypeScript: knex, typeorm, sequelize, mikro-orm, node-pg-migrate, db-migrate. */
import { codeToolOf, isCode } from "../code-tools.ts";
import { isNamedByAnySettings } from "../found-runner.ts";
import { baseName, compareText } from "../files/paths.ts";
import { isMigrationsName } from "../left-out/unreadable.ts";
import { compareDigits, compareNatural } from "../version.ts";
import { assemble, type Piece } from "./assemble.ts";
import type { Tool } from "../tool.ts";
import { countFiles, type Evidence, type FolderView, type Layout } from "./layout.ts";
import { isDirect, isNoStep, isSql, stemOf } from "./names.ts";
import { splitSections } from "./sections.ts";
import type { MarkerStyle } from "./section-markers.ts";

/** `20260130191544_x`, `1769800544000-X`, `001-x`, `2.0.0`; `Migration20260130191544`; `CreateUsers1769800544000`; Flyway's `V1_2__x`. */
const name =
  /^(?:(\d+)(?!\d)[._-]?(.*)|Migration(\d{8}T?\d{6})(?:_(.*))?|([A-Z]\w*?)(\d{13})|V(\d+(?:[._]\d+)*)__(.*))\.[cm]?[jt]s$/;
const noMigration = /^index\.|\.(?:test|spec|config|snapshot)\.\w+$/i;

/** By its name. */
export const isNoMigration = (file: string): boolean => noMigration.test(file);

interface CodeName {
  readonly file: string;
  readonly version: string | undefined;
  readonly description: string;
}

/** A file of the folder itself, or of one that is read with it. */
const isOwn = (view: FolderView, file: string): boolean => isDirect(file) || view.joined?.has(file) === true;

function readName(file: string): CodeName | undefined {
  const own = baseName(file);
  if (!isCode(file) || own.length > 255 || noMigration.test(own)) return undefined;
  const match = name.exec(own);
  if (match === null) return undefined;
  const version = match[1] ?? match[3] ?? match[6] ?? match[7]?.replaceAll("_", ".") ?? "";
  return { file, version, description: match[2] ?? match[4] ?? match[5] ?? match[8] ?? "" };
}

const namesOf = (view: FolderView): readonly CodeName[] =>
  withoutCompiled(view.files.flatMap((file) => (isOwn(view, file) ? (readName(file) ?? []) : [])));

/** Files that a tool may run under any name. */
const otherNames = (view: FolderView): readonly CodeName[] =>
  view.files
    .filter(
      (file) =>
        isOwn(view, file) &&
        isCode(file) &&
        !noMigration.test(baseName(file)) &&
        readName(file) === undefined,
    )
    .map((file) => ({ file, version: undefined, description: baseName(file).replace(/\.\w+$/, "") }));

/** The tool that runs such a file as a migration, told by what it holds. */
function toolOfAnyName(view: FolderView, text: string): Tool | undefined {
  const tool = isStep(text) ? codeToolOf(text, view.namedTools) : undefined;
  return tool?.anyName === true ? tool : undefined;
}

/** It has a step; a program that runs those of other files calls it: `migration.up(…)`. */
const isStep = (text: string): boolean => /(?<!\.)\bup\b|\bexports\.up\b|\.up\s{0,20}=(?!=)/.test(text);

function freeNames(view: FolderView, tool: Tool, isStated: boolean): readonly CodeName[] {
  if (tool.anyName !== true) return [];
  return otherNames(view).filter(({ file }) => {
    const text = view.read(file) ?? "";
    return isStated ? isStep(text) : toolOfAnyName(view, text)?.name === tool.name;
  });
}

/** The folder holds what a tool for code may run, whatever the texts say. */
export const holdsSteps = (view: FolderView): boolean =>
  [...namesOf(view), ...otherNames(view)].some(({ file }) => isStep(view.read(file) ?? ""));

/** Compiled files beside their sources are the same migrations. */
function withoutCompiled(all: readonly CodeName[]): readonly CodeName[] {
  const sources = new Set(all.flatMap(({ file }) => (/ts$/i.test(file) ? [file.slice(0, -2)] : [])));
  return all.filter(({ file }) => /ts$/i.test(file) || !sources.has(file.slice(0, -2)));
}

interface CodeEvidence extends Evidence {
  readonly tool: Tool;
}

const found = new WeakMap<FolderView, { readonly evidence: CodeEvidence | undefined }>();

/** Its name says that it holds migrations, or settings do. */
const isCalledSo = (view: FolderView): boolean =>
  isMigrationsName(view.root) || view.isNamedFolder?.() === true;

/** What most of a sample of the files are; tools whose folders hold nothing but SQL don't count. */
function evidenceOf(view: FolderView): CodeEvidence | undefined {
  const numbered = namesOf(view);
  const isFree = numbered.length === 0;
  // Without a number in any name, the folder's name says that it holds migrations.
  const names = isFree && isCalledSo(view) ? withoutCompiled(otherNames(view)) : numbered;
  const [first] = names;
  if (first === undefined) return undefined;
  const step = Math.max(1, Math.floor(names.length / 8));
  const counts = new Map<Tool, number>();
  let sampled = 0;
  for (let i = 0; i < names.length; i += step) {
    const text = view.read(names[i]?.file ?? "") ?? "";
    const tool = isFree ? toolOfAnyName(view, text) : codeToolOf(text, view.namedTools);
    const isScript = tool?.code?.has?.test(text) === false && !isMigrationsName(view.root);
    sampled++;
    if (tool !== undefined && !isScript) counts.set(tool, (counts.get(tool) ?? 0) + 1);
  }
  const [most] = [...counts].sort((a, b) => b[1] - a[1] || compareText(a[0].name, b[0].name));
  if (most === undefined) return undefined;
  const [tool, count] = most;
  const isAmongJobs = tool.code?.amongJobs === true && counts.size === 1 && isMigrationsName(view.root);
  if (count * (isAmongJobs ? 4 : 2) < sampled) return undefined;
  if (tool.code?.isScript === true) return undefined;
  return { files: names.length, because: `${countFiles(names.length)} in code like ${first.file}`, tool };
}

/** The tool that the files speak of; undefined where they are no migrations in code. */
export const codeTool = (view: FolderView): Tool | undefined => codeEvidence(view)?.tool;

function codeEvidence(view: FolderView): CodeEvidence | undefined {
  const known = found.get(view) ?? { evidence: evidenceOf(view) };
  found.set(view, known);
  return known.evidence;
}

/** True if the code is what is run here, and SQL beside it only what it loads. */
export function isMostlyCode(view: FolderView): boolean {
  const evidence = codeEvidence(view);
  if (evidence === undefined) return false;
  return evidence.files * 3 >= view.files.filter((file) => isSql(file) && isDirect(file)).length;
}

export const code: Layout = {
  name: "code",
  ownsBelow: true,
  // Another data source may name it; what nothing names is left out later.
  standsAlone: (fs, { root }, outer) => isMostlyCode(outer) || isNamedByAnySettings(fs, root),
  isRoot: ({ isNamed, isAsked, count, view }) => isNamed || isAsked || count >= 2 || isCalledSo(view),
  detect: (view) => (isMostlyCode(view) ? codeEvidence(view) : undefined),
  read(view, options) {
    const { tool } = options;
    const names = withoutCompiled([...namesOf(view), ...freeNames(view, tool, options.isStated === true)]);
    const stems = new Set(names.map(({ file }) => file.replace(/\.\w+$/, "")));
    const beside = sqlPieces(view, tool.marks);
    const others = beside.filter(({ name: stem }) => !stems.has(stem));
    const runner = tool.sqlAmongCode === true || others.length === 0 ? undefined : options.mixedRunner?.();
    const pieces = [
      ...names.map(({ file, version, description }): Piece => {
        const stem = baseName(file).replace(/\.\w+$/, "");
        const own = tool.versionInCode?.(view.read(file) ?? "");
        return {
          file,
          direction: "up",
          version: own ?? version,
          key: stem,
          description,
          name: stem,
          kind: "versioned",
          code: true,
        };
      }),
      ...(tool.sqlAmongCode === true ? beside : []),
      ...(runner === undefined
        ? []
        : others.map((piece) => ({ ...piece, irreversible: onlyForward(runner) }))),
    ];
    const isRelease =
      tool.versionInCode === undefined && pieces.some((piece) => /^(?:V\d|\d+\.\d+\.\d)/.test(piece.file));
    const compare = (a: Piece, b: Piece): number =>
      isRelease
        ? compareNatural(a.name, b.name)
        : options.order === "text"
          ? compareText(a.name, b.name)
          : compareDigits(a.version ?? "", b.version ?? "") || compareText(a.name, b.name);
    const read = assemble(view, { ...options, duplicates: "fine" }, pieces, compare);
    return {
      rollbacks: "section",
      rollbackName: () => (tool.classes === true ? "down()" : `the export ${tool.downExport ?? "down"}`),
      ...read,
      ...(runner === undefined ? {} : { notes: [`${runner} runs the files of SQL with them`] }),
    };
  },
};

const onlyForward = (runner: string): string => `${runner} has no way back for files of SQL`;

/** `.sql` files that are run among those in code. */
function sqlPieces(view: FolderView, style: MarkerStyle | undefined): readonly Piece[] {
  return view.files.flatMap((file): readonly Piece[] => {
    const [, version, description] = /^(\d+)[_-]?(.*?)(?:\.up)?\.sql$/i.exec(file) ?? [];
    if (version === undefined || !isDirect(file) || isNoStep(file) || /\.down\.sql$/i.test(file)) return [];
    const stem = stemOf(file);
    const common = {
      file,
      version,
      key: stem,
      description: description ?? "",
      name: stem,
      kind: "versioned",
    } as const;
    const sections = style === undefined ? [] : splitSections(view.read(file) ?? "", style);
    if (sections.length === 0) return [{ ...common, direction: "up" }];
    return sections.map(({ kind, part, marker }) => ({ ...common, direction: kind, part, marker }));
  });
}
