import { c as info, p as warning } from "./actions-core.js";
import { d as plain, s as writeSummary, t as factsOf } from "./action-tell.js";
import { A as restore, V as jobSummary, d as rescue, u as keepSpare } from "./loop.js";
import { N as LoopError, P as explain } from "./start.js";
import { n as keepAgents, t as prepare } from "./action-prepare.js";
import { t as open } from "./action-open.js";
import { n as secretsOf } from "./secrets2.js";
import { r as variables } from "./surroundings.js";
// src/entry/action-rest.ts
const doTheRest = (left, loop) => orWarn("What is left of this run could not be seen to", async () => {
	const [opened] = await open(async () => void 0);
	const action = await prepare({
		...opened,
		signal: new AbortController().signal
	}, { loop });
	if (!left.isFinished) await orWarn("What the main step left could not be saved", () => finishFor(action, left));
	if (action.cache !== void 0) await orWarn("Nothing could be kept in the cache", () => keep(action, left));
});
async function finishFor(action, { isCancelled }) {
	const { ports, run, onward, context } = action;
	const rescued = await rescue(ports, run, {
		isCancelled,
		onward: onward === "dispatch"
	});
	if (rescued === void 0 || rescued.what.length === 0) return;
	for (const sentence of rescued.what) info(plain(ports.redact(sentence)));
	const { checkpoint, what } = rescued;
	const summary = jobSummary({
		changed: what.join(" "),
		checkpoint,
		next: [],
		facts: factsOf(action)
	});
	await writeSummary(context.summaryFile, ports.redact(summary));
}
async function keep({ ports, context, cache }, { found }) {
	const restored = await restore(ports, { mend: false });
	if (restored !== void 0) await keepSpare(ports.mirror, restored, found);
	await keepAgents({
		temp: context.temp,
		cache
	});
}
async function orWarn(what, act) {
	try {
		await act();
	} catch (error) {
		const text = error instanceof LoopError ? explain(error) : String(error);
		warning(plain(secretsOf(variables()).redact(`${what}: ${text}`)));
	}
}
export { doTheRest };
