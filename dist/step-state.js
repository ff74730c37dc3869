import { s as getState, u as saveState } from "./actions-core.js";
import { G as MINUTE } from "./start.js";
// src/adapters/github/step-state.ts
const MARGIN = 10 * MINUTE;
const isPersons = (at, { ends = Number.POSITIVE_INFINITY, minutes }) => at < ends - Math.min(MARGIN, minutes * MINUTE / 6);
const leave = {
	about(about) {
		saveState("about", JSON.stringify(about));
	},
	found(tag) {
		saveState("found", tag ?? "");
	},
	spent(iteration, usage) {
		saveState("spent", JSON.stringify({
			iteration,
			usage
		}));
	},
	interrupted(at) {
		saveState("interrupted", String(at));
	},
	finished() {
		saveState("finished", "true");
	}
};
const cameFar = () => getState("about") !== "";
const isFinished = () => getState("finished") === "true";
export { leave as i, isFinished as n, isPersons as r, cameFar as t };
