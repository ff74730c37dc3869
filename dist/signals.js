import { t as EXIT } from "./exit.js";
// src/entry/signals.ts
const SIGNALS = [
	"SIGINT",
	"SIGTERM",
	"SIGHUP"
];
function endTogether() {
	for (const name of SIGNALS) process.on(name, () => {
		if (process.listenerCount(name) === 1) process.exit(EXIT.interrupted);
	});
}
function interruptible(tell, second = "ends") {
	const controller = new AbortController();
	const handle = (name) => {
		if (controller.signal.aborted && second === "ends" && name !== "SIGHUP") process.exit(EXIT.interrupted);
		if (controller.signal.aborted) return;
		tell();
		controller.abort();
	};
	for (const name of SIGNALS) process.on(name, handle);
	return {
		signal: controller.signal,
		[Symbol.dispose]() {
			for (const name of SIGNALS) process.off(name, handle);
		}
	};
}
export { interruptible as n, endTogether as t };
