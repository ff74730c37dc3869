import { a as error, c as info, d as setOutput, m as warning, t as ExitCode } from "./actions-core.js";
import { n as plain } from "./plain.js";
import { I as loopRefs, L as shortRef } from "./config.js";
import { A as LoopError, G as MINUTE, L as oneLine, z as sentences } from "./start.js";
import { A as workOn, F as mend, I as tick, J as dispatchAll, L as settleFor, M as beginFor, N as rescue, P as runLoop, Q as restoreOrRecover, R as readNeeds, Tt as wakesAt, V as iterate, X as occasionOf, Y as takeBack, Z as startOrContinue, at as listening, bt as tally, ct as restore, et as CANCELLED, j as checkFor, nt as tellLoop, ot as notifyEnd, st as writeMail, tt as CANCELLED_EARLY, vt as jobSummary, yt as lastLine, z as tendPullRequest } from "./loop.js";
import { r as isPersons } from "./step-state.js";
import { appendFile, stat } from "node:fs/promises";
// src/adapters/github/annotations.ts
const LONGEST = 4e3;
const annotationOf = (place) => place === void 0 ? {} : {
	file: place.file,
	startLine: place.line,
	startColumn: place.column
};
function fail(text, place) {
	const shown = plain(text).slice(0, LONGEST);
	const isFirst = process.exitCode !== ExitCode.Failure;
	process.exitCode = ExitCode.Failure;
	if (isFirst) error(shown, annotationOf(place));
	else info(shown);
}
// src/adapters/github/summary.ts
const LIMIT = 1048576;
const CUT = "\n\n_The rest did not fit into a job summary._\n";
async function writeSummary(file, markdown) {
	if (file === void 0) return false;
	try {
		const used = await stat(file).then(({ size }) => size, () => 0);
		await appendFile(file, fit(markdown.endsWith("\n") ? markdown : `${markdown}\n`, LIMIT - used));
		return true;
	} catch {
		return false;
	}
}
function fit(markdown, limit) {
	if (Buffer.byteLength(markdown) <= limit) return markdown;
	const room = limit - Buffer.byteLength(CUT);
	if (room <= 0) return "";
	const head = Buffer.from(markdown).subarray(0, room).toString("utf8");
	const end = head.lastIndexOf("\n");
	return end === -1 ? "" : head.slice(0, end) + CUT;
}
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
	"next-run-url",
	"log-path",
	"next-job",
	"assignment",
	"ready",
	"head",
	"tree",
	"details"
];
const outputsOf = (checkpoint, did, home) => ({
	...checkpoint === void 0 ? {} : outputsOfLoop(checkpoint, home),
	...outputsOfRun(did)
});
const outputsOfRun = (did) => ({
	task: did.task ?? "",
	verdict: did.verdict ?? "",
	iteration: String(did.iteration ?? ""),
	"next-run-url": did.nextRunUrl ?? "",
	"log-path": did.logPath ?? "",
	"next-job": did.nextJob ?? "",
	assignment: did.assignment ?? "",
	ready: did.ready === void 0 ? "" : String(did.ready),
	head: did.head ?? "",
	tree: did.tree ?? "",
	details: did.details ?? ""
});
function outputsOfLoop(checkpoint, home) {
	const { ledger, completed_tasks: completed, remaining_tasks: remaining, pull_request } = checkpoint;
	const { input, cache_write, output } = ledger.tokens;
	return {
		status: checkpoint.status,
		reason: plain(oneLine(checkpoint.reason)),
		"tasks-done": String(completed.length),
		"tasks-total": String(completed.length + remaining.length),
		"total-cost-usd": String(Number(ledger.usd.toFixed(6))),
		"total-tokens": String(input + cache_write + output),
		"work-branch": shortRef(checkpoint.work.ref),
		"state-branch": shortRef(loopRefs(checkpoint.loop, checkpoint.config.settings.refs).state),
		"pull-request-url": pull_request.number === null ? "" : `${home}/pull/${pull_request.number}`
	};
}
function setOutputs(outputs, redact, set) {
	for (const name of OUTPUTS) set(name, redact(outputs[name] ?? ""));
}
// src/entry/action-lane.ts
const NAP = 10 * MINUTE;
async function one(action, { known, ...asked }) {
	const { ports, run, signal } = action;
	if (isCancelled(action)) return cancelledEarly(action, asked);
	const done = await iterate(ports, run, asked, {
		signal,
		onward: action.onward === "dispatch",
		...watching(action),
		...known === void 0 ? {} : { known }
	});
	if (done.is === "superseded") {
		const now = known ?? await restore(ports);
		return {
			changed: `Nothing changed: ${done.because}`,
			after: now?.checkpoint
		};
	}
	if (done.is === "idle") {
		const { checkpoint } = done.restored;
		return {
			changed: `Nothing to start: ${checkpoint.reason}`,
			after: checkpoint
		};
	}
	return afterwards(action, done);
}
async function afterwards(action, settled) {
	const { ports, run, signal } = action;
	const { task, iteration, verdict, because } = settled;
	const next = await onwards(action, settled.restored, settled.asked);
	if (isCancelled(action) && next.asked.length > 0) await takeBack(ports, next.asked, CANCELLED_EARLY);
	const dispatched = await dispatchAll(ports, run.loop, isCancelled(action) ? [] : next.asked);
	const cancelled = await cancelledBy(action);
	const seen = dispatched.refusals.length > 0 ? await reread(ports) : next.restored;
	const occasion = signal.aborted ? void 0 : occasionOf(seen.checkpoint, verdict);
	const tended = await tendPullRequest(ports, run, seen, occasion);
	const after = cancelled ?? tended.checkpoint;
	const why = verdict === "done" ? "" : because;
	const paused = cancelled === void 0 ? "" : PAUSED;
	return {
		changed: sentences(`i${iteration} ${task}: ${verdict}.`, why, paused, tally(after)),
		after,
		did: {
			task,
			verdict,
			iteration,
			nextRunUrl: dispatched.urls[0]
		},
		next: dispatched.urls,
		...cancelled === void 0 ? {} : { word: "obeyed" }
	};
}
async function cancelledEarly({ ports, run }, asked) {
	const stopped = await rescue(ports, run, {
		isCancelled: true,
		onward: false,
		asked
	});
	const isPaused = stopped !== void 0 && stopped.what.length > 0;
	return {
		changed: sentences("Nothing was begun.", isPaused ? PAUSED : ""),
		after: stopped?.checkpoint,
		...isPaused ? { word: "obeyed" } : {}
	};
}
async function onwards({ ports, run, signal, onward }, settled, asked) {
	const { clock, reporter } = ports;
	const wakes = wakesAt(settled.checkpoint, clock.now());
	if (asked.length > 0 || onward !== "dispatch" || wakes === void 0 || wakes - clock.now() > NAP) return {
		restored: settled,
		asked
	};
	reporter.tell({
		type: "waiting",
		until: wakes,
		because: settled.checkpoint.reason
	});
	await clock.sleep(wakes - clock.now(), signal);
	return signal.aborted ? {
		restored: settled,
		asked: []
	} : tick(ports, run, settled);
}
const isCancelled = ({ ports, inputs, run, signal }) => signal.aborted && isPersons(ports.clock.now(), {
	ends: run.ends,
	minutes: inputs["job-minutes"]
});
const watching = (action) => ({
	isCancelled: () => isCancelled(action),
	spent: action.spent
});
const PAUSED = "A person cancelled the run: the loop is paused.";
const cancelledBy = async (action) => isCancelled(action) ? (await tellLoop(action.ports, {
	say: "stop",
	because: CANCELLED
})).checkpoint : void 0;
const reread = async (ports) => {
	const now = await restore(ports);
	if (now === void 0) throw new LoopError("no-loop", "The state branch of this loop is gone since this run began.");
	return now;
};
// src/entry/action-here.ts
const MARGIN = 10 * MINUTE;
async function here(action, known) {
	const { inputs, run } = action;
	const until = (run.ends ?? Number.POSITIVE_INFINITY) - MARGIN;
	const ended = await carryOn(action, {
		fresh: inputs.fresh,
		wait: NAP,
		until,
		...known
	});
	const cancelled = await cancelledBy(action);
	const after = cancelled ?? ended.checkpoint;
	return {
		changed: sentences(`${countOf(ended)}: ${ended.busy ?? after.reason}`, cancelled === void 0 ? "" : PAUSED, tally(after)),
		after,
		did: { iteration: after.ledger.iterations },
		...cancelled === void 0 ? {} : { word: "obeyed" }
	};
}
async function single(action, known) {
	const ended = await carryOn(action, {
		maxIterations: 1,
		...known
	});
	return {
		changed: `${countOf(ended)}: ${ended.busy ?? ended.checkpoint.reason}`,
		after: ended.checkpoint
	};
}
const carryOn = (action, options) => runLoop(action.ports, action.run, {
	...watching(action),
	hasHeir: true,
	fresh: false,
	resume: false,
	maxIterations: void 0,
	wait: 0,
	until: void 0,
	signal: action.signal,
	...options
});
const countOf = ({ iterations }) => iterations === 0 ? "Nothing changed" : `${iterations} ${iterations === 1 ? "iteration" : "iterations"}`;
// src/entry/action-tick.ts
async function repair({ ports, run, onward, context, inputs }, before, known) {
	const ticked = await (onward === "dispatch" ? tick : mend)(ports, run, known);
	const dispatched = await dispatchAll(ports, run.loop, ticked.asked);
	const seen = dispatched.refusals.length > 0 ? await reread(ports) : ticked.restored;
	const isPerson = context.event === "workflow_dispatch" && context.attempt === 1 && inputs.lane === void 0;
	const { checkpoint: after } = await tendPullRequest(ports, run, seen, isPerson ? "person" : "sweep");
	return {
		changed: repaired(after, {
			started: before === void 0 || before.epoch !== after.epoch,
			asked: ticked.asked,
			refusals: dispatched.refusals
		}),
		after,
		did: { nextRunUrl: dispatched.urls[0] },
		next: dispatched.urls
	};
}
function repaired(after, { started, asked, refusals }) {
	if (refusals.length > 0) return `The next run was refused. ${refusals.join(" ")}`;
	const lanes = asked.map(({ lane }) => lane).join(", ");
	const request = asked.length === 0 ? "" : ` Asked for lane ${lanes}.`;
	if (started) return `Started loop "${after.loop}".${request} ${tally(after)}`;
	return `${asked.length === 0 ? "Nothing changed:" : `Restarted:${request}`} ${after.reason} ${tally(after)}`;
}
// src/entry/action-walled.ts
async function begin(action, asked, known) {
	const { ports, run } = action;
	if (isCancelled(action)) return cancelledEarly(action, asked);
	const started = await beginFor(ports, run, asked, known);
	if (started.is === "superseded") return {
		changed: `Nothing changed: ${started.because}`,
		after: known.checkpoint
	};
	const { checkpoint } = started.restored;
	if (started.is === "idle") return {
		changed: `Nothing to start: ${checkpoint.reason}`,
		after: checkpoint
	};
	if (checkpoint.config.settings.commits === "keep") ports.reporter.tell({
		type: "note",
		text: "`commits: keep` has no effect here: one commit lands for a task."
	});
	const { assignment, because } = started;
	const { task, iteration, attempt, landing } = assignment;
	const what = landing ? "what is finished is checked" : `attempt ${attempt}`;
	return {
		changed: sentences(`i${iteration} ${task}: ${what}, ${because}`),
		after: checkpoint,
		isPart: true,
		did: {
			task,
			iteration,
			nextJob: landing ? "check" : "work",
			assignment: JSON.stringify(assignment)
		}
	};
}
async function work$1({ ports, run, signal }) {
	const worked = await workOn(ports, run, signal);
	if (worked.is === "nothing") return nothing(worked.because);
	const { task, iteration, end, because, isReady } = worked;
	return {
		changed: sentences(`i${iteration} ${task}: ${isReady ? "ready to be checked" : end}`, because),
		after: void 0,
		isPart: true,
		did: {
			task,
			iteration,
			ready: isReady
		}
	};
}
async function check({ ports, run, signal }) {
	const checked = await checkFor(ports, run, signal);
	if (checked.is === "nothing") return nothing(checked.because);
	const { task, iteration, judgement } = checked;
	const { verdict, head, tree, ...details } = judgement;
	return {
		changed: sentences(`i${iteration} ${task}: ${verdict}`, judgement.because),
		after: void 0,
		isPart: true,
		did: {
			task,
			iteration,
			verdict,
			head,
			tree,
			details: JSON.stringify(details)
		}
	};
}
const nothing = (because) => ({
	changed: sentences("Nothing to do", because),
	after: void 0,
	isPart: true
});
async function settle(action) {
	const { ports, run, onward, inputs } = action;
	const told = readNeeds(inputs.needs);
	const { isCancelled } = watching(action);
	const settled = await settleFor(ports, run, {
		told,
		isCancelled,
		onward: onward === "dispatch"
	});
	if (settled.is === "nothing") return {
		changed: "Nothing to settle: this run holds no task.",
		after: settled.restored?.checkpoint
	};
	return afterwards(action, settled);
}
// src/entry/action-run.ts
const STOPPED = new Set([
	"needs_human",
	"paused",
	"budget_exhausted"
]);
async function actionRun(action) {
	const reporter = listening({ tell(report) {
		if (report.type === "settled") action.attempts.push(factsOf$1(report));
		action.ports.reporter.tell(report);
	} });
	const done = await act({
		...action,
		ports: {
			...action.ports,
			reporter
		}
	});
	const { after, word } = done;
	const moved = reporter.moved();
	const stopped = after !== void 0 && STOPPED.has(after.status) && moved === after.status;
	if (after !== void 0 && word === void 0) await notifyEnd(action.ports, action.run, after, moved);
	return {
		...done,
		red: word === "refused" || word === void 0 && stopped
	};
}
async function act(action) {
	const { ports, inputs, run, context } = action;
	if (inputs.job === "work") return work$1(action);
	if (inputs.job === "check") return check(action);
	if (inputs.job === "settle" && context.attempt === 1) return settle(action);
	const restored = await restoreOrRecover(ports, {
		loop: run.loop,
		fresh: inputs.fresh
	});
	action.found(restored?.tag);
	if (restored?.fromSpare && restored.checkpoint.hold !== null) return recovered(restored.checkpoint);
	if (restored !== void 0 && context.attempt > 1) {
		complain(action, false);
		return repair(action, restored.checkpoint, restored);
	}
	if (restored === void 0 && (context.event === "schedule" || inputs.stop)) {
		const why = inputs.stop ? "there is nothing to stop" : "a schedule never starts one";
		return {
			changed: `Nothing changed: there is no loop "${run.loop}", and ${why}.`,
			after: void 0
		};
	}
	if (inputs.message !== void 0) return withMail(action, restored, inputs.message);
	if (inputs.stop) return stop(action);
	complain(action, restored === void 0 || inputs.fresh);
	if (restored === void 0 && inputs.lane === void 0) await lookFirst(action);
	if (!inputs.resume || restored === void 0) return work(action, restored);
	const heard = await tellLoop(ports, { say: "resume" });
	return heard.obeyed ? work(action, void 0) : {
		changed: heard.what,
		after: heard.checkpoint,
		word: "refused"
	};
}
async function withMail(action, restored, mail) {
	const { ports, context, inputs, run } = action;
	if (restored === void 0) throw new LoopError("no-loop", `There is no loop "${run.loop}" here.`);
	const { what } = await writeMail(ports, mail, context.self);
	const done = await act({
		...action,
		inputs: {
			...inputs,
			message: void 0
		}
	});
	return {
		...done,
		changed: sentences(what, done.changed)
	};
}
const lookFirst = async (action) => (await import("./action-doctor.js")).firstLook(action);
const recovered = (after) => ({
	changed: `Recovered loop "${after.loop}" from a spare, and stopped there. ${after.reason}`,
	after
});
async function work(action, restored) {
	const { ports, run, inputs, onward, context } = action;
	const known = restored === void 0 ? {} : { known: restored };
	if (onward === "here") return here(action, known);
	const { lane, nonce } = inputs;
	if (lane !== void 0 && nonce !== void 0 && context.attempt === 1) {
		if (inputs.job === "all") return one(action, {
			lane,
			nonce,
			...known
		});
		return begin(action, {
			lane,
			nonce
		}, restored ?? await reread(ports));
	}
	const before = restored ?? await restore(ports);
	const started = await startOrContinue(ports, run, {
		fresh: inputs.fresh,
		resume: false,
		...before === void 0 ? {} : { known: before }
	});
	if (onward === "stop") return single(action, { known: started });
	return repair(action, before?.checkpoint, started);
}
function complain({ broken, ports }, begins) {
	if (broken === void 0) return;
	if (begins) throw broken;
	const text = `The loop goes on under the last settings that were valid. ${broken.message}`;
	const { place } = broken;
	ports.reporter.tell({
		type: "warning",
		text,
		...place === void 0 ? {} : { place }
	});
}
async function stop({ ports }) {
	const heard = await tellLoop(ports, {
		say: "stop",
		because: "A person stopped the loop."
	});
	return {
		changed: heard.what,
		after: heard.checkpoint,
		word: "obeyed"
	};
}
const factsOf$1 = ({ task, verdict, because, usd, tail, ms }) => ({
	task,
	verdict,
	because,
	usd,
	ms,
	...tail === void 0 ? {} : { tail }
});
// src/entry/action-tell.ts
const homeOf = ({ serverUrl, repository }) => `${serverUrl}/${repository}`;
const factsOf = ({ context, ports, attempts }) => ({
	home: homeOf(context),
	workflow: context.workflow?.file,
	attempts,
	logs: ports.recorder.folder()
});
async function tell(action, done) {
	const facts = factsOf(action);
	const { reporter, redact } = action.ports;
	const { changed, after, next = [] } = done;
	if (after !== void 0 || done.isPart === true) tellOutputs(after, done.did ?? {}, {
		facts,
		redact
	});
	const shown = done.isPart === true ? void 0 : after;
	const summary = jobSummary({
		changed,
		checkpoint: shown,
		next,
		facts
	});
	await writeSummary(action.context.summaryFile, redact(summary));
	judge(done, redact);
	if (facts.logs !== void 0) reporter.tell({
		type: "note",
		text: whereTo(facts.logs)
	});
	reporter.tell({
		type: "note",
		text: lastLine({
			changed,
			checkpoint: shown,
			next
		})
	});
}
const whereTo = (logs) => `Everything that was printed is in ${logs}`;
function tellOutputs(checkpoint, did, { facts, redact }) {
	try {
		setOutputs(outputsOf(checkpoint, {
			...did,
			logPath: facts.logs
		}, facts.home), redact, (name, value) => setOutput(name, value));
	} catch (error) {
		info(plain(`The outputs cannot be set: ${Error.isError(error) ? error.message : String(error)}`));
	}
}
function judge({ after, red, word }, redact) {
	if (after === void 0 || !STOPPED.has(after.status) || word === "obeyed") return;
	const { status, reason, next } = after;
	const text = redact(`${status.replaceAll("_", " ")}: ${reason}${next === "" ? "" : ` Next: ${next}`}`);
	if (red) fail(text);
	else warning(plain(text));
}
export { whereTo as a, writeSummary as c, tellOutputs as i, annotationOf as l, homeOf as n, STOPPED as o, tell as r, actionRun as s, factsOf as t, fail as u };
