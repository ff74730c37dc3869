import { i as leave } from "./step-state.js";
import { ct as restore } from "./loop.js";
import { t as tellFailure } from "./action-failure2.js";
import { t as prepare } from "./action-prepare.js";
import { r as tell, s as actionRun, t as factsOf } from "./action-tell.js";
// src/entry/action-job.ts
async function job(wanted) {
	const prepared = await prepare(wanted);
	leave.about(aboutOf(prepared));
	try {
		await tell(prepared, await actionRun(prepared));
		leave.finished();
	} catch (error) {
		await tellFailure(error, await standing(prepared));
	}
}
const aboutOf = ({ run, refs, onward, notify, inputs }) => ({
	loop: run.loop,
	refs,
	onward,
	notify,
	ends: run.ends ?? Number.MAX_SAFE_INTEGER,
	minutes: inputs["job-minutes"]
});
async function standing(action) {
	return {
		checkpoint: (await restore(action.ports).catch(() => void 0))?.checkpoint,
		facts: factsOf(action)
	};
}
export { job };
