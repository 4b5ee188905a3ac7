/** The types of the numbers that tables count their rows with. */
import type { Column } from "../../../schema/model.ts";

/** The values come from the server, one after the other. */
export const counts = ({ serial, mysql, identity, default: value }: Column): boolean =>
  serial ||
  mysql?.autoIncrement === true ||
  identity !== undefined ||
  value?.functions.some(({ name }) => name === "nextval") === true;
