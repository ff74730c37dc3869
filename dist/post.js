import "./memory2.js";
import { c as info, p as warning } from "./actions-core.js";
import { d as writeSummary, p as plain, t as factsOf, u as leftForPost } from "./action-tell.js";
import { h as jobSummary, v as rescue } from "./loop.js";
import { N as LoopError, P as explain } from "./start.js";
import { t as open } from "./action-open.js";
import { t as outliveListeners } from "./listeners.js";
import { t as secretsOf } from "./secrets2.js";
import { r as variables } from "./surroundings.js";
// src/entry/action-post.ts
async function post() {
	outliveListeners();
	const left = leftForPost();
	const { loop } = left;
	if (loop === void 0 || left.isFinished) return;
	try {
		await finish({
			...left,
			loop
		});
	} catch (error) {
		const text = error instanceof LoopError ? explain(error) : String(error);
		warning(plain(secretsOf(variables()).redact(`What the main step left could not be saved: ${text}`)));
	}
}
async function finish({ loop, isCancelled }) {
	const signal = new AbortController().signal;
	const [opened, { prepare }] = await open(() => import("./action-prepare2.js"));
	const action = await prepare({
		...opened,
		signal
	}, { loop });
	const { ports, run, onward, context } = action;
	const rescued = await rescue(ports, run, {
		isCancelled,
		onward: onward === "dispatch"
	});
	const what = rescued?.what ?? [];
	for (const sentence of what) info(plain(ports.redact(sentence)));
	if (rescued === void 0 || what.length === 0) return;
	await writeSummary(context.summaryFile, ports.redact(jobSummary({
		changed: what.join(" "),
		checkpoint: rescued.checkpoint,
		next: [],
		facts: factsOf(action)
	})));
}
// src/entry/post.ts
await post();
export {};
