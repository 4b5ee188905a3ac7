/** Makes an input that fails smaller, as long as it fails in the same way. */
import { check, type Input } from "./targets.ts";
import type { Files } from "./projects.ts";

/** What tells failures apart: numbers, names and paths differ from text to text. */
const kindOf = (error: unknown): string => {
  const { message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  return (message.split("\n", 1)[0] ?? stack).replace(/"[^"]*"|\d+/g, "x").slice(0, 80);
};

async function failure(input: Input): Promise<string | undefined> {
  try {
    await check(input);
    return undefined;
  } catch (error) {
    return kindOf(error);
  }
}

/** Tries for at most so many seconds. */
export async function shrunk(input: Input, seconds: number): Promise<Input> {
  const kind = await failure(input);
  if (kind === undefined) return input;
  const end = performance.now() + seconds * 1000;
  let best = input;
  const fails = async (files: Files): Promise<boolean> => {
    if (performance.now() > end || (await failure({ ...best, files })) !== kind) return false;
    best = { ...best, files };
    return true;
  };
  for (const path of Object.keys(input.files)) {
    const others = Object.fromEntries(Object.entries(best.files).filter(([other]) => other !== path));
    if (Object.keys(others).length > 0) await fails(others);
  }
  for (const path of Object.keys(best.files))
    for (const between of [/(?<=;\s*\n)/, /(?<=\n)/, ""]) {
      let parts = (best.files[path] ?? "").split(between);
      for (let size = Math.ceil(parts.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
        for (let at = 0; at < parts.length;) {
          const rest = [...parts.slice(0, at), ...parts.slice(at + size)];
          if (await fails({ ...best.files, [path]: rest.join("") })) parts = rest;
          else at += size;
        }
    }
  return best;
}
