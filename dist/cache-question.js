import { S as string, a as array, g as object, r as _enum } from "./zod.js";
// src/adapters/github/cache-question.ts
const CacheQuestion = object({
	ask: _enum(["restore", "save"]),
	paths: array(string()),
	key: string(),
	prefixes: array(string())
});
const CacheAnswer = object({ key: string().nullable() });
export { CacheQuestion as n, CacheAnswer as t };
