import { I as tick, J as dispatchAll, P as runLoop, V as iterate, X as occasionOf, a as statusText, at as listening, ct as restore, ot as notifyEnd, xt as statusDocument, z as tendPullRequest } from "./loop.js";
import { A as LoopError, i as LaneId, r as LIMITS } from "./start.js";
import { I as loopRefs, L as shortRef, M as agentFor } from "./config.js";
import { n as exitCode, t as EXIT } from "./exit.js";
import { t as printJson } from "./json2.js";
import { i as openSession, t as anotherLoop } from "./session.js";
import { n as interruptible } from "./signals.js";
// src/entry/loop-commands.ts
async function runCommand(flags) {
	const session = await openSession(flags, "valid", narrowing(flags));
	const { ports, run, output } = session;
	try {
		await precheck(session);
		using interrupt = interruptible(() => output.line("Interrupted: ending what is in flight; press Ctrl-C again to stop at once."));
		const reporter = listening(ports.reporter);
		const ended = await runLoop({
			...ports,
			reporter
		}, run, {
			fresh: flags.fresh === true,
			resume: flags.resume === true,
			maxIterations: flags.maxIterations,
			wait: flags.wait === true || output.isTerminal ? Number.POSITIVE_INFINITY : 0,
			until: void 0,
			signal: interrupt.signal,
			...session.reread === void 0 ? {} : { reread: session.reread }
		});
		await notifyEnd(ports, run, ended.checkpoint, reporter.moved());
		session.close();
		if (ended.busy !== void 0) throw new LoopError("loop-busy", ended.busy);
		show(session, flags, ended);
		return exitCode(ended);
	} finally {
		session.close();
	}
}
function narrowing({ parallel }) {
	if (parallel === void 0) return {};
	if (parallel > LIMITS.lanes) throw new LoopError("bad-input", `--parallel ${parallel}: there are at most ${LIMITS.lanes} lanes.`);
	return { parallel };
}
async function precheck({ ports, run, output, described }) {
	if (described !== void 0 && described !== run.loop && await restore(ports) === void 0) throw anotherLoop(described, run.loop);
	if (run.config !== void 0) await checkAgents(ports.agents, run.config);
	const work = shortRef(loopRefs(run.loop).work);
	const where = run.home === "local" ? await ports.origin.checkedOut(work) : void 0;
	if (where !== void 0) throw new LoopError("work-checked-out", `${work} is checked out in ${where}, and the loop would move it.`);
	for (const warning of run.config?.warnings ?? []) output.line(`warning: ${warning}`);
	if (await ports.origin.dirty()) output.line("note: files in your working tree are not committed; they are left alone and are not part of the work.");
}
async function checkAgents(agents, { settings, tasks }) {
	const used = new Map([void 0, ...tasks.map((task) => task.agent)].map((override) => {
		const agent = agentFor(settings, override);
		return [agent.use, agent];
	}));
	for (const agent of used.values()) await agents.check(agent);
}
function show({ output, ports }, { json }, { checkpoint, because, iterations }) {
	output.line("");
	output.line(statusText(checkpoint, output.width, ports.clock.now()));
	if (json === true) printJson({
		...statusDocument(checkpoint),
		ended: because,
		iterations_run: iterations
	}, ports.redact);
}
async function iterateCommand(flags) {
	if (!LaneId.safeParse(flags.lane).success) throw new LoopError("bad-input", `"${flags.lane.slice(0, 60)}" is no lane: a whole number from 1.`);
	if (flags.nonce === "") throw new LoopError("bad-input", "The nonce is empty.");
	const session = await openSession(flags, "valid");
	const { output } = session;
	try {
		using interrupt = interruptible(() => output.line("Interrupted: ending the attempt."));
		const done = await iterated(session, {
			lane: flags.lane,
			nonce: flags.nonce
		}, interrupt.signal);
		if (done.is === "superseded") {
			output.line(done.because);
			if (flags.json === true) printJson({
				superseded: true,
				because: done.because
			}, session.ports.redact);
			return EXIT.reached;
		}
		const next = done.is === "settled" ? done.asked : [];
		for (const one of next) output.line(`next: cms iterate --lane ${one.lane} --nonce ${one.nonce}`);
		const { checkpoint } = done.restored;
		if (flags.json === true) printJson({
			...statusDocument(checkpoint),
			verdict: done.is === "settled" ? done.verdict : null,
			asked: next
		}, session.ports.redact);
		return interrupt.signal.aborted ? EXIT.interrupted : EXIT.reached;
	} finally {
		session.close();
	}
}
async function iterated({ ports, run }, asked, signal) {
	const reporter = listening(ports.reporter);
	try {
		const done = await iterate({
			...ports,
			reporter
		}, run, asked, {
			signal,
			onward: true
		});
		if (done.is !== "settled") return done;
		const { checkpoint } = done.restored;
		const occasion = signal.aborted ? void 0 : occasionOf(checkpoint, done.verdict);
		const restored = await tendPullRequest(ports, run, done.restored, occasion);
		await notifyEnd(ports, run, restored.checkpoint, reporter.moved());
		return {
			...done,
			restored
		};
	} finally {
		await ports.workspaces.removeAll();
	}
}
async function tickCommand(flags) {
	const session = await openSession(flags, "valid");
	const { ports, run, output } = session;
	try {
		const restored = await restore(ports);
		if (restored === void 0) throw new LoopError("no-loop", `There is no loop "${run.loop}" here: a tick never starts one.`);
		const reporter = listening(ports.reporter);
		const ticked = await tick({
			...ports,
			reporter
		}, run, restored);
		await dispatchAll(ports, run.loop, ticked.asked);
		const { tag, checkpoint } = await tendPullRequest(ports, run, ticked.restored, "person");
		await notifyEnd(ports, run, checkpoint, reporter.moved());
		const changed = tag !== restored.tag;
		output.line(changed ? `Repaired: ${checkpoint.reason}` : `Nothing to repair: ${checkpoint.reason}`);
		for (const { lane, nonce } of ticked.asked) output.line(`next: cms iterate --lane ${lane} --nonce ${nonce}`);
		if (flags.json === true) printJson({
			...statusDocument(checkpoint),
			asked: ticked.asked
		}, ports.redact);
		return EXIT.reached;
	} finally {
		session.close();
	}
}
export { iterateCommand, runCommand, tickCommand };
