import { c as info, m as warning, s as getState } from "./actions-core.js";
import { S as string, g as object, h as number, r as _enum, u as int } from "./zod.js";
import { F as REFS_KINDS } from "./config.js";
import { D as keepSpare, N as rescue, at as listening, ct as restore, jt as Usage, ot as notifyEnd, vt as jobSummary } from "./loop.js";
import { n as isFinished, r as isPersons } from "./step-state.js";
import { n as plain } from "./plain.js";
import { c as writeSummary, o as STOPPED, t as factsOf } from "./action-tell.js";
import { A as LoopError, G as MINUTE, H as systemClock, j as explain } from "./start.js";
import { n as keepAgents, t as prepare } from "./action-prepare.js";
import { t as open } from "./action-open.js";
import { n as secretsOf } from "./secrets2.js";
import { i as variables } from "./surroundings.js";
// src/adapters/github/left-for-post.ts
const Told = object({
	loop: string(),
	refs: _enum(REFS_KINDS),
	onward: _enum([
		"dispatch",
		"here",
		"stop"
	]),
	notify: string().optional(),
	ends: number(),
	minutes: number()
});
const Spent = object({
	iteration: int(),
	usage: Usage
});
function leftForPost() {
	const about = read("about", Told);
	if (about === void 0) return void 0;
	const interrupted = getState("interrupted");
	return {
		about,
		found: getState("found") || void 0,
		spent: read("spent", Spent),
		isFinished: isFinished(),
		isCancelled: interrupted !== "" && isPersons(Number(interrupted), about)
	};
}
function read(name, shape) {
	try {
		return shape.safeParse(JSON.parse(getState(name) || "null")).data;
	} catch {
		return;
	}
}
// src/entry/action-rest.ts
const DEADLINE = 4 * MINUTE;
async function doTheRest() {
	const left = leftForPost();
	if (left === void 0) return;
	const late = systemClock.sleep(DEADLINE).then(() => "late");
	if (await Promise.race([rest(left), late]) === "late") warning("The time of the post step is over; the next run sees to what is left.");
}
const rest = (left) => orWarn("What is left of this run could not be seen to", async () => {
	const [opened] = await open(async () => void 0);
	const action = await prepare({
		...opened,
		signal: new AbortController().signal
	}, left.about);
	if (!left.isFinished) await orWarn("What the main step left could not be saved", () => finishFor(action, left));
	if (action.cache !== void 0) await orWarn("Nothing could be kept in the cache", () => keep(action, left));
});
async function finishFor(action, { isCancelled, spent }) {
	const { run, onward, context, inputs } = action;
	const { lane, nonce } = inputs;
	const asked = lane === void 0 || nonce === void 0 ? void 0 : {
		lane,
		nonce
	};
	const reporter = listening(action.ports.reporter);
	const ports = {
		...action.ports,
		reporter
	};
	const settlesLater = inputs.job !== "all";
	const rescued = await rescue(ports, run, {
		isCancelled,
		onward: onward === "dispatch",
		settlesLater,
		asked,
		spent
	});
	if (rescued === void 0 || rescued.what.length === 0) return;
	for (const sentence of rescued.what) info(plain(ports.redact(sentence)));
	const { checkpoint, what, urls } = rescued;
	const summary = jobSummary({
		changed: what.join(" "),
		checkpoint,
		next: urls,
		facts: factsOf(action)
	});
	await writeSummary(context.summaryFile, ports.redact(summary));
	if (isCancelled) return;
	if (STOPPED.has(checkpoint.status) && reporter.moved() === checkpoint.status) warning(plain(ports.redact(`${checkpoint.status.replaceAll("_", " ")}: ${checkpoint.reason}`)));
	await notifyEnd(ports, run, checkpoint, reporter.moved());
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
