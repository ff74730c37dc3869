import { G as lessonLines, ct as restore, nt as tellLoop } from "./loop.js";
import { A as LoopError } from "./start.js";
import { t as EXIT } from "./exit.js";
import { t as printJson } from "./json2.js";
import { i as openSession } from "./session.js";
// src/entry/lessons-command.ts
async function lessonsCommand(flags, text) {
	const word = wordOf(flags, text);
	const session = await openSession(flags, "ignored");
	try {
		const { ports, output, run } = session;
		if (word !== void 0) output.line((await tellLoop(ports, {
			say: "lesson",
			word
		})).what);
		const restored = await restore(ports, { mend: false });
		if (restored === void 0) throw new LoopError("no-loop", `There is no loop "${run.loop}" here.`);
		const { checkpoint } = restored;
		if (flags.json === true) printJson({
			loop: checkpoint.loop,
			lessons: checkpoint.lessons
		}, ports.redact);
		else if (word === void 0) output.line(listOf(lessonLines(checkpoint)));
		return EXIT.reached;
	} finally {
		session.close();
	}
}
const listOf = (lines) => lines.length === 0 ? "Nothing was learnt yet: lessons come from checks that fail and from notes of agents. Yours: cms lessons --add \"…\"" : lines.join("\n");
function wordOf({ add, path = [], edit, pin, unpin, drop }, text) {
	const words = [
		...add === true ? [{
			say: "add",
			text,
			paths: path
		}] : [],
		...edit === void 0 ? [] : [{
			say: "edit",
			lesson: edit,
			text
		}],
		...pin === void 0 ? [] : [{
			say: "pin",
			lesson: pin
		}],
		...unpin === void 0 ? [] : [{
			say: "unpin",
			lesson: unpin
		}],
		...drop === void 0 ? [] : [{
			say: "drop",
			lesson: drop
		}]
	];
	if (words.length > 1) throw new LoopError("bad-input", "One thing at a time: --add, --edit, --pin, --unpin or --drop.");
	const [word] = words;
	if (path.length > 0 && word?.say !== "add") throw new LoopError("bad-input", "--path says where a lesson holds that --add brings.", { hint: "Say `cms lessons --add \"…\" --path \"src/**\"`." });
	if (!(word?.say === "add" || word?.say === "edit") && text !== "") throw new LoopError("bad-input", `What is to become of "${text}"?`, { hint: "Say `cms lessons --add \"…\"`, or `cms lessons --edit <id> \"…\"`." });
	return word;
}
export { lessonsCommand };
