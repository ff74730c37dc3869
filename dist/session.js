import { S as string, g as object, o as boolean } from "./zod.js";
import { I as loopRefs, L as shortRef, i as DEFAULT_LOOP_FILE, r as FollowedFile } from "./config.js";
import { A as LoopError, B as tailLines, H as systemClock, I as cut, J as duration, K as SECOND, M as unreachable, R as printable, S as run, d as loopIdOf, h as openRepository } from "./start.js";
import { t as terminalOutput } from "./output.js";
import { H as effective, k as keepsSecrets } from "./loop.js";
import { a as fixFor, n as AGENTS, o as GithubPullRequests, r as loopWorkflows, s as githubClient, t as compose } from "./compose.js";
import { A as remoteLoop, j as remotes, k as localLoop } from "./adapters.js";
import { i as variables, r as personalGit, t as harnessGit } from "./surroundings.js";
import { n as secretsOf, t as notifyAddress } from "./secrets2.js";
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
	#checkpoint;
	#mostLanes = 1;
	constructor(output, clock, repeat = every) {
		this.#output = output;
		this.#clock = clock;
		this.#stop = output.isTerminal ? repeat(REDRAW, () => this.#draw()) : () => {};
	}
	close() {
		this.#stop();
		this.#output.live("");
	}
	tell(report) {
		if ("checkpoint" in report) this.#learn(report.checkpoint);
		const lines = this.#lines(report);
		this.#draw();
		if (lines.length > 0) this.#output.line(lines.join("\n"));
	}
	#learn(checkpoint) {
		const known = this.#checkpoint;
		if (known === void 0 || checkpoint.loop !== known.loop || checkpoint.seq >= known.seq) this.#checkpoint = checkpoint;
		this.#mostLanes = Math.max(this.#mostLanes, checkpoint.config.settings.parallel);
	}
	#lines(report) {
		switch (report.type) {
			case "loop": return [this.#output.style("bold", `loop ${report.checkpoint.loop} ${report.what}: ${summary(report.checkpoint)}`)];
			case "begun": return this.#of(report.lane, this.#begun(report));
			case "phase": return this.#of(report.lane, this.#phase(report));
			case "line": return this.#of(report.lane, this.#line(report));
			case "settled": return this.#of(report.lane, this.#settled(report));
			case "waiting": return [this.#output.style("yellow", `… ${report.because} (${duration(report.until - this.#clock.now())})`)];
			case "moved": return [];
			case "note": return [report.text];
			case "warning": return [this.#output.style("yellow", `warning: ${report.text}`)];
		}
	}
	#of(lane, lines) {
		const mark = this.#mark(lane);
		return lines.flatMap((line) => line.split("\n")).map((line) => `${mark}${line}`);
	}
	#mark(lane) {
		const most = this.#mostLanes;
		return most > 1 ? `${lane.padStart(String(most).length)}│ ` : "";
	}
	#begun({ checkpoint, lane, task, attempt, because }) {
		this.#lanes.set(lane, {
			task,
			attempt,
			since: this.#clock.now(),
			phase: "begin",
			usd: 0
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
		if (line === "") return [];
		const width = this.#output.width - this.#mark(lane).length;
		return [this.#output.style("dim", `  │ ${cut(line, width - 5)}`)];
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
		if (!this.#output.isTerminal) return;
		const lanes = [...this.#lanes].toSorted(([a], [b]) => Number(a) - Number(b));
		const [only] = lanes;
		const checkpoint = this.#checkpoint;
		if (only === void 0 || checkpoint === void 0) return this.#output.live("");
		const spent = cost(checkpoint, lanes.reduce((sum, [, { usd }]) => sum + usd, 0));
		if (this.#mostLanes === 1 && lanes.length === 1) return this.#output.live(`${this.#now(only[1])} · ${spent}`);
		const lines = lanes.map(([lane, one]) => `${this.#mark(lane)}${this.#now(one)} · ${dollars(one.usd)}`);
		const most = Math.max(0, this.#output.height - 3);
		const shown = lines.length <= most ? lines : lines.slice(0, Math.max(0, most - 1));
		const hidden = lines.length - shown.length;
		const rest = hidden > 0 && most > 0 ? [`… ${many(hidden, "more lane")}`] : [];
		const sum = `${many(lanes.length, "lane")} · ${tasks(checkpoint)} tasks · ${spent}`;
		this.#output.live([
			...shown,
			...rest,
			sum
		].join("\n"));
	}
	#now({ task, attempt, since, phase }) {
		return `${task} #${attempt} ${phase} ${duration(this.#clock.now() - since)}`;
	}
};
const SHOWN = 6;
const lastLines = (text) => tailLines(printable(text), SHOWN).map((line) => line.slice(0, 200));
const many = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;
const dollars = (usd) => `$${usd.toFixed(2)}`;
const cap = ({ config }) => {
	const { usd } = config.settings.budget;
	return usd === void 0 ? "" : ` of ${dollars(usd)}`;
};
const cost = (checkpoint, more) => `${dollars(checkpoint.ledger.usd + more)}${cap(checkpoint)}`;
const tasks = ({ completed_tasks: { length: done }, remaining_tasks: rest }) => `${done}/${done + rest.length}`;
const summary = (checkpoint) => `${tasks(checkpoint)} tasks done, ${cost(checkpoint, 0)}`;
// src/adapters/github/place.ts
const CLOUD = /^(github\.com|[a-z0-9-]+\.ghe\.com)$/i;
const NAME = /^[A-Za-z0-9_.-]+$/;
function githubPlace(url, env) {
	const found = parsed(url);
	if (found === void 0) return void 0;
	const { host, path, serverUrl } = found;
	const server = URL.parse(serverUrl);
	if (server === null) return void 0;
	const [owner = "", repo = "", ...rest] = path.replace(/^\/+|\/+$/g, "").replace(/\.git$/, "").split("/");
	if (rest.length > 0 || !NAME.test(owner) || !NAME.test(repo)) return void 0;
	const named = namedApi(server.host, env);
	const apiUrl = named ?? apiOf(host, serverUrl);
	const isPrivate = keepsSecrets(new URL(apiUrl));
	const isNamed = named !== void 0 || env["GH_HOST"] === host;
	return {
		owner,
		repo,
		host,
		serverUrl,
		apiUrl,
		isPrivate,
		tokens: isPrivate ? tokensFor(host, { isNamed }) : []
	};
}
function namedApi(host, env) {
	const api = URL.parse(env["GITHUB_API_URL"] ?? "");
	if (api === null || !/^https?:$/.test(api.protocol)) return void 0;
	const isOfServer = api.host === host || api.host === `api.${host}`;
	const isSaid = URL.parse(env["GITHUB_SERVER_URL"] ?? "")?.host === host;
	return isOfServer || isSaid ? api.href.replace(/\/+$/, "") : void 0;
}
function parsed(text) {
	const url = URL.parse(text);
	if (url !== null && /^(https?|ssh|git):$/.test(url.protocol)) {
		const host = known(url.hostname);
		const isWeb = url.protocol.startsWith("http");
		return {
			host,
			path: url.pathname,
			serverUrl: isWeb ? url.origin : `https://${host}`
		};
	}
	const [, name, path] = /^(?:[^@/:]+@)?([A-Za-z0-9.-]+\.[A-Za-z0-9-]+):(?!\/\/)(.+)$/.exec(text) ?? [];
	if (name === void 0 || path === void 0) return void 0;
	return {
		host: known(name),
		path,
		serverUrl: `https://${known(name)}`
	};
}
const known = (host) => host === "ssh.github.com" ? "github.com" : host;
function apiOf(host, serverUrl) {
	return CLOUD.test(host) ? `https://api.${host}` : `${serverUrl}/api/v3`;
}
function tokensFor(host, { isNamed }) {
	if (CLOUD.test(host)) return ["GH_TOKEN", "GITHUB_TOKEN"];
	return isNamed ? [
		"GH_ENTERPRISE_TOKEN",
		"GITHUB_ENTERPRISE_TOKEN",
		"GH_TOKEN",
		"GITHUB_TOKEN"
	] : [];
}
// src/adapters/github/start.ts
const Repository$1 = object({ default_branch: string().min(1) });
const Details = object({ html_url: string() });
async function startWorkflow(client, address, inputs) {
	const { owner, repo, file } = address;
	const found = await client.request("GET /repos/{owner}/{repo}", {
		owner,
		repo
	});
	if (found.is !== "answered") return told(found, address);
	const ref = Repository$1.safeParse(found.data).data?.default_branch;
	if (ref === void 0) return {
		is: "unknown",
		because: "GitHub did not name the default branch.",
		url: pageOf(address)
	};
	const post = (details) => client.request("POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches", {
		owner,
		repo,
		workflow_id: file,
		ref,
		inputs,
		...details
	});
	const reply = await post({ return_run_details: true });
	const last = reply.is === "denied" && /return_run_details/.test(reply.message) ? await post({}) : reply;
	if (last.is !== "answered") return told(last, address);
	return {
		is: "started",
		ref,
		url: Details.safeParse(last.data).data?.html_url ?? pageOf(address)
	};
}
const pageOf = ({ serverUrl, owner, repo, file }) => `${serverUrl}/${owner}/${repo}/actions/workflows/${file}`;
function told(reply, address) {
	switch (reply.is) {
		case "lost": return {
			is: "unknown",
			because: reply.because,
			url: pageOf(address)
		};
		case "limited": return {
			is: "refused",
			because: `GitHub: ${reply.message}`,
			fix: "Try again in some minutes."
		};
		default: return {
			is: "refused",
			because: `GitHub: ${reply.message}`,
			fix: fixFor({
				...reply,
				...address
			})
		};
	}
}
// src/adapters/github/visibility.ts
const Repository = object({ private: boolean() });
async function askVisibility(client, { owner, repo }) {
	const reply = await client.request("GET /repos/{owner}/{repo}", {
		owner,
		repo
	}, { once: true });
	const found = reply.is === "answered" ? Repository.safeParse(reply.data).data : void 0;
	return found && (found.private ? "private" : "public");
}
// src/entry/github.ts
const ASK_GH = 10 * SECOND;
function onGithub(env, url) {
	const place = url === void 0 ? void 0 : githubPlace(url, env);
	const token = place && given(env, place);
	if (place === void 0 || token === void 0) return void 0;
	const { owner, repo, serverUrl, apiUrl } = place;
	const target = {
		owner,
		repo,
		serverUrl,
		fallbackBase: void 0
	};
	return {
		pullRequests: new GithubPullRequests(githubClient({
			token,
			apiUrl
		}), target),
		web: { repository: `${serverUrl}/${owner}/${repo}` }
	};
}
const OF_THE_ENVIRONMENT = new Set([
	"GH_TOKEN",
	"GITHUB_TOKEN",
	"GH_ENTERPRISE_TOKEN",
	"GITHUB_ENTERPRISE_TOKEN"
]);
const given = (env, { tokens }) => tokens.map((name) => env[name]?.trim()).find((token) => token !== void 0 && token !== "");
async function tokenFor$1(env, place) {
	const token = given(env, place);
	if (token !== void 0 || !place.isPrivate) return token;
	const others = Object.fromEntries(Object.entries(env).filter(([name]) => !OF_THE_ENVIRONMENT.has(name)));
	const args = [
		"auth",
		"token",
		"--hostname",
		place.host
	];
	const said = await run("gh", {
		args,
		env: others,
		timeout: ASK_GH
	});
	const text = said.stdout.toString("utf8").trim();
	return said.code === 0 && text !== "" ? text : void 0;
}
async function seekWorkflow({ env, url, root, loop, file }) {
	const place = githubPlace(url, env);
	if (place === void 0) return { is: "not_github" };
	const files = file === void 0 ? await loopWorkflows(root) : [file];
	const [first, ...others] = files;
	if (first === void 0) return { is: "none" };
	if (others.length > 0) return {
		is: "several",
		files
	};
	return {
		is: "found",
		workflow: {
			place,
			file: first,
			loop,
			line: `gh workflow run ${first} -f loop=${loop}`
		}
	};
}
async function findWorkflow(sought) {
	const found = await seekWorkflow(sought);
	switch (found.is) {
		case "found": return found.workflow;
		case "not_github": throw new LoopError("no-remote", `${shown(sought.url)} is no repository on a GitHub.`, { hint: "Name a remote that is one: --remote <name>. Elsewhere, carry the loop on with `cms run --remote`." });
		case "none": throw new LoopError("bad-input", "No workflow in .github/workflows takes the dispatches of a loop: `workflow_dispatch` with the inputs lane and nonce.", { hint: "Run `cms init` to write one, commit it and push it to the default branch." });
		case "several": throw new LoopError("bad-input", `Several workflows carry loops: ${found.files.join(", ")}.`, { hint: `Say which one: --workflow ${found.files[0]}.` });
		default: return unreachable(found);
	}
}
const shown = (url) => url.replace(/\/\/[^/@]*@/, "//");
async function startRun(env, workflow) {
	const { place, file, loop } = workflow;
	const token = await tokenFor$1(env, place);
	if (token === void 0) return void 0;
	return startWorkflow(githubClient({
		token,
		apiUrl: place.apiUrl
	}), {
		...place,
		file
	}, { loop });
}
const ASK_VISIBILITY = 5 * SECOND;
async function visibilityOf(env, url) {
	const place = githubPlace(url, env);
	const token = place && await tokenFor$1(env, place);
	if (place === void 0 || token === void 0) return void 0;
	return askVisibility(githubClient({
		token,
		apiUrl: place.apiUrl,
		timeout: ASK_VISIBILITY
	}), place);
}
// src/entry/home.ts
const ASK_REMOTE = 8e3;
async function findHome(asking) {
	const { globals, repository, loop } = asking;
	const here = await local(asking);
	if (globals.local === true) return here;
	const known = await remotes(harnessGit(asking.env), repository);
	if (globals.remote !== void 0) return there(asking, named(globals.remote, known));
	const usual = usualOf(known);
	if (usual === void 0) return here;
	const found = await there(asking, usual).catch((error) => unanswered(error, usual, loop));
	if (found instanceof LoopError && here.refs === void 0) throw found;
	if (found instanceof LoopError) return {
		...here,
		note: `${found.message}\n  The loop in this clone goes on.`
	};
	if (found.refs === void 0) return here;
	if (here.refs === void 0) return found;
	const state = shortRef(loopRefs(loop, here.refs).state);
	throw new LoopError("two-loops", `Loop "${loop}" is both here (${state}) and on ${usual.name} (${usual.name}/${state}).`);
}
function unanswered(error, { name }, loop) {
	if (!(error instanceof LoopError)) throw error;
	const text = `The remote ${name} did not say whether it has loop "${loop}": ${error.message}`;
	return new LoopError("remote-unreachable", text, {
		cause: error,
		hint: "Run again when it answers, or say which loop you mean: --local or --remote."
	});
}
async function local({ env, repository, loop }) {
	return {
		name: "local",
		remote: void 0,
		refs: await localLoop(harnessGit(env), repository, loop)
	};
}
async function remoteMeant({ globals, env, repository }) {
	return named(globals.remote ?? true, await remotes(harnessGit(env), repository));
}
function usualOf(known) {
	const origin = known.get("origin");
	const [first] = known;
	if (origin !== void 0) return {
		name: "origin",
		url: origin
	};
	return first && {
		name: first[0],
		url: first[1]
	};
}
function named(wanted, known) {
	if (wanted === true) {
		const usual = usualOf(known);
		if (usual === void 0) throw new LoopError("no-remote", "This repository has no remote.");
		return usual;
	}
	const url = known.get(wanted);
	if (url !== void 0) return {
		name: wanted,
		url
	};
	const names = [...known.keys()].join(", ") || "none";
	throw new LoopError("no-remote", `There is no remote "${wanted}"; there are: ${names}.`);
}
async function there({ env, repository, loop }, { name, url }) {
	const token = tokenFor(url, env["GITHUB_TOKEN"]);
	const cwd = repository.topLevel;
	const network = personalGit(env);
	const refs = await remoteLoop(network, {
		url,
		token,
		cwd,
		loop,
		timeout: ASK_REMOTE
	});
	return {
		name,
		remote: {
			url,
			network,
			...token === void 0 ? {} : { token }
		},
		refs
	};
}
const tokenFor = (url, token) => token !== void 0 && token !== "" && /^https:\/\/([^/]+\.)?(github\.com|ghe\.com)\//.test(url) ? token : void 0;
// src/entry/session.ts
const humanOutput = (json, redact) => terminalOutput(json === true ? process.stderr : process.stdout, redact);
async function openSession(globals, need, narrow = {}) {
	const env = variables();
	const cwd = process.cwd();
	const secrets = secretsOf(env);
	const output = humanOutput(globals.json, secrets.redact);
	const repository = await openRepository(harnessGit(env), cwd);
	const reporter = new TerminalReporter(output, systemClock);
	const file = followed(loopFilePath(globals, repository.topLevel), reporter, secrets.spots);
	const config = await loopFile(globals, file, need);
	const loop = loopId(globals, config);
	const own = config !== void 0 && config.loop === loop ? config : void 0;
	const home = await findHome({
		globals,
		env,
		repository,
		loop
	});
	if (home.note !== void 0) humanOutput(true, secrets.redact).line(`note: ${home.note}`);
	const refs = home.refs ?? own?.settings.refs ?? "branches";
	const github = onGithub(env, home.remote?.url);
	const known = secretsOf(env, [notifyAddress(own, env)]);
	const ports = await compose({
		repository,
		env,
		loop,
		refs,
		remote: home.remote,
		reporter,
		secrets: known,
		pullRequests: github?.pullRequests
	});
	const run = {
		loop,
		config: own === void 0 ? void 0 : effective(own, narrow),
		home: home.name,
		verifyIn: "clean",
		...github === void 0 ? {} : { web: github.web }
	};
	const reread = own === void 0 ? void 0 : async () => effective(await file.read(), narrow);
	const described = config?.loop;
	return {
		ports,
		run,
		output,
		repository,
		remoteUrl: home.remote?.url,
		described,
		reread,
		close: () => reporter.close()
	};
}
const followed = (path, reporter, spots) => new FollowedFile({
	path,
	options: {
		agents: AGENTS,
		spots
	},
	now: () => systemClock.now(),
	refused: ({ message }) => reporter.tell({
		type: "warning",
		text: `${message}\nThe version before it stays in force.`
	})
});
const loopFilePath = (globals, root) => globals.file === void 0 ? resolve(root, DEFAULT_LOOP_FILE) : resolve(process.cwd(), globals.file);
async function loopFile(globals, file, need) {
	try {
		return await file.read();
	} catch (error) {
		if (!(error instanceof LoopError)) throw error;
		const missing = error.code === "no-loop-file" && globals.file === void 0;
		if (need === "ignored" || missing) return void 0;
		throw error;
	}
}
const anotherLoop = (described, asked) => new LoopError("bad-input", `The loop file describes loop "${described}", not "${asked}".`, { hint: `Leave out --loop, or name the file of that loop: --loop ${asked} --file <path>.` });
function loopId({ loop: said, file }, config) {
	if (said === void 0) return config?.loop ?? "main";
	const loop = loopIdOf(said);
	if (file !== void 0 && config !== void 0 && config.loop !== loop) throw anotherLoop(config.loop, loop);
	return loop;
}
export { remoteMeant as a, seekWorkflow as c, visibilityOf as d, githubPlace as f, openSession as i, startRun as l, humanOutput as n, tokenFor as o, every as p, loopFilePath as r, findWorkflow as s, anotherLoop as t, tokenFor$1 as u };
