import type { QualifiedName } from "../model/names.ts";
import { literal } from "./words.ts";

/** ADD CONSTRAINT knows no IF NOT EXISTS. `otherwise`: what runs where it is there. */
export const whereConstraintIsnt = (
  { text }: QualifiedName,
  name: string,
  added: string,
  otherwise?: string,
): string =>
  [
    `DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = ${literal(text)}::regclass AND conname = ${literal(unquoted(name))}) THEN`,
    `  ${added}`,
    ...(otherwise === undefined ? [] : ["ELSE", `  ${otherwise}`]),
    "END IF; END $$;",
  ].join("\n");

const unquoted = (name: string): string => name.replaceAll(/^"|"$/g, "").replaceAll('""', '"');
