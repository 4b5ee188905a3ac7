import type { PythonTool } from "../tool.ts";
import { django } from "./django/index.ts";

export const tools: readonly PythonTool[] = [django];
