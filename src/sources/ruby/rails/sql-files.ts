/** `File.read(Rails.root.join("db/functions/totals.sql"))`: SQL that stands in a file of the application. */
import { joined, textOf, written, type CallValue, type TextValue, type Value } from "../value.ts";
import type { Editor } from "./editor.ts";

/** Undefined: the call reads no file of SQL that is there. */
export function sqlRead(editor: Editor, { name, receiver, args, at }: CallValue): TextValue | undefined {
  if (!/^(?:read|binread)$/.test(name) || receiver === undefined) return undefined;
  const isOfClass = receiver.is === "name" && /^(?:File|IO|Pathname)$/.test(receiver.name);
  const path = pathOf(isOfClass ? args[0] : receiver);
  if (path === undefined || !/\.(?:sql|psql|pgsql)$/i.test(path)) return undefined;
  const file = editor.file(cleaned(path));
  if (file === undefined) return undefined;
  const start = file.text.startsWith("\uFEFF") ? 1 : 0;
  const segment = {
    text: file.text.slice(start),
    path: file.path,
    at: { start, end: file.text.length },
    exact: true,
  };
  return joined([{ is: "text", segments: [segment], holes: false, isSymbol: false, at }], at);
}

/** Below the application's folder. Undefined: it isn't known. */
function pathOf(value: Value | undefined): string | undefined {
  if (value === undefined) return undefined;
  const text = textOf(value);
  if (text !== undefined) return text;
  // `"#{Rails.root}/db/totals.sql"`
  if (value.is === "text") return /^\$\{Rails\.root(?:\.to_s)?\}\/([^$]+)$/.exec(written(value))?.[1];
  if (value.is !== "call") return undefined;
  const { name, receiver, args, at } = value;
  const isFile = receiver?.is === "name" && receiver.name === "File";
  const folder = at.path.slice(0, Math.max(0, at.path.lastIndexOf("/")));
  switch (name) {
    case "root":
      return receiver?.is === "name" && receiver.name === "Rails" ? "" : undefined;
    case "__dir__":
      return folder;
    case "__FILE__":
      return at.path;
    case "to_s":
    case "to_path":
      return pathOf(receiver);
    case "new":
    case "Pathname":
      return pathOf(args[0]);
    case "dirname":
      return isFile ? joinedPath([pathOf(args[0]), ".."]) : undefined;
    case "expand_path":
      return isFile ? joinedPath([args[1] === undefined ? "" : pathOf(args[1]), pathOf(args[0])]) : undefined;
    case "join":
      return joinedPath([...(isFile ? [] : [receiver]), ...args].map(pathOf));
    default:
      return undefined;
  }
}

const joinedPath = (parts: readonly (string | undefined)[]): string | undefined =>
  parts.includes(undefined) ? undefined : cleaned(parts.join("/"));

/** Without `.` and `..`. */
function cleaned(path: string): string {
  const found: string[] = [];
  for (const part of path.split("/"))
    if (part === "..") found.pop();
    else if (part !== "" && part !== ".") found.push(part);
  return found.join("/");
}
