import { g as printMistakes, o as inspectLoopFile, s as readLoopFile } from "./config.js";
import { i as projectAt, j as remotes } from "./adapters.js";
import { A as LoopError, g as resolveCommit, h as openRepository } from "./start.js";
import { c as init, ct as restore, kt as wantsPlan, l as renderInit, o as renderPlan, s as planLoop } from "./loop.js";
import { l as shellWord } from "./doctor.js";
import { n as AGENTS } from "./compose.js";
import { t as EXIT } from "./exit.js";
import { d as visibilityOf, i as openSession, n as humanOutput, r as loopFilePath, t as anotherLoop } from "./session.js";
import { t as printJson } from "./json2.js";
import { n as secretsOf } from "./secrets2.js";
import { i as variables, t as harnessGit } from "./surroundings.js";
// src/adapters/terminal/ask.ts
async function terminalAsk(terminal) {
	if (terminal.input.isTTY !== true || terminal.output.isTTY !== true) return void 0;
	const { isCancel, select, text } = await import("./clack-prompts.js");
	return async ({ message, initial, choices }) => {
		const answer = choices ? await select({
			message,
			initialValue: initial,
			options: choices.map((value) => ({
				value,
				label: value
			}))
		}) : await text({
			message,
			initialValue: initial
		});
		return isCancel(answer) ? void 0 : answer ?? "";
	};
}
// src/entry/file-commands.ts
async function initCommand(flags) {
	if (flags.file !== void 0) throw new LoopError("bad-input", "`cms init` writes .cms/loop.yml, and no other file.", { hint: "Run it without --file. Another loop file may then be named with --file, or with the input `file`." });
	const env = variables();
	const repository = await openRepository(harnessGit(env), process.cwd());
	const ask = flags.yes === true || flags.json === true ? void 0 : await terminalAsk({
		input: process.stdin,
		output: process.stdout
	});
	const standing = await standingOf(repository, env);
	const result = await init(flags, {
		project: projectAt(repository.topLevel),
		ask,
		standing
	});
	const { redact } = secretsOf(env);
	humanOutput(flags.json, redact).line(renderInit(result, standing));
	if (flags.json === true) printJson(result, redact);
	return EXIT.reached;
}
async function standingOf(repository, env) {
	const git = harnessGit(env);
	const known = await remotes(git, repository);
	const url = known.get("origin") ?? [...known.values()][0];
	const head = await resolveCommit(git, repository.topLevel, "HEAD");
	const visibility = url === void 0 ? void 0 : await visibilityOf(env, url);
	const { topLevel } = repository;
	const elsewhere = topLevel === process.cwd() ? void 0 : shellWord(topLevel);
	return {
		hasCommits: head !== void 0,
		hasRemote: url !== void 0,
		visibility,
		elsewhere
	};
}
async function root() {
	try {
		return (await openRepository(harnessGit(variables()), process.cwd())).topLevel;
	} catch (error) {
		if (error instanceof LoopError) return process.cwd();
		throw error;
	}
}
async function validateCommand(flags) {
	const path = loopFilePath(flags, await root());
	const { redact, spots } = secretsOf(variables());
	const output = humanOutput(flags.json, redact);
	const inspected = await inspectLoopFile(path, {
		agents: AGENTS,
		spots
	});
	if (inspected.is === "invalid") {
		if (flags.json !== true) throw new LoopError("bad-loop-file", printMistakes(path, inspected.text, inspected.mistakes));
		printJson({
			valid: false,
			file: path,
			mistakes: inspected.mistakes,
			warnings: []
		}, redact);
		return EXIT.input;
	}
	const { config } = inspected;
	if (flags.loop !== void 0 && flags.loop !== config.loop) throw anotherLoop(config.loop, flags.loop);
	for (const warning of config.warnings) output.line(`warning: ${warning}`);
	const tasks = wantsPlan(config) ? "tasks to be planned from the goal" : `${config.tasks.length} tasks`;
	output.line(`${path} is valid: loop "${config.loop}", ${tasks}, agent ${config.settings.agent.use}.`);
	if (flags.json === true) printJson({
		valid: true,
		file: path,
		mistakes: [],
		warnings: config.warnings,
		tasks: config.tasks.length
	}, redact);
	return EXIT.reached;
}
async function planCommand(flags) {
	const { redact, spots } = secretsOf(variables());
	const config = await readLoopFile(loopFilePath(flags, await root()), {
		agents: AGENTS,
		spots
	});
	if (flags.loop !== void 0 && flags.loop !== config.loop) throw anotherLoop(config.loop, flags.loop);
	const plan = planLoop(config, await known(flags, redact));
	if (flags.json === true) printJson(plan, redact);
	else {
		const output = humanOutput(false, redact);
		output.line(renderPlan(plan, output.width));
	}
	return EXIT.reached;
}
async function known(flags, redact) {
	try {
		const session = await openSession(flags, "ignored");
		try {
			return (await restore(session.ports, { mend: false }))?.checkpoint;
		} finally {
			session.close();
		}
	} catch (error) {
		if (!(error instanceof LoopError) || error.code === "two-loops") throw error;
		if (error.code === "remote-unreachable") humanOutput(true, redact).line(`note: ${error.message}\n  Planned from the loop file alone.`);
		return;
	}
}
export { initCommand, planCommand, validateCommand };
