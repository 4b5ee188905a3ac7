/**
 * Looks at the headers of messages on their way in. The library that reads them waits for ever after one that is
 * broken: nobody knows where the next message begins.
 */
import { Transform } from "node:stream";

/** A header with more bytes is none. */
const longestHeader = 4096;
/** More bytes than any file that is read makes as JSON. */
const longestBody = 2 ** 28;

/** Hands its input on; `onFault` is called once, with what is wrong, and nothing follows. */
export function checkHeaders(onFault: (fault: string) => void): Transform {
  let header = "";
  /** Bytes that are left of the body. */
  let left = 0;
  const faultIn = (chunk: Buffer): string | undefined => {
    for (let at = 0; at < chunk.length;) {
      if (left > 0) {
        const taken = Math.min(left, chunk.length - at);
        left -= taken;
        at += taken;
        continue;
      }
      const before = header.length;
      header += chunk.toString("latin1", at, at + longestHeader - before + 1);
      const end = header.indexOf("\r\n\r\n");
      if (end < 0) {
        if (header.length > longestHeader)
          return `a header of a message is longer than ${longestHeader} bytes`;
        return undefined;
      }
      const length = lengthIn(header.slice(0, end));
      if (typeof length === "string") return length;
      at += end + 4 - before;
      header = "";
      left = length;
    }
    return undefined;
  };
  return new Transform({
    transform(chunk: Buffer, _, done) {
      const fault = faultIn(chunk);
      if (fault === undefined) done(null, chunk);
      else onFault(fault);
    },
  });
}

/** Bytes of the body, or what is wrong. */
function lengthIn(header: string): number | string {
  const fields = new Map<string, string>();
  for (const line of header.split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon < 0) return `a header of a message has no colon: ${JSON.stringify(line.slice(0, 60))}`;
    fields.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const charset = /charset\s*=\s*"?([\w-]+)/i.exec(fields.get("content-type") ?? "")?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset))
    return `a message is encoded as ${charset}, and only UTF-8 is read`;
  const given = fields.get("content-length");
  if (given === undefined) return "a message has no Content-Length";
  const length = /^\d{1,15}$/.test(given) ? Number(given) : NaN;
  if (Number.isNaN(length)) return `the Content-Length of a message isn't a number: ${given.slice(0, 60)}`;
  return length <= longestBody ? length : `a message is larger than ${longestBody / 2 ** 20} MB`;
}
