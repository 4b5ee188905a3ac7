import type { CodeTool } from "../tool.ts";
import { knex } from "./knex.ts";

const all: readonly CodeTool[] = [knex];

/** Readers by the tool's name. */
export const tools: ReadonlyMap<string, CodeTool> = new Map(all.map((tool) => [tool.name, tool]));
