/** What tells a file from the others of its kind: its name, or its folder's where all are called `migration.sql` or `up.sql`. */
export function tellingName(path: string): string {
  const [name = path, folder] = path.split("/").reverse();
  return /^(?:migration|up|down|index)\.\w+$/.test(name) ? (folder ?? name) : name;
}
