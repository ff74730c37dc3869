import { E as restore, R as statusDocument, T as tellLoop, a as statusText, i as asItStands, n as logEntry, r as logText, t as aboutTask } from "./loop.js";
import { N as LoopError } from "./start.js";
import { r as exitOfStatus, t as EXIT } from "./exit.js";
import { t as printJson } from "./json2.js";
import { i as openSession } from "./session.js";
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
	else session.output.line(statusText(shown, session.output.width));
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
	if (checkpoint.next !== "") session.output.line(`next: ${checkpoint.next}`);
	if (flags.json === true) printJson({
		...statusDocument(checkpoint),
		what
	}, session.ports.redact);
	return obeyed ? EXIT.reached : exitOfStatus(checkpoint.status);
});
export { logCommand, sayCommand, statusCommand };
