/** All cases, by what their migrations do. */
import type { Case } from "../case.ts";
import { columns } from "./columns.ts";
import { constraints } from "./constraints.ts";
import { changesOfRows } from "./data.ts";
import { indexes } from "./indexes.ts";
import { mysqlCases } from "./mysql.ts";
import { relations } from "./relations.ts";
import { changedTypes } from "./types.ts";

export const cases: readonly Case[] = [
  ...indexes,
  ...constraints,
  ...columns,
  ...changedTypes,
  ...relations,
  ...changesOfRows,
  ...mysqlCases,
];
