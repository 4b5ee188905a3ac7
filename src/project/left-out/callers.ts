/** Which files of a project may run what lies in one of its modules: what belongs to another module runs that one's. */
import { isRecord } from "../files/json.ts";
import { composeFile } from "../server/server-version.ts";
import { readYaml } from "../layouts/yaml.ts";
import type { Found } from "./not-in-build.ts";
import { ancestors, baseName, isWithin, parentOf } from "../files/paths.ts";

/** `files` without those of the other modules; of what all modules share, what is there for this one. */
export function callersOf(files: readonly Found[], module: string): readonly Found[] {
  const own = new Set([module, ...ancestors(module)]);
  const others = files.flatMap(({ path, isBuild }) => {
    const folder = parentOf(path) ?? ".";
    return isBuild && !own.has(folder) && !isWithin(module, folder) ? [folder] : [];
  });
  return files
    .filter(({ path }) => !others.some((folder) => isWithin(folder, path)))
    .map((file) => ({ ...file, text: partFor(file, module) }));
}

function partFor({ path, text, isBuild }: Found, module: string): string {
  // What a parent manages, a module has to name to have it.
  if (isBuild) return text.replaceAll(/<pluginManagement>[^]*?<\/pluginManagement>/g, "");
  return composeFile.test(baseName(path)) ? servicesFor(text, module) : text;
}

/** Where a container is built of the module, or called after it, the others aren't its. */
function servicesFor(text: string, module: string): string {
  const tree = readYaml(text);
  const services = isRecord(tree) && isRecord(tree["services"]) ? Object.entries(tree["services"]) : [];
  const name = baseName(module);
  const word = new RegExp(String.raw`\b${name.replaceAll(/[^\w-]/g, ".")}\b`);
  const own = services.filter(
    ([called, service]) =>
      called === name ||
      (isRecord(service) &&
        word.test(JSON.stringify([service["build"], service["image"], service["container_name"]]))),
  );
  return own.length === 0 ? text : own.map(([, service]) => JSON.stringify(service)).join("\n");
}
