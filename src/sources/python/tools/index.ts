import type { PythonTool } from "../tool.ts";
import { alembic } from "./alembic.ts";

export const tools: readonly PythonTool[] = [alembic];
