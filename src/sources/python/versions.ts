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

/** True if a version is known and below `wanted`. `8.0` is the newest of them: below 8.1, and not below 8.0.13. */
export function isOlder(version: string | undefined, wanted: string): boolean {
  const [own = [], other = []] = [version ?? "", wanted].map((text) => text.split(".").map(Number));
  if (version === undefined) return false;
  for (const [i, number] of other.entries()) {
    const mine = own[i];
    if (mine === undefined || mine !== number) return mine !== undefined && mine < number;
  }
  return false;
}
