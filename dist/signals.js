import { t as EXIT } from "./exit.js";
// src/entry/signals.ts
const SIGNALS = [
	"SIGINT",
	"SIGTERM",
	"SIGHUP"
];
function interruptible(tell, second = "ends") {
	const controller = new AbortController();
	const handle = () => {
		if (controller.signal.aborted && second === "ends") process.exit(EXIT.interrupted);
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
export { interruptible as t };
