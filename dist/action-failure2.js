import { c as info, i as endGroup } from "./actions-core.js";
import { a as whereTo, c as writeSummary, i as tellOutputs, u as fail } from "./action-tell.js";
import { n as plain } from "./plain.js";
import { A as LoopError, E as diskTrouble, j as explain, z as sentences } from "./start.js";
import { _t as failureSummary } from "./loop.js";
import { n as secretsOf } from "./secrets2.js";
import { i as variables } from "./surroundings.js";
// src/entry/action-failure.ts
const BUG = "This is a bug in cms-iterate, please report it: ";
async function tellFailure(failed, standing) {
	const error = diskTrouble(failed);
	const env = variables();
	const { redact } = secretsOf(env);
	const thrown = Error.isError(error) ? error : new Error(String(error));
	const way = error instanceof LoopError ? error : void 0;
	if (standing !== void 0) endGroup();
	fail(redact(way === void 0 ? BUG + (thrown.stack ?? thrown.message) : explain(way)), way?.place);
	const { checkpoint, facts } = standing ?? {};
	if (checkpoint !== void 0 && facts !== void 0) tellOutputs(checkpoint, {}, {
		facts,
		redact
	});
	const message = redact(way === void 0 ? BUG + thrown.message : thrown.message);
	const summary = failureSummary({
		message,
		way,
		checkpoint,
		facts
	});
	await writeSummary(env["GITHUB_STEP_SUMMARY"], redact(summary));
	if (facts?.logs !== void 0) info(plain(whereTo(facts.logs)));
	const [first = ""] = message.split("\n");
	info(plain(sentences(`Failed: ${first.replace(/:$/, "")}`, way === void 0 ? "" : `Fix: ${way.hint}`)));
}
export { tellFailure as t };
