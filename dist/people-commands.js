import { E as logText, T as logEntry, a as statusText, ct as restore, nt as tellLoop, t as asItStands, w as aboutTask, wt as lanesToLaunch, xt as statusDocument } from "./loop.js";
import { A as LoopError, M as unreachable, z as sentences } from "./start.js";
import { r as exitOfStatus, t as EXIT } from "./exit.js";
import { c as seekWorkflow, i as openSession, l as startRun } from "./session.js";
import { i as variables } from "./surroundings.js";
import { t as printJson } from "./json2.js";
// src/entry/go-on.ts
async function goOn({ remoteUrl, repository, run }) {
	if (remoteUrl === void 0) return void 0;
	const env = variables();
	const { loop } = run;
	const found = await seekWorkflow({
		env,
		url: remoteUrl,
		root: repository.topLevel,
		loop
	});
	switch (found.is) {
		case "found": return start(env, found.workflow);
		case "several": return `not started: several workflows carry loops (${found.files.join(", ")}). Choose one: cms start --loop ${loop} --workflow ${found.files[0]}`;
		case "not_github":
		case "none": return;
		default: return unreachable(found);
	}
}
async function start(env, workflow) {
	const started = await startRun(env, workflow);
	if (started === void 0) return `start it: ${workflow.line}`;
	if (started.is === "started") return `started: ${started.url}`;
	const why = started.is === "refused" ? sentences(started.because, started.fix) : started.because;
	return `not started: ${sentences(why)} Or type: ${workflow.line}`;
}
// src/entry/people-commands.ts
async function withSession(flags, work) {
	const session = await openSession(flags, "ignored");
	try {
		return await work(session);
	} finally {
		session.close();
	}
}
const noLoop = ({ run }) => new LoopError("no-loop", `There is no loop "${run.loop}" here.`);
const statusCommand = (flags) => withSession(flags, async (session) => {
	const restored = await restore(session.ports, { mend: false });
	if (restored === void 0) throw noLoop(session);
	const shown = await asItStands(session.ports, restored);
	if (flags.json === true) printJson(statusDocument(shown), session.ports.redact);
	else session.output.line(statusText(shown, session.output.width, session.ports.clock.now()));
	return EXIT.reached;
});
const logCommand = (flags) => withSession(flags, async (session) => {
	const versions = await session.ports.store.history(flags.limit);
	if (versions.length === 0) throw noLoop(session);
	const all = versions.map(logEntry);
	const entries = flags.task === void 0 ? all : aboutTask(all, flags.task);
	if (flags.json === true) printJson(entries, session.ports.redact);
	else session.output.line(entries.length === 0 ? `Nothing about "${flags.task}".` : logText(entries));
	return EXIT.reached;
});
const sayCommand = (flags, word) => withSession(flags, async (session) => {
	const { checkpoint, what, obeyed } = await tellLoop(session.ports, word);
	session.output.line(what);
	session.output.line(`loop ${checkpoint.loop}: ${checkpoint.status.replaceAll("_", " ")} — ${checkpoint.reason}`);
	const now = session.ports.clock.now();
	const onwards = lanesToLaunch(checkpoint, now).length > 0 ? await goOn(session) : void 0;
	if (onwards !== void 0) session.output.line(onwards);
	else if (checkpoint.next !== "") session.output.line(`next: ${checkpoint.next}`);
	const document = {
		...statusDocument(checkpoint),
		what,
		...onwards && { onwards }
	};
	if (flags.json === true) printJson(document, session.ports.redact);
	return obeyed ? EXIT.reached : exitOfStatus(checkpoint.status);
});
export { withSession as a, statusCommand as i, noLoop as n, sayCommand as r, logCommand as t };
