import { t as terminalOutput } from "./output.js";
import { T as logEntry } from "./loop.js";
import { t as exampleRepository } from "./demo-example.js";
import { t as EXIT } from "./exit.js";
import { n as secretsOf } from "./secrets2.js";
import { i as openSession } from "./session.js";
import { i as variables, t as harnessGit } from "./surroundings.js";
// src/entry/demo-learn.ts
async function learnDemo() {
	const output = terminalOutput(process.stdout, secretsOf(variables()).redact);
	const git = harnessGit(variables());
	const folder = await exampleRepository(git, "prices", "Prices, and a rule that nobody has told");
	output.line(`Twelve prices to write down, and a rule that only the check knows: ${folder}`);
	output.line("The first task fails once. What it learns, the others are told.\n");
	process.chdir(folder);
	const { runCommand } = await import("./loop-commands.js");
	const code = await runCommand({ local: true });
	output.line("\nWhat the loop has learnt (cms lessons):");
	const { lessonsCommand } = await import("./lessons-command.js");
	await lessonsCommand({ local: true }, "");
	output.line("\nHow it came to that (cms log):");
	for (const line of learningStory(await storyOf({ local: true }))) output.line(`  ${line}`);
	const talked = await talk(output);
	output.line(`\nLook around:\n  cd ${folder}`);
	output.line("  git ls-tree -r --name-only cms/prices/state   the skill is a file of the state branch");
	return code === EXIT.reached ? talked : code;
}
const TALK = {
	local: true,
	loop: "talk",
	file: ".cms/talk.yml"
};
async function talk(output) {
	output.line("\nNow two tasks at once: one asks the other something, and gets the answer while both work.\n");
	const { runCommand } = await import("./loop-commands.js");
	const code = await runCommand(TALK);
	output.line("\nTheir mail (cms log --loop talk):");
	for (const { subject } of await storyOf(TALK)) if (subject.startsWith("mail:")) output.line(`  ${subject}`);
	return code;
}
async function storyOf(globals) {
	const session = await openSession(globals, "ignored");
	try {
		return (await session.ports.store.history(1e3)).map(logEntry).toReversed();
	} finally {
		session.close();
	}
}
function learningStory(entries) {
	const subject = (wanted) => entries.filter(wanted).slice(0, 1).map((entry) => entry.subject);
	const events = entries.flatMap((entry) => entry.events.map((event) => ({
		event,
		entry
	})));
	const because = (type) => events.filter(({ event }) => event.type === type).slice(0, 1).map(({ event }) => `${type.replaceAll("_", " ")}: ${event.because ?? ""}`);
	const proven = entries.findIndex((entry) => entry.events.some(({ type }) => type === "lesson_promoted"));
	const after = proven < 0 ? [] : entries.slice(proven + 1);
	const leases = after.flatMap((entry) => entry.events.filter(({ type }) => type === "task_leased"));
	const [first] = after.flatMap((entry) => {
		const ended = entry.events.find(({ type }) => type === "attempt_ended");
		const lease = leases.find(({ task, because: why }) => task === ended?.task && /; given /.test(why ?? ""));
		return lease !== void 0 && entry.subject.includes(": done, attempt 1,") ? [{
			lease,
			entry
		}] : [];
	});
	return [
		...subject((entry) => entry.events.some(({ type }) => type === "attempt_ended") && / verify_failed,/.test(entry.subject)),
		...because("lesson_learnt"),
		...because("lesson_promoted"),
		...first === void 0 ? [] : [`${first.lease.task}: ${first.lease.because ?? ""}`, first.entry.subject]
	];
}
export { learnDemo };
