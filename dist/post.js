import "./memory2.js";
import { t as hasCacheService } from "./cache.js";
import { r as leftForPost } from "./action-state.js";
import { t as outliveListeners } from "./listeners.js";
import { r as variables } from "./surroundings.js";
// src/entry/action-post.ts
async function post() {
	outliveListeners();
	const left = leftForPost();
	if (left.loop === void 0 || left.isFinished && !hasCacheService(variables())) return;
	const { doTheRest } = await import("./action-rest.js");
	await doTheRest(left, left.loop);
}
// src/entry/post.ts
await post();
export {};
