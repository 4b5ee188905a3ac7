/**
 * Libraries that few projects need, loaded where one does. Discovery doesn't wait, so neither does this: scripts/build.mjs
 * bundles each into a file of its own and puts that file's name in the place of the package's.
 */
import { createRequire } from "node:module";

const load = createRequire(import.meta.url);

export const loadToml = () => load("smol-toml") as typeof import("smol-toml");
export const loadYaml = () => load("yaml") as typeof import("yaml");
