/** The modules in docs/architecture.md, as a picture and as a table: from the table that the architecture test enforces. */
import { modules } from "../tests/support/import-table.ts";

/** Of a path that a module may import: the module that it belongs to. */
const moduleOf = (path: string): string =>
  modules[path] !== undefined ? path : path.slice(0, Math.max(0, path.lastIndexOf("/"))) || path;

/** What a module may import, as modules; the version is none. */
const importsOf = (module: string): readonly string[] => [
  ...new Set(
    (modules[module]?.imports ?? [])
      .filter((path) => path !== "src/version.ts")
      .map(moduleOf)
      .filter((one) => one !== module),
  ),
];

/** Everything that a module reaches, itself not included. */
function reachedFrom(module: string, seen = new Set<string>()): ReadonlySet<string> {
  for (const next of importsOf(module)) {
    if (seen.has(next)) continue;
    seen.add(next);
    reachedFrom(next, seen);
  }
  return seen;
}

const isRegistry = (from: string, to: string): boolean => to === "rules" && from !== "rules";

/** Arrows that no longer path implies: all of them would hide the layers. */
function arrowsOf(module: string): readonly string[] {
  // The rules are data for the engine, and only the table shows that it hands them on.
  const direct = importsOf(module).filter((to) => !isRegistry(module, to));
  return direct.filter((to) => !direct.some((other) => other !== to && reachedFrom(other).has(to)));
}

const shortName = (module: string): string => (module === "src" ? "index.ts" : module.replace(/^src\//, ""));
const node = (module: string): string => module.replace(/\W/g, "_");

/** A Mermaid flowchart: an arrow leads from a module to one that it may import. */
function moduleGraph(): string {
  const names = Object.keys(modules);
  return [
    "```mermaid",
    "flowchart TD",
    ...names.map((module) => `  ${node(module)}["${shortName(module)}"]`),
    ...names.flatMap((module) => arrowsOf(module).map((to) => `  ${node(module)} --> ${node(to)}`)),
    "```",
  ].join("\n");
}

/** One row a module, lower ones first. */
function moduleTable(): string {
  const rows = Object.entries(modules).map(([module, { holds }]) => {
    const imports = importsOf(module).map((one) => `\`${shortName(one)}\``);
    return `| \`${module}\` | ${holds} | ${imports.join(", ") || "nothing"} |`;
  });
  return ["| Module | Holds | May import |", "|---|---|---|", ...rows].join("\n");
}

export const architectureParts = (): Readonly<Record<string, string>> => ({
  "module-graph": moduleGraph(),
  "module-table": moduleTable(),
});
