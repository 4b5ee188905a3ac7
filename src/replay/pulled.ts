/** Migrations that write down what a database had already. */
import type { Migration } from "../project/migration.ts";

const names = /baseline|squash|dump|snapshot|legacy|existing|introspect|remote_schema/i;
/** `supabase db pull` chooses this one. */
const pulledName = /(?:^|_)remote_schema$/i;
const header = /\b(?:database dump|MySQL dump|MariaDB dump|introspecti(?:ng|on))\b/i;

const saysSo = ({ up }: Migration): boolean => header.test(up.text.slice(0, 1000));

/** A dump, a baseline, one in place of many: its name or its first lines say so. */
export const isTakenDown = (migration: Migration): boolean =>
  migration.kind === "baseline" || names.test(migration.name) || saysSo(migration);

/** A program has read it from a database, which has all of it: it runs on others only. */
export const isPulled = (migration: Migration): boolean =>
  pulledName.test(migration.name.replace(/\.sql$/i, "")) || saysSo(migration);
