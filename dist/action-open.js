import { c as setSecret, n as getInput } from "./actions-core.js";
import { N as LoopError, b as openRepository, d as LaneId, f as LoopId, u as LIMITS } from "./start.js";
import { b as NEVER, g as string, m as record, p as object, v as unknown } from "./zod.js";
import { r as variables, t as harnessGit } from "./surroundings.js";
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
// src/adapters/github/inputs.ts
const optional = (wanted, read) => string().transform((raw, context) => {
	const text = raw.trim();
	if (text === "") return void 0;
	const value = read(text);
	if (value !== void 0) return value;
	context.addIssue({
		code: "custom",
		message: `must be ${wanted}, not ${shown(text)}`
	});
	return NEVER;
});
const required = (fallback, wanted, read) => optional(wanted, read).transform((value) => value ?? fallback);
const shown = (text) => JSON.stringify(text.length > 24 ? `${text.slice(0, 12)}…` : text);
const flag = (fallback = false) => required(fallback, "\"true\" or \"false\"", (text) => {
	if (/^(true|True|TRUE)$/.test(text)) return true;
	return /^(false|False|FALSE)$/.test(text) ? false : void 0;
});
const whole = (least, most) => (text) => {
	const value = /^\d+$/.test(text) ? Number(text) : NaN;
	return value >= least && value <= most ? value : void 0;
};
const money = (text) => /^\d+(\.\d+)?$/.test(text) && Number(text) > 0 ? Number(text) : void 0;
const choice = (options) => [`one of ${options.map((option) => `"${option}"`).join(", ")}`, (text) => options.find((option) => option === text)];
const matching = (pattern) => (text) => pattern.test(text) ? text : void 0;
const secret = string().transform((raw) => raw.trim() || void 0);
const ID = "at most 40 of a-z, 0-9 and \"-\", starting with a letter or digit";
const climbs = (path) => path.split("/").includes("..");
const inside = (text) => text.startsWith("/") || climbs(text) ? void 0 : text;
function names(text) {
	const list = text.split(/[\s,]+/).filter((name) => name !== "");
	return list.every((name) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) ? list : void 0;
}
const JOBS = [
	"all",
	"begin",
	"work",
	"check",
	"settle"
];
const Inputs = object({
	loop: optional(ID, (text) => LoopId.safeParse(text).data),
	lane: optional("a number from 1", (text) => LaneId.safeParse(text).data),
	nonce: optional("the one the loop gave to this run", matching(/^[A-Za-z0-9_-]{1,64}$/)),
	resume: flag(),
	stop: flag(),
	fresh: flag(),
	file: required(".cms/loop.yml", "a path inside the checkout", inside),
	continue: optional(...choice([
		"dispatch",
		"here",
		"stop"
	])),
	"github-token": secret,
	"job-token": secret,
	"anthropic-api-key": secret,
	"claude-code-oauth-token": secret,
	"agent-env": required([], "names of environment variables, not their values", names),
	"agent-version": optional("a version such as \"2.1.0\"", matching(/^[A-Za-z0-9][A-Za-z0-9.+-]{0,63}$/)),
	"max-iterations": optional("a whole number from 1", whole(1, 1e6)),
	"budget-usd": optional("an amount of US dollars above 0, such as \"10\" or \"2.50\"", money),
	parallel: optional(`a whole number from 1 to ${LIMITS.lanes}`, whole(1, LIMITS.lanes)),
	job: required("all", ...choice(JOBS)).refine((job) => job === "all", { message: "can only be \"all\" for now: the form with several jobs is not there yet" }),
	"job-minutes": required(120, "a whole number of minutes from 1 to 7200", whole(1, 7200)),
	cache: flag(true),
	"working-directory": required(".", "a path without \"..\"", (text) => climbs(text) ? void 0 : text)
});
function parseInputs(read) {
	const raw = Object.fromEntries(Object.keys(Inputs.shape).map((name) => [name, read(name)]));
	const parsed = Inputs.safeParse(raw);
	const faults = [...(parsed.error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`), ...contradictions((name) => (raw[name] ?? "").trim())];
	if (parsed.data && faults.length === 0) return parsed.data;
	throw new LoopError("bad-input", ["Inputs that cannot be used:", ...faults.map((f) => `  ${f}`)].join("\n"), { hint: "Mend them under `with:` of this step (or where the run was started). The README lists every input." });
}
function contradictions(text) {
	const isOn = (name) => text(name).toLowerCase() === "true";
	const also = ["resume", "fresh"].filter(isOn);
	return [
		...text("lane") !== "" && text("nonce") === "" ? ["lane: comes with a nonce; leave both empty, the loop sets them"] : [],
		...text("nonce") !== "" && text("lane") === "" ? ["nonce: comes with a lane; leave both empty, the loop sets them"] : [],
		...isOn("stop") && also.length > 0 ? [`stop: contradicts ${also.join(" and ")}; choose one`] : []
	];
}
const FROM_DISPATCH = [
	"loop",
	"lane",
	"nonce",
	"resume",
	"stop",
	"fresh"
];
const withDispatchInputs = (read, dispatched) => (name) => read(name).trim() || (FROM_DISPATCH.includes(name) ? dispatched[name] ?? "" : "");
// src/entry/action-open.ts
async function open(meanwhile) {
	const context = githubContext(process.env);
	const inputs = parseInputs(withDispatchInputs(getInput, context.dispatched));
	for (const secret of new Set(SECRETS.map((name) => inputs[name]))) if (secret !== void 0) setSecret(secret);
	const cwd = await workingDirectory(context.workspace, inputs["working-directory"]);
	const [repository, loaded] = await Promise.all([openRepository(harnessGit(variables()), cwd).catch(withoutCheckout), meanwhile()]);
	return [{
		context,
		inputs,
		cwd,
		repository
	}, loaded];
}
const SECRETS = [
	"github-token",
	"job-token",
	"anthropic-api-key",
	"claude-code-oauth-token"
];
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
