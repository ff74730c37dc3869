import { a as saveCache, i as restoreCache, r as isFeatureAvailable } from "./actions-cache.js";
import { n as CacheQuestion } from "./cache-question.js";
import { text } from "node:stream/consumers";
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
