/** True if a version such as `10.11.6` is known and at least `wanted`. */
export function numericVersion(version: string | undefined, wanted: string): boolean {
  if (version === undefined) return false;
  const [own, other] = [version, wanted].map((text) => text.split(".").map(Number));
  for (const [i, number] of (other ?? []).entries()) {
    const mine = own?.[i] ?? 0;
    if (mine !== number) return mine > number;
  }
  return true;
}
