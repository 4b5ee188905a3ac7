import type { PythonTool } from "../tool.ts";
import { alembic } from "./alembic.ts";
import { django } from "./django/index.ts";

export const tools: readonly PythonTool[] = [alembic, django];
