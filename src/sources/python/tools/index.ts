import type { PythonTool } from "../tool.ts";

export const tools: readonly PythonTool[] = [];
