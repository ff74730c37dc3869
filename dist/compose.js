import { o as __toESM } from "./rolldown-runtime.js";
import { S as string, a as array, b as record, g as object, h as number, u as int, w as unknown } from "./zod.js";
import { F as clip, H as systemClock, K as SECOND, L as oneLine, V as systemChance, z as sentences } from "./start.js";
import { n as isDisposable, t as harnessGit } from "./surroundings.js";
import { C as RunFolder, D as Checkout, E as Courier, M as configEnvironment, N as tokenConfig, O as registry, S as GitWorkspaces, T as gitOrigin, _ as BundleParcels, a as webhook, b as createAgents, c as queueRelay, d as noParcels, f as noMirror, g as CacheMirror, h as LocalStore, l as createOutbox, m as RemoteStore, o as FileRecorder, p as createHost, s as noRecorder, u as noPullRequests, v as confinement, w as openPlace, x as markOf, y as createCommands } from "./adapters.js";
import { I as loopRefs } from "./config.js";
import { B as withPart, U as discreet } from "./loop.js";
import { readFile, readdir } from "node:fs/promises";
import { extname, join } from "node:path";
// src/adapters/github/octokit.ts
const LONGEST_WAIT = 120;
const BETWEEN_WRITES = 100;
const DEFINITE = [
	400,
	401,
	403,
	404,
	410,
	422,
	429,
	451
];
async function octokitFor(settings) {
	const [{ getOctokit }, { retry }, { throttling }, { default: Bottleneck }] = await Promise.all([
		import("./actions-github.js"),
		import("./octokit-plugin-retry.js"),
		import("./octokit-plugin-throttling.js"),
		import("./bottleneck.js").then((m) => __toESM(m.default, 1))
	]);
	const apart = (id) => new Bottleneck.Group({
		id,
		maxConcurrent: 1,
		minTime: BETWEEN_WRITES
	});
	const { request } = getOctokit(settings.token, {
		baseUrl: settings.apiUrl,
		log: SILENT,
		retry: {
			doNotRetry: DEFINITE,
			retries: settings.retries,
			retryAfterBaseValue: settings.pause
		},
		throttle: {
			...limits(settings),
			retryAfterBaseValue: settings.pause,
			write: apart("writes"),
			notifications: apart("notifications")
		}
	}, limitTries(settings.timeout), retry, throttling);
	return (route, parameters, isOnce) => request(route, {
		...parameters,
		headers: { "x-github-api-version": "2022-11-28" },
		request: isOnce ? { retries: 0 } : {}
	});
}
const SILENT = {
	debug: () => {},
	info: () => {},
	warn: () => {},
	error: () => {}
};
const limitTries = (timeout) => ({ hook }) => {
	hook.wrap("request", (request, options) => {
		Object.assign(options.request, { signal: AbortSignal.timeout(timeout) });
		return request(options);
	});
	return {};
};
function limits({ retries, tell }) {
	const onLimit = (wait, options, _octokit, tries) => {
		const waits = tries < retries && wait <= LONGEST_WAIT && !isOnce(options.request);
		if (waits) tell(`GitHub asks for a pause of ${wait} s (rate limit); waiting.`);
		return waits;
	};
	return {
		onRateLimit: onLimit,
		onSecondaryRateLimit: onLimit
	};
}
const isOnce = (request) => request !== void 0 && Reflect.get(request, "retries") === 0;
// src/adapters/github/client.ts
const UNTOLD_WAIT = 60 * SECOND;
const RETRIES = 2;
function githubClient(access) {
	const { timeout = 15 * SECOND, pause = SECOND, apiUrl, tell = () => {} } = access;
	const spare = access.fallbackToken === access.token ? void 0 : access.fallbackToken;
	const settings = {
		apiUrl,
		timeout,
		pause,
		tell,
		retries: RETRIES
	};
	let send = once(() => octokitFor({
		...settings,
		token: access.token
	}));
	let isSpare = false;
	const attempt = async (...request) => {
		if (access.token === "" && !isSpare) return NO_TOKEN;
		try {
			const { status, data } = await (await send())(...request);
			return {
				is: "answered",
				status,
				data
			};
		} catch (error) {
			return replyFrom(error);
		}
	};
	return { async request(route, parameters = {}, options = {}) {
		const isOnce = options.once === true || route.startsWith("POST ");
		const first = await attempt(route, parameters, isOnce);
		if (spare === void 0 || first.is !== "denied" || first.status !== 401) return first;
		if (!isSpare) tell("GitHub does not take `github-token` any more; going on with the token of the job.");
		if (!isSpare) send = once(() => octokitFor({
			...settings,
			token: spare
		}));
		isSpare = true;
		return attempt(route, parameters, isOnce);
	} };
}
const NO_TOKEN = {
	is: "denied",
	status: 401,
	message: "There is no token."
};
function once(make) {
	let made;
	return () => made ??= make();
}
const Answer = object({
	status: number(),
	response: object({
		data: unknown(),
		headers: record(string(), unknown())
	})
});
function replyFrom(error) {
	const { data: answer } = Answer.safeParse(error);
	if (!answer) return {
		is: "lost",
		because: Error.isError(error) ? error.message : String(error)
	};
	const { status, response } = answer;
	const message = messageOf(response.data) || `HTTP ${status}`;
	if (isLimit(status, message, response.headers)) return {
		is: "limited",
		message,
		wait: waitOf(response.headers)
	};
	return status >= 500 || status === 408 ? {
		is: "lost",
		because: `HTTP ${status}: ${message}`
	} : {
		is: "denied",
		status,
		message
	};
}
const isLimit = (status, message, headers) => status === 429 || status === 403 && (/rate limit/i.test(message) || headers["retry-after"] !== void 0 || headers["x-ratelimit-remaining"] === "0");
function waitOf(headers) {
	const seconds = Number(headers["retry-after"] ?? NaN);
	if (Number.isFinite(seconds)) return { for: seconds * SECOND };
	const reset = Number(headers["x-ratelimit-reset"] ?? NaN);
	return headers["x-ratelimit-remaining"] === "0" && Number.isFinite(reset) ? { until: reset * SECOND } : { for: UNTOLD_WAIT };
}
const Complaint = object({
	message: string(),
	errors: array(unknown()).optional()
});
function messageOf(data) {
	const { data: complaint } = Complaint.safeParse(data);
	if (!complaint) return typeof data === "string" ? data.slice(0, 200).trim() : "";
	const details = (complaint.errors ?? []).map((e) => typeof e === "string" ? e : JSON.stringify(e));
	return [complaint.message, ...details].join(" ").slice(0, 500);
}
// src/adapters/github/pull-refusals.ts
const refused = (fix) => ({
	is: "refused",
	fix
});
const KNOWN$1 = [
	{
		status: 422,
		says: /Draft pull requests are not supported/i,
		answer: { is: "no_drafts" }
	},
	{
		status: 422,
		says: /A pull request already exists/i,
		answer: { is: "exists" }
	},
	{
		status: 422,
		says: /No commits between/i,
		answer: { is: "empty" }
	},
	{
		says: /not permitted to create or approve pull requests/i,
		answer: refused("Under Settings → Actions → General → Workflow permissions, allow Actions to create pull requests (an organisation may have to allow it first)")
	},
	{
		says: /Resource not accessible by/i,
		answer: refused("Give the workflow `permissions: pull-requests: write`; a token of your own needs \"Pull requests: write\"")
	},
	{
		says: /archived/i,
		answer: refused("The repository is archived and takes no changes: unarchive it")
	},
	{
		says: /SAML|SSO/,
		answer: refused("Authorise the token for the organisation (single sign-on)")
	},
	{
		says: /must be a collaborator|limited to (prior )?(contributors|collaborators)/i,
		answer: refused("The repository lets collaborators only open pull requests: use a token of one")
	},
	{
		status: 422,
		says: /"field":"base"/,
		answer: refused("The branch the work began from is not on GitHub: push it, or name another as `base:` in the loop file")
	},
	{
		status: 422,
		says: /"field":"head"/,
		answer: refused("The work branch is not on GitHub: a run puts it back, or `git push` it")
	},
	{
		status: 422,
		says: /no history in common|different commit histories/i,
		answer: refused("The work began from a branch that was rewritten since: start the loop anew")
	},
	{
		status: 422,
		says: /body is too long/i,
		answer: refused("Shorten what was written around the part of the loop")
	},
	{
		status: 401,
		answer: refused("The token is not valid any more: check `github-token`")
	},
	{
		status: 403,
		answer: refused("Give the workflow `permissions: pull-requests: write`, and see that no rule forbids it to open pull requests")
	},
	{
		status: 404,
		answer: refused("The token cannot see pull requests of this repository: give it \"Pull requests: write\", and see that they are not switched off")
	}
];
function pullAnswer({ status, message }) {
	return KNOWN$1.find((one) => (one.status ?? status) === status && (one.says?.test(message) ?? true))?.answer ?? refused("Mend what GitHub names");
}
// src/adapters/github/pull-requests.ts
const Pull = object({
	number: int().positive(),
	state: string().default("open"),
	body: string().nullish(),
	merged_at: string().nullish()
});
const Pulls = array(Pull);
var GithubPullRequests = class {
	#client;
	#target;
	constructor(client, target) {
		this.#client = client;
		this.#target = target;
	}
	async open(asked) {
		const base = asked.base === "HEAD" ? this.#target.fallbackBase : asked.base;
		if (base === void 0) return {
			is: "refused",
			because: "The work began on no branch: name the one to merge into as `base:` in the loop file."
		};
		const wanted = {
			...asked,
			base
		};
		const found = await this.#find(wanted);
		if (found.is === "found") return this.#take(found.pull, wanted);
		return found.is === "none" ? this.#create(wanted) : found;
	}
	async update(number, part) {
		const reply = await this.#call("GET", "pulls/{pull_number}", { pull_number: number });
		if (reply.is !== "answered") return troubleOf(reply);
		const pull = Pull.safeParse(reply.data).data;
		if (pull === void 0) return UNREADABLE;
		if (pull.merged_at) return {
			is: "merged",
			at: pull.merged_at
		};
		return pull.state === "open" ? this.#write(pull, part) : { is: "closed" };
	}
	async #find({ head, base }) {
		const asked = {
			head: `${this.#target.owner}:${head}`,
			base,
			state: "open",
			per_page: 1
		};
		const reply = await this.#call("GET", "pulls", asked);
		if (reply.is === "denied") return this.#refused(reply, {
			head,
			base
		});
		if (reply.is !== "answered") return troubleOf(reply);
		const pulls = Pulls.safeParse(reply.data).data;
		if (pulls === void 0) return UNREADABLE;
		const [pull] = pulls;
		return pull === void 0 ? { is: "none" } : {
			is: "found",
			pull
		};
	}
	async #take(pull, { part }) {
		await this.#write(pull, part);
		return {
			is: "open",
			number: pull.number
		};
	}
	async #create(wanted) {
		const { head, base, title, part, draft } = wanted;
		const reply = await this.#call("POST", "pulls", {
			head,
			base,
			title,
			body: part,
			draft
		});
		if (reply.is === "answered") {
			const made = Pull.safeParse(reply.data).data;
			return made === void 0 ? this.#lookAgain(wanted) : {
				is: "open",
				number: made.number
			};
		}
		if (reply.is === "lost") return this.#lookAgain(wanted);
		if (reply.is === "limited") return troubleOf(reply);
		switch (pullAnswer(reply).is) {
			case "no_drafts": return draft ? this.#create({
				...wanted,
				draft: false
			}) : troubleOf(reply);
			case "exists": return this.#lookAgain(wanted);
			case "empty": return { is: "empty" };
			default: return this.#refused(reply, wanted);
		}
	}
	async #lookAgain(wanted) {
		const found = await this.#find(wanted);
		if (found.is === "found") return {
			is: "open",
			number: found.pull.number
		};
		return found.is === "none" ? {
			is: "unknown",
			because: "GitHub shows no pull request yet."
		} : found;
	}
	#refused(denied, { base, head }) {
		const { serverUrl, owner, repo } = this.#target;
		const page = `${serverUrl}/${owner}/${repo}/compare/${pathOf(base)}...${pathOf(head)}?expand=1`;
		return {
			is: "refused",
			because: `${troubleOf(denied).because} Or open it yourself: ${page}`
		};
	}
	async #write(pull, part) {
		const before = pull.body ?? "";
		const body = withPart(before, part);
		if (body === before.replaceAll("\r\n", "\n")) return { is: "updated" };
		const reply = await this.#call("PATCH", "pulls/{pull_number}", {
			pull_number: pull.number,
			body
		});
		return reply.is === "answered" ? { is: "updated" } : troubleOf(reply);
	}
	#call(method, path, parameters) {
		const { owner, repo } = this.#target;
		return this.#client.request(`${method} /repos/{owner}/{repo}/${path}`, {
			owner,
			repo,
			...parameters
		});
	}
};
const UNREADABLE = {
	is: "unknown",
	because: "GitHub answered with something else."
};
const pathOf = (branch) => branch.split("/").map(encodeURIComponent).join("/");
function gist(said) {
	const detail = /"message":"((?:[^"\\]|\\.)*)"/.exec(said)?.[1];
	return `GitHub: ${clip(oneLine(detail ?? said), 200)}`;
}
function troubleOf(reply) {
	if (reply.is === "lost") return {
		is: "unknown",
		because: reply.because
	};
	if (reply.is === "limited") return {
		is: "unknown",
		because: reply.message
	};
	const answer = pullAnswer(reply);
	return {
		is: "refused",
		because: sentences(gist(reply.message), answer.is === "refused" ? answer.fix : "")
	};
}
// src/adapters/github/refusals.ts
const INPUTS = "as the workflow in the README does";
const KNOWN = [
	{
		says: /Resource not accessible by/i,
		fix: "Give the workflow `permissions: { contents: write, actions: write }`; a token of your own needs \"Actions: write\"."
	},
	{
		says: /Event '?workflow_dispatch'? is not allowed/i,
		fix: "A workflow execution rule of the organisation or enterprise forbids `workflow_dispatch`. Have it allowed, or set `continue: here`."
	},
	{
		says: /does not have '?workflow_dispatch'? trigger/i,
		fix: ({ file }) => `Add \`workflow_dispatch\` with the inputs loop, lane and nonce to \`on:\` in ${file} on this branch, ${INPUTS}. Broken YAML there reads the same.`
	},
	{
		says: /No ref found for/i,
		fix: ({ file }) => `The branch or tag this run came from is gone: deleted, or renamed. Go on from the default branch: \`gh workflow run ${file} -f resume=true\` (with \`-f loop=…\` for another loop than main).`
	},
	{
		says: /Unexpected inputs provided/i,
		fix: ({ file }) => `Declare the inputs loop, lane and nonce under \`on: workflow_dispatch\` in ${file}, ${INPUTS}.`
	},
	{
		says: /Required input .*not provided/i,
		fix: ({ file }) => `Give that input a default in ${file}: the loop only fills in loop, lane and nonce.`
	},
	{
		says: /disabled workflow|workflow is disabled/i,
		fix: ({ file }) => `Enable the workflow: \`gh workflow enable ${file}\`, or "Enable workflow" on its page under Actions.`
	},
	{
		says: /inputs are too large|only define up to/i,
		fix: ({ file }) => `Take inputs out of ${file}: GitHub takes 25 inputs and 65,535 characters at most.`
	},
	{
		says: /Actions (has|have) been disabled|Actions is disabled/i,
		fix: "Enable Actions for this repository under Settings → Actions → General."
	},
	{
		says: /SAML|SSO/,
		fix: "Authorise the token for the organisation (single sign-on), or use the job’s own token."
	},
	{
		status: 401,
		fix: "Check `github-token`: it is not valid any more. Leave it unset to use the job’s own token."
	},
	{
		status: 403,
		fix: "Give the workflow `permissions: { contents: write, actions: write }`, and see that no rule forbids it to start runs."
	},
	{
		status: 404,
		fix: ({ file }) => `Put ${file} on the default branch: only from there it can be started. If it is there, the token cannot see it: give it "Actions: write" on this repository.`
	}
];
function fixFor(refusal) {
	const fix = KNOWN.find(({ status, says }) => (status ?? refusal.status) === refusal.status && (says?.test(refusal.message) ?? true))?.fix ?? "GitHub’s words say what is wrong: mend that.";
	return typeof fix === "string" ? fix : fix(refusal);
}
// src/adapters/github/workflow.ts
function takesDispatches(text) {
	const code = text.replace(/(^|\s)#.*$/gm, "");
	const declares = (name) => new RegExp(`(^|[\\s{,])["']?${name}["']?\\s*:(\\s|$)`, "m").test(code);
	return [
		"workflow_dispatch",
		"lane",
		"nonce"
	].every(declares);
}
const FOLDER = ".github/workflows";
async function loopWorkflows(root) {
	const names = (await readdir(join(root, FOLDER)).catch(() => [])).filter((name) => /\.ya?ml$/.test(name)).toSorted();
	const texts = await Promise.all(names.map((name) => readFile(join(root, FOLDER, name), "utf8").catch(() => "")));
	return names.filter((_, n) => takesDispatches(texts[n] ?? ""));
}
// src/entry/agents.ts
const AGENTS = [...registry.keys()];
// src/entry/compose.ts
async function compose(wanted) {
	const { repository, cache, artifacts } = wanted;
	const git = harnessGit(wanted.env);
	const directory = await openPlace({
		home: wanted.env["CMS_HOME"],
		gitDir: repository.gitDir,
		loop: wanted.loop
	});
	const home = wanted.remote === void 0 ? "local" : "remote";
	const courier = await Courier.open({
		git,
		repository,
		directory,
		home
	});
	const host = await createHost(wanted.identity, { isHeir: wanted.isHeir === true });
	const folder = new RunFolder(directory, host);
	const processes = {
		mark: markOf(wanted.loop, host.self),
		from: wanted.env,
		home: wanted.agentHome
	};
	return {
		store: store(wanted, courier, host),
		workspaces: new GitWorkspaces({
			courier,
			folder,
			env: fetching(wanted),
			...await place(wanted)
		}),
		origin: gitOrigin(git, repository),
		agents: equipped(createAgents({
			...processes,
			installer: wanted.installer,
			isDisposable: isDisposable(wanted.env)
		}), wanted.agentEnv ?? []),
		commands: createCommands({
			...processes,
			confine: await confining(wanted)
		}),
		outbox: createOutbox(join(folder.path, "desk")),
		relay: wanted.relay ?? queueRelay,
		mirror: cache === void 0 ? noMirror : new CacheMirror({
			cache,
			courier,
			directory
		}),
		parcels: artifacts === void 0 ? noParcels : new BundleParcels({
			artifacts,
			courier,
			directory
		}),
		pullRequests: wanted.pullRequests ?? noPullRequests,
		notifier: webhook(wanted.env),
		host,
		clock: systemClock,
		chance: systemChance,
		reporter: discreet(wanted.reporter, wanted.secrets.redact),
		recorder: recorder(wanted, wanted.secrets.redact),
		...wanted.secrets
	};
}
async function confining({ confinement: asked, env, reporter }) {
	if (asked === void 0) return void 0;
	const found = await confinement(asked, env);
	if ("confine" in found) return found.confine;
	const text = `Commands cannot be shut in on this machine: ${found.because} What they run could forge the verdict of this job.`;
	reporter.tell({
		type: "warning",
		text
	});
}
function recorder({ recording, reporter }, redact) {
	if (recording === void 0) return noRecorder;
	const trouble = (because) => reporter.tell({
		type: "note",
		text: `What is printed cannot be kept in ${recording.folder}: ${because}`
	});
	return new FileRecorder({
		...recording,
		redact,
		trouble
	});
}
const equipped = (agents, names) => ({
	check: (agent, watch) => agents.check(agent, watch),
	run(assignment, watch) {
		const { agent, env } = assignment;
		const mcp = {
			command: process.execPath,
			args: [PROGRAM, "mcp"],
			env
		};
		return agents.run({
			...assignment,
			mcp,
			agent: {
				...agent,
				env: [...agent.env, ...names]
			}
		}, watch);
	}
});
const PROGRAM = join(import.meta.dirname, `cli${extname(import.meta.filename)}`);
function store({ loop, refs, remote }, courier, host) {
	const names = loopRefs(loop, refs);
	if (remote === void 0) return new LocalStore({
		loop,
		refs: names,
		courier,
		host,
		clock: systemClock
	});
	return new RemoteStore({
		...remote,
		refs: names,
		courier,
		clock: systemClock
	});
}
const fetching = ({ repository, remote }) => repository.promisor.length === 0 || remote?.token === void 0 ? {} : configEnvironment(tokenConfig(remote.url, remote.token));
const place = async ({ inPlace, repository }) => inPlace === true ? { checkout: await Checkout.open(repository) } : {};
export { fixFor as a, takesDispatches as i, AGENTS as n, GithubPullRequests as o, loopWorkflows as r, githubClient as s, compose as t };
