import { r as readLoopFile, t as DEFAULT_LOOP_FILE } from "./config.js";
import { b as systemClock, n as hasRemoteLoop, r as remotes, t as hasLocalLoop } from "./adapters.js";
import { S as LoopError, d as LoopId, o as duration, v as openRepository } from "./start.js";
import { t as terminalOutput } from "./output.js";
import { C as printable, E as shortRef, T as loopRefs, w as effective } from "./loop.js";
import { n as AGENTS, t as compose } from "./compose.js";
import { n as personalGit, r as variables, t as harnessGit } from "./surroundings.js";
import { resolve } from "node:path";
// src/adapters/terminal/ticker.ts
function every(ms, call) {
	const timer = setInterval(call, ms);
	timer.unref();
	return () => clearInterval(timer);
}
// src/adapters/terminal/reporter.ts
const REDRAW = 1e3;
var TerminalReporter = class {
	#output;
	#clock;
	#lanes = new Map();
	#stop;
	constructor(output, clock) {
		this.#output = output;
		this.#clock = clock;
		this.#stop = output.isTerminal ? every(REDRAW, () => this.#draw()) : () => {};
	}
	close() {
		this.#stop();
		this.#output.live("");
	}
	tell(report) {
		for (const line of this.#lines(report)) this.#output.line(line);
		this.#draw();
	}
	#lines(report) {
		switch (report.type) {
			case "loop": return [this.#output.style("bold", `loop ${report.checkpoint.loop} ${report.what}: ${summary(report.checkpoint)}`)];
			case "begun": return this.#begun(report);
			case "phase": return this.#phase(report);
			case "line": return this.#line(report);
			case "settled": return this.#settled(report);
			case "waiting": return [this.#output.style("yellow", `… ${report.because} (${duration(report.until - this.#clock.now())})`)];
			case "note": return [report.text];
			case "warning": return [this.#output.style("yellow", `warning: ${report.text}`)];
		}
	}
	#begun({ checkpoint, lane, task, attempt, because }) {
		this.#lanes.set(lane, {
			task,
			attempt,
			since: this.#clock.now(),
			phase: "begin",
			usd: 0,
			checkpoint
		});
		return [`▶ i${checkpoint.ledger.iterations} ${this.#output.style("bold", task)}, attempt ${attempt}: ${because}`];
	}
	#phase({ lane, phase, detail }) {
		const running = this.#lanes.get(lane);
		if (running !== void 0) running.phase = phase;
		if (this.#output.isTerminal) return [];
		return [this.#output.style("dim", `  ${phase}${detail === void 0 ? "" : `: ${detail}`}`)];
	}
	#line({ lane, line, usd }) {
		const running = this.#lanes.get(lane);
		if (running !== void 0 && usd !== void 0) running.usd = usd;
		return line === "" ? [] : [this.#output.style("dim", `  │ ${line.slice(0, this.#output.width - 5)}`)];
	}
	#settled(report) {
		const { checkpoint, lane, task, verdict, because, usd, ms, tail = "" } = report;
		this.#lanes.delete(lane);
		const good = verdict === "done";
		const mark = this.#output.style(good ? "green" : "red", good ? "✓" : "✗");
		const why = good ? "" : `: ${because}`;
		return [
			`${mark} ${task}: ${verdict} in ${duration(ms)}, $${usd.toFixed(2)}${why}`,
			...good ? [] : lastLines(tail).map((line) => this.#output.style("dim", `  │ ${line}`)),
			this.#output.style("dim", `  ${summary(checkpoint)}`)
		];
	}
	#draw() {
		const now = this.#clock.now();
		const lanes = [...this.#lanes.values()].map(({ task, attempt, since, phase, usd, checkpoint }) => `${task} #${attempt} ${phase} ${duration(now - since)} · ${cost(checkpoint, usd)}`);
		this.#output.live(lanes.join("   "));
	}
};
const lastLines = (text) => printable(text).split("\n").filter((line) => line.trim() !== "").slice(-6).map((line) => line.slice(0, 200));
const cap = ({ config }) => {
	const { usd } = config.settings.budget;
	return usd === void 0 ? "" : ` of $${usd.toFixed(2)}`;
};
const cost = (checkpoint, more) => `$${(checkpoint.ledger.usd + more).toFixed(2)}${cap(checkpoint)}`;
function summary(checkpoint) {
	const done = checkpoint.completed_tasks.length;
	return `${done}/${done + checkpoint.remaining_tasks.length} tasks done, ${cost(checkpoint, 0)}`;
}
// src/entry/session.ts
const ASK_REMOTE = 8e3;
const humanOutput = (json) => terminalOutput(json === true ? process.stderr : process.stdout);
async function openSession(globals, need, narrow = {}) {
	const env = variables();
	const cwd = process.cwd();
	const output = humanOutput(globals.json);
	const repository = await openRepository(harnessGit(env), cwd);
	const config = await loopFile(globals, repository, need);
	const loop = loopId(globals, config);
	const own = config !== void 0 && config.loop === loop ? config : void 0;
	const home = await findHome({
		globals,
		env,
		repository,
		loop
	});
	const refs = home.refs ?? own?.settings.refs ?? "branches";
	const reporter = new TerminalReporter(output, systemClock);
	return {
		ports: await compose({
			repository,
			env,
			loop,
			refs,
			remote: home.remote,
			reporter
		}),
		run: {
			loop,
			config: own === void 0 ? void 0 : effective(own, narrow),
			home: home.name,
			verifyIn: "clean"
		},
		output,
		repository,
		close: () => reporter.close()
	};
}
const loopFilePath = (globals, root) => globals.file === void 0 ? resolve(root, DEFAULT_LOOP_FILE) : resolve(process.cwd(), globals.file);
async function loopFile(globals, { topLevel }, need) {
	try {
		return await readLoopFile(loopFilePath(globals, topLevel), { agents: AGENTS });
	} catch (error) {
		if (!(error instanceof LoopError)) throw error;
		const missing = error.code === "no-loop-file" && globals.file === void 0;
		if (need === "ignored" || missing) return void 0;
		throw error;
	}
}
function loopId({ loop, file }, config) {
	if (loop === void 0) return config?.loop ?? "main";
	if (!LoopId.safeParse(loop).success) throw new LoopError("bad-input", `"${loop.slice(0, 60)}" is no loop id: 1 to 40 of a-z, 0-9 and "-", starting with a letter or digit.`);
	if (file !== void 0 && config !== void 0 && config.loop !== loop) throw new LoopError("bad-input", `${file} describes loop "${config.loop}", not "${loop}".`);
	return loop;
}
async function findHome(asking) {
	const { globals, env, repository, loop } = asking;
	const git = harnessGit(env);
	const here = await local(asking);
	if (globals.local === true) return here;
	const known = await remotes(git, repository);
	if (globals.remote !== void 0) return remote(asking, known);
	const [name] = known.has("origin") ? ["origin"] : [...known.keys()];
	const url = name === void 0 ? void 0 : known.get(name);
	if (name === void 0 || url === void 0) return here;
	const refs = [loopRefs(loop, "branches"), loopRefs(loop, "hidden")];
	const token = env["GITHUB_TOKEN"];
	if (await hasRemoteLoop(personalGit(env), {
		url,
		token: tokenFor(url, token),
		cwd: repository.topLevel,
		refs,
		timeout: ASK_REMOTE
	}) !== true) return here;
	if (here.refs === void 0) return remote({
		...asking,
		globals: {
			...globals,
			remote: name
		}
	}, known);
	const state = shortRef(loopRefs(loop, here.refs).state);
	throw new LoopError("two-loops", `Loop "${loop}" is both here (${state}) and on ${name} (${name}/${state}).`);
}
async function local({ env, repository, loop }) {
	const git = harnessGit(env);
	for (const refs of ["branches", "hidden"]) if (await hasLocalLoop(git, repository, [loopRefs(loop, refs)])) return {
		name: "local",
		remote: void 0,
		refs
	};
	return {
		name: "local",
		remote: void 0
	};
}
async function remote({ globals, env, repository, loop }, known) {
	const name = typeof globals.remote === "string" ? globals.remote : known.has("origin") ? "origin" : [...known.keys()][0];
	const url = name === void 0 ? void 0 : known.get(name);
	if (name === void 0 || url === void 0) {
		const names = [...known.keys()].join(", ");
		throw new LoopError("no-remote", name === void 0 ? "This repository has no remote." : `There is no remote "${name}"; there are: ${names || "none"}.`);
	}
	const token = tokenFor(url, env["GITHUB_TOKEN"]);
	const home = {
		url,
		...token === void 0 ? {} : { token }
	};
	for (const refs of ["hidden", "branches"]) {
		const question = {
			url,
			token,
			cwd: repository.topLevel,
			refs: [loopRefs(loop, refs)],
			timeout: ASK_REMOTE
		};
		if (await hasRemoteLoop(personalGit(env), question) === true) return {
			name,
			remote: home,
			refs
		};
	}
	return {
		name,
		remote: home
	};
}
const tokenFor = (url, token) => token !== void 0 && token !== "" && /^https:\/\/([^/]+\.)?(github\.com|ghe\.com)\//.test(url) ? token : void 0;
export { loopFilePath as n, openSession as r, humanOutput as t };
