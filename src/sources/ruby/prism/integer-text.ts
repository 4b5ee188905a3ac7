/** An integer in decimal digits, from the text: Prism reads words of 32 bits with a sign, and 4294967295 as -1. */
export function integerText(written: string): string {
  const sign = /^-/.test(written) ? "-" : "";
  const digits = written.replace(/^[-+]/, "").replaceAll("_", "").toLowerCase();
  const known = digits.replace(/^0d/, "").replace(/^0(?=[0-7])/, "0o");
  return /^(?:\d+|0x[\da-f]+|0o[0-7]+|0b[01]+)$/.test(known) ? `${sign}${String(BigInt(known))}` : written;
}
