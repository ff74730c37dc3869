import "./memory2.js";
import { i as info, l as warning } from "./actions-core.js";
import { r as plain, t as writeSummary } from "./summary.js";
import { g as jobSummary, m as secretsIn, p as redactor, v as rescue } from "./loop.js";
import { N as LoopError, P as explain } from "./start.js";
import { t as open } from "./action-open.js";
import { r as leftForPost } from "./action-state.js";
import { t as outliveListeners } from "./listeners.js";
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
		warning(plain(redactor(secretsIn(variables()))(`What the main step left could not be saved: ${text}`)));
	}
}
async function finish({ loop, isCancelled }) {
	const signal = new AbortController().signal;
	const [opened, { prepare }] = await open(() => import("./action-job.js"));
	const { ports, run, onward, context } = await prepare({
		...opened,
		signal
	}, { loop });
	const rescued = await rescue(ports, run, {
		isCancelled,
		onward: onward === "dispatch"
	});
	const what = rescued?.what ?? [];
	for (const sentence of what) info(plain(sentence));
	if (rescued === void 0 || what.length === 0) return;
	await writeSummary(context.summaryFile, jobSummary({
		changed: what.join(" "),
		checkpoint: rescued.checkpoint,
		next: []
	}));
}
// src/entry/post.ts
await post();
export {};
