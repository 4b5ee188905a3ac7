import { lawsOfEachCase } from "./each-case.ts";

lawsOfEachCase(1);
