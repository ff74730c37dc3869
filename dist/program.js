import { i as InvalidArgumentError, n as Option, r as CommanderError, t as Command } from "./commander.js";
import { t as version } from "./package.js";
import { A as LoopError, E as diskTrouble, j as explain } from "./start.js";
import { t as EXIT } from "./exit.js";
import { t as outliveListeners } from "./listeners.js";
import { t as endTogether } from "./signals.js";
import { i as variables } from "./surroundings.js";
// src/entry/help.ts
const SAID = "3 if the loop cannot go on all the same";
const LESSONS = {
	init: {
		summary: "Write .cms/loop.yml and the workflow; never overwrites.",
		more: "Looks at the project for its setup and test commands, and asks in a terminal what it cannot see.",
		examples: [
			["cms init", "ask, then write"],
			["cms init --yes --agent command --tests \"npm test\"", "ask nothing"],
			["cms init --form walled", "a workflow that keeps the agent apart from the token"]
		]
	},
	validate: {
		summary: "Check the loop file; every mistake at once, with line and column.",
		more: "Warns of tasks that nothing verifies, of budgets under which nothing can begin, and of keys without effect.",
		examples: [["cms validate", ""], ["cms validate --file other.yml --json", "for programs"]]
	},
	plan: {
		summary: "What would run, in which order, with estimates; spends nothing.",
		more: "What the loop has done already is not planned again.",
		examples: [["cms plan", ""]]
	},
	import: {
		summary: "Put tasks of another tool into the loop file: PRDs, task-master, spec-kit, checklists, issues, Agent Teams.",
		more: "Tells the format by its shape. Writes .cms/loop.yml, or adds to it: what is there stays as it is. What is not taken as it stands is told line by line. Issues come from GitHub by a label (--label), which only who has rights in the repository can give; their text is quoted as what somebody wrote.",
		examples: [
			["cms import prd.json", "stories of Ralph or ralph-tui"],
			["cms import .taskmaster --tag api --dry-run", "look first; writes nothing"],
			["cms import specs/001-login", "tasks.md of spec-kit"],
			["cms import ~/.claude --team my-team", "tasks of an Agent Team, and what was written to them"],
			["cms import --from github-issues --label agent", "open issues with that label"]
		]
	},
	export: {
		summary: "Write the loop for another tool: tasks, needs, owners and messages for Agent Teams.",
		more: "The loop as it stands, or what the loop file says where it never ran. `cms import` reads it back. A team that something else has written is not touched without --force.",
		examples: [["cms export --to agent-teams", "to the folder agent-teams"], ["cms export --to agent-teams --team api --out ~/.claude", "where Claude Code keeps its teams"]]
	},
	run: {
		summary: "Run the loop in this terminal until it ends; an unfinished one is continued.",
		more: "Works in folders of its own: your files, index and HEAD stay as they are. Ctrl-C ends the attempt in order; run it again to go on.",
		examples: [
			["cms run", "until done, or a person is needed"],
			["cms run --max-iterations 1", "one step, to see what it does"],
			["cms run --fresh", "once more from the start; the old work branch is kept"]
		],
		exits: "3 a person is needed, 4 budget used up, 5 waiting on a limit, 130 interrupted"
	},
	iterate: {
		summary: "One iteration and no more: what the action does in a job.",
		more: "`cms tick` prints the lane and the nonce to give. A run that comes too late changes nothing.",
		examples: [["cms iterate --lane 1 --nonce abc", ""]],
		exits: "130 interrupted"
	},
	tick: {
		summary: "Repair what died and ask for what is missing, once.",
		more: "It never starts a loop. It does in a terminal what the schedule of the workflow does on GitHub.",
		examples: [["cms tick", ""]]
	},
	status: {
		summary: "State, tasks, cost against caps, why it stopped, what to type next.",
		more: "Writes nothing. The exit code is 0 whatever the state is; --json has it as `status`.",
		examples: [["cms status", ""], ["cms status --remote --json", "the loop on origin, for programs"]]
	},
	log: {
		summary: "Every decision, from the history of the state branch.",
		examples: [["cms log", ""], ["cms log --task api", "what became of one task, and why"]]
	},
	start: {
		summary: "Start a run of the workflow on GitHub: it begins the loop, or carries it on.",
		more: "On the default branch, with GH_TOKEN, GITHUB_TOKEN or the login of gh. Without a token it says what to type.",
		examples: [["cms start", ""], ["cms start --loop nightly --json", "the page of the run, for programs"]]
	},
	stop: {
		summary: "Pause the loop: attempts in flight settle, nothing new begins.",
		examples: [["cms stop", "later: cms resume"]]
	},
	resume: {
		summary: "Let a paused loop go on.",
		more: "A loop on GitHub is started again, where there is a token; in a terminal `cms run` carries it on.",
		examples: [["cms resume && cms run", ""]],
		exits: SAID
	},
	retry: {
		summary: "Fresh attempts for a parked task.",
		examples: [["cms retry api && cms run", ""]],
		exits: SAID
	},
	accept: {
		summary: "Take a task as done, as it is.",
		more: "Nothing is verified, and what waits for it may start.",
		examples: [["cms accept api && cms run", ""]],
		exits: SAID
	},
	message: {
		summary: "Write to agents at work, answer them, or show the mailbox.",
		more: "An agent at work gets it within seconds in a clone, and within a minute on a remote; a task that waits gets it when it begins.",
		examples: [
			["cms message", "show the mailbox"],
			["cms message api \"Use the v2 endpoint.\"", "write to a task; `all` is every task"],
			["cms message --reply m12 \"Yes.\"", "answer a question of an agent"],
			["cms message --ack m12", "taken as read; it wants no answer"]
		]
	},
	lessons: {
		summary: "What the loop has learnt, with the record of each lesson; pin, edit, add or drop one.",
		more: "Lessons come from failing checks and from notes of agents. One attempt in five does without one of them: what becomes of it shows what it is worth. Proven ones become skills, useless ones are retired.",
		examples: [
			["cms lessons", "all of them, the proven ones first"],
			["cms lessons --add \"Run npm run codegen after a change of schema.ts\" --path \"src/schema/**\"", ""],
			["cms lessons --edit l1-7a \"Use the clock of the tests\"", ""],
			["cms lessons --drop l1-9a", ""]
		]
	},
	doctor: {
		summary: "Check repository, workflow, token and settings; each finding with its fix.",
		more: "Changes nothing. Asks GitHub with GH_TOKEN, GITHUB_TOKEN or the login of gh; without a token it says what it could not look at. Exit code 2: there is an error.",
		examples: [["cms doctor", ""], ["cms doctor --workflow nightly.yml --json", "one of several workflows, for programs"]]
	},
	mcp: {
		summary: "Tools for the agent of an iteration, as an MCP server on stdin and stdout.",
		more: "Agents start it themselves: `claude` is given it by the loop. It reads what was laid out for the attempt (task, messages) and writes its outbox, nothing else.",
		examples: [["cms mcp", "inside an iteration"], ["cms mcp --context c.json --inbox in --outbox out", "by hand; c.json: {\"task\":{\"id\":\"api\"}}"]],
		exits: "130 interrupted"
	},
	demo: {
		summary: "A small real loop in a temporary repository, start to end; needs git and nothing else.",
		more: "Scripts stand in for the agent: no key, no cost. The repository is left for you to look around.",
		examples: [["cms demo", ""], ["cms demo --learn", "a loop that fails, learns, and does better for it; and agents that talk"]]
	}
};
const OVERVIEW = `
The usual way:
  cms init        write .cms/loop.yml and a workflow
  cms plan        see what would run; spends nothing
  cms doctor      see whether GitHub, and this machine, would let it run
  cms run         run the loop here until it is done; Ctrl-C and cms run --resume at any time
  cms status      where it stands and what to type next

Exit codes: 0 reached, 1 bug, 2 bad usage or input, 3 needs a person, 4 budget used up,
5 waiting on a limit, 130 interrupted. Every error names a code: docs/errors.md explains it.`;
function afterHelp({ examples, exits }) {
	const width = Math.max(...examples.map(([line]) => line.length));
	return [
		"",
		examples.length === 1 ? "Example:" : "Examples:",
		...examples.map(([line, does]) => `  ${line.padEnd(width)}  ${does}`.trimEnd()),
		"",
		`Exit codes: 0 reached, 1 bug, 2 bad usage or input${exits === void 0 ? "" : `, ${exits}`}.`
	].join("\n");
}
// src/entry/program.ts
const count = (text) => {
	if (!/^[1-9][0-9]{0,6}$/.test(text)) throw new InvalidArgumentError("It must be a whole number from 1.");
	return Number(text);
};
async function main(argv) {
	outliveListeners();
	endTogether();
	let code = EXIT.reached;
	const program = build((exit) => {
		code = exit;
	});
	try {
		await program.parseAsync(argv.length > 2 ? [...argv] : [...argv, "--help"]);
		return code;
	} catch (error) {
		return await report(diskTrouble(error), argv.includes("--json"));
	}
}
async function report(thrown, json) {
	if (thrown instanceof CommanderError && thrown.exitCode === 0) return EXIT.reached;
	if (thrown instanceof CommanderError && thrown.code === "commander.help") return EXIT.input;
	const error = thrown instanceof CommanderError ? badUsage(thrown) : thrown;
	const { secretsOf } = await import("./secrets.js");
	const { redact } = secretsOf(variables());
	if (error instanceof LoopError) {
		process.stderr.write(`error: ${redact(explain(error))}\n`);
		if (json) await printError(error, redact);
		return EXIT.input;
	}
	const text = Error.isError(error) ? error.stack ?? error.message : String(error);
	process.stderr.write(`This is a bug in cms-iterate, please report it:\n${redact(text)}\n`);
	return EXIT.bug;
}
function badUsage({ message }) {
	const [what = "", near] = message.replace(/^error: /, "").split("\n");
	const hint = "Run the command with --help to see what it takes.";
	return new LoopError("bad-input", what, { hint: near === void 0 ? hint : `${near.slice(1, -1)} ${hint}` });
}
async function printError({ code, message, hint }, redact) {
	const { printJson } = await import("./json.js");
	printJson({ error: {
		code,
		message,
		hint
	} }, redact);
}
function build(finish) {
	const program = new Command("cms").description("Runs coding agents in a loop that cannot rot, stall or lose work.").addHelpText("after", OVERVIEW).exitOverride().configureOutput({ outputError: () => {} }).version(version, "--version");
	addFileCommands(program, finish);
	addExchange(program, finish);
	addLoopCommands(program, finish);
	addPeopleCommands(program, finish);
	addLessons(program, finish);
	addMcp(program, finish);
	addDemo(program, finish);
	return program;
}
function taught(program, name) {
	const lesson = LESSONS[name];
	return program.command(name).summary(lesson.summary).description([lesson.summary, ...lesson.more === void 0 ? [] : [lesson.more]].join("\n")).addHelpText("after", afterHelp(lesson));
}
function command(program, name) {
	return taught(program, name).option("--loop <id>", "which loop (default: the one of the loop file, or main)").addOption(new Option("--file <path>", "the loop file (default: .cms/loop.yml)").hideHelp(name === "init")).option("--json", "one JSON document on stdout, human text on stderr").addOption(new Option("--local", "the loop in this clone").conflicts("remote").hideHelp([
		"init",
		"validate",
		"start",
		"doctor",
		"import"
	].includes(name))).addOption(new Option("--remote [name]", "the loop on a remote (default: origin)").hideHelp([
		"init",
		"validate",
		"import"
	].includes(name)));
}
function addFileCommands(program, finish) {
	command(program, "init").option("--yes", "take the defaults, ask nothing").option("--agent <name>", "claude, codex, gemini, opencode or command").option("--goal <text>", "what the whole is for").option("--tests <command>", "the command that tests the project").option("--form <name>", "of the workflow: one-job, or walled (the agent apart from the token)").action(async (flags) => finish(await (await import("./file-commands.js")).initCommand(flags)));
	command(program, "validate").action(async (flags) => finish(await (await import("./file-commands.js")).validateCommand(flags)));
	command(program, "plan").action(async (flags) => finish(await (await import("./file-commands.js")).planCommand(flags)));
	command(program, "doctor").option("--workflow <file>", "the workflow to look at, where several carry loops").action(async (flags) => finish(await (await import("./doctor-command.js")).doctorCommand(flags)));
}
function addExchange(program, finish) {
	command(program, "import").argument("[path]", "a file, or a folder of another tool (default: this folder)").option("--from <format>", "agent-teams, prd, task-master, spec-kit, checklist or github-issues").option("--dry-run", "print the tasks as YAML, and write nothing").addOption(new Option("--print", "the same").hideHelp()).option("--all", "what is done there, too").option("--in-order", "each task waits for the one before it").option("--prefix <text>", "put before every id").option("--skip-existing", "keep tasks of the loop file that say something else under the same id").option("--goal <text>", "of a new loop file: what the whole is for").option("--agent <name>", "claude, codex, gemini, opencode or command").option("--tag <name>", "task-master: which list").option("--team <name>", "agent-teams: which team").option("--label <name>", "github-issues: only those with this label").option("--repo <owner/name>", "github-issues: of which repository (default: the remote)").action(async (path, flags) => finish(await (await import("./exchange-commands.js")).importCommand(path, flags)));
	command(program, "export").requiredOption("--to <format>", "agent-teams").option("--out <folder>", "where to write", "agent-teams").option("--team <name>", "how it is called there (default: cms-<loop>)").option("--force", "replace a team that something else has written").action(async (flags) => finish(await (await import("./exchange-commands.js")).exportCommand(flags)));
}
function addLoopCommands(program, finish) {
	command(program, "run").option("--resume", "insist on an unfinished loop").addOption(new Option("--fresh", "begin a new epoch").conflicts("resume")).option("--parallel <n>", "lanes: tasks worked on at once (default: as the loop file says)", count).option("--max-iterations <n>", "stop after so many iterations", count).option("--wait", "sleep through limits instead of ending with exit code 5").action(async (flags) => finish(await (await import("./loop-commands.js")).runCommand(flags)));
	command(program, "iterate").requiredOption("--lane <k>", "the lane that was asked for").requiredOption("--nonce <n>", "the nonce of the request").action(async (flags) => finish(await (await import("./loop-commands.js")).iterateCommand(flags)));
	command(program, "tick").action(async (flags) => finish(await (await import("./loop-commands.js")).tickCommand(flags)));
}
function addPeopleCommands(program, finish) {
	const people = () => import("./people-commands2.js");
	command(program, "status").action(async (flags) => finish(await (await people()).statusCommand(flags)));
	command(program, "log").option("--task <id>", "only what is about this task").option("--limit <n>", "at most so many commits", count, 1e3).action(async (flags) => finish(await (await people()).logCommand(flags)));
	command(program, "start").option("--workflow <file>", "the workflow, where several carry loops").action(async (flags) => finish(await (await import("./start-command.js")).startCommand(flags)));
	command(program, "stop").action(async (flags) => finish(await (await people()).sayCommand(flags, {
		say: "stop",
		because: "A person stopped the loop."
	})));
	command(program, "resume").action(async (flags) => finish(await (await people()).sayCommand(flags, { say: "resume" })));
	command(program, "retry").argument("<task>").action(async (task, flags) => finish(await (await people()).sayCommand(flags, {
		say: "retry",
		task
	})));
	command(program, "accept").argument("<task>").action(async (task, flags) => finish(await (await people()).sayCommand(flags, {
		say: "accept",
		task
	})));
	command(program, "message").argument("[words...]", "a task (or all of them: all), then what to say to it").option("--reply <id>", "answer this message").option("--ack <ids>", "take these as read, apart by commas, or all").option("--list", "show the mailbox; so does no argument at all").action(async (words, flags) => finish(await (await import("./message-command.js")).messageCommand(words, flags)));
}
function addMcp(program, finish) {
	taught(program, "mcp").option("--context <file>", "what the agent is told (default: CMS_CONTEXT)").option("--inbox <folder>", "its messages (default: CMS_INBOX)").option("--outbox <folder>", "the only place that is written to (default: CMS_OUTBOX)").action(async (flags) => finish(await (await import("./mcp-command.js")).mcpCommand(flags)));
}
function addLessons(program, finish) {
	const several = (value, before = []) => [...before, value];
	command(program, "lessons").argument("[text...]", "what --add and --edit say").option("--add", "a lesson of yours, given wherever it fits").option("--path <pattern>", "where it holds; with --add, as often as you like", several).option("--edit <id>", "new words for a lesson; its record begins anew").option("--pin <id>", "give it wherever it fits, whatever its record").option("--unpin <id>", "let it earn its place again").option("--drop <id>", "forget it").action(async (text, flags) => finish(await (await import("./lessons-command.js")).lessonsCommand(flags, text.join(" "))));
}
function addDemo(program, finish) {
	taught(program, "demo").option("--learn", "a loop that fails, learns, and does better for it; and agents that talk").action(async (flags) => finish(await (await import("./demo.js")).demoCommand(flags)));
}
export { main };
