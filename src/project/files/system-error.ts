/** What the operating system answers where it refuses, in plain words. */
import { dictionary } from "../../text/dictionary.ts";

const reasons: Readonly<Record<string, string>> = dictionary({
  EACCES: "permission denied",
  EPERM: "permission denied",
  ENOSPC: "no space left on the device",
  EDQUOT: "disk quota exceeded",
  EFBIG: "file too large",
  EROFS: "read-only file system",
  EIO: "input/output error",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path isn't a folder",
  ENOENT: "no such file or folder",
  EEXIST: "it exists already",
  ELOOP: "too many symbolic links",
  ENAMETOOLONG: "name too long",
  EBUSY: "in use by another program, or a mount point",
  ETXTBSY: "in use by another program",
  EMFILE: "too many open files",
  ENFILE: "too many open files",
  ENOMEM: "out of memory",
  EPIPE: "the reader has closed it",
  ENXIO: "nobody reads it",
  ESTALE: "the network file system no longer has it",
  ETIMEDOUT: "timed out",
  EINVAL: "not supported there",
  ENOTSUP: "not supported there",
  EXDEV: "on another device",
});

/** Node's name for what went wrong, as `ENOSPC`; undefined if it wasn't the operating system. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

/** `no space left on the device`, without the name of a system call or a path; for others the error's own message. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  const known = code === undefined || !Object.hasOwn(reasons, code) ? undefined : reasons[code];
  if (known !== undefined) return known;
  const text = error instanceof Error ? error.message : String(error);
  // "EUCLEAN: structure needs cleaning, open '/x'"
  return /^E[A-Z0-9]+: (.+?), \w+(?: '.*)?$/s.exec(text)?.[1] ?? text;
}
