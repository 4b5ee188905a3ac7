/** All layouts. */
import { chain } from "./chain.ts";
import { classes } from "./classes.ts";
import { code } from "./code.ts";
import { committed } from "./committed.ts";
import { apps } from "./apps.ts";
import { flyway } from "./flyway.ts";
import { folders } from "./folders.ts";
import type { Layout } from "./layout.ts";
import { liquibase } from "./liquibase.ts";
import { numbered, timestamps } from "./numbered.ts";
import { pairs } from "./pairs.ts";
import { plain } from "./plain.ts";
import { releases } from "./releases.ts";
import { revisions } from "./revisions.ts";
import { sections } from "./sections.ts";
import { sqitch } from "./sqitch.ts";
import { updates } from "./updates.ts";

/** Those that the texts or a plan tell; a folder that has one is read by it, whatever its names are. */
export const markedLayouts: readonly Layout[] = [
  apps,
  classes,
  sqitch,
  liquibase,
  committed,
  revisions,
  sections,
];

/** Those of file names, special shapes first: on a tie of the counts the earlier one wins. */
export const namedLayouts: readonly Layout[] = [
  flyway,
  folders,
  releases,
  chain,
  pairs,
  updates,
  timestamps,
  numbered,
];

const byName = new Map(
  [...markedLayouts, ...namedLayouts, code, plain].map((layout) => [layout.name, layout]),
);

export const layoutNamed = (name: string): Layout | undefined => byName.get(name);
