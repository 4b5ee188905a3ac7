/** `--diff`: what the fixes change, as `patch` and `git apply` read it. */
import { randomUUID } from "node:crypto";
import { createTwoFilesPatch } from "diff";
import { printable } from "../index.ts";
import type { FixOutcome } from "../index.ts";

/** The patch as it is, but for a terminal, which would act on what stands in it, and for a log of GitHub's. */
export function printedPatch(fixes: Pick<FixOutcome, "files">): string {
  const patch = patchOf(fixes);
  if (process.stdout.isTTY) return printable(patch);
  return process.env["GITHUB_ACTIONS"] === "true" && patch !== "" ? withoutCommands(patch) : patch;
}

/** Between these lines, which patch and git skip, GitHub's runner takes no line for a command. */
function withoutCommands(patch: string): string {
  const token = randomUUID();
  return `::stop-commands::${token}\n${patch}::${token}::\n`;
}

/** Unified. */
const patchOf = ({ files }: Pick<FixOutcome, "files">): string =>
  files
    .map(({ file, before, after }) =>
      createTwoFilesPatch(quoted(`a/${file}`), quoted(`b/${file}`), before, after, undefined, undefined, {
        context: 3,
      })
        // Its first line is a rule that neither tool needs.
        .replace(/^=+\n/, ""),
    )
    .join("");

/** As git writes names that hold more than one line can: in octal bytes. */
const quoted = (name: string): string =>
  /[\u0000-\u001f"\\\u007f]/.test(name)
    ? `"${Array.from(Buffer.from(name), (byte) => quotedByte(byte)).join("")}"`
    : name;

function quotedByte(byte: number): string {
  const character = String.fromCharCode(byte);
  if (character === '"' || character === "\\") return `\\${character}`;
  return byte >= 0x20 && byte < 0x7f ? character : `\\${byte.toString(8).padStart(3, "0")}`;
}
