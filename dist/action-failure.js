import { o as setFailed, s as setOutput } from "./actions-core.js";
import { m as shortRef, p as loopRefs } from "./config.js";
import { r as plain, t as writeSummary } from "./summary.js";
import { N as LoopError, P as explain, k as diskTrouble } from "./start.js";
import { h as failureSummary, m as secretsIn, p as redactor } from "./loop.js";
import { r as variables } from "./surroundings.js";
// src/adapters/github/outputs.ts
const OUTPUTS = [
	"status",
	"reason",
	"task",
	"verdict",
	"iteration",
	"tasks-done",
	"tasks-total",
	"total-cost-usd",
	"total-tokens",
	"work-branch",
	"state-branch",
	"pull-request-url",
	"next-run-url"
];
function outputsOf(checkpoint, did, home) {
	const { ledger, completed_tasks: completed, remaining_tasks: remaining, pull_request } = checkpoint;
	const { input, cache_write, output } = ledger.tokens;
	return {
		status: checkpoint.status,
		reason: checkpoint.reason,
		task: did.task ?? "",
		verdict: did.verdict ?? "",
		iteration: String(did.iteration ?? ""),
		"tasks-done": String(completed.length),
		"tasks-total": String(completed.length + remaining.length),
		"total-cost-usd": String(Number(ledger.usd.toFixed(6))),
		"total-tokens": String(input + cache_write + output),
		"work-branch": shortRef(checkpoint.work.ref),
		"state-branch": shortRef(loopRefs(checkpoint.loop, checkpoint.config.settings.refs).state),
		"pull-request-url": pull_request.number === null ? "" : `${home}/pull/${pull_request.number}`,
		"next-run-url": did.nextRunUrl ?? ""
	};
}
function setOutputs(outputs, set) {
	for (const name of OUTPUTS) set(name, outputs[name]);
}
// src/entry/action-failure.ts
const BUG = "This is a bug in cms-iterate, please report it: ";
async function tellFailure(failed, standing) {
	const error = diskTrouble(failed);
	const env = variables();
	const redact = redactor(secretsIn(env));
	const thrown = Error.isError(error) ? error : new Error(String(error));
	const way = error instanceof LoopError ? error : void 0;
	setFailed(plain(way === void 0 ? BUG + (thrown.stack ?? thrown.message) : explain(way)));
	if (standing !== void 0) setOutputs(outputsOf(standing.checkpoint, {}, standing.home), (name, value) => setOutput(name, value));
	const message = redact(way === void 0 ? BUG + thrown.message : thrown.message);
	const summary = failureSummary({
		message,
		way,
		checkpoint: standing?.checkpoint
	});
	await writeSummary(env["GITHUB_STEP_SUMMARY"], summary);
}
export { outputsOf as n, setOutputs as r, tellFailure as t };
