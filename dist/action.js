import "./memory2.js";
import { c as info } from "./actions-core.js";
import { i as leave } from "./step-state.js";
import { H as systemClock } from "./start.js";
import { t as open } from "./action-open.js";
import { t as outliveListeners } from "./listeners.js";
import { n as interruptible } from "./signals.js";
// src/entry/action.ts
async function run() {
	outliveListeners();
	process.once("uncaughtException", (error) => void tellAll(error).finally(() => process.exit(1)));
	try {
		const tell = () => {
			leave.interrupted(systemClock.now());
			info("The runner ends this job: saving what there is.");
		};
		using interrupt = interruptible(tell, "is ignored");
		const [opened, { job }] = await open(() => import("./action-job.js"));
		await job({
			...opened,
			signal: interrupt.signal
		});
	} catch (error) {
		await tellAll(error);
	}
}
async function tellAll(error) {
	await (await import("./action-failure.js")).tellFailure(error);
}
// src/entry/main.ts
await run();
export {};
