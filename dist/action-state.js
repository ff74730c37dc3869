import { s as getState, u as saveState } from "./actions-core.js";
import { r as MINUTE } from "./start.js";
// src/entry/action-state.ts
const SLACK = 2 * MINUTE;
const isPersons = (at, ends) => at < ends - SLACK;
const leave = {
	loop({ loop, ends }) {
		saveState("loop", loop);
		saveState("ends", String(ends));
	},
	found(tag) {
		saveState("found", tag ?? "");
	},
	interrupted(at) {
		saveState("interrupted", String(at));
	},
	finished() {
		saveState("finished", "true");
	}
};
function leftForPost() {
	const ends = Number(getState("ends") || Number.POSITIVE_INFINITY);
	const interrupted = getState("interrupted");
	return {
		loop: getState("loop") || void 0,
		found: getState("found") || void 0,
		isFinished: getState("finished") === "true",
		isCancelled: interrupted !== "" && isPersons(Number(interrupted), ends)
	};
}
export { leave as n, leftForPost as r, isPersons as t };
