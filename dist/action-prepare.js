import { c as info, f as setSecret, l as isDebug, n as core_exports, o as getInput, r as debug } from "./actions-core.js";
import { S as string, a as array, g as object, u as int } from "./zod.js";
import { f as quotaFor, g as printMistakes, l as REQUESTS_OF, o as inspectLoopFile } from "./config.js";
import { A as remoteLoop, O as registry, P as environment } from "./adapters.js";
import { a as fixFor, i as takesDispatches, n as AGENTS, o as GithubPullRequests, s as githubClient, t as compose } from "./compose.js";
import { A as LoopError, G as MINUTE, H as systemClock, J as duration, K as SECOND, M as unreachable, S as run, W as HOUR, X as iso, Y as epoch, z as sentences } from "./start.js";
import { t as ArtifactAnswer } from "./artifact-question.js";
import { t as hasCacheService } from "./cache.js";
import { t as CacheAnswer } from "./cache-question.js";
import { t as SECRET_INPUTS } from "./inputs.js";
import { n as plain, t as LINE_ENDS } from "./plain.js";
import { l as annotationOf, n as homeOf } from "./action-tell.js";
import { i as leave } from "./step-state.js";
import { H as effective, R as readNeeds, U as discreet } from "./loop.js";
import { n as secretsOf } from "./secrets2.js";
import { i as variables, r as personalGit, t as harnessGit } from "./surroundings.js";
import { access, mkdir, mkdtemp, readFile, readdir, realpath, rename, rm, writeFile } from "node:fs/promises";
import { delimiter, dirname, extname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { constants as constants$1 } from "node:fs";
import { fileURLToPath } from "node:url";
// src/adapters/github/toolkit-process.ts
const programOf = (client) => fileURLToPath(new URL(`./${client}${extname(import.meta.filename)}`, import.meta.url));
async function askToolkit({ env, say, mask = setSecret }, call, isAnswer) {
	const { client, question, needs, set, cwd, timeout, most } = call;
	const node = [process.execPath, programOf(client)];
	const [program = "", ...args] = most === void 0 ? node : [
		"sh",
		"-c",
		"ulimit -f \"$1\" && shift && exec \"$@\"",
		"sh",
		String(Math.ceil(most / 512)),
		...node
	];
	const ran = await run(program, {
		args,
		cwd,
		timeout,
		env: environment({
			from: env,
			inherit: needs,
			set
		}),
		input: JSON.stringify(question)
	});
	const lines = ran.stdout.toString("utf8").trimEnd().split(/\r?\n/);
	const last = json(lines.at(-1) ?? "");
	const answer = isAnswer(last) ? last : void 0;
	const words = pass(answer === void 0 ? lines : lines.slice(0, -1), {
		say,
		mask
	});
	if (answer === void 0) say(ran.timedOut ? `no answer in ${timeout / SECOND} s` : ran.stderr.trim());
	return {
		answer,
		words
	};
}
function pass(lines, { say, mask }) {
	const words = [];
	for (const line of lines) {
		const [, command, value = ""] = /^::([a-z-]+)(?: [^:]*)?::(.*)$/.exec(line) ?? [];
		if (command === "add-mask") mask(unescaped(value));
		else if (command !== "debug") words.push(command === void 0 ? line : unescaped(value));
	}
	for (const word of words) say(word);
	return words;
}
const unescaped = (text) => text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
function json(text) {
	try {
		return JSON.parse(text);
	} catch {
		return;
	}
}
// src/adapters/github/client-artifacts.ts
const NEEDED$1 = [
	"ACTIONS_RESULTS_URL",
	"ACTIONS_RUNTIME_TOKEN",
	"GITHUB_API_URL",
	"GITHUB_REPOSITORY",
	"GITHUB_RETENTION_DAYS",
	"GITHUB_SERVER_URL"
];
const LIMIT = 5 * MINUTE;
const RETENTION_DAYS = 7;
var ClientArtifacts = class {
	#options;
	constructor(options) {
		this.#options = options;
	}
	async send(file) {
		const { is } = await this.#ask({
			ask: "send",
			file,
			days: RETENTION_DAYS
		}, dirname(file));
		if (is !== "sent") throw failed("It was not kept.");
	}
	async fetch({ name, run, folder, most }) {
		const { owner, repo, token } = this.#options;
		const into = await mkdtemp(join(folder, "artifact-"));
		const id = Number(/^gh:(\d+)\./.exec(run)?.[1] ?? 0);
		const of = run === this.#options.run ? void 0 : {
			token,
			owner,
			repo,
			run: id
		};
		const { is } = await this.#ask({
			ask: "fetch",
			name,
			folder: into,
			most,
			of
		}, into, most);
		if (is === "none" || is === "too_large") return { is };
		const [found, ...others] = await readdir(into);
		if (found === void 0 || others.length > 0) throw failed("There is not one file in it.");
		const file = join(folder, "artifact");
		await rename(join(into, found), file);
		await rm(into, {
			recursive: true,
			force: true
		});
		return {
			is: "here",
			file
		};
	}
	async #ask(question, cwd, most) {
		const said = [];
		const say = (line) => {
			if (line.trim() === "") return;
			said.push(line);
			this.#options.say(`artifact: ${line}`);
		};
		const { answer } = await askToolkit({
			...this.#options,
			say
		}, {
			client: "artifact-client",
			question,
			needs: NEEDED$1,
			cwd,
			timeout: LIMIT,
			set: { GITHUB_WORKSPACE: cwd },
			...most === void 0 ? {} : { most }
		}, (line) => ArtifactAnswer.safeParse(line).success);
		const told = ArtifactAnswer.safeParse(answer).data;
		if (told === void 0) throw failed(said.at(-1) ?? "");
		return told;
	}
};
const failed = (because) => new LoopError("artifact-failed", sentences("The artifact service did not answer as it should", because));
// src/adapters/github/confined-tar.ts
const MOST_BLOCKS = 2 ** 21;
const NAMES = ["tar", "gtar"];
async function confinedTar({ folder, path, members }) {
	const bin = join(folder, "bin");
	await mkdir(bin);
	for (const name of NAMES) {
		const real = await programAt(path, name);
		if (real !== void 0) await writeFile(join(bin, name), script(real, members), { mode: 448 });
	}
	return [bin, path].join(delimiter);
}
const script = (tar, members) => `#!/bin/sh
[ "$1" = -xf ] || exec ${quoted(tar)} "$@"
for word; do
  shift
  [ "$word" = -P ] || set -- "$@" "$word"
done
ulimit -f ${MOST_BLOCKS} || :
exec ${quoted(tar)} "$@" -- ${members.map(quoted).join(" ")}
`;
const quoted = (word) => `'${word.replaceAll("'", `'\\''`)}'`;
async function programAt(path, name) {
	for (const directory of path.split(delimiter).filter(isAbsolute)) {
		const file = join(directory, name);
		if (await access(file, constants$1.X_OK).then(() => true, () => false)) return file;
	}
}
// src/adapters/github/client-cache.ts
const LIMITS = {
	restore: 30 * SECOND,
	save: 60 * SECOND
};
const NEEDED = [
	"ACTIONS_CACHE_MODE",
	"ACTIONS_CACHE_SERVICE_V2",
	"ACTIONS_CACHE_URL",
	"ACTIONS_RESULTS_URL",
	"ACTIONS_RUNTIME_TOKEN",
	"GITHUB_SERVER_URL"
];
const FAILED = /^Failed to save: /;
var ClientCache = class {
	#options;
	constructor(options) {
		this.#options = options;
	}
	async restore({ prefixes = [], ...request }) {
		return this.#ask({
			...request,
			ask: "restore",
			prefixes
		});
	}
	async save(request) {
		return await this.#ask({
			...request,
			ask: "save",
			prefixes: []
		}) !== void 0;
	}
	async #ask(wanted) {
		if (!this.#isThere()) return void 0;
		try {
			await using scratch = await scratchIn(this.#options.temp);
			return await this.#asked(wanted, scratch.path);
		} catch (error) {
			this.#say(String(error));
			return;
		}
	}
	#isThere() {
		return hasCacheService(this.#options.env);
	}
	async #asked({ ask, paths, key, prefixes }, scratch) {
		const { env, limits = LIMITS } = this.#options;
		const folder = commonFolder(paths);
		await mkdir(folder, { recursive: true });
		const root = await realpath(folder);
		const members = paths.map((path) => relative(folder, path));
		const question = {
			ask,
			key,
			paths: members,
			prefixes: [...prefixes]
		};
		const said = await askToolkit({
			...this.#options,
			say: (line) => this.#say(line)
		}, {
			client: "cache-client",
			question,
			needs: NEEDED,
			cwd: root,
			timeout: limits[ask],
			set: {
				PATH: await confinedTar({
					folder: scratch,
					path: env["PATH"] ?? "",
					members
				}),
				GITHUB_WORKSPACE: root,
				RUNNER_TEMP: scratch
			}
		}, (line) => CacheAnswer.safeParse(line).success);
		const answer = CacheAnswer.safeParse(said.answer).data;
		return said.words.some((one) => FAILED.test(one)) ? void 0 : answer?.key ?? void 0;
	}
	#say(text) {
		if (text.trim() !== "" && !text.startsWith("[command]")) this.#options.say(`cache: ${text}`);
	}
};
function commonFolder([first = "", ...others]) {
	const isAbove = (folder) => others.every((path) => path.startsWith(join(folder, sep)));
	let folder = dirname(first);
	while (!isAbove(folder)) folder = dirname(folder);
	return folder;
}
async function scratchIn(temp) {
	const path = await mkdtemp(join(temp, "cms-cache-"));
	return {
		path,
		[Symbol.asyncDispose]: () => rm(path, {
			recursive: true,
			force: true
		})
	};
}
// src/adapters/github/run-state.ts
const WorkflowRun = object({
	id: int(),
	status: string().nullish(),
	conclusion: string().nullish(),
	run_attempt: int().default(1),
	html_url: string().optional(),
	display_title: string().default(""),
	event: string().optional(),
	path: string().optional(),
	updated_at: string().optional()
});
const Step = object({
	name: string().default(""),
	status: string().nullish(),
	conclusion: string().nullish()
});
const Job = object({
	name: string().default(""),
	conclusion: string().nullish(),
	started_at: string().nullish(),
	completed_at: string().nullish(),
	steps: array(Step).default([])
});
function progressOf({ status }) {
	if (status === "in_progress") return "alive";
	if (status === "completed") return "over";
	return [
		"queued",
		"waiting",
		"pending",
		"requested"
	].includes(status ?? "") ? "waiting" : "unknown";
}
const SLACK = 2 * MINUTE;
const GIVEN_UP = 24 * HOUR - 10 * MINUTE;
function endingOf(run, jobs, jobMinutes) {
	if (run.conclusion === "success") return "finished";
	const begin = partOf(jobs, "begin");
	return begin === void 0 ? endingOfJobs(run, jobs, jobMinutes) : endingOfParts(run, {
		begin,
		...partsOf(jobs)
	}, jobMinutes);
}
function endingOfJobs(run, jobs, jobMinutes) {
	const started = jobs.filter(hasStarted);
	if (run.conclusion === "startup_failure" || started.length === 0) return "never_started";
	if (run.conclusion === "timed_out" || started.some((job) => isOutOfTime(job, run, jobMinutes))) return "timed_out";
	if (run.conclusion === "cancelled") return "cancelled";
	if (started.some(isBroken)) return "runner_lost";
	return started.some((job) => job.conclusion === "failure" && failedBeforeUs(job)) ? "setup_failed" : "finished";
}
function endingOfPart(jobs, part, jobMinutes) {
	const job = partOf(jobs, part);
	if (job?.conclusion === void 0 || job.conclusion === null) return void 0;
	return endingOfJobs({ conclusion: job.conclusion }, [job], jobMinutes);
}
const partsOf = (jobs) => ({
	work: partOf(jobs, "work"),
	check: partOf(jobs, "check"),
	settle: partOf(jobs, "settle")
});
const partOf = (jobs, part) => jobs.find(({ name }) => name.split(" / ").at(-1) === part);
function endingOfParts(run, parts, jobMinutes) {
	const { begin, work, check, settle } = parts;
	if (settle?.conclusion === "success") return "finished";
	if (begin.conclusion !== "success") return endingOfJobs(asOf(run, begin), [begin], jobMinutes);
	const isLeft = settle === void 0 || !hasStarted(settle);
	const isCancelled = run.conclusion === "cancelled" && isLeft && ![
		work,
		check,
		settle
	].some(isGivenUp);
	if (work?.conclusion === "skipped" || work !== void 0 && hasWorked(work)) return isCancelled ? "cancelled" : "unsettled";
	const how = work === void 0 ? "never_started" : endingOfJobs(asOf(run, work), [work], jobMinutes);
	if (how === "never_started") return isCancelled ? "cancelled" : how;
	return how === "cancelled" && !isCancelled ? "timed_out" : how;
}
const asOf = (run, { conclusion }) => ({
	...run,
	conclusion: conclusion ?? run.conclusion
});
const hasWorked = ({ conclusion, steps }) => conclusion === "success" || steps.some((step) => isOurs(step) && step.conclusion === "success");
const hasStarted = ({ steps }) => steps.some((s) => s.status === "in_progress" || s.status === "completed" && s.conclusion !== "skipped");
const isGivenUp = (job) => job !== void 0 && !hasStarted(job) && lasted(job, void 0) >= GIVEN_UP;
const isOutOfTime = (job, { conclusion, updated_at }, jobMinutes) => (job.conclusion ?? conclusion) === "cancelled" && lasted(job, updated_at) >= jobMinutes * 6e4 - SLACK;
const isBroken = ({ conclusion, steps }) => (conclusion ?? null) === null || conclusion === "failure" && steps.some(({ status }) => status !== "completed");
const lasted = ({ started_at, completed_at }, otherwise) => {
	const end = completed_at ?? otherwise;
	return started_at && end ? epoch(end) - epoch(started_at) : 0;
};
function failedBeforeUs({ steps }) {
	const failed = steps.findIndex(({ conclusion }) => conclusion === "failure");
	if (failed === -1) return false;
	if (steps[failed]?.name === "Set up job") return true;
	const ours = steps.findIndex(isOurs);
	if (ours !== -1) return failed < ours;
	return steps.slice(failed + 1).some((step) => step.conclusion === "skipped" && !isBookkeeping(step));
}
const isOurs = (step) => !isBookkeeping(step) && (/(^|[^a-z])cms([^a-z]|$)/i.test(step.name) || /^Run \/?\.\/?$/.test(step.name));
const isBookkeeping = ({ name }) => /^(Set up job$|Complete job$|Pre |Post )/.test(name);
// src/adapters/github/workflow-runs.ts
const callsOf = (client, { owner, repo }) => (method, path, parameters, options = {}) => client.request(`${method} /repos/{owner}/{repo}${path === "" ? "" : "/"}${path}`, {
	owner,
	repo,
	...parameters
}, options);
const DISPATCH = "workflow_dispatch";
const Page = object({ workflow_runs: array(WorkflowRun) });
const Jobs = object({ jobs: array(Job) });
var WorkflowRuns = class {
	#call;
	#place;
	#listings = new Map();
	constructor(call, place) {
		this.#call = call;
		this.#place = place;
	}
	async state(id, attempt) {
		const reply = await this.#get("actions/runs/{run_id}", { run_id: id });
		if (isMissing(reply)) return { is: "none" };
		const found = parsed(WorkflowRun, reply);
		return found ? this.judge(found, attempt) : { is: "unknown" };
	}
	async part(id, attempt, name) {
		const answer = parsed(Jobs, await this.#get("actions/runs/{run_id}/attempts/{attempt_number}/jobs", {
			run_id: id,
			attempt_number: attempt,
			per_page: 100
		}));
		const how = answer && endingOfPart(answer.jobs, name, this.#place.jobMinutes);
		return how === void 0 ? { is: "unknown" } : {
			is: "over",
			how
		};
	}
	async judge(latest, attempt) {
		const wasRerun = latest.run_attempt > attempt;
		const path = wasRerun ? "actions/runs/{run_id}/attempts/{attempt}" : "actions/runs/{run_id}";
		const where = {
			run_id: latest.id,
			...wasRerun ? { attempt } : {}
		};
		const run = wasRerun ? parsed(WorkflowRun, await this.#get(path, where)) : latest;
		if (!run) return { is: "unknown" };
		const progress = progressOf(run);
		if (progress !== "over") return { is: progress };
		const answer = run.conclusion === "success" ? { jobs: [] } : parsed(Jobs, await this.#get(`${path}/jobs`, {
			...where,
			per_page: 100
		}));
		if (!answer) return { is: "unknown" };
		return {
			is: "over",
			how: endingOf(run, answer.jobs, this.#place.jobMinutes),
			...run.html_url === void 0 ? {} : { url: run.html_url }
		};
	}
	async named({ lane, nonce }, pages) {
		for (let page = 1; page <= pages; page++) {
			const reply = await (pages === 1 ? this.#list(page, { once: true }) : this.#listed(page));
			if (isMissing(reply)) return [];
			const answer = parsed(Page, reply);
			if (!answer) return void 0;
			const mine = answer.workflow_runs.filter((run) => this.#isOurs(run) && isNamed(run.display_title, lane, nonce));
			if (mine.length > 0 || answer.workflow_runs.length < 100) return mine;
		}
		return [];
	}
	#list(page, options) {
		const where = {
			workflow_id: this.#place.file,
			event: DISPATCH,
			per_page: 100,
			page
		};
		return this.#call("GET", "actions/workflows/{workflow_id}/runs", where, options);
	}
	#listed(page) {
		const asked = this.#listings.get(page) ?? this.#list(page, {});
		this.#listings.set(page, asked);
		return asked.finally(() => this.#listings.delete(page));
	}
	#isOurs({ event = DISPATCH, path }) {
		const [file = ""] = (path ?? "").split("@");
		return event === DISPATCH && (file === "" || file.endsWith(`/${this.#place.file}`));
	}
	#get(path, parameters) {
		return this.#call("GET", path, parameters);
	}
};
function isNamed(title, lane, nonce) {
	const words = title.split(/\s+/);
	return words.some((word, i) => word === nonce && words[i - 1] === lane);
}
const isMissing = (reply) => reply.is === "denied" && reply.status === 404;
const parsed = (shape, reply) => reply.is === "answered" ? shape.safeParse(reply.data).data : void 0;
// src/adapters/github/relay.ts
const LOOKS = [
	1 * SECOND,
	2 * SECOND,
	3 * SECOND
];
const PAGES = 3;
const PATIENCE = 5 * MINUTE;
const Details = object({ html_url: string() });
const Workflow = object({ state: string() });
const Repository = object({ default_branch: string().min(1) });
const NO_WORKFLOW = {
	is: "refused",
	because: "It is not known which workflow file this run came from.",
	fix: "Keep the workflow in `.github/workflows` of this repository, or set `continue: here`."
};
var GithubRelay = class {
	#call;
	#runs;
	#clock;
	#target;
	#details = true;
	#ref;
	constructor({ client, clock, target }) {
		this.#call = callsOf(client, target);
		this.#runs = new WorkflowRuns(this.#call, target);
		this.#clock = clock;
		this.#target = target;
		this.#ref = target.ref;
	}
	async dispatch(request) {
		if (this.#target.file === void 0) return NO_WORKFLOW;
		const ref = await this.#dispatchRef();
		if (ref.is !== "ref") return ref.is === "denied" ? this.#refused(ref) : unknown(wordsOf(ref));
		let reply = await this.#post(request, ref.name);
		let posts = 1;
		if (reply.is === "denied" && this.#details && /return_run_details/.test(reply.message)) {
			this.#details = false;
			reply = await this.#post(request, ref.name);
			posts++;
		}
		for (;;) {
			if (reply.is === "answered") return this.#accepted(request, reply.data);
			if (reply.is === "denied") return this.#refused(reply);
			const seen = await this.#lookFor(request, reply);
			if (seen.is === "found") return accepted(seen.run.html_url);
			if (seen.is === "unknown" || posts === 2) return unknown(wordsOf(reply));
			reply = await this.#post(request, ref.name);
			posts++;
		}
	}
	async stateOfRun(run, job) {
		const [, id, attempt] = /^gh:(\d+)\.(\d+)$/.exec(run) ?? [];
		if (id === void 0 || attempt === void 0) return { is: "unknown" };
		return job === void 0 ? this.#runs.state(id, Number(attempt)) : this.#runs.part(id, Number(attempt), job);
	}
	async stateOfRequest(request) {
		const runs = await this.#runs.named(request, PAGES);
		if (!runs) return { is: "unknown" };
		if (runs.length === 0) return { is: "none" };
		const states = [];
		for (const run of runs.slice(0, 2)) states.push(await this.#runs.judge(run, 1));
		const rank = (state) => [
			"alive",
			"waiting",
			"unknown",
			"over",
			"none"
		].indexOf(state.is);
		return states.toSorted((a, b) => rank(a) - rank(b))[0] ?? { is: "unknown" };
	}
	get hasSchedule() {
		return this.#target.file !== void 0;
	}
	async keepSchedule() {
		const workflow = { workflow_id: this.#target.file };
		const seen = await this.#call("GET", "actions/workflows/{workflow_id}", workflow);
		const state = parsed(Workflow, seen)?.state;
		if (seen.is === "answered" && state === "disabled_manually") return void 0;
		if (seen.is !== "answered") return wordsOf(seen);
		const kept = await this.#call("PUT", "actions/workflows/{workflow_id}/enable", workflow, { once: true });
		return kept.is === "answered" ? void 0 : wordsOf(kept);
	}
	#post({ loop, lane, nonce }, ref) {
		return this.#call("POST", "actions/workflows/{workflow_id}/dispatches", {
			workflow_id: this.#target.file,
			ref,
			inputs: {
				loop,
				lane,
				nonce
			},
			...this.#details ? { return_run_details: true } : {}
		});
	}
	async #accepted(request, data) {
		const details = Details.safeParse(data);
		if (details.success) return accepted(details.data.html_url);
		await this.#clock.sleep(LOOKS[0] ?? 0);
		return accepted((await this.#runs.named(request, 1))?.[0]?.html_url);
	}
	#refused({ status, message }) {
		const file = this.#target.file ?? "";
		return {
			is: "refused",
			because: `GitHub: ${message}`,
			fix: fixFor({
				status,
				message,
				file
			})
		};
	}
	async #lookFor(request, reply) {
		const wait = this.#waitAfter(reply);
		if (wait > PATIENCE) return { is: "unknown" };
		let last;
		for (const [look, pause] of LOOKS.entries()) {
			await this.#clock.sleep(look === 0 ? Math.max(pause, wait) : pause);
			last = await this.#runs.named(request, 1);
			if (last?.[0]) return {
				is: "found",
				run: last[0]
			};
		}
		return { is: last ? "absent" : "unknown" };
	}
	#waitAfter(reply) {
		if (reply.is === "lost") return 0;
		return "for" in reply.wait ? reply.wait.for : reply.wait.until - this.#clock.now();
	}
	async #dispatchRef() {
		if (this.#ref !== void 0) return {
			is: "ref",
			name: this.#ref
		};
		const reply = await this.#call("GET", "", {});
		if (reply.is !== "answered") return reply;
		this.#ref = parsed(Repository, reply)?.default_branch;
		if (this.#ref === void 0) return {
			is: "lost",
			because: "GitHub did not name the default branch."
		};
		return {
			is: "ref",
			name: this.#ref
		};
	}
};
const accepted = (url) => ({
	is: "accepted",
	...url === void 0 ? {} : { url }
});
const unknown = (because) => ({
	is: "unknown",
	because
});
const wordsOf = (reply) => reply.is === "lost" ? reply.because : reply.message;
// src/adapters/github/reporter.ts
const ANNOTATIONS = 9;
const LONGEST = 2e3;
function jobReporter(log = core_exports) {
	let isOpen = false;
	let warnings = 0;
	const close = () => {
		if (isOpen) log.endGroup();
		isOpen = false;
	};
	const say = (text) => {
		close();
		log.info(plain(text));
	};
	const open = (title) => {
		close();
		log.startGroup(plain(title));
		isOpen = true;
	};
	const warn = (text, place) => {
		close();
		if (++warnings <= ANNOTATIONS) log.warning(plain(text), annotationOf(place));
		else log.info(plain(`Warning: ${text}`));
	};
	const show = (lane, text) => {
		for (const line of text.split(LINE_ENDS)) if (line !== "") log.info(`${gutter(lane)} ${cut(plain(line))}`);
	};
	return { tell(report) {
		if (report.type === "moved") return;
		if (report.type === "phase") return open(titleOf(report));
		if (report.type === "warning") return warn(report.text, report.place);
		if (report.type === "settled" && report.verdict !== "done") show(report.lane, report.tail ?? "");
		if (report.type !== "line") return say(sentence(report));
		show(report.lane, report.line);
	} };
}
const cut = (line) => line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
const gutter = (lane) => lane === "1" ? "│" : `${lane}│`;
const titleOf = ({ task, phase, detail }) => [[task, phase].filter((part) => part !== "").join(" · "), ...detail === void 0 ? [] : [detail]].join(": ");
function sentence(report) {
	switch (report.type) {
		case "loop": return report.what;
		case "begun": return `Lane ${report.lane} begins ${report.task}, attempt ${report.attempt}: ${report.because}`;
		case "settled": return `${report.task}: ${report.verdict}, $${report.usd.toFixed(2)}, ${duration(report.ms)}. ${report.because}`;
		case "waiting": return `Waiting until ${iso(report.until)}: ${report.because}`;
		case "note": return report.text;
		default: return unreachable(report);
	}
}
// src/entry/action-confine.ts
const homeFor = ({ temp }) => join(temp, "cms-home");
function confinementOf(context, { job, confine }) {
	if (job !== "check" || !confine) return void 0;
	const files = [context.outputFile, context.summaryFile].flatMap((file) => file ? [dirname(file)] : []);
	return {
		writable: [homeFor(context)],
		sealed: [import.meta.dirname, dirname(process.execPath)],
		hidden: [...new Set(files)]
	};
}
// src/entry/action-install.ts
const actionInstaller = ({ version, env, ...place }) => ({
	version,
	async install(name, program, watch) {
		const { install } = await import("./installer.js");
		return install({
			...placeOf(place),
			version,
			from: env,
			clock: systemClock
		}, name, program, watch);
	}
});
async function keepAgents(place) {
	const { keepDownloads } = await import("./installer.js");
	return keepDownloads(placeOf(place), registry.values());
}
const placeOf = ({ temp, cache }) => ({
	folder: join(temp, "cms-agents"),
	cache
});
// src/entry/action-lanes.ts
const narrowedBy = (inputs, onward) => ({
	...onward === "dispatch" ? lanesOf(inputs) : { parallel: 1 },
	...inputs["budget-usd"] === void 0 ? {} : { usd: inputs["budget-usd"] },
	...inputs["max-iterations"] === void 0 ? {} : { iterations: inputs["max-iterations"] }
});
const laneNote = (wanted, onward) => wanted > 1 && onward === "here" ? `\`parallel: ${wanted}\` has no effect in this workflow: its loop goes on in one job, and one job has one lane. With the inputs \`lane\` and \`nonce\` (\`cms init\` writes them) it has as many chains of runs.` : void 0;
const lanesOf = ({ parallel }) => parallel === void 0 ? {} : { parallel };
const requestsOf = ({ job }) => job === "all" ? REQUESTS_OF.one : REQUESTS_OF.several;
const requestsFor = (inputs, onward) => onward === "dispatch" && inputs.parallel === void 0 ? requestsOf(inputs) : void 0;
function checkLanes(inputs, onward) {
	const { parallel } = inputs;
	if (parallel === void 0 || onward !== "dispatch") return;
	const quota = quotaFor(parallel, requestsOf(inputs));
	if (parallel <= quota.lanes) return;
	throw new LoopError("bad-input", `parallel: these are too many lanes for GitHub: ${quota.sum}.`, { hint: `Set \`parallel: '${quota.lanes}'\` or less under \`with:\` of this step.` });
}
// src/entry/action-loop.ts
const USUAL = "main";
const ASK_REMOTE$1 = 3e4;
async function chooseLoop(choice) {
	const { inputs, described = USUAL } = choice;
	const loop = inputs.loop ?? described;
	if (loop === described || !isFilledIn(choice) || await exists(choice, loop)) return loop;
	info(`There is no loop "${loop}" yet, and the loop file describes "${described}": that one is meant.`);
	return described;
}
const isFilledIn = ({ context, inputs }) => getInput("loop").trim() === "" && context.dispatched["loop"] === USUAL && inputs.lane === void 0;
async function exists({ repository, remote }, loop) {
	const { url, token, network } = remote;
	const asked = {
		url,
		token,
		cwd: repository.topLevel,
		loop,
		timeout: ASK_REMOTE$1
	};
	return await remoteLoop(network, asked) !== void 0;
}
function otherLoop({ context, inputs }, loop, described) {
	const text = `${inputs.file} describes loop "${described}", this run asks for "${loop}".`;
	const hint = `Start it with \`${`gh workflow run ${context.workflow?.file ?? "cms.yml"} -f loop=${described}`}\`, or make \`loop:\` in the file and the input \`loop\` of the workflow agree.`;
	return new LoopError("bad-input", text, { hint });
}
const isAsked = ({ event, attempt }, { lane }) => attempt > 1 || event === "workflow_dispatch" && lane === void 0;
// src/entry/action-prepare.ts
async function prepare(wanted, before) {
	const { context, inputs, repository, signal } = wanted;
	const ends = systemClock.now() + inputs["job-minutes"] * MINUTE;
	const env = variables();
	const given = SECRET_INPUTS.map((name) => inputs[name]);
	const { redact, spots } = secretsOf(env, given);
	const log = jobReporter();
	const reporter = discreet(log, redact);
	const remote = remoteOf(context, inputs);
	const { loop, refs, onward, notify, config, broken } = before ?? await whatIsSaid(wanted, {
		remote,
		reporter,
		spots
	});
	const address = notify === void 0 ? void 0 : env[notify];
	if (address) setSecret(address);
	const cache = inputs.cache ? cacheOf(context, env) : void 0;
	return {
		context,
		inputs,
		onward,
		refs,
		notify,
		broken,
		ports: await compose({
			repository,
			loop,
			refs,
			remote,
			cache,
			env: {
				...env,
				CMS_HOME: join(context.temp, "cms"),
				...credentials(inputs)
			},
			reporter: log,
			secrets: secretsOf(env, [...given, address]),
			recording: recordingIn(context),
			identity: context.self,
			isHeir: before !== void 0,
			...onGithub(context, inputs, reporter),
			artifacts: inputs.job === "all" ? void 0 : artifactsOf(context, inputs, env),
			confinement: confinementOf(context, inputs),
			inPlace: true,
			agentHome: await freshHome(context),
			agentEnv: inputs["agent-env"],
			installer: actionInstaller({
				temp: context.temp,
				version: inputs["agent-version"],
				env,
				cache
			})
		}),
		signal,
		cache,
		found: (tag) => leave.found(tag),
		spent: (iteration, usage) => leave.spent(iteration, usage),
		attempts: [],
		run: {
			loop,
			config: config && effective(config, narrowedBy(inputs, onward)),
			home: "origin",
			verifyIn: "same",
			isAsked: isAsked(context, inputs),
			ends,
			web: {
				repository: homeOf(context),
				run: context.runUrl
			}
		}
	};
}
async function whatIsSaid(wanted, told) {
	const { job, needs } = wanted.inputs;
	const { assignment } = readNeeds(needs);
	const files = (job === "work" || job === "check") && assignment !== void 0 ? void 0 : await readFiles(wanted, told);
	if (assignment === void 0) return files ?? readFiles(wanted, told);
	const { loop, refs } = assignment;
	return {
		...files?.loop === loop ? files : {},
		loop,
		refs,
		onward: "dispatch"
	};
}
const ASK_REMOTE = 30 * SECOND;
async function readFiles(wanted, { remote, ...told }) {
	const { context, inputs, repository } = wanted;
	const onward = await onwardOf(wanted);
	checkLanes(inputs, onward);
	const file = await loopFile(wanted, {
		...told,
		onward
	});
	const config = file instanceof LoopError ? void 0 : file;
	const loop = await chooseLoop({
		context,
		inputs,
		repository,
		remote,
		described: config?.loop
	});
	const note = laneNote(config?.settings.parallel ?? 1, onward);
	if (note !== void 0) told.reporter.tell({
		type: "note",
		text: note
	});
	const isOther = config !== void 0 && config.loop !== loop;
	const broken = isOther ? otherLoop({
		context,
		inputs
	}, loop, config.loop) : file;
	const { url, token, network } = remote;
	const asked = {
		url,
		token,
		cwd: repository.topLevel,
		loop,
		timeout: ASK_REMOTE
	};
	return {
		loop,
		refs: config?.settings.refs ?? await remoteLoop(network, asked) ?? "branches",
		onward,
		notify: config?.settings.notify,
		config: isOther ? void 0 : config,
		broken: broken instanceof LoopError ? broken : void 0
	};
}
async function freshHome(context) {
	const path = homeFor(context);
	await mkdir(path, { recursive: true });
	return path;
}
const MARKED = 5;
async function loopFile({ cwd, inputs, repository }, { reporter, spots, onward }) {
	try {
		const inspected = await inspectLoopFile(inputs.file, {
			directory: cwd,
			agents: AGENTS,
			spots,
			jobMinutes: inputs["job-minutes"],
			requests: requestsFor(inputs, onward)
		});
		if (inspected.is === "valid") return inspected.config;
		const { text, mistakes } = inspected;
		const file = relative(repository.topLevel, resolve(cwd, inputs.file));
		const placeOf = ({ line, column }) => ({
			file,
			line,
			column
		});
		const [first, ...others] = mistakes.slice(0, MARKED);
		for (const mistake of others) reporter.tell({
			type: "warning",
			text: mistake.message,
			place: placeOf(mistake)
		});
		return new LoopError("bad-loop-file", printMistakes(inputs.file, text, mistakes), { ...first === void 0 ? {} : { place: placeOf(first) } });
	} catch (error) {
		if (!(error instanceof LoopError)) throw error;
		return error.code === "no-loop-file" ? void 0 : error;
	}
}
const recordingIn = ({ temp }) => ({
	folder: join(temp, "cms-logs"),
	...isDebug() ? { line: (text) => debug(plain(text)) } : {}
});
const credentials = (inputs) => ({
	...inputs["anthropic-api-key"] === void 0 ? {} : { ANTHROPIC_API_KEY: inputs["anthropic-api-key"] },
	...inputs["claude-code-oauth-token"] === void 0 ? {} : { CLAUDE_CODE_OAUTH_TOKEN: inputs["claude-code-oauth-token"] }
});
function remoteOf(context, inputs) {
	const env = variables();
	const url = homeOf(context);
	const { token, fallbackToken } = tokensOf(inputs);
	if (token === void 0) return {
		url,
		network: personalGit(env)
	};
	return {
		url,
		network: harnessGit(env),
		token,
		...fallbackToken === void 0 ? {} : { fallbackToken }
	};
}
function tokensOf({ "github-token": given, "job-token": ofJob }) {
	const token = given ?? ofJob;
	return {
		token,
		fallbackToken: ofJob === token ? void 0 : ofJob
	};
}
function onGithub(context, inputs, reporter) {
	const { token = "", fallbackToken } = tokensOf(inputs);
	const tell = (text) => reporter.tell({
		type: "note",
		text
	});
	const client = githubClient({
		token,
		fallbackToken,
		apiUrl: context.apiUrl,
		tell
	});
	const { owner, repo, serverUrl, workflow } = context;
	const target = {
		owner,
		repo,
		file: workflow?.file,
		ref: workflow?.ref,
		jobMinutes: inputs["job-minutes"]
	};
	const fallbackBase = /^refs\/heads\/(.+)$/.exec(context.ref)?.[1] ?? context.defaultBranch;
	return {
		relay: new GithubRelay({
			client,
			clock: systemClock,
			target
		}),
		pullRequests: new GithubPullRequests(client, {
			owner,
			repo,
			serverUrl,
			fallbackBase
		})
	};
}
function artifactsOf(context, inputs, env) {
	const { owner, repo, self } = context;
	const { token = "" } = tokensOf(inputs);
	return new ClientArtifacts({
		owner,
		repo,
		run: self,
		token,
		env,
		say: (line) => info(plain(line))
	});
}
const cacheOf = ({ temp }, env) => new ClientCache({
	env,
	temp,
	say: (line) => info(plain(line))
});
async function onwardOf({ inputs, context, repository }) {
	const { workflow } = context;
	if (inputs.continue !== void 0) return inputs.continue;
	if (inputs.job !== "all") return "dispatch";
	if (workflow === void 0) return "here";
	const path = join(repository.topLevel, ".github", "workflows", workflow.file);
	const text = await readFile(path, "utf8").catch(() => "");
	return takesDispatches(text) ? "dispatch" : "here";
}
export { keepAgents as n, prepare as t };
