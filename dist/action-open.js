import { f as setSecret, o as getInput } from "./actions-core.js";
import { S as string, b as record, g as object, w as unknown } from "./zod.js";
import { A as LoopError, h as openRepository } from "./start.js";
import { n as parseInputs, r as withDispatchInputs, t as SECRET_INPUTS } from "./inputs.js";
import { i as variables, t as harnessGit } from "./surroundings.js";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { readFileSync } from "node:fs";
// src/adapters/github/context.ts
const Event = object({
	repository: object({ default_branch: string().min(1).optional().catch(void 0) }).optional().catch(void 0),
	inputs: record(string(), unknown()).nullish().catch(void 0)
});
function githubContext(env) {
	const get = reader(env);
	const repository = get("GITHUB_REPOSITORY");
	const [owner = "", repo = ""] = repository.split("/");
	const runId = get("GITHUB_RUN_ID");
	const attempt = Number(env["GITHUB_RUN_ATTEMPT"] || "1");
	const serverUrl = trimmed(env["GITHUB_SERVER_URL"] || "https://github.com");
	const workspace = get("GITHUB_WORKSPACE");
	get.check();
	const event = eventOf(env["GITHUB_EVENT_PATH"]);
	const name = env["GITHUB_EVENT_NAME"] ?? "";
	return {
		owner,
		repo,
		repository,
		serverUrl,
		runId,
		attempt,
		workspace,
		apiUrl: trimmed(env["GITHUB_API_URL"] || "https://api.github.com"),
		self: `gh:${runId}.${attempt}`,
		runUrl: `${serverUrl}/${repository}/actions/runs/${runId}`,
		event: name,
		sha: env["GITHUB_SHA"] ?? "",
		ref: env["GITHUB_REF"] ?? "",
		temp: env["RUNNER_TEMP"] || `${workspace}/../_temp`,
		summaryFile: env["GITHUB_STEP_SUMMARY"] || void 0,
		outputFile: env["GITHUB_OUTPUT"] || void 0,
		defaultBranch: event.repository?.default_branch,
		workflow: workflowOf(env["GITHUB_WORKFLOW_REF"] ?? "", repository, event.repository?.default_branch),
		dispatched: name === "workflow_dispatch" ? inputsOf(event) : {}
	};
}
function reader(env) {
	const missing = [];
	const get = (name) => {
		const value = env[name];
		if (!value) missing.push(name);
		return value ?? "";
	};
	const check = () => {
		if (missing.length === 0) return;
		throw new LoopError("bad-input", `This is not a GitHub Actions run: ${missing.join(", ")} not set.`, { hint: "Use the action as a step of a workflow; in a terminal, run `cms`." });
	};
	return Object.assign(get, { check });
}
const trimmed = (url) => url.replace(/\/+$/, "");
function eventOf(path) {
	if (!path) return {};
	try {
		return Event.safeParse(JSON.parse(readFileSync(path, "utf8"))).data ?? {};
	} catch {
		return {};
	}
}
const inputsOf = (event) => Object.fromEntries(Object.entries(event.inputs ?? {}).flatMap(([name, value]) => [
	"string",
	"boolean",
	"number"
].includes(typeof value) ? [[name, String(value)]] : []));
function workflowOf(text, repository, fallback) {
	const [, where, file, ref] = /^(.+?)\/\.[a-z]+\/workflows\/([^/]+?)@(refs\/.+|[0-9a-f]{40,64})$/.exec(text) ?? [];
	if (where?.toLowerCase() !== repository.toLowerCase() || file === void 0) return void 0;
	return {
		file,
		ref: /^refs\/(?:heads|tags)\/(.+)$/.exec(ref ?? "")?.[1] ?? fallback
	};
}
// src/entry/action-open.ts
async function open(meanwhile) {
	const context = githubContext(process.env);
	for (const secret of new Set(SECRET_INPUTS.map((name) => getInput(name)))) if (secret !== "") setSecret(secret);
	const inputs = parseInputs(withDispatchInputs(getInput, context.dispatched));
	const cwd = await workingDirectory(context.workspace, inputs["working-directory"]);
	const [repository, loaded] = await Promise.all([openRepository(harnessGit(variables()), cwd).catch(withoutCheckout), meanwhile()]);
	return [{
		context,
		inputs,
		cwd,
		repository
	}, loaded];
}
async function workingDirectory(workspace, input) {
	const path = resolve(workspace, input);
	const found = await stat(path).catch(() => void 0);
	if (found?.isDirectory() === true) return path;
	throw new LoopError("bad-input", `working-directory: ${path}: ${found === void 0 ? "nothing is there" : "that is no folder"}.`, { hint: "Name the folder of the checkout under `with:` of this step, and add actions/checkout before it." });
}
function withoutCheckout(error) {
	if (error instanceof LoopError && (error.code === "not-a-repository" || error.code === "bare-repository")) throw new LoopError("bad-checkout", error.message, { cause: error });
	throw error;
}
export { open as t };
