import { setFlagsFromString } from "node:v8";
// src/entry/memory.ts
setFlagsFromString("--semi-space-growth-factor=1");
setFlagsFromString("--heap-growing-percent=50");
export {};
