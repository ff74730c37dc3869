import { g as string, i as array, p as object, r as _enum } from "./zod.js";
import { n as restoreCache, r as saveCache, t as isFeatureAvailable } from "./actions-cache.js";
import { text } from "node:stream/consumers";
// src/adapters/github/cache-question.ts
const CacheQuestion = object({
	ask: _enum(["restore", "save"]),
	paths: array(string()),
	key: string(),
	prefixes: array(string())
});
object({ key: string().nullable() });
// src/adapters/github/cache-client.ts
async function keyOf({ ask, paths, key, prefixes }) {
	if (!isFeatureAvailable()) return void 0;
	if (ask === "restore") return restoreCache(paths, key, prefixes);
	return await saveCache(paths, key) === -1 ? void 0 : key;
}
const answer = { key: await keyOf(CacheQuestion.parse(JSON.parse(await text(process.stdin)))) ?? null };
process.stdout.write(`\n${JSON.stringify(answer)}\n`);
process.exit();
export {};
