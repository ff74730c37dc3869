import { S as string, a as array, g as object, h as number, o as boolean, r as _enum } from "./zod.js";
import { o as inspectLoopFile } from "./config.js";
import { t as readWorkflows } from "./workflows.js";
import { A as LoopError, K as SECOND, L as oneLine, M as unreachable, S as run, d as loopIdOf, g as resolveCommit, h as openRepository } from "./start.js";
import { M as configEnvironment, N as tokenConfig, O as registry, P as environment } from "./adapters.js";
import { n as AGENTS, s as githubClient } from "./compose.js";
import { a as remoteMeant, f as githubPlace, n as humanOutput, o as tokenFor$1, p as every, r as loopFilePath, t as anotherLoop, u as tokenFor } from "./session.js";
import { c as countsOf, i as examine, l as shellWord, t as findingLines } from "./doctor.js";
import { t as EXIT } from "./exit.js";
import { t as printJson } from "./json2.js";
import { n as secretsOf } from "./secrets2.js";
import { i as variables, r as personalGit, t as harnessGit } from "./surroundings.js";
// src/adapters/git/survey.ts
const ASK_REMOTE = 20 * SECOND;
function cloneSurvey({ git, network, cwd, url, token }) {
	const options = {
		cwd,
		env: url === void 0 || token === void 0 ? {} : configEnvironment(tokenConfig(url, token)),
		timeout: ASK_REMOTE
	};
	return {
		version: () => git.run(["version"]).then(({ text }) => /\d+(\.\d+)+/.exec(text)?.[0], () => void 0),
		hasCommits: () => resolveCommit(git, cwd, "HEAD").then((commit) => commit !== void 0, () => false),
		branches: (names) => answered(url, async (remote) => {
			const refs = names.map((name) => `refs/heads/${name}`);
			const { text } = await network.run([
				"ls-remote",
				"--symref",
				"--",
				remote,
				"HEAD",
				...refs
			], options);
			return branchesOf(text);
		}),
		async fileAt(commit, path) {
			try {
				if (!/^[0-9a-f]{40,64}$/.test(commit) || await resolveCommit(git, cwd, commit) === void 0) return {
					is: "unknown",
					because: "its newest commit is not in this clone"
				};
				const listed = await git.run([
					"ls-tree",
					"-z",
					"--full-tree",
					commit,
					"--",
					path
				], { cwd });
				const blob = /^\d+ blob ([0-9a-f]+)\t/.exec(listed.text)?.[1];
				if (blob === void 0) return {
					is: "known",
					value: void 0
				};
				return {
					is: "known",
					value: (await git.run([
						"cat-file",
						"blob",
						blob
					], { cwd })).bytes.toString("utf8")
				};
			} catch (error) {
				return {
					is: "unknown",
					because: wordsOf$1(error)
				};
			}
		},
		dryPush: (branch) => answered(url, (remote) => dryPush(network, remote, {
			branch,
			options
		}))
	};
}
async function answered(url, ask) {
	if (url === void 0) return { is: "unasked" };
	try {
		return {
			is: "known",
			value: await ask(url)
		};
	} catch (error) {
		return {
			is: "unknown",
			because: wordsOf$1(error)
		};
	}
}
const wordsOf$1 = (error) => {
	const text = Error.isError(error) ? error.message : String(error);
	return oneLine(text.replace(/^`git [^`]*` failed: /, "")).slice(0, 300);
};
function branchesOf(text) {
	const lines = text.split("\n").map((line) => line.split("	"));
	const to = lines.find(([what, name]) => name === "HEAD" && what?.startsWith("ref: "))?.[0];
	const head = lines.find(([what, name]) => name === "HEAD" && what?.startsWith("ref: ") === false)?.[0];
	const names = lines.flatMap(([, name = ""]) => /^refs\/heads\/(.+)$/.exec(name)?.[1] ?? []);
	return {
		defaultBranch: /^ref: refs\/heads\/(.+)$/.exec(to ?? "")?.[1],
		head,
		names
	};
}
const REFUSALS = new Set(["auth-failed", "push-refused"]);
async function dryPush(network, url, { branch, options }) {
	try {
		const args = [
			"push",
			"--dry-run",
			"--porcelain",
			"--no-verify",
			"--no-recurse-submodules",
			"--",
			url
		];
		await network.run([...args, `HEAD:refs/heads/${branch}`], {
			...options,
			env: { ...options.env }
		});
		return { is: "taken" };
	} catch (error) {
		if (error instanceof LoopError && REFUSALS.has(error.code)) return {
			is: "refused",
			because: wordsOf$1(error)
		};
		throw error;
	}
}
// src/adapters/github/settings.ts
const Repository = object({
	full_name: string().min(1),
	default_branch: string().min(1),
	private: boolean(),
	fork: boolean().default(false),
	archived: boolean().default(false)
});
const Workflow = object({ state: _enum([
	"active",
	"deleted",
	"disabled_fork",
	"disabled_inactivity",
	"disabled_manually"
]) });
const Permissions = object({ enabled: boolean() });
const Defaults = object({
	default_workflow_permissions: _enum(["read", "write"]),
	can_approve_pull_request_reviews: boolean()
});
const Secrets = object({
	total_count: number(),
	secrets: array(object({ name: string() }))
});
const Rules = array(object({ type: string() }));
const PAGE = 100;
function githubSettings(client, target) {
	const ask = async (route, { parameters = {}, read, missing }) => {
		const reply = await client.request(`GET /repos/{owner}/{repo}${route}`, {
			...target,
			...parameters
		}, ONCE);
		if (missing !== void 0 && reply.is === "denied" && reply.status === 404) return {
			is: "known",
			value: missing.is
		};
		return answerOf(reply, read);
	};
	const secretsAt = (route) => ask(route, {
		parameters: { per_page: PAGE },
		read: namesIn
	});
	return {
		repository: async () => repositoryOf(await client.request("GET /repos/{owner}/{repo}", { ...target }, ONCE)),
		workflow: (file) => ask("/actions/workflows/{workflow_id}", {
			parameters: { workflow_id: file },
			read: (data) => Workflow.safeParse(data).data?.state,
			missing: { is: "absent" }
		}),
		actionsEnabled: () => ask("/actions/permissions", { read: (data) => Permissions.safeParse(data).data?.enabled }),
		tokenDefaults: () => ask("/actions/permissions/workflow", { read(data) {
			const found = Defaults.safeParse(data).data;
			return found && {
				mayWrite: found.default_workflow_permissions === "write",
				mayOpenPulls: found.can_approve_pull_request_reviews
			};
		} }),
		secrets: async () => both(await secretsAt("/actions/secrets"), await secretsAt("/actions/organization-secrets")),
		rules: (branches) => all(branches.map(async (branch) => {
			const types = await ask("/rules/branches/{branch}", {
				parameters: {
					branch,
					per_page: PAGE
				},
				read: (data) => Rules.safeParse(data).data?.map(({ type }) => type)
			});
			return types.is === "known" ? {
				is: "known",
				value: {
					branch,
					types: types.value
				}
			} : types;
		}))
	};
}
const ONCE = { once: true };
function answerOf(reply, read) {
	if (reply.is !== "answered") return {
		is: "unknown",
		because: wordsOf(reply)
	};
	const value = read(reply.data);
	return value === void 0 ? {
		is: "unknown",
		because: "GitHub’s answer has another shape."
	} : {
		is: "known",
		value
	};
}
function wordsOf(reply) {
	switch (reply.is) {
		case "lost": return `the answer was lost (${oneLine(reply.because).slice(0, 200)}).`;
		case "limited": return "GitHub asks for a pause (rate limit).";
		case "denied": return reply.status === 403 || reply.status === 404 ? `this token may not ask that (HTTP ${reply.status}).` : `GitHub: ${oneLine(reply.message).slice(0, 200)}`;
		default: return unreachable(reply);
	}
}
function repositoryOf(reply) {
	if (reply.is === "denied" && reply.status === 401) return {
		is: "rejected",
		because: oneLine(reply.message).slice(0, 200)
	};
	if (reply.is === "denied" && reply.status === 404) return { is: "unseen" };
	return answerOf(reply, (data) => {
		const found = Repository.safeParse(data).data;
		return found && {
			fullName: found.full_name,
			defaultBranch: found.default_branch,
			isPrivate: found.private,
			isFork: found.fork,
			isArchived: found.archived
		};
	});
}
function namesIn(data) {
	const found = Secrets.safeParse(data).data;
	return found && found.total_count <= found.secrets.length ? found.secrets.map(({ name }) => name.toUpperCase()) : void 0;
}
const both = (own, shared) => own.is === "known" ? {
	is: "known",
	value: new Set([...own.value, ...shared.is === "known" ? shared.value : []])
} : own;
async function all(asked) {
	const answers = await Promise.all(asked);
	const failed = answers.find((answer) => answer.is === "unknown");
	const value = answers.flatMap((answer) => answer.is === "known" ? [answer.value] : []);
	return failed ?? {
		is: "known",
		value
	};
}
// src/adapters/process/ask-program.ts
const LIMIT = 20 * SECOND;
const askProgram = (from) => async (agent) => {
	const adapter = registry.get(agent.use);
	if (adapter?.version === void 0) return void 0;
	const { file, args } = adapter.version;
	const env = environment({
		from,
		inherit: agent.env
	});
	const ran = await run(file, {
		args,
		env,
		timeout: LIMIT
	});
	const version = ran.code === 0 ? oneLine(ran.stdout.toString("utf8")).slice(0, 100) : void 0;
	const { program } = adapter;
	return {
		agent: adapter.name,
		file,
		version,
		tested: program
	};
};
// src/entry/doctor-command.ts
const QUIET = 2 * SECOND;
const ASK_GITHUB = 10 * SECOND;
async function doctorCommand(flags) {
	if (flags.local === true) throw new LoopError("bad-input", "What a loop in this clone needs is looked at in any case.", { hint: "Type `cms doctor`." });
	const env = variables();
	const repository = await openRepository(harnessGit(env), process.cwd());
	const { redact } = secretsOf(env);
	const output = humanOutput(flags.json, redact);
	const stop = every(QUIET, () => output.live("Looking at the repository, and asking GitHub …"));
	let findings;
	try {
		findings = await examined(flags, env, repository);
	} finally {
		stop();
		output.live("");
	}
	const counts = countsOf(findings);
	if (flags.json === true) printJson({
		findings,
		counts
	}, redact);
	else {
		print(output, findings);
		if (repository.topLevel !== process.cwd()) output.line(`Commands that name files are for the root: cd ${shellWord(repository.topLevel)}`);
	}
	return counts.error > 0 ? EXIT.input : EXIT.reached;
}
async function examined(flags, env, repository) {
	const { topLevel } = repository;
	const remote = await remoteOf(flags, env, repository);
	const place = remote && githubPlace(remote.url, env);
	const token = place && await tokenFor(env, place);
	const loopFile = await loopFileOf(flags, env, topLevel);
	const described = loopFile.is === "valid" ? loopFile.config.loop : void 0;
	const loop = flags.loop === void 0 ? described ?? "main" : loopIdOf(flags.loop);
	if (described !== void 0 && described !== loop) throw anotherLoop(described, loop);
	const ports = {
		workflows: () => readWorkflows(topLevel),
		clone: cloneSurvey({
			git: harnessGit(env),
			network: personalGit(env),
			cwd: topLevel,
			url: remote?.url,
			token: remote && tokenFor$1(remote.url, env["GITHUB_TOKEN"])
		}),
		settings: place && token !== void 0 ? settingsOf(place, token) : void 0,
		askProgram: askProgram(env)
	};
	const named = flags.workflow?.replace(/^(\.\/)?\.github\/workflows\//, "");
	const node = process.versions.node;
	return examine(ports, {
		loop,
		loopFile,
		node,
		remote,
		place,
		named
	});
}
async function remoteOf(flags, env, repository) {
	try {
		return await remoteMeant({
			globals: flags,
			env,
			repository
		});
	} catch (error) {
		if (error instanceof LoopError && error.code === "no-remote" && typeof flags.remote !== "string") return void 0;
		throw error;
	}
}
const settingsOf = ({ owner, repo, apiUrl }, token) => githubSettings(githubClient({
	token,
	apiUrl,
	timeout: ASK_GITHUB
}), {
	owner,
	repo
});
async function loopFileOf(flags, env, root) {
	const path = loopFilePath(flags, root);
	const { spots } = secretsOf(env);
	try {
		const inspected = await inspectLoopFile(path, {
			agents: AGENTS,
			spots
		});
		if (inspected.is === "valid") return {
			is: "valid",
			config: inspected.config
		};
		const [first, ...others] = inspected.mistakes;
		const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
		return {
			is: "invalid",
			path,
			because: `line ${first?.line}: ${oneLine(first?.message ?? "")}${more}`
		};
	} catch (error) {
		if (!(error instanceof LoopError)) throw error;
		return error.code === "no-loop-file" ? {
			is: "missing",
			path
		} : {
			is: "invalid",
			path,
			because: oneLine(error.message)
		};
	}
}
const STYLES = {
	error: "red",
	warning: "yellow",
	unknown: "magenta",
	note: "cyan",
	ok: "green"
};
function print(output, findings) {
	for (const { text, level } of findingLines(findings)) output.line(level === void 0 ? text : output.style(STYLES[level], text));
}
export { doctorCommand };
