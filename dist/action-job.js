import { k as systemClock } from "./adapters.js";
import { A as restore } from "./loop.js";
import { t as tellFailure } from "./action-failure2.js";
import { t as prepare } from "./action-prepare.js";
import { o as actionRun, r as tell, t as factsOf } from "./action-tell.js";
import { n as leave } from "./action-state.js";
// src/entry/action-job.ts
async function job(wanted) {
	const prepared = await prepare(wanted);
	leave.loop(prepared.run);
	wanted.signal.addEventListener("abort", () => leave.interrupted(systemClock.now()));
	try {
		await tell(prepared, await actionRun(prepared));
		leave.finished();
	} catch (error) {
		await tellFailure(error, await standing(prepared));
	}
}
async function standing(action) {
	return {
		checkpoint: (await restore(action.ports).catch(() => void 0))?.checkpoint,
		facts: factsOf(action)
	};
}
export { job };
