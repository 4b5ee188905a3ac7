/** Storage parameters of PostgreSQL that switch autovacuum. */
export const isVacuumSwitch = (name: string): boolean =>
  name === "autovacuum_enabled" || name === "toast.autovacuum_enabled";

export const isOff = (value: string | undefined): boolean =>
  value !== undefined && ["off", "false", "no", "0", "f", "n"].includes(value.toLowerCase());
