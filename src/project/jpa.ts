/** Programs of the JVM whose classes are mapped to tables. */
import type { Declared } from "../model/tool.ts";
import { manifestTexts } from "./server/drivers.ts";
import type { FileSystem } from "./migration.ts";
import { ancestors } from "./files/paths.ts";

const mapper = /\b(?:jpa|hibernate)\b/i;

// "Schema-validation: wrong column type encountered" stops the program at its start.
const asLong =
  "If a JPA entity maps the table, its field is `Long` then, and so are those of the columns that refer to it: with `ddl-auto: validate`, Hibernate refuses `Integer`.";

/** See `Declared.wide`: by the module that a folder lies in, or one above it. */
export const wideInEntities = (fs: FileSystem, root: string): Declared["wide"] =>
  ancestors(root, 9).some((folder) => manifestTexts(fs, folder, "jvm").some(({ text }) => mapper.test(text)))
    ? { postgres: asLong, mysql: asLong }
    : undefined;
