import "./memory2.js";
import { m as warning, o as getInput } from "./actions-core.js";
import { t as hasCacheService } from "./cache.js";
import { n as plain } from "./plain.js";
import { n as isFinished, t as cameFar } from "./step-state.js";
import { t as outliveListeners } from "./listeners.js";
import { i as variables } from "./surroundings.js";
// src/entry/action-post.ts
async function post() {
	outliveListeners();
	process.once("uncaughtException", (error) => end(`The post step failed: ${error.message}`));
	if (!cameFar() || mayNotWrite() || isFinished() && !mayCache()) return;
	const { doTheRest } = await import("./action-rest.js");
	await doTheRest();
	process.exit(0);
}
function end(text) {
	warning(plain(text));
	process.exit(0);
}
const mayNotWrite = () => ["work", "check"].includes(getInput("job").trim());
const mayCache = () => getInput("cache").trim().toLowerCase() !== "false" && hasCacheService(variables());
// src/entry/post.ts
await post();
export {};
