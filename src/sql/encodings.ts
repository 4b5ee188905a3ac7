/** Encodings in which a second byte may be a backslash: with its neighbour it is one character, and escapes nothing. */
const unsafe =
  /^(?:sjis|shiftjis\w*|mskanji|(?:win|windows|cp)9(?:32|36|49|50)|big5\w*|gbk|gb18030|uhc|johab)$/i;

/** A value that isn't a plain name isn't known; MySQL also takes the number of a collation. */
export function isUnsafeEncoding(written: string): boolean {
  const value = written.replace(/\s+collate\s[^]*$/i, "").replaceAll(/^['"]|['"]$/g, "");
  // PostgreSQL leaves out what is neither a letter nor a digit.
  return (
    !/^[\w.\s-]*$/.test(value) || /^\d+$/.test(value) || unsafe.test(value.replaceAll(/[^a-z0-9]/gi, ""))
  );
}
