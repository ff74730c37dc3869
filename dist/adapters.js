import { C as union, S as string, a as array, b as record, g as object, h as number, m as looseObject$1, o as boolean, p as literal, r as _enum, u as int, w as unknown } from "./zod.js";
import { A as LoopError, C as goesWithUs, D as errnoOf, E as diskTrouble, J as duration, K as SECOND, L as oneLine, O as isDiskFull, S as run, T as signal, X as iso, Y as epoch, b as withoutNoise, f as runName, g as resolveCommit, i as LaneId, k as isErrno, m as isDirty, p as currentBranch, r as LIMITS$1, t as readBounded$1, u as TaskId, v as meaningOf, w as hasMoreRights, y as unanswered$1 } from "./start.js";
import { F as REFS_KINDS, I as loopRefs, L as shortRef, c as isRecord } from "./config.js";
import { $ as checkpointText, At as NO_TOKENS, C as WORKFLOW_PATH, Nt as HUGE_BYTES, O as isLoopback, Pt as LINK, S as own, W as withTools, b as OurTeam, k as keepsSecrets, lt as lineRedactor, mt as parseCheckpoint, x as parsedJson, y as teamFolders } from "./loop.js";
import { t as execa } from "./execa.js";
import { createHash, randomBytes, randomInt, randomUUID } from "node:crypto";
import { access, chmod, constants, copyFile, link, lstat, mkdir, mkdtemp, open, opendir, readFile, readdir, readlink, realpath, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { basename, delimiter, dirname, isAbsolute, join, normalize, posix, resolve } from "node:path";
import { accessSync, appendFileSync, closeSync, constants as constants$1, lstatSync, mkdirSync, openSync, readFileSync, statSync } from "node:fs";
import { setTimeout as setTimeout$1 } from "node:timers/promises";
import { request } from "node:http";
import { promisify } from "node:util";
import { constants as constants$2, deflate, inflate } from "node:zlib";
import { performance } from "node:perf_hooks";
import { hostname, tmpdir } from "node:os";
import { Agent, request as request$1 } from "node:https";
// src/adapters/process/environment.ts
const ALLOWED = new Set([
	...[
		"PATH",
		"HOME",
		"TMPDIR",
		"SHELL",
		"USER",
		"LOGNAME",
		"LANG",
		"LANGUAGE",
		"TERM",
		"TZ",
		"CI"
	],
	...[
		"COLORTERM",
		"NO_COLOR",
		"FORCE_COLOR",
		"DEBIAN_FRONTEND"
	],
	...[
		"SSL_CERT_FILE",
		"SSL_CERT_DIR",
		"NODE_EXTRA_CA_CERTS",
		"REQUESTS_CA_BUNDLE",
		"CURL_CA_BUNDLE"
	],
	...[
		"HTTP_PROXY",
		"HTTPS_PROXY",
		"NO_PROXY",
		"ALL_PROXY"
	],
	...[
		"http_proxy",
		"https_proxy",
		"no_proxy",
		"all_proxy"
	],
	...[
		"JAVA_HOME",
		"GOROOT",
		"GOPATH",
		"ANDROID_HOME",
		"ANDROID_SDK_ROOT",
		"DOTNET_ROOT",
		"VIRTUAL_ENV"
	],
	...[
		"NVM_DIR",
		"PNPM_HOME",
		"BUN_INSTALL",
		"CARGO_HOME",
		"RUSTUP_HOME",
		"PYENV_ROOT",
		"RBENV_ROOT"
	]
]);
const ALLOWED_PREFIXES = ["LC_", "JAVA_HOME_"];
const IN_HOME = new Set([...[
	"XDG_CONFIG_HOME",
	"XDG_CACHE_HOME",
	"XDG_DATA_HOME",
	"XDG_STATE_HOME"
]]);
function environment({ from, inherit = [], set = {}, home }) {
	const named = new Set(inherit);
	const inherited = Object.entries(from).flatMap(([name, value]) => value !== void 0 && (named.has(name) || allowed$1(name, home !== void 0)) ? [[name, value]] : []);
	return {
		...Object.fromEntries(inherited),
		GIT_TERMINAL_PROMPT: "0",
		...home === void 0 ? {} : { HOME: home },
		...set
	};
}
const allowed$1 = (name, freshHome) => ALLOWED.has(name) || ALLOWED_PREFIXES.some((prefix) => name.startsWith(prefix)) || !freshHome && IN_HOME.has(name);
// src/adapters/git/credentials.ts
function configEnvironment(entries) {
	return Object.fromEntries([["GIT_CONFIG_COUNT", String(entries.length)], ...entries.flatMap(([key, value], at) => [[`GIT_CONFIG_KEY_${at}`, key], [`GIT_CONFIG_VALUE_${at}`, value]])]);
}
function tokenConfig(url, token) {
	const server = serverOf$1(url);
	if (server === void 0) return [];
	const key = `http.${server}/.extraheader`;
	const basic = Buffer.from(`x-access-token:${token}`).toString("base64");
	return [[key, ""], [key, `AUTHORIZATION: basic ${basic}`]];
}
function withoutUser(url) {
	return serverOf$1(url) === void 0 ? url : url.replace(/^(https?:\/\/)[^/]*@/i, "$1");
}
function serverOf$1(url) {
	return /^https?:\/\//i.test(url) && URL.canParse(url) ? new URL(url).origin : void 0;
}
// src/adapters/git/remotes.ts
async function remotes(git, repository) {
	const entries = (await git.run([
		"config",
		"--local",
		"-z",
		"--get-regexp",
		"^remote\\..*\\.url$"
	], {
		cwd: repository.topLevel,
		ok: [0, 1]
	})).text.split("\0").filter((entry) => entry !== "");
	return new Map(entries.map((entry) => {
		const at = entry.indexOf("\n");
		return [entry.slice(7, at - 4), entry.slice(at + 1)];
	}));
}
async function localLoop(git, { gitDir }, loop) {
	const states = statesOf(loop);
	const found = await git.run([
		"--git-dir",
		gitDir,
		"for-each-ref",
		"--format=%(refname)",
		...states
	]);
	return kindIn(found.text.split("\n"), states);
}
async function remoteLoop(git, { url, token, cwd, loop, timeout }) {
	const env = token === void 0 ? {} : configEnvironment(tokenConfig(url, token));
	const states = statesOf(loop);
	const found = await git.run([
		"ls-remote",
		url,
		...states
	], {
		cwd,
		env,
		timeout
	}).catch(unanswered$1);
	return kindIn(found.text.split("\n").map((line) => line.replace(/^.*\t/, "")), states);
}
const statesOf = (loop) => REFS_KINDS.map((kind) => loopRefs(loop, kind).state);
const kindIn = (found, states) => REFS_KINDS.find((_, n) => found.includes(states[n] ?? ""));
// src/adapters/agent/changed.ts
function changedEvents(events, exit, sentence) {
	if (exit.ended !== "by_itself") return void 0;
	const because = sentence("printed no event that is known here");
	if (events.language === "foreign") return {
		end: "misconfigured",
		because
	};
	return events.language === "noise" && exit.code === 0 ? {
		end: "no_result",
		because
	} : void 0;
}
const saysOf = ({ title, tested }, machine) => (what) => `${title}${machine?.version === void 0 ? "" : ` (${firstWords(machine.version)})`} ${what}; this version of cms was tested with ${title} ${tested}`;
const firstWords = (version) => version.split("\n", 1).join("").slice(0, 60);
// src/adapters/agent/words.ts
const SHORT = 300;
const KEPT$1 = 4096;
function firstLine(text, most = SHORT) {
	return shortened((text.split("\n", 50).find((candidate) => candidate.trim() !== "") ?? "").trim(), most);
}
function lastLines(text, most = SHORT) {
	const trimmed = text.trimEnd();
	if (trimmed.length <= most) return trimmed.trimStart();
	const end = trimmed.slice(-most);
	const cut = end.indexOf("\n");
	return (cut < 0 ? `…${withoutHalfWord(end)}` : end.slice(cut + 1)).trim();
}
function shortened(text, most = KEPT$1) {
	if (text.length <= most) return text;
	let end = most - 1;
	while (end > 0 && PART_OF_WORD.test(text.charAt(end - 1))) end -= 1;
	return `${text.slice(0, end)}…`;
}
const PART_OF_WORD = /[\w.~+/=-]/;
const withoutHalfWord = (text) => text.replace(/^[\w.~+/=-]+/, "");
// src/adapters/agent/ended.ts
function endedByUs({ ended, ms, stderr }) {
	switch (ended) {
		case "timeout": return {
			end: "timed_out",
			because: `it was ended at its time limit, after ${duration(ms)}`
		};
		case "stall": return {
			end: "stalled",
			because: `it was ended because it had gone silent, after ${duration(ms)}`
		};
		case "abort": return {
			end: "interrupted",
			because: `the run was interrupted after ${duration(ms)}`
		};
		case "not_started": return {
			end: "misconfigured",
			because: `it could not be started: ${lastLines(stderr)}`
		};
		case "by_itself":
		case "after_result": return;
	}
}
function waitedInVain({ ended }, refusal) {
	return ended === "stall" || ended === "timeout" || ended === "after_result" ? refusal : void 0;
}
const howItExited = ({ code, signal }) => code === void 0 ? signal ?? "no exit code" : `exit code ${code}`;
// src/adapters/agent/claude-ending.ts
const LOGIN = [
	"authentication_failed",
	"oauth_org_not_allowed",
	"verification_required",
	"cloud_credential_error"
];
const FULL = [
	"prompt_too_long",
	"blocking_limit",
	"rapid_refill_breaker"
];
const LIMITS = ["max_turns", "budget_exhausted"];
const among = (names, name) => name !== void 0 && names.includes(name);
const said = ({ words, exit }) => words || howItExited(exit);
const ROWS = [
	[
		(f) => silent(f) && f.exit.code === 0,
		"no_result",
		() => "it ended with exit code 0 but printed no result"
	],
	[
		(f) => silent(f) && usageError(f),
		"misconfigured",
		(f) => lastLines(f.exit.stderr)
	],
	[
		silent,
		"agent_failed",
		(f) => `it ended without a result (${howItExited(f.exit)}) ${lastLines(f.exit.stderr)}`.trim()
	],
	[
		(f) => f.result !== void 0 && f.result.is_error === void 0,
		"misconfigured",
		(f) => f.says("ended with a result that does not say whether it failed")
	],
	[
		(f) => among(LIMITS, f.reason),
		"agent_limit",
		said
	],
	[
		(f) => among(FULL, f.reason),
		"context_overflow",
		said
	],
	[
		(f) => f.reason?.startsWith("aborted_") === true,
		"interrupted",
		() => "it was interrupted"
	],
	[
		(f) => f.result?.is_error === false,
		"ready",
		(f) => f.words || "it finished"
	],
	[
		(f) => f.result?.stop_reason === "refusal",
		"refused",
		said
	],
	[
		(f) => f.error === "billing_error" || f.status === 402 || f.error === "account_on_hold",
		"billing",
		said
	],
	[
		(f) => among(LOGIN, f.error) || f.status === 401 || f.status === 403,
		"auth_failed",
		said
	],
	[
		limited,
		"rate_limited",
		said
	],
	[
		(f) => f.status === 413,
		"context_overflow",
		said
	],
	[
		(f) => f.apiError === "max_output_tokens" || f.error === "max_output_tokens",
		"agent_limit",
		said
	],
	[
		(f) => f.error === "model_not_found" || f.status === 404,
		"misconfigured",
		said
	],
	[
		(f) => f.error === "server_error" || f.error === "overloaded",
		"unavailable",
		said
	],
	[
		(f) => f.apiError === "connection_failed" || f.status === 408 || (f.status ?? 0) >= 500,
		"unavailable",
		said
	],
	[
		(f) => f.error === "unknown" && f.status === void 0,
		"unavailable",
		said
	],
	[
		() => true,
		"agent_failed",
		said
	]
];
function endingOf$3(seen) {
	const facts = gather(seen);
	const ours = seen.result === void 0 || facts.reason?.startsWith("aborted_") === true ? endedByUs(seen.exit) : void 0;
	if (ours !== void 0) return ours;
	const changed = silent(seen) ? changedEvents(seen.events, seen.exit, seen.says) : void 0;
	if (changed !== void 0) return changed;
	const [, end, because] = ROWS.find(([when]) => when(facts)) ?? FALLBACK;
	const resumeAt = end === "rate_limited" ? resetOf(facts) : void 0;
	return {
		end,
		because: because(facts),
		...resumeAt === void 0 ? {} : { resumeAt }
	};
}
const FALLBACK = [
	() => true,
	"agent_failed",
	said
];
function gather(seen) {
	const { result, failure } = seen;
	const words = result?.result ?? result?.errors[0] ?? failure?.text ?? "";
	return {
		...seen,
		reason: result?.terminal_reason ?? void 0,
		error: failure?.error,
		apiError: result?.api_error ?? void 0,
		status: result?.api_error_status ?? failure?.status,
		words: firstLine(words)
	};
}
function silent({ result, failure }) {
	return result === void 0 && failure === void 0;
}
function usageError({ events, exit }) {
	return !events.printed && exit.stderr.trim() !== "" && exit.code !== void 0;
}
function limited({ status, error, apiError }) {
	return status === 429 || error === "rate_limit" || apiError === "usage_limit_reached";
}
function resetOf({ resetsAt, words }) {
	const seconds = resetsAt ?? Number(/usage limit reached\|(\d{10})\b/.exec(words)?.[1]);
	return Number.isFinite(seconds) ? iso(seconds * SECOND) : void 0;
}
// src/adapters/agent/claude-events.ts
const Text$3 = string().nullish().catch(void 0);
const Count$4 = number().min(0).catch(0);
const Tokens = int().min(0).catch(0);
const ModelUsage = looseObject$1({
	inputTokens: Tokens,
	outputTokens: Tokens,
	cacheReadInputTokens: Tokens,
	cacheCreationInputTokens: Tokens,
	costUSD: Count$4,
	costBasis: Text$3
});
const ModelUsages = record(string(), ModelUsage).catch({});
const Init$1 = looseObject$1({
	type: literal("system"),
	subtype: literal("init"),
	model: Text$3
});
const Retry = looseObject$1({
	type: literal("system"),
	subtype: literal("api_retry"),
	attempt: Count$4,
	max_retries: Count$4,
	retry_delay_ms: Count$4,
	error_status: number().nullish().catch(void 0),
	error: Text$3
});
const Block = union([
	looseObject$1({
		type: literal("text"),
		text: string()
	}),
	looseObject$1({
		type: literal("tool_use"),
		name: string(),
		input: record(string(), unknown()).catch({})
	}),
	looseObject$1({ type: string() }).transform(() => ({ type: "other" }))
]);
const Assistant = looseObject$1({
	type: literal("assistant"),
	message: looseObject$1({ content: array(Block).catch([]) }),
	error: Text$3,
	api_error: Text$3,
	api_error_status: number().nullish().catch(void 0)
});
const RateLimit = looseObject$1({
	type: literal("rate_limit_event"),
	rate_limit_info: looseObject$1({
		status: Text$3,
		resetsAt: int().min(1e9).max(9999999999).nullish().catch(void 0)
	})
});
const Result$1 = looseObject$1({
	type: literal("result"),
	subtype: Text$3,
	is_error: boolean().optional().catch(void 0),
	terminal_reason: Text$3,
	stop_reason: Text$3,
	api_error: Text$3,
	api_error_status: number().nullish().catch(void 0),
	num_turns: Count$4,
	result: Text$3,
	errors: array(string()).catch([]),
	total_cost_usd: number().min(0).nullish().catch(void 0),
	modelUsage: ModelUsages,
	permission_denials: array(unknown()).catch([])
});
const CostState = looseObject$1({
	type: literal("cost-state"),
	totalCostUSD: number().min(0).nullish().catch(void 0),
	modelUsage: ModelUsages,
	hasUnknownModelCost: boolean().catch(false)
});
const CLAUDE_EVENTS = new Map([
	["result", Result$1],
	["assistant", Assistant],
	["rate_limit_event", RateLimit],
	["cost-state", CostState],
	["system", union([Init$1, Retry])],
	["user", void 0],
	["stream_event", void 0]
]);
// src/adapters/agent/telling.ts
const TELLING = [...[
	"command",
	"cmd",
	"file_path",
	"filePath",
	"pattern",
	"path",
	"url",
	"query",
	"description",
	"prompt"
]];
function telling(input) {
	return firstLine([...TELLING.map((name) => input[name]), ...Object.values(input)].find((value) => typeof value === "string") ?? "");
}
// src/adapters/agent/claude-notes.ts
function noteOf(event, workdir) {
	const line = firstLine(lineOf$3(event).replaceAll(`${workdir}/`, ""));
	if (line === "") return void 0;
	const usd = event.type === "result" ? event.total_cost_usd ?? void 0 : void 0;
	return usd === void 0 ? { line } : {
		line,
		usd
	};
}
function lineOf$3(event) {
	switch (event.type) {
		case "assistant": return event.message.content.map(blockLine).filter(Boolean).join(" ");
		case "system": return event.subtype === "api_retry" ? retryLine(event) : `model ${event.model ?? "unknown"}`;
		case "result": return event.is_error ? `ended: ${event.errors[0] ?? event.result ?? event.terminal_reason ?? "error"}` : "finished";
		case "rate_limit_event": return event.rate_limit_info.status === "rejected" ? "usage limit reached" : "";
		case "cost-state": return "";
	}
}
function blockLine(block) {
	switch (block.type) {
		case "text": return firstLine(block.text);
		case "tool_use": return `${block.name} ${telling(block.input)}`.trimEnd();
		case "other": return "";
	}
}
function retryLine(event) {
	const cause = [event.error_status, event.error].filter(Boolean).join(" ");
	const wait = Math.ceil(event.retry_delay_ms / 1e3);
	return `request failed (${cause}); retry ${event.attempt} of ${event.max_retries} in ${wait}s`;
}
// src/adapters/agent/claude-program.ts
const PACKAGE$2 = "@anthropic-ai/claude-code";
const claudeProgram = {
	package: PACKAGE$2,
	version: "2.1.330",
	binaries: Object.fromEntries(Object.entries({
		"linux-x64": "sha512-9Gn+V7DtJ8M1nztP9CeDVl9g3RtrepI7rOFTyPRRnZe8D6zebIHKmC7OvBauucuAP0X0k85SDN/LPVZyjsGezQ==",
		"linux-arm64": "sha512-V4yanAY5EA5UpwwRPtjSfqDbNqAlUJeVn3NYZw2AgmRHjdpSsLtHAzbxRXfkAnbjwTXzE0uedjQxUY02ARPcsA==",
		"linux-x64-musl": "sha512-OnduSSPY1b59FA8jTbq20Y1XkDUV0S1OVyvYBNslEbpX79P81JF7Ih4lgYvDKiFnnSv75z4Kv6qLE5DQqogYXA==",
		"linux-arm64-musl": "sha512-NemfeTqZ30tQDhAeumZgDYoX4ewhAHkN3dbcsyvlgb+yvpKUlcYu5Bor8K+Du5azGe3uy9sftlJxbGhTsCR7zA==",
		"darwin-x64": "sha512-XenTNj2zXaFrnLmf47n25vChfFhlfeyaAR/vW5SFsEnLGwd2U1vDUY97+5etHBZu3xWBnlK8HhBVxzRi9YTUDw==",
		"darwin-arm64": "sha512-rgzAjrRJJsIdZXGF9CCFFbURxKuJNobRr+krV3dNmqNJWIws74rLD0CABe4+nXlx/9WwRECTrveprWB96mubqw=="
	}).map(([platform, integrity]) => [platform, {
		package: `${PACKAGE$2}-${platform}`,
		path: "claude",
		integrity
	}]))
};
// src/adapters/agent/claude-transcript.ts
const END = 262144;
async function lastCost(session, env) {
	const config = env["CLAUDE_CONFIG_DIR"] ?? (env["HOME"] === void 0 ? void 0 : join(env["HOME"], ".claude"));
	if (config === void 0) return [];
	const projects = join(config, "projects");
	for (const project of await readdir(projects).catch(() => [])) {
		const cost = (await endOf(join(projects, project, `${session}.jsonl`)).catch(() => void 0))?.findLast((line) => line.startsWith("{\"type\":\"cost-state\""));
		if (cost !== void 0) return [cost];
	}
	return [];
}
async function endOf(path) {
	await using file = await open(path);
	const { size } = await file.stat();
	const from = Math.max(0, size - END);
	const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
	return buffer.subarray(0, bytesRead).toString("utf8").split("\n");
}
// src/adapters/agent/claude-usage.ts
function costOf(totals) {
	const models = Object.entries(totals.modelUsage);
	const [dearest] = models.toSorted(([, a], [, b]) => b.costUSD - a.costUSD);
	const usd = models.length > 0 ? sum(models.map(([, usage]) => usage.costUSD)) : totalOf(totals);
	return {
		...usd === void 0 || inventedPrice(totals) ? {
			usd: null,
			basis: "unknown"
		} : {
			usd,
			basis: "reported"
		},
		tokens: tokensOf$3(totals.modelUsage),
		...dearest === void 0 ? {} : { model: dearest[0] }
	};
}
const totalOf = (totals) => (totals.type === "result" ? totals.total_cost_usd : totals.totalCostUSD) ?? void 0;
const inventedPrice = (totals) => totals.type === "cost-state" && totals.hasUnknownModelCost || Object.values(totals.modelUsage).some(({ costBasis }) => costBasis === "unknown");
function tokensOf$3(models) {
	const usages = Object.values(models);
	return {
		input: sum(usages.map((usage) => usage.inputTokens)),
		cache_read: sum(usages.map((usage) => usage.cacheReadInputTokens)),
		cache_write: sum(usages.map((usage) => usage.cacheCreationInputTokens)),
		output: sum(usages.map((usage) => usage.outputTokens))
	};
}
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
// src/adapters/agent/prices.ts
const PRICES = new Map([
	["gpt-6-astra", {
		input: 10,
		cache_read: 1,
		cache_write: 12.5,
		output: 50
	}],
	["gpt-6-sol", {
		input: 2,
		cache_read: .2,
		cache_write: 2.5,
		output: 10
	}],
	["gpt-6-luna", {
		input: .1,
		cache_read: .01,
		cache_write: .125,
		output: .5
	}],
	["gpt-5.6-sol", {
		input: 4,
		cache_read: .4,
		cache_write: 5,
		output: 20
	}],
	["gpt-5.6-terra", {
		input: 2,
		cache_read: .2,
		cache_write: 2.5,
		output: 12
	}],
	["gpt-5.6-luna", {
		input: .2,
		cache_read: .02,
		cache_write: .25,
		output: 1.2
	}],
	["gpt-5.5", {
		input: 5,
		cache_read: .5,
		cache_write: 5,
		output: 30
	}],
	["gpt-5.4", {
		input: 2.5,
		cache_read: .25,
		cache_write: 2.5,
		output: 15
	}],
	["gpt-5.3-codex", {
		input: 1.75,
		cache_read: .175,
		cache_write: 1.75,
		output: 14
	}],
	["gpt-5", {
		input: 1.25,
		cache_read: .125,
		cache_write: 1.25,
		output: 10
	}],
	["gemini-3.8-flash", {
		input: .75,
		cache_read: .075,
		cache_write: .75,
		output: 3.75
	}],
	["gemini-3.7-flash", {
		input: .75,
		cache_read: .075,
		cache_write: .75,
		output: 3.75
	}],
	["gemini-3.6-flash", {
		input: .75,
		cache_read: .075,
		cache_write: .75,
		output: 3.75
	}],
	["gemini-3.5-flash", {
		input: 1.5,
		cache_read: .15,
		cache_write: 1.5,
		output: 9
	}],
	["gemini-3.1-pro-preview", {
		input: 2,
		cache_read: .2,
		cache_write: 2,
		output: 12
	}],
	["gemini-3.1-flash-lite", {
		input: .25,
		cache_read: .025,
		cache_write: .25,
		output: 1.5
	}],
	["gemini-3-pro-preview", {
		input: 2,
		cache_read: .2,
		cache_write: 2,
		output: 12
	}],
	["gemini-3-flash-preview", {
		input: .5,
		cache_read: .05,
		cache_write: .5,
		output: 3
	}],
	["gemini-2.5-pro", {
		input: 1.25,
		cache_read: .125,
		cache_write: 1.25,
		output: 10
	}],
	["gemini-2.5-flash", {
		input: .3,
		cache_read: .03,
		cache_write: .3,
		output: 2.5
	}],
	["gemini-2.5-flash-lite", {
		input: .1,
		cache_read: .01,
		cache_write: .1,
		output: .4
	}]
]);
const MILLION = 1e6;
function priceOf(model, tokens) {
	const price = model === void 0 ? void 0 : PRICES.get(model);
	if (price === void 0) return void 0;
	const { input, cache_read, cache_write, output } = tokens;
	return (input * price.input + cache_read * price.cache_read + cache_write * price.cache_write + output * price.output) / MILLION;
}
// src/adapters/agent/cost.ts
const UNKNOWN_COST$1 = {
	usd: null,
	basis: "unknown",
	tokens: NO_TOKENS
};
const NO_COST$1 = {
	usd: 0,
	basis: "reported",
	tokens: NO_TOKENS
};
function computedCost(tokens, model) {
	const usd = priceOf(model, tokens);
	const named = model === void 0 ? {} : { model };
	return usd === void 0 ? {
		usd: null,
		basis: "unknown",
		tokens,
		...named
	} : {
		usd,
		basis: "computed",
		tokens,
		...named
	};
}
const add$1 = (a, b) => ({
	input: a.input + b.input,
	cache_read: a.cache_read + b.cache_read,
	cache_write: a.cache_write + b.cache_write,
	output: a.output + b.output
});
// src/adapters/agent/json-events.ts
var JsonEvents = class {
	#kinds;
	#printed = false;
	#objects = false;
	#known = false;
	constructor(kinds) {
		this.#kinds = kinds;
	}
	get printed() {
		return this.#printed;
	}
	get language() {
		if (this.#known) return "known";
		if (this.#objects) return "foreign";
		return this.#printed ? "noise" : "none";
	}
	read(line) {
		const text = line.trimStart();
		if (text === "") return void 0;
		this.#printed = true;
		if (!text.startsWith("{")) return void 0;
		const value = parsed$1(text);
		if (value === void 0) return void 0;
		this.#objects = true;
		const type = typeOf(value);
		this.#known ||= this.#kinds.has(type);
		return this.#kinds.get(type)?.safeParse(value).data;
	}
};
function parsed$1(text) {
	try {
		return JSON.parse(text);
	} catch {
		return;
	}
}
const typeOf = (value) => typeof value === "object" && value !== null && "type" in value ? value.type : void 0;
// src/adapters/agent/claude.ts
const MODEL$1 = "sonnet";
const TOOLS = "Write,Edit,Read,Bash,Glob,Grep";
const SERVER = "cms";
const SETTINGS = { attribution: {
	commit: "",
	pr: ""
} };
const ENV$1 = {
	CLAUDE_CODE_MAX_RETRIES: "2",
	CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: "1",
	CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
	DISABLE_AUTOUPDATER: "1"
};
const INHERIT$3 = [
	...[
		"ANTHROPIC_API_KEY",
		"ANTHROPIC_AUTH_TOKEN",
		"ANTHROPIC_BASE_URL",
		"ANTHROPIC_CUSTOM_HEADERS"
	],
	...["CLAUDE_CODE_OAUTH_TOKEN", "CLAUDE_CONFIG_DIR"],
	...["API_TIMEOUT_MS", "CLAUDE_STREAM_IDLE_TIMEOUT_MS"],
	...[
		"ANTHROPIC_MODEL",
		"ANTHROPIC_SMALL_FAST_MODEL",
		"ANTHROPIC_DEFAULT_OPUS_MODEL"
	],
	...["ANTHROPIC_DEFAULT_SONNET_MODEL", "ANTHROPIC_DEFAULT_HAIKU_MODEL"],
	...[
		"CLAUDE_CODE_USE_BEDROCK",
		"ANTHROPIC_BEDROCK_BASE_URL",
		"AWS_BEARER_TOKEN_BEDROCK",
		"AWS_REGION"
	],
	...[
		"AWS_PROFILE",
		"AWS_ACCESS_KEY_ID",
		"AWS_SECRET_ACCESS_KEY",
		"AWS_SESSION_TOKEN"
	],
	...[
		"CLAUDE_CODE_USE_VERTEX",
		"ANTHROPIC_VERTEX_PROJECT_ID",
		"ANTHROPIC_VERTEX_BASE_URL",
		"CLOUD_ML_REGION"
	],
	...[
		"GOOGLE_APPLICATION_CREDENTIALS",
		"CLAUDE_CODE_USE_FOUNDRY",
		"ANTHROPIC_FOUNDRY_API_KEY"
	],
	...["ANTHROPIC_FOUNDRY_RESOURCE", "ANTHROPIC_FOUNDRY_BASE_URL"]
];
const claude = {
	name: "claude",
	version: {
		file: "claude",
		args: ["--version"]
	},
	program: claudeProgram,
	command: (assignment) => ({
		file: "claude",
		args: argumentsFor$1(assignment),
		env: {
			...ENV$1,
			...process.getuid?.() === 0 ? { IS_SANDBOX: "1" } : {}
		},
		inherit: INHERIT$3,
		stdin: assignment.mcp === void 0 ? assignment.prompt : withTools(assignment.prompt)
	}),
	reader: (assignment, machine) => new ClaudeReader(assignment, machine)
};
const KNOWN$3 = {
	title: "Claude Code",
	tested: claudeProgram.version
};
const argumentsFor$1 = ({ agent, session, usdCap, skills, mcp }) => [
	"-p",
	...[
		"--output-format",
		"stream-json",
		"--verbose"
	],
	...["--model", agent.model ?? MODEL$1],
	...["--session-id", session],
	...[
		"--permission-mode",
		"dontAsk",
		"--allowedTools",
		allowed({
			skills,
			mcp
		})
	],
	...mcp === void 0 ? [] : ["--mcp-config", JSON.stringify({ mcpServers: { [SERVER]: serverOf(mcp) } })],
	...usdCap > 0 && Number.isFinite(usdCap) ? ["--max-budget-usd", Math.max(usdCap, 1e-4).toFixed(4)] : [],
	...["--settings", JSON.stringify(SETTINGS)],
	...skills === void 0 ? [] : ["--plugin-dir", skills],
	...agent.args
];
const allowed = ({ skills, mcp }) => [
	TOOLS,
	...skills === void 0 ? [] : ["Skill"],
	...mcp === void 0 ? [] : [`mcp__${SERVER}`]
].join();
const serverOf = (mcp) => ({
	type: "stdio",
	...mcp,
	alwaysLoad: true
});
var ClaudeReader = class {
	#assignment;
	#says;
	#events = new JsonEvents(CLAUDE_EVENTS);
	#result;
	#cost;
	#failure;
	#resetsAt;
	#model;
	#toolCalls = 0;
	#lastText = "";
	constructor(assignment, machine) {
		this.#assignment = assignment;
		this.#says = saysOf(KNOWN$3, machine);
	}
	line(text) {
		const event = this.#events.read(text);
		if (event === void 0) return {};
		this.#remember(event);
		const note = noteOf(event, this.#assignment.workdir);
		return {
			...note === void 0 ? {} : { note },
			finished: event.type === "result"
		};
	}
	async recall(env) {
		return this.#result === void 0 ? lastCost(this.#assignment.session, env) : [];
	}
	end(exit) {
		const ending = endingOf$3({
			events: this.#events,
			says: this.#says,
			result: this.#result,
			failure: this.#failure,
			resetsAt: this.#resetsAt,
			exit
		});
		return {
			...ending,
			text: shortened(this.#result?.result ?? this.#lastText),
			usage: this.#usage(exit),
			...ending.end === "ready" && this.#denied() ? { denied: true } : {}
		};
	}
	#remember(event) {
		switch (event.type) {
			case "result":
				this.#result = event;
				break;
			case "cost-state":
				this.#cost = event;
				break;
			case "assistant":
				this.#rememberMessage(event);
				break;
			case "rate_limit_event": {
				const { status, resetsAt } = event.rate_limit_info;
				this.#resetsAt = status === "rejected" ? resetsAt ?? void 0 : void 0;
				break;
			}
			case "system": if (event.subtype === "init") this.#model = event.model ?? void 0;
		}
	}
	#rememberMessage(event) {
		const { content } = event.message;
		const text = content.map((block) => block.type === "text" ? block.text : "").join("");
		this.#toolCalls += content.filter((block) => block.type === "tool_use").length;
		if (text !== "") this.#lastText = shortened(text);
		const { error } = event;
		this.#failure = error ? {
			error,
			status: event.api_error_status ?? void 0,
			text: shortened(text)
		} : void 0;
	}
	#usage({ ended, ms }) {
		const totals = this.#result ?? this.#cost;
		const silent = !this.#events.printed && (ended === "by_itself" || ended === "not_started");
		const cost = totals === void 0 ? silent ? NO_COST$1 : UNKNOWN_COST$1 : costOf(totals);
		const model = cost.model ?? this.#model ?? this.#assignment.agent.model;
		return {
			...cost,
			minutes: ms / 6e4,
			agent: claude.name,
			...model === void 0 ? {} : { model }
		};
	}
	#denied() {
		const denials = this.#result?.permission_denials.length ?? 0;
		const calls = this.#toolCalls || (this.#result?.num_turns ?? 1) - 1;
		return denials > 0 && denials >= calls;
	}
};
// src/adapters/agent/status.ts
function endOfStatus(status) {
	switch (status) {
		case 401:
		case 403: return "auth_failed";
		case 402: return "billing";
		case 404: return "misconfigured";
		case 408: return "unavailable";
		case 413: return "context_overflow";
		case 429: return "rate_limited";
		default: return status !== void 0 && status >= 500 ? "unavailable" : void 0;
	}
}
// src/adapters/agent/codex-ending.ts
const KINDS = new Map([
	["context_window_exceeded", "context_overflow"],
	["usage_limit_exceeded", "rate_limited"],
	["session_budget_exceeded", "agent_limit"],
	["server_overloaded", "unavailable"],
	["internal_server_error", "unavailable"],
	["http_connection_failed", "unavailable"],
	["response_stream_connection_failed", "unavailable"],
	["response_stream_disconnected", "unavailable"],
	["response_too_many_failed_attempts", "unavailable"],
	["unauthorized", "auth_failed"],
	["model_not_found", "misconfigured"],
	["cyber_policy", "refused"]
]);
const SENTENCES$1 = [
	[
		"quota",
		/^Quota exceeded\. Check your plan and billing details\./,
		"billing"
	],
	[
		"usage-limit",
		/^You[’']ve hit your usage limit\b/,
		"rate_limited"
	],
	[
		"toolong",
		/^Codex ran out of room in the model's context window\./,
		"context_overflow"
	],
	[
		"s500",
		/^We[’']re currently experiencing high demand\b/,
		"unavailable"
	],
	[
		"cut",
		/^stream disconnected before completion: /,
		"unavailable"
	],
	[
		"no-key",
		/^Missing environment variable: /,
		"auth_failed"
	],
	[
		"max-tokens",
		/^Incomplete response returned, reason: max_output_tokens$/,
		"agent_limit"
	],
	[
		"model",
		/^The (requested )?model .{1,100} does not exist\b/,
		"misconfigured"
	]
];
const STATUS$1 = /^(?:unexpected status|exceeded retry limit, last status:) (\d{3})\b/;
function endingOf$2(seen) {
	const ending = verdict(seen);
	const { resetsAt } = seen;
	return ending.end === "rate_limited" && resetsAt !== void 0 ? {
		...ending,
		resumeAt: iso(resetsAt * SECOND)
	} : ending;
}
function verdict(seen) {
	const { completed, failed, trouble, exit, text, events, says } = seen;
	if (completed) return {
		end: "ready",
		because: firstLine(text) || "it finished"
	};
	if (failed !== void 0) return failure$1(failed, seen.why);
	const ended = waitedInVain(exit, trouble === void 0 ? void 0 : failure$1(trouble, void 0)) ?? endedByUs(exit) ?? changedEvents(events, exit, says);
	if (ended !== void 0) return ended;
	const tail = lastLines(exit.stderr);
	if (exit.code === 0) return {
		end: "no_result",
		because: "it ended with exit code 0, in the middle of a turn"
	};
	if (!events.printed && tail !== "" && exit.code !== void 0) return {
		end: "misconfigured",
		because: tail
	};
	return {
		end: "agent_failed",
		because: `it ended in the middle of a turn (${howItExited(exit)}) ${tail}`.trim()
	};
}
function failure$1(message, why) {
	const because = firstLine(message) || "it failed, and did not say why";
	const sentence = SENTENCES$1.find(([, begins]) => begins.test(message))?.[2];
	const named = typeof why === "string" ? KINDS.get(why) : void 0;
	const status = typeof why === "number" ? why : Number(STATUS$1.exec(message)?.[1]);
	if (sentence === "billing") return {
		end: sentence,
		because
	};
	return {
		end: endOfStatus(status) ?? named ?? sentence ?? "agent_failed",
		because
	};
}
// src/adapters/agent/codex-events.ts
const Text$2 = string().nullish().catch(void 0);
const Count$3 = int().min(0).catch(0);
const Thread = looseObject$1({
	type: literal("thread.started"),
	thread_id: Text$2
});
const CodexUsage = looseObject$1({
	input_tokens: int().min(0),
	cached_input_tokens: Count$3,
	cache_write_input_tokens: Count$3,
	output_tokens: int().min(0)
});
const Completed = looseObject$1({
	type: literal("turn.completed"),
	usage: CodexUsage.nullish().catch(void 0)
});
const Failed = looseObject$1({
	type: literal("turn.failed"),
	error: looseObject$1({ message: Text$2 }).nullish().catch(void 0)
});
const Trouble = looseObject$1({
	type: literal("error"),
	message: Text$2
});
const Item = looseObject$1({
	type: _enum(["item.started", "item.completed"]),
	item: looseObject$1({
		type: Text$2,
		text: Text$2,
		command: Text$2,
		query: Text$2,
		tool: Text$2,
		changes: array(looseObject$1({ path: Text$2 })).nullish().catch(void 0)
	})
});
const Context = looseObject$1({
	type: literal("turn_context"),
	payload: looseObject$1({ model: Text$2 })
});
const Limit = looseObject$1({
	used_percent: number().catch(0),
	resets_at: int().nullish().catch(void 0)
}).nullish().catch(void 0);
const Why = union([string(), record(string(), looseObject$1({ http_status_code: int().nullish().catch(void 0) }).nullish()).transform((kinds) => Object.values(kinds)[0]?.http_status_code ?? Object.keys(kinds)[0])]).nullish().catch(void 0);
const Used = looseObject$1({
	type: literal("token_usage_record"),
	payload: looseObject$1({ thread_token_usage: CodexUsage })
});
const Recorded = looseObject$1({
	type: literal("event_msg"),
	payload: union([looseObject$1({
		type: literal("token_count"),
		rate_limits: looseObject$1({
			primary: Limit,
			secondary: Limit
		}).nullish().catch(void 0)
	}), looseObject$1({
		type: literal("task_complete"),
		error: looseObject$1({ codex_error_info: Why }).nullish().catch(void 0)
	})])
});
const CODEX_EVENTS = new Map([
	["thread.started", Thread],
	["turn.started", void 0],
	["turn.completed", Completed],
	["turn.failed", Failed],
	["error", Trouble],
	["item.started", Item],
	["item.updated", void 0],
	["item.completed", Item],
	["turn_context", Context],
	["token_usage_record", Used],
	["event_msg", Recorded]
]);
// src/adapters/agent/codex-notes.ts
function lineOf$2(event) {
	switch (event.type) {
		case "item.started": return event.item.command ?? "";
		case "item.completed": return itemLine(event.item);
		case "error": return event.message ?? "";
		case "turn.completed": return "finished";
		case "turn.failed": return `ended: ${event.error?.message ?? "error"}`;
		case "thread.started":
		case "turn_context":
		case "token_usage_record":
		case "event_msg": return "";
	}
}
function itemLine(item) {
	if (item.type === "agent_message") return item.text ?? "";
	const what = item.changes?.flatMap(({ path }) => path ?? []).join(" ") ?? item.query ?? item.tool;
	return what ? `${item.type ?? ""} ${what}`.trim() : "";
}
// src/adapters/agent/codex-program.ts
const PACKAGE$1 = "@openai/codex";
const codexProgram = {
	package: PACKAGE$1,
	version: "0.169.0",
	binaries: Object.fromEntries([
		[
			"linux-x64",
			"linux-x64",
			"x86_64-unknown-linux-musl",
			"sha512-o05NyAOCDygSPRo1yinzxvkRSdmsZyBD9E7mbpmjRanSfM8lypqWtQgEo4XfNkwhuCR2aFu8mlGOsQGFXVbVww=="
		],
		[
			"linux-arm64",
			"linux-arm64",
			"aarch64-unknown-linux-musl",
			"sha512-NZ/DaQUpcQmxmqee7Z9uC1rzw3GhSbooawcaTe1LN5Yk+WlinUKGdTXJgClRT/9ogQEEM9TWxYzvxPfj5G/xFg=="
		],
		[
			"linux-x64-musl",
			"linux-x64",
			"x86_64-unknown-linux-musl",
			"sha512-o05NyAOCDygSPRo1yinzxvkRSdmsZyBD9E7mbpmjRanSfM8lypqWtQgEo4XfNkwhuCR2aFu8mlGOsQGFXVbVww=="
		],
		[
			"linux-arm64-musl",
			"linux-arm64",
			"aarch64-unknown-linux-musl",
			"sha512-NZ/DaQUpcQmxmqee7Z9uC1rzw3GhSbooawcaTe1LN5Yk+WlinUKGdTXJgClRT/9ogQEEM9TWxYzvxPfj5G/xFg=="
		],
		[
			"darwin-x64",
			"darwin-x64",
			"x86_64-apple-darwin",
			"sha512-K1FKSsSLl9v3z5TeagBQXyQRDBIGB5Jncy5dxsRxwT3aaTqN3AI8VrCfoxBxKMOOU9O2QX1vg7WkBwNVth/s9A=="
		],
		[
			"darwin-arm64",
			"darwin-arm64",
			"aarch64-apple-darwin",
			"sha512-5WsWFBbVP78D+6FvNo1MMVxLPZdmcoQlqVJFrF4qx/TmvneLnMQKtLyXkUo54XOTDfoYKpNouTJ/F7gTVA8FnQ=="
		]
	].map(([platform, suffix, triple, integrity]) => [platform, {
		package: PACKAGE$1,
		suffix: `-${suffix}`,
		path: `vendor/${triple}/bin/codex`,
		beside: ["vendor"],
		integrity
	}]))
};
// src/adapters/agent/codex-rollout.ts
const MOST$2 = 268435456;
const WANTED = [...["\"type\":\"turn_context\"", "\"type\":\"token_usage_record\""], ...["\"type\":\"token_count\"", "\"type\":\"task_complete\""]];
const HEAD = 200;
async function rolloutOf(thread, env) {
	const home = env["CODEX_HOME"] ?? (env["HOME"] === void 0 ? void 0 : join(env["HOME"], ".codex"));
	if (home === void 0) return [];
	const sessions = join(home, "sessions");
	const name = (await readdir(sessions, { recursive: true }).catch(() => [])).find((one) => one.endsWith(`-${thread}.jsonl`));
	return name === void 0 ? [] : lastOfEach(join(sessions, name)).catch(() => []);
}
async function lastOfEach(path) {
	await using file = await open(path);
	const { size } = await file.stat();
	if (size > MOST$2) return [];
	const last = new Map();
	for await (const line of file.readLines({ autoClose: false })) {
		const head = line.slice(0, HEAD);
		const kind = WANTED.find((one) => head.includes(one));
		if (kind !== void 0) last.set(kind, line);
	}
	return [...last.values()];
}
// src/adapters/agent/codex.ts
const INHERIT$2 = [...[
	"CODEX_API_KEY",
	"CODEX_ACCESS_TOKEN",
	"OPENAI_API_KEY",
	"AZURE_OPENAI_API_KEY"
], ...[
	"OPENAI_ORGANIZATION",
	"OPENAI_PROJECT",
	"CODEX_HOME",
	"CODEX_SQLITE_HOME",
	"CODEX_CA_CERTIFICATE"
]];
const codex = {
	name: "codex",
	version: {
		file: "codex",
		args: ["--version"]
	},
	program: codexProgram,
	command: (assignment, machine) => ({
		file: "codex",
		args: argumentsFor(assignment, machine),
		env: {},
		inherit: INHERIT$2,
		stdin: assignment.prompt
	}),
	reader: (assignment, machine) => new CodexReader(assignment, machine)
};
const KNOWN$2 = {
	title: "Codex",
	tested: codexProgram.version
};
const argumentsFor = ({ agent, env }, machine) => [
	...[
		"exec",
		"--json",
		"--skip-git-repo-check"
	],
	...set("analytics.enabled", false),
	...set("check_for_update_on_startup", false),
	...machine?.isDisposable === true ? DISPOSABLE : inSandbox(env["CMS_OUTBOX"]),
	...agent.model === void 0 ? [] : ["-m", agent.model],
	...agent.args,
	"-"
];
const set = (key, value) => ["-c", `${key}=${JSON.stringify(value)}`];
const DISPOSABLE = [...set("sandbox_mode", "danger-full-access"), ...set("features.plugins", false)];
const inSandbox = (outbox) => [
	...set("sandbox_mode", "workspace-write"),
	...set("sandbox_workspace_write.network_access", true),
	...set("sandbox_workspace_write.writable_roots", outbox === void 0 ? [] : [outbox])
];
var CodexReader = class {
	#assignment;
	#says;
	#events = new JsonEvents(CODEX_EVENTS);
	#thread;
	#completed = false;
	#failed;
	#trouble;
	#why;
	#resetsAt;
	#usage;
	#model;
	#hasActed = false;
	#text = "";
	constructor(assignment, machine) {
		this.#assignment = assignment;
		this.#says = saysOf(KNOWN$2, machine);
		this.#model = assignment.agent.model;
	}
	line(text) {
		const event = this.#events.read(text);
		if (event === void 0) return {};
		this.#remember(event);
		const line = firstLine(lineOf$2(event).replaceAll(`${this.#assignment.workdir}/`, ""));
		const note = line === "" ? void 0 : { line };
		const finished = event.type === "turn.completed" || event.type === "turn.failed";
		return {
			...note === void 0 ? {} : { note },
			finished
		};
	}
	async recall(env) {
		return this.#thread === void 0 ? [] : rolloutOf(this.#thread, env);
	}
	end(exit) {
		const ending = endingOf$2({
			events: this.#events,
			says: this.#says,
			completed: this.#completed,
			failed: this.#failed,
			trouble: this.#trouble,
			why: this.#why,
			resetsAt: this.#resetsAt,
			text: this.#text,
			exit
		});
		const usage = {
			...this.#cost(exit, ending.end),
			minutes: exit.ms / 6e4,
			agent: codex.name
		};
		return {
			...ending,
			text: this.#text,
			usage
		};
	}
	#remember(event) {
		switch (event.type) {
			case "thread.started":
				this.#thread = event.thread_id ?? void 0;
				break;
			case "turn.completed":
				this.#completed = true;
				this.#usage = event.usage ?? void 0;
				break;
			case "turn.failed":
				this.#failed = event.error?.message ?? "";
				break;
			case "error":
				this.#trouble = withoutCount(event.message ?? "");
				break;
			case "item.started":
			case "item.completed":
				this.#trouble = void 0;
				this.#hasActed ||= event.item.type !== "error";
				if (event.item.type === "agent_message") this.#text = shortened(event.item.text ?? "");
				break;
			case "turn_context":
				this.#model = event.payload.model ?? this.#model;
				break;
			case "token_usage_record":
				this.#usage ??= event.payload.thread_token_usage;
				break;
			case "event_msg": this.#rememberRecord(event.payload);
		}
	}
	#rememberRecord(record) {
		if (record.type === "task_complete") {
			this.#why = record.error?.codex_error_info ?? void 0;
			return;
		}
		const { primary, secondary } = record.rate_limits ?? {};
		const resets = [primary, secondary].flatMap((limit) => limit && limit.used_percent >= 100 && limit.resets_at ? [limit.resets_at] : []);
		this.#resetsAt = resets.length === 0 ? void 0 : Math.max(...resets);
	}
	#cost({ ended }, end) {
		if (this.#usage !== void 0) return computedCost(tokensOf$2(this.#usage), this.#model);
		const silent = !this.#events.printed && (ended === "by_itself" || ended === "not_started");
		const model = this.#model === void 0 ? {} : { model: this.#model };
		return {
			...silent || this.#refused(end) ? NO_COST$1 : UNKNOWN_COST$1,
			...model
		};
	}
	#refused(end) {
		if (this.#failed === void 0 || this.#hasActed) return false;
		const kind = this.#why !== void 0 && this.#why !== "other";
		return REFUSALS.has(end) || end === "unavailable" && kind;
	}
};
const REFUSALS = new Set([...[
	"auth_failed",
	"billing",
	"rate_limited",
	"misconfigured",
	"context_overflow"
]]);
function tokensOf$2(usage) {
	const cached = usage.cached_input_tokens + usage.cache_write_input_tokens;
	return {
		input: Math.max(0, usage.input_tokens - cached),
		cache_read: usage.cached_input_tokens,
		cache_write: usage.cache_write_input_tokens,
		output: usage.output_tokens
	};
}
const withoutCount = (message) => /^Reconnecting\.\.\. \d+\/\d+ \((.*)\)$/s.exec(message)?.[1] ?? message;
// src/adapters/process/shell.ts
const INNER = "exec bash --norc -euo pipefail -c \"$0\" run \"$@\"";
const PIPED = "exec > >(exec cat) 2>&1";
const OUTER = `${PIPED}; ${INNER}`;
const strictShell = (command, args = []) => [
	"--norc",
	"-c",
	OUTER,
	command,
	...args
];
const bareShell = (command) => [...[
	"--norc",
	"-euo",
	"pipefail",
	"-c",
	command,
	"run"
]];
const behindPipe = (file, args) => [...[
	"--norc",
	"-c",
	`${PIPED}; exec "$@"`,
	"bash",
	file,
	...args
]];
// src/adapters/agent/command.ts
const COME_BACK_LATER = 75;
const NO_COST = {
	usd: 0,
	basis: "reported"
};
const UNKNOWN_COST = {
	usd: null,
	basis: "unknown"
};
const command = {
	name: "command",
	version: {
		file: "bash",
		args: ["--version"]
	},
	command(assignment) {
		if (assignment.run === void 0) throw withoutRun(assignment);
		return {
			file: "bash",
			args: strictShell(assignment.run, assignment.agent.args),
			env: {},
			inherit: [],
			stdin: assignment.prompt
		};
	},
	reader: () => new CommandReader()
};
const withoutRun = ({ task }) => new LoopError("bad-loop-file", `task "${task}" is for the command agent but has no \`run\``, { hint: "Give the task a `run:`, or another `agent:`." });
var CommandReader = class {
	#kept = "";
	line(text) {
		this.#kept = `${this.#kept}${shortened(text)}\n`.slice(-2 * KEPT$1);
		const line = firstLine(text);
		return line === "" ? {} : { note: { line } };
	}
	end(exit) {
		const text = lastLines(this.#kept, KEPT$1);
		return {
			...ending(exit, text),
			text,
			usage: {
				...exit.ended === "not_started" ? NO_COST : UNKNOWN_COST,
				tokens: NO_TOKENS,
				minutes: exit.ms / 6e4,
				agent: command.name
			}
		};
	}
};
function ending(exit, text) {
	const ours = endedByUs(exit);
	if (ours !== void 0) return ours;
	if (exit.code === 0) return {
		end: "ready",
		because: "the command ended with exit code 0"
	};
	const tail = lastLines(`${text}\n${exit.stderr}`, 600);
	if (exit.code === COME_BACK_LATER) return {
		end: "rate_limited",
		because: `the command asks to be run later (exit code 75)${after$1(tail)}`
	};
	return {
		end: "agent_failed",
		because: `the command failed (${howItExited(exit)})${after$1(tail)}`
	};
}
const after$1 = (tail) => tail === "" ? "." : `: ${tail}`;
// src/adapters/agent/gemini-events.ts
const Text$1 = string().nullish().catch(void 0);
const Count$2 = int().min(0).catch(0);
const Init = looseObject$1({
	type: literal("init"),
	model: Text$1
});
const Message = looseObject$1({
	type: literal("message"),
	role: Text$1,
	content: Text$1
});
const ToolUse$1 = looseObject$1({
	type: literal("tool_use"),
	tool_name: Text$1,
	parameters: record(string(), unknown()).catch({})
});
const ToolResult = looseObject$1({
	type: literal("tool_result"),
	status: Text$1
});
const Stats = looseObject$1({
	total_tokens: Count$2,
	input_tokens: Count$2,
	output_tokens: Count$2,
	cached: Count$2
});
const Result = looseObject$1({
	type: literal("result"),
	status: Text$1,
	error: looseObject$1({ message: Text$1 }).nullish().catch(void 0),
	stats: Stats.extend({ models: record(string(), Stats).catch({}) }).nullish().catch(void 0)
});
const GEMINI_EVENTS = new Map([
	["init", Init],
	["message", Message],
	["tool_use", ToolUse$1],
	["tool_result", ToolResult],
	["result", Result],
	["error", void 0]
]);
const Refusal = looseObject$1({ error: looseObject$1({
	code: int().nullish().catch(void 0),
	message: string().catch(""),
	details: array(looseObject$1({ reason: Text$1 })).catch([])
}) });
function serviceError(message) {
	const [, said = message] = /^\[API Error: (.*)\]/s.exec(message) ?? [];
	return quotedIn(said) ?? {
		code: void 0,
		message: said,
		reasons: []
	};
}
function quotedIn(text) {
	const from = text.indexOf("{\"error\":");
	if (from < 0) return void 0;
	try {
		const { data } = Refusal.safeParse(JSON.parse(text.slice(from)));
		if (data === void 0) return void 0;
		const { code, message, details } = data.error;
		return {
			code: code ?? void 0,
			message,
			reasons: details.flatMap(({ reason }) => reason ?? [])
		};
	} catch {
		return;
	}
}
// src/adapters/agent/gemini-ending.ts
const EXITS = new Map([
	[41, "auth_failed"],
	[42, "misconfigured"],
	[44, "misconfigured"],
	[52, "misconfigured"],
	[53, "agent_limit"],
	[55, "misconfigured"],
	[130, "interrupted"]
]);
const CLASSES = new Map([
	["TerminalQuotaError", "rate_limited"],
	["RetryableQuotaError", "rate_limited"],
	["ModelNotFoundError", "misconfigured"]
]);
const REASONS$1 = new Map([
	["API_KEY_INVALID", "auth_failed"],
	["API_KEY_EXPIRED", "auth_failed"],
	["BILLING_DISABLED", "billing"]
]);
const SENTENCES = [
	[
		"toolong",
		/^The input token count \(\d+\) exceeds the maximum number of tokens allowed\b/,
		"context_overflow"
	],
	[
		"bad-key",
		/^API key not valid\./,
		"auth_failed"
	],
	[
		"model",
		/^models\/\S+ is not found for API version\b/,
		"misconfigured"
	],
	[
		"cut",
		/^terminated$/,
		"unavailable"
	],
	[
		"no-service",
		/^exception TypeError: fetch failed\b/,
		"unavailable"
	]
];
function endingOf$1(seen) {
	const { result, exit, text, events, says } = seen;
	if (result?.status === "success") return {
		end: "ready",
		because: firstLine(text) || "it finished"
	};
	if (result?.status === "error") return failure(serviceError(result.error?.message ?? ""), seen);
	if (result !== void 0) return {
		end: "misconfigured",
		because: says("ended with a result that is neither success nor error")
	};
	return waitedInVain(exit, seen.refused === void 0 ? void 0 : failure(seen.refused, seen)) ?? endedByUs(exit) ?? byExitCode(exit) ?? changedEvents(events, exit, says) ?? crash(seen);
}
function failure(said, { errorClass, exit }) {
	const because = firstLine(said.message) || "it failed, and did not say why";
	const reason = said.reasons.flatMap((one) => REASONS$1.get(one) ?? [])[0];
	const sentence = SENTENCES.find(([, begins]) => begins.test(said.message))?.[2];
	const named = errorClass === void 0 ? void 0 : CLASSES.get(errorClass);
	return {
		end: reason ?? endOfStatus(said.code) ?? sentence ?? named ?? byExitCode(exit)?.end ?? "agent_failed",
		because
	};
}
function byExitCode({ code, stderr }) {
	const end = code === void 0 ? void 0 : EXITS.get(code);
	return end === void 0 ? void 0 : {
		end,
		because: lastLines(stderr) || `it ended with exit code ${code}`
	};
}
function crash({ events, exit }) {
	const tail = lastLines(exit.stderr);
	if (exit.code === 0) return {
		end: "no_result",
		because: "it ended with exit code 0 but printed no result"
	};
	if (!events.printed && tail !== "" && exit.code !== void 0) return {
		end: "misconfigured",
		because: tail
	};
	return {
		end: "agent_failed",
		because: `it ended without a result (${howItExited(exit)}) ${tail}`.trim()
	};
}
// src/adapters/agent/gemini-program.ts
const PACKAGE = "@google/gemini-cli";
const TARBALL = {
	package: PACKAGE,
	path: "bundle/gemini.js",
	beside: ["bundle", "package.json"],
	integrity: "sha512-dbQ9A0qBtFJNi6XBkHvfZ6Azpn6PNgH/P8h2MZ67RLlX8hSAVjup39CRWqdRxZv7YXIuhrFaytr8y0jKnkoxnQ=="
};
const geminiProgram = {
	package: PACKAGE,
	version: "0.61.0",
	binaries: Object.fromEntries([...[
		"linux-x64",
		"linux-arm64",
		"linux-x64-musl",
		"linux-arm64-musl",
		"darwin-x64",
		"darwin-arm64"
	]].map((platform) => [platform, TARBALL]))
};
// src/adapters/agent/gemini.ts
const INHERIT$1 = [
	...[
		"GEMINI_API_KEY",
		"GOOGLE_API_KEY",
		"GOOGLE_GEMINI_BASE_URL",
		"GEMINI_MODEL",
		"GEMINI_CLI_HOME"
	],
	...[
		"GOOGLE_GENAI_USE_VERTEXAI",
		"GOOGLE_GENAI_USE_GCA",
		"GOOGLE_CLOUD_PROJECT",
		"GOOGLE_CLOUD_LOCATION"
	],
	...[
		"GOOGLE_APPLICATION_CREDENTIALS",
		"GEMINI_CLI_SYSTEM_SETTINGS_PATH",
		"GEMINI_CLI_CUSTOM_HEADERS"
	]
];
const MODEL = "gemini-2.5-pro";
const gemini = {
	name: "gemini",
	version: {
		file: "gemini",
		args: ["--version"]
	},
	program: geminiProgram,
	command: ({ agent, prompt }) => ({
		file: "gemini",
		args: [
			...["--output-format", "stream-json"],
			...[
				"--approval-mode",
				"yolo",
				"--skip-trust"
			],
			...["--model", agent.model ?? MODEL],
			...agent.args
		],
		env: {},
		inherit: INHERIT$1,
		stdin: prompt
	}),
	reader: (assignment, machine) => new GeminiReader(assignment, machine)
};
const KNOWN$1 = {
	title: "Gemini CLI",
	tested: geminiProgram.version
};
const MOST_REFUSALS = 3;
const LOOKED_AT$1 = 4096;
const REFUSED$1 = /^Attempt (\d+) failed(?: with status (\d{3}))?\. Retrying with backoff\.\.\. (?:\w+: )?(.*)/;
const GAVE_UP = /^Error when talking to Gemini API .* ([A-Za-z]+Error): /;
var GeminiReader = class {
	#assignment;
	#says;
	#events = new JsonEvents(GEMINI_EVENTS);
	#result;
	#model;
	#text = "";
	#refused;
	#tooMany;
	#errorClass;
	#hasActed = false;
	constructor(assignment, machine) {
		this.#assignment = assignment;
		this.#says = saysOf(KNOWN$1, machine);
		this.#model = assignment.agent.model ?? MODEL;
	}
	line(text) {
		const event = this.#events.read(text);
		if (event === void 0) return {};
		this.#remember(event);
		const line = firstLine(lineOf$1(event).replaceAll(`${this.#assignment.workdir}/`, ""));
		return {
			...line === "" ? {} : { note: { line } },
			finished: event.type === "result"
		};
	}
	complaint(text) {
		const line = text.slice(0, LOOKED_AT$1);
		const [, count, status, said = ""] = REFUSED$1.exec(line) ?? [];
		if (count === void 0) {
			this.#errorClass = GAVE_UP.exec(line)?.[1] ?? this.#errorClass;
			return {};
		}
		const { message, reasons } = quotedIn(text) ?? {
			message: said,
			reasons: []
		};
		this.#refused = {
			code: status === void 0 ? void 0 : Number(status),
			message,
			reasons
		};
		if (Number(count) >= MOST_REFUSALS) this.#tooMany = this.#refused;
		return {
			note: { line: firstLine(`request failed (${status ?? "no answer"}); attempt ${count}: ${message}`) },
			finished: this.#tooMany !== void 0
		};
	}
	end(exit) {
		const ending = endingOf$1({
			events: this.#events,
			says: this.#says,
			result: this.#result,
			errorClass: this.#errorClass,
			refused: exit.ended === "after_result" ? this.#tooMany : this.#refused,
			text: this.#text,
			exit
		});
		const usage = {
			...this.#cost(exit),
			minutes: exit.ms / 6e4,
			agent: gemini.name
		};
		return {
			...ending,
			text: this.#text,
			usage
		};
	}
	#remember(event) {
		if (event.type !== "init") this.#refused = void 0;
		switch (event.type) {
			case "init":
				this.#model = event.model ?? this.#model;
				break;
			case "message":
				if (event.role !== "assistant") break;
				this.#hasActed = true;
				this.#text = shortened(`${this.#text}${event.content ?? ""}`, KEPT$1);
				break;
			case "tool_use":
				this.#hasActed = true;
				this.#text = "";
				break;
			case "result": this.#result = event;
		}
	}
	#cost({ ended }) {
		const stats = this.#result?.stats;
		const silent = !this.#events.printed && (ended === "by_itself" || ended === "not_started");
		const broken = this.#result?.status !== "success" && stats?.total_tokens === 0 && this.#text !== "";
		const refused = this.#tooMany !== void 0 && !this.#hasActed;
		if (!stats || broken) return {
			...silent || refused ? NO_COST$1 : UNKNOWN_COST$1,
			model: this.#model
		};
		const models = Object.entries(stats.models);
		if (models.length === 0) return computedCost(tokensOf$1(stats), this.#model);
		return models.map(([model, used]) => computedCost(tokensOf$1(used), model)).reduce(together);
	}
};
const tokensOf$1 = ({ total_tokens: total, input_tokens: input, output_tokens: output, cached }) => ({
	input: Math.max(0, input - cached),
	cache_read: cached,
	cache_write: 0,
	output: Math.max(output, total - input)
});
function together(a, b) {
	const tokens = add$1(a.tokens, b.tokens);
	const model = ((b.usd ?? 0) > (a.usd ?? 0) ? b.model : a.model) ?? "";
	return a.usd === null || b.usd === null ? {
		usd: null,
		basis: "unknown",
		tokens,
		model
	} : {
		usd: a.usd + b.usd,
		basis: "computed",
		tokens,
		model
	};
}
function lineOf$1(event) {
	switch (event.type) {
		case "init": return `model ${event.model ?? "unknown"}`;
		case "message": return event.role === "assistant" ? event.content ?? "" : "";
		case "tool_use": return `${event.tool_name ?? "tool"} ${telling(event.parameters)}`.trimEnd();
		case "result": return event.status === "success" ? "finished" : `ended: ${event.error?.message ?? "error"}`;
		case "tool_result": return "";
	}
}
// src/adapters/agent/opencode-events.ts
const Text = string().nullish().catch(void 0);
const Count$1 = int().min(0).catch(0);
const StepStart = looseObject$1({ type: literal("step_start") });
const Said = looseObject$1({
	type: literal("text"),
	part: looseObject$1({ text: Text })
});
const ToolUse = looseObject$1({
	type: literal("tool_use"),
	part: looseObject$1({
		tool: Text,
		state: looseObject$1({ input: record(string(), unknown()).catch({}) }).nullish().catch(void 0)
	})
});
const StepTokens = looseObject$1({
	input: Count$1,
	output: Count$1,
	reasoning: Count$1,
	cache: looseObject$1({
		read: Count$1,
		write: Count$1
	}).catch({
		read: 0,
		write: 0
	})
});
const StepFinish = looseObject$1({
	type: literal("step_finish"),
	part: looseObject$1({
		reason: Text,
		tokens: StepTokens.nullish().catch(void 0),
		cost: number().min(0).nullish().catch(void 0)
	})
});
const Failure = looseObject$1({
	type: literal("error"),
	error: looseObject$1({
		name: string().catch(""),
		data: looseObject$1({
			message: Text,
			statusCode: int().nullish().catch(void 0),
			responseBody: Text
		}).nullish().catch(void 0)
	})
});
const OPENCODE_EVENTS = new Map([
	["step_start", StepStart],
	["text", Said],
	["tool_use", ToolUse],
	["step_finish", StepFinish],
	["error", Failure],
	["reasoning", void 0]
]);
const Answer = looseObject$1({ error: looseObject$1({
	type: Text,
	code: Text
}) });
function namesIn$1(answer) {
	try {
		const { data } = Answer.safeParse(JSON.parse(answer ?? ""));
		return [data?.error.code, data?.error.type].filter((name) => typeof name === "string");
	} catch {
		return [];
	}
}
// src/adapters/agent/opencode-ending.ts
const NAMES$1 = new Map([
	["ContextOverflowError", "context_overflow"],
	["ContentFilterError", "refused"],
	["ProviderAuthError", "auth_failed"],
	["MessageAbortedError", "interrupted"],
	["MessageOutputLengthError", "agent_limit"],
	["ProviderModelNotFoundError", "misconfigured"]
]);
const CODES = new Map([
	["insufficient_quota", "billing"],
	["billing_error", "billing"],
	["context_length_exceeded", "context_overflow"],
	["model_not_found", "misconfigured"]
]);
const REASONS = new Map([
	["stop", "ready"],
	["other", "ready"],
	["unknown", "ready"],
	["length", "agent_limit"],
	["content-filter", "refused"],
	["error", "agent_failed"],
	["tool-calls", "no_result"]
]);
function endingOf(seen) {
	const { exit, failure, reason, refusal, events, says } = seen;
	if (failure !== void 0) return failed$1(failure);
	const vain = waitedInVain(exit, refusal === void 0 ? void 0 : unanswered(refusal));
	const isOver = reason === "stop" && (exit.ended === "stall" || exit.ended === "timeout");
	const ended = vain ?? (isOver ? void 0 : endedByUs(exit)) ?? changedEvents(events, exit, says);
	if (ended !== void 0) return ended;
	if (isOver || exit.code === 0 || seen.recovered && exit.code !== void 0) return finished(seen);
	return crashed(seen);
}
const unanswered = (refusal) => ({
	end: "unavailable",
	because: `its service did not answer: ${refusal}`
});
function failed$1({ name, data }) {
	const because = firstLine(data?.message ?? "") || name || "it failed, and did not say why";
	const code = namesIn$1(data?.responseBody).flatMap((one) => CODES.get(one) ?? [])[0];
	const end = NAMES$1.get(name) ?? code ?? endOfStatus(data?.statusCode ?? void 0);
	const cut = name === "APIError" && typeof data?.statusCode !== "number" ? "unavailable" : void 0;
	return {
		end: end ?? cut ?? "agent_failed",
		because
	};
}
function finished({ reason, text, says }) {
	if (reason === void 0) return {
		end: "no_result",
		because: "it ended with exit code 0 but finished no step"
	};
	const end = reason === null ? void 0 : REASONS.get(reason);
	if (end === void 0) return {
		end: "misconfigured",
		because: says("finished a step and did not say why in words known here")
	};
	return {
		end,
		because: end === "ready" && firstLine(text) || `its last step was over because of: ${reason}`
	};
}
function crashed({ events, exit }) {
	const tail = lastLines(exit.stderr);
	if (!events.printed && tail !== "" && exit.code !== void 0) return {
		end: "misconfigured",
		because: tail
	};
	return {
		end: "agent_failed",
		because: `it ended in the middle (${howItExited(exit)}) ${tail}`.trim()
	};
}
// src/adapters/agent/opencode-program.ts
const opencodeProgram = {
	package: "opencode-ai",
	version: "1.18.33",
	binaries: { "linux-x64": {
		package: "opencode-linux-x64",
		path: "bin/opencode",
		integrity: "sha512-q/t/3p2CTxOT9y2kvjesb/LZab2+1eqlhhWA02Be6mjTtmYtNBcBsrI5yDo4Fw7ZSPBW2oyMIGMNRqiKQjiAWw=="
	} }
};
// src/adapters/agent/opencode.ts
const INHERIT = [
	...[
		"ANTHROPIC_API_KEY",
		"OPENAI_API_KEY",
		"GEMINI_API_KEY",
		"GOOGLE_GENERATIVE_AI_API_KEY"
	],
	...[
		"OPENROUTER_API_KEY",
		"OPENCODE_API_KEY",
		"GROQ_API_KEY",
		"MISTRAL_API_KEY",
		"DEEPSEEK_API_KEY"
	],
	...[
		"XAI_API_KEY",
		"AZURE_API_KEY",
		"AZURE_RESOURCE_NAME",
		"AWS_BEARER_TOKEN_BEDROCK",
		"AWS_REGION"
	],
	...[
		"OPENCODE_AUTH_CONTENT",
		"OPENCODE_CONFIG",
		"OPENCODE_CONFIG_CONTENT",
		"OPENCODE_CONFIG_DIR"
	]
];
const ENV = {
	OPENCODE_DISABLE_AUTOUPDATE: "1",
	OPENCODE_DISABLE_MODELS_FETCH: "1"
};
const opencode = {
	name: "opencode",
	version: {
		file: "opencode",
		args: ["--version"]
	},
	program: opencodeProgram,
	command: ({ agent, task, prompt }) => ({
		file: "opencode",
		args: [
			...[
				"run",
				"--format",
				"json",
				"--auto"
			],
			...[
				"--print-logs",
				"--log-level",
				"ERROR"
			],
			...["--title", task],
			...agent.model === void 0 ? [] : ["--model", agent.model],
			...agent.args
		],
		env: ENV,
		inherit: INHERIT,
		stdin: prompt
	}),
	reader: (assignment, machine) => new OpencodeReader(assignment, machine)
};
const KNOWN = {
	title: "OpenCode",
	tested: opencodeProgram.version
};
const LOOKED_AT = 4096;
const REFUSED = / level=ERROR .*message="stream error" .*error\.error="((?:[^"\\]|\\.)*)"/;
var OpencodeReader = class {
	#assignment;
	#says;
	#events = new JsonEvents(OPENCODE_EVENTS);
	#failure;
	#recovered = false;
	#reason;
	#refusal;
	#text = "";
	#tokens = NO_TOKENS;
	#usd = 0;
	#begun = 0;
	#over = 0;
	constructor(assignment, machine) {
		this.#assignment = assignment;
		this.#says = saysOf(KNOWN, machine);
	}
	line(text) {
		const event = this.#events.read(text);
		if (event === void 0) return {};
		this.#remember(event);
		const line = firstLine(lineOf(event).replaceAll(`${this.#assignment.workdir}/`, ""));
		if (line === "") return {};
		const usd = event.type === "step_finish" ? this.#usd : void 0;
		return { note: usd === void 0 ? { line } : {
			line,
			usd
		} };
	}
	complaint(text) {
		const [, said] = REFUSED.exec(text.slice(0, LOOKED_AT)) ?? [];
		if (said === void 0) return {};
		this.#refusal = firstLine(said);
		return { note: { line: firstLine(`request failed: ${said}`) } };
	}
	end(exit) {
		const ending = endingOf({
			events: this.#events,
			says: this.#says,
			failure: this.#failure,
			recovered: this.#recovered,
			reason: this.#reason,
			refusal: this.#refusal,
			text: this.#text,
			exit
		});
		const { model } = this.#assignment.agent;
		const usage = {
			...this.#cost(exit),
			minutes: exit.ms / 6e4,
			agent: opencode.name,
			...model === void 0 ? {} : { model }
		};
		return {
			...ending,
			text: this.#text,
			usage
		};
	}
	#remember(event) {
		if (event.type === "error") {
			this.#failure = event.error;
			return;
		}
		this.#refusal = void 0;
		this.#recovered ||= this.#failure !== void 0;
		this.#failure = void 0;
		switch (event.type) {
			case "step_start":
				this.#reason = void 0;
				this.#begun += 1;
				break;
			case "text":
				this.#text = shortened(event.part.text ?? "");
				break;
			case "step_finish": this.#finishStep(event.part);
		}
	}
	#finishStep({ reason, tokens, cost }) {
		this.#reason = reason ?? null;
		this.#over += 1;
		const used = tokensOf(tokens ?? void 0);
		this.#tokens = add$1(this.#tokens, used);
		const isFree = cost === 0 && used.input + used.output > 0;
		this.#usd = this.#usd === void 0 || typeof cost !== "number" || isFree ? void 0 : this.#usd + cost;
	}
	#cost({ ended }) {
		if (this.#over > 0) return this.#usd === void 0 ? {
			...UNKNOWN_COST$1,
			tokens: this.#tokens
		} : {
			usd: this.#usd,
			basis: "reported",
			tokens: this.#tokens
		};
		const refused = (this.#failure ?? this.#refusal) !== void 0 && this.#begun === 0;
		const silent = !this.#events.printed && (ended === "by_itself" || ended === "not_started");
		return refused || silent ? NO_COST$1 : UNKNOWN_COST$1;
	}
};
const tokensOf = (tokens) => ({
	input: tokens?.input ?? 0,
	cache_read: tokens?.cache.read ?? 0,
	cache_write: tokens?.cache.write ?? 0,
	output: (tokens?.output ?? 0) + (tokens?.reasoning ?? 0)
});
function lineOf(event) {
	switch (event.type) {
		case "text": return event.part.text ?? "";
		case "tool_use": return `${event.part.tool ?? "tool"} ${telling(event.part.state?.input ?? {})}`.trimEnd();
		case "step_finish": return event.part.reason === "tool-calls" ? "" : `step finished: ${event.part.reason ?? "no reason"}`;
		case "error": return `failed: ${event.error.data?.message ?? event.error.name}`;
		case "step_start": return "";
	}
}
// src/adapters/agent/registry.ts
const registry = new Map([
	claude,
	codex,
	gemini,
	opencode,
	command
].map((adapter) => [adapter.name, adapter]));
[...registry.keys()];
function adapterFor(adapters, name) {
	const adapter = adapters.get(name);
	if (adapter !== void 0) return adapter;
	throw new LoopError("agent-unknown", `there is no agent "${name}"; there are ${[...adapters.keys()].join(", ")}`);
}
// src/adapters/git/agent-commits.ts
const MOST$1 = 50;
const LOOK_MS$1 = 1e4;
const SMALL = 1048576;
async function agentSubjects({ courier, gitDir, known }) {
	const head = await headOf$1(gitDir).catch(() => void 0);
	if (head === void 0 || known.includes(head)) return [];
	const log = [
		"log",
		"-z",
		"--reverse",
		`--max-count=${MOST$1}`,
		"--format=%s",
		head,
		"--not",
		...known
	];
	return ((await courier.run([...DOUBT, ...log], {
		env: borrowing(gitDir),
		timeout: LOOK_MS$1
	}).catch(() => void 0))?.text ?? "").split("\0").map(oneLine).filter((subject) => subject !== "");
}
const DOUBT = [
	"-c",
	"core.commitGraph=false",
	"-c",
	"core.multiPackIndex=false"
];
const borrowing = (gitDir) => ({
	GIT_ALTERNATE_OBJECT_DIRECTORIES: quoted(join(gitDir, "objects")),
	GIT_NO_REPLACE_OBJECTS: "1",
	GIT_NO_LAZY_FETCH: "1"
});
const quoted = (path) => JSON.stringify(path);
async function headOf$1(gitDir) {
	if (!(await lstat(gitDir)).isDirectory()) return void 0;
	const head = await small$1(join(gitDir, "HEAD"));
	const [, ref] = /^ref: (refs\/[\w./-]+)\n?$/.exec(head) ?? [];
	if (ref === void 0) return idIn(head);
	if (ref.includes("..")) return void 0;
	return idIn(await small$1(join(gitDir, ref)).catch(() => "")) ?? packed(gitDir, ref);
}
async function packed(gitDir, ref) {
	const lines = (await small$1(join(gitDir, "packed-refs"))).split("\n");
	return idIn(lines.find((line) => line.endsWith(` ${ref}`))?.split(" ")[0] ?? "");
}
const idIn = (text) => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.exec(text.trim())?.[0];
async function small$1(path) {
	const found = await lstat(path);
	if (!found.isFile() || found.size > SMALL) throw new Error(`${path} is not a small file`);
	return readFile(path, "utf8");
}
// src/adapters/git/files.ts
function seenAt(path) {
	try {
		return lstatSync(path, { throwIfNoEntry: false });
	} catch {
		return;
	}
}
async function replaceFile(path, write) {
	const beside = `${path}.${randomBytes(6).toString("hex")}`;
	try {
		await write(beside);
		await rename(beside, path);
	} catch (error) {
		await rm(beside, { force: true }).catch(() => {});
		throw error;
	}
}
// src/adapters/git/index-file.ts
const STAT_BYTES = 40;
const MODE_AT = 24;
const EXTENDED = 16384;
async function readIndex(path, format) {
	const bytes = await readFile(path);
	const version = versionOf(bytes);
	if (version !== 2 && version !== 3) throw new Error(`${path} is not a git index of version 2 or 3`);
	return [...records(bytes, format)].map(({ entry }) => entry);
}
function* records(bytes, format) {
	const count = bytes.readUInt32BE(8);
	const idBytes = format === "sha256" ? 32 : 20;
	for (let n = 0, at = 12; n < count; n++) {
		const idAt = at + STAT_BYTES;
		const flagsAt = idAt + idBytes;
		const nameAt = flagsAt + ((bytes.readUInt16BE(flagsAt) & EXTENDED) === 0 ? 2 : 4);
		const end = bytes.indexOf(0, nameAt);
		yield {
			entry: {
				path: bytes.toString("utf8", nameAt, end),
				mode: bytes.readUInt32BE(at + MODE_AT).toString(8).padStart(6, "0"),
				id: bytes.toString("hex", idAt, flagsAt)
			},
			at
		};
		at += end - at + 8 & -8;
	}
}
const MOST_LOOKED_AT = 1e3;
async function isAsIndexed(index, root, format) {
	if (!lstatSync(index).isFile()) return false;
	const [bytes, { mtimeNs }] = await Promise.all([readFile(index), stat(index, { bigint: true })]);
	if (versionOf(bytes) !== 2 || bytes.readUInt32BE(8) > MOST_LOOKED_AT) return false;
	for (const { entry, at } of records(bytes, format)) {
		const seen = lstatSync(join(root, entry.path), {
			bigint: true,
			throwIfNoEntry: false
		});
		if (seen === void 0) return false;
		const kind = seen.isSymbolicLink() ? LINK : seen.isFile() ? fileMode(seen.mode) : void 0;
		const [ctime, mtime] = [timeAt(bytes, at), timeAt(bytes, at + 8)];
		if (!(kind === entry.mode && ctime === seen.ctimeNs && mtime === seen.mtimeNs && BigInt(bytes.readUInt32BE(at + 20)) === BigInt.asUintN(32, seen.ino) && BigInt(bytes.readUInt32BE(at + 36)) === BigInt.asUintN(32, seen.size)) || mtime >= mtimeNs) return false;
	}
	return true;
}
const fileMode = (mode) => (mode & 64n) === 0n ? "100644" : "100755";
const timeAt = (bytes, at) => BigInt(bytes.readUInt32BE(at)) * 1000000000n + BigInt(bytes.readUInt32BE(at + 4));
const isPlainIndex = (bytes) => versionOf(bytes) === 2;
const versionOf = (bytes) => bytes.length >= 12 && bytes.toString("latin1", 0, 4) === "DIRC" ? bytes.readUInt32BE(4) : void 0;
// src/adapters/git/checkout.ts
const checkoutLost = (path, cause) => new LoopError("bad-checkout", `${path} lost its \`.git\`, or what is in it, while the loop worked there.`, {
	cause,
	hint: "Start a new job, which checks out again. What was saved is on the remote."
});
var Checkout = class Checkout {
	path;
	gitDir;
	#repository;
	constructor(repository, gitDir) {
		this.path = repository.topLevel;
		this.gitDir = gitDir;
		this.#repository = repository;
	}
	static async open(repository) {
		const dotGit = join(repository.topLevel, ".git");
		const found = await lstat(dotGit).catch(() => void 0);
		if (found?.isDirectory()) return new Checkout(repository, dotGit);
		const [, path] = /^gitdir: (.+)\n?$/.exec(found?.isFile() ? await readFile(dotGit, "utf8") : "") ?? [];
		if (path === void 0) throw new LoopError("bad-checkout", `${repository.topLevel} is not a git checkout.`);
		return new Checkout(repository, resolve(dirname(dotGit), path));
	}
	async isThere() {
		const folders = [
			this.path,
			this.gitDir,
			this.#repository.objects
		];
		return (await Promise.all(folders.map((path) => lstat(path).catch(() => void 0)))).every((one) => one?.isDirectory() === true);
	}
	async seed(index) {
		const own = join(this.gitDir, "index");
		const bytes = await readFile(own).catch(() => void 0);
		if (bytes !== void 0 && isPlainIndex(bytes)) await copyFile(own, index);
	}
	async stand(loan) {
		const head = join(this.gitDir, "HEAD");
		if (await headOf$1(this.gitDir).catch(() => void 0) !== loan.at) await this.#takeObjects(loan);
		await rm(join(this.gitDir, "index.lock"), { force: true });
		await replaceFile(join(this.gitDir, "index"), (beside) => copyFile(loan.index, beside));
		await replaceFile(head, (beside) => writeFile(beside, `${loan.at}\n`));
	}
	async #takeObjects(loan) {
		const { objects, gitDir } = this.#repository;
		if (loan.courier.objects === objects) return;
		await loan.courier.run([
			"pack-objects",
			"--quiet",
			"--revs",
			"--non-empty",
			join(objects, "pack", "pack")
		], {
			input: `${loan.at}\n${await this.#known(loan)}`,
			env: {
				GIT_OBJECT_DIRECTORY: objects,
				GIT_ALTERNATE_OBJECT_DIRECTORIES: JSON.stringify(loan.courier.objects)
			}
		});
		const shallow = join(gitDir, "shallow");
		const lines = await Promise.all([shallow, join(loan.courier.gitDir, "shallow")].map(linesOf));
		const all = [...new Set(lines.flat())];
		if (all.length > 0) await replaceFile(shallow, (beside) => writeFile(beside, all.map((line) => `${line}\n`).join("")));
	}
	async #known({ courier }) {
		const head = await headOf$1(this.gitDir).catch(() => void 0);
		if (head === void 0) return "";
		return (await courier.run([
			"cat-file",
			"-e",
			`${head}^{tree}`
		], { ok: [
			0,
			1,
			128
		] })).code === 0 ? `^${head}\n` : "";
	}
};
const linesOf = (path) => readFile(path, "utf8").then((text) => text.split("\n").filter((line) => line !== ""), () => []);
// src/adapters/git/config-text.ts
const configText = (settings) => settings.map(lines).join("");
function lines([key, value]) {
	const first = key.indexOf(".");
	const last = key.lastIndexOf(".");
	const subsection = first === last ? "" : ` ${JSON.stringify(key.slice(first + 1, last))}`;
	return `[${key.slice(0, first)}${subsection}]\n\t${key.slice(last + 1)} = ${JSON.stringify(value)}\n`;
}
function formatOf({ objectFormat, promisor }) {
	return [["core.repositoryFormatVersion", objectFormat === "sha256" || promisor.length > 0 ? "1" : "0"], ...objectFormat === "sha256" ? [["extensions.objectFormat", "sha256"]] : []];
}
// src/adapters/git/courier.ts
const compress = promisify(deflate);
const durable = async ({ id, done }) => {
	await done;
	return id;
};
const BOT = {
	name: "cms-iterate[bot]",
	email: "cms-iterate[bot]@users.noreply.github.com"
};
var Courier = class Courier {
	gitDir;
	objects;
	repository;
	#git;
	#env;
	constructor({ git, repository, directory, home }) {
		this.gitDir = join(directory, "courier.git");
		this.objects = home === "local" ? repository.objects : join(this.gitDir, "objects");
		this.repository = repository;
		this.#git = git;
		this.#env = {
			GIT_DIR: this.gitDir,
			GIT_OBJECT_DIRECTORY: this.objects
		};
	}
	static async open(place) {
		const courier = new Courier(place);
		await courier.#prepare(place.home);
		return courier;
	}
	run(args, options = {}) {
		return this.#git.run(args, {
			cwd: this.gitDir,
			...options,
			env: {
				...this.#env,
				...options.env
			}
		});
	}
	converse(args, env) {
		return this.#git.converse(args, {
			cwd: this.gitDir,
			env: {
				...this.#env,
				...env
			}
		});
	}
	write(kind, content) {
		return durable(this.stage(kind, content));
	}
	stage(kind, content) {
		const whole = Buffer.concat([Buffer.from(`${kind} ${content.length}\0`), content]);
		const id = createHash(this.repository.objectFormat).update(whole).digest("hex");
		return {
			id,
			done: this.#place(join(this.objects, id.slice(0, 2), id.slice(2)), whole)
		};
	}
	stageTree(entries) {
		const key = ({ mode, name }) => mode === "40000" ? `${name}/` : name;
		const sorted = entries.toSorted((a, b) => key(a) < key(b) ? -1 : 1);
		return this.stage("tree", Buffer.concat(sorted.flatMap((e) => [Buffer.from(`${e.mode} ${e.name}\0`), Buffer.from(e.id, "hex")])));
	}
	stageCommit({ tree, parents, message, at }) {
		const who = `${BOT.name} <${BOT.email}> ${Math.floor(at / 1e3)} +0000`;
		const lines = [
			`tree ${tree}`,
			...parents.map((parent) => `parent ${parent}`),
			`author ${who}`,
			`committer ${who}`,
			"",
			message.endsWith("\n") ? message : `${message}\n`
		];
		return this.stage("commit", Buffer.from(lines.join("\n")));
	}
	commit(fields) {
		return durable(this.stageCommit(fields));
	}
	async #place(path, whole) {
		if (!await exists(path)) await place(path, await compress(whole, { level: 1 }));
	}
	async #prepare(home) {
		const { repository } = this;
		await mkdir(join(this.gitDir, "objects", "info"), { recursive: true });
		await mkdir(join(this.gitDir, "refs"), { recursive: true });
		if (home === "remote") await writeFile(join(this.objects, "info", "alternates"), `${repository.objects}\n`);
		await writeFile(join(this.gitDir, "config"), configText([
			...formatOf(repository),
			["core.bare", "true"],
			...repository.promisor
		]));
		await this.#copyShallow(home);
		await writeFile(join(this.gitDir, "HEAD"), "ref: refs/heads/none\n");
	}
	async #copyShallow(home) {
		const own = join(this.gitDir, "shallow");
		if (home === "remote" && await exists(own)) return;
		if (this.repository.shallow) await copyFile(join(this.repository.gitDir, "shallow"), own);
		else await rm(own, { force: true });
	}
};
const exists = (path) => stat(path).then(() => true, () => false);
const TRIES$2 = 5;
async function place(path, bytes) {
	const directory = dirname(path);
	const beside = join(directory, `tmp_obj_${randomBytes(6).toString("hex")}`);
	for (let tries = 1;; tries++) try {
		if (tries > 1) await mkdir(directory, { recursive: true });
		await writeDurably(beside, bytes);
		return await rename(beside, path);
	} catch (error) {
		await rm(beside, { force: true }).catch(() => {});
		if (!isErrno(error, "ENOENT") || tries === TRIES$2) throw diskTrouble(error);
	}
}
async function writeDurably(path, bytes) {
	await using file = await open(path, "wx", 292);
	await file.writeFile(bytes);
	await file.datasync();
}
// src/adapters/git/origin.ts
function gitOrigin(git, repository) {
	const cwd = repository.topLevel;
	return {
		dirty: () => isDirty(git, cwd),
		checkedOut: async (branch) => await mayBeCheckedOut(repository.gitDir, branch) ? treeOn(git, cwd, branch) : void 0,
		async base(name) {
			const branch = name ?? await currentBranch(git, cwd);
			if (name === void 0 && branch?.startsWith("cms/") === true) throw new LoopError("unknown-base", `${branch} is checked out: the work would start from a loop's own.`);
			const commit = await find$1(git, cwd, branch);
			if (commit !== void 0) return {
				ref: branch ?? "HEAD",
				commit
			};
			if (name !== void 0) throw new LoopError("unknown-base", `There is no branch "${name}" in ${cwd}.`);
			throw new LoopError("no-commits", `The repository ${cwd} has no commit yet.`);
		}
	};
}
async function mayBeCheckedOut(gitDir, branch) {
	const folders = [gitDir, ...(await readdir(join(gitDir, "worktrees")).catch(() => [])).map((name) => join(gitDir, "worktrees", name))];
	return (await Promise.all(folders.map((folder) => headOf(join(folder, "HEAD"))))).some((head) => head.endsWith(`refs/heads/${branch}`) || head.endsWith(".invalid"));
}
const headOf = async (path) => (await readlink(path).catch(() => readFile(path, "utf8").catch(() => ""))).trim();
async function treeOn(git, cwd, branch) {
	const [here, listed] = await Promise.all([currentBranch(git, cwd), git.run([
		"worktree",
		"list",
		"--porcelain"
	], { cwd })]);
	if (here === branch) return cwd;
	return listed.text.split("\n\n").map((tree) => tree.split("\n")).find((lines) => lines.includes(`branch refs/heads/${branch}`) && !lines.some((line) => line.startsWith("prunable")))?.[0]?.replace(/^worktree /, "");
}
async function find$1(git, cwd, branch) {
	if (branch === void 0) return resolveCommit(git, cwd, "HEAD");
	return await resolveCommit(git, cwd, `refs/heads/${branch}`) ?? await resolveCommit(git, cwd, `refs/remotes/origin/${branch}`);
}
// src/adapters/git/place.ts
async function openPlace({ home, gitDir, loop }) {
	const root = await rootOf(home).catch((error) => {
		if (!isErrno(error, "ENOENT", "ENOTDIR", "EEXIST")) throw error;
		throw noPlace(home || tmpdir(), `it is no folder, or not in one (${String(error)})`);
	});
	const repository = await privateFolder(join(root, `${nameOf$2(gitDir)}-${short(gitDir)}`));
	return privateFolder(join(repository, loop));
}
async function rootOf(home) {
	if (home === void 0 || home === "") return ownTemporaryFolder();
	if (!isAbsolute(home)) throw noPlace(home, "it is not absolute");
	return ownFolder(home);
}
const noPlace = (path, why) => new LoopError("bad-input", `The folder for what the loop keeps on this machine cannot be ${path}: ${why}.`, { hint: "Set CMS_HOME to an absolute path of yours, or TMPDIR to a folder that exists." });
async function ownTemporaryFolder() {
	return privateFolder(join(await realpath(tmpdir()), `cms-iterate-${process.getuid?.() ?? "user"}`));
}
async function ownFolder(path) {
	await mkdir(path, {
		recursive: true,
		mode: 448
	});
	if ((await stat(path)).uid !== process.getuid?.()) throw foreign(path);
	return realpath(path);
}
async function privateFolder(path) {
	await mkdir(path, {
		recursive: true,
		mode: 448
	}).catch((error) => {
		if (!isErrno(error, "EEXIST")) throw error;
	});
	const found = await lstat(path);
	if (!found.isDirectory() || found.uid !== process.getuid?.()) throw foreign(path);
	if ((found.mode & 511) !== 448) await chmod(path, 448);
	return path;
}
const foreign = (path) => new LoopError("unsafe-folder", `${path} does not belong to the user we run as.`);
function nameOf$2(gitDir) {
	return (basename(gitDir) === ".git" ? basename(dirname(gitDir)) : basename(gitDir, ".git")).replaceAll(/[^A-Za-z0-9_-]+/g, "-").slice(0, 40) || "repository";
}
const short = (path) => createHash("sha256").update(path).digest("hex").slice(0, 8);
// src/adapters/git/remove-tree.ts
async function removeTree(path) {
	const remove = () => rm(path, {
		recursive: true,
		force: true,
		maxRetries: 2
	});
	await remove().catch(async () => {
		await makeWritable(path);
		await remove();
	});
}
async function claim(path) {
	const found = await lstat(path).catch(() => void 0);
	if (found === void 0 || found.isSymbolicLink()) return;
	const wanted = found.isDirectory() ? 448 : 384;
	if ((found.mode & wanted) !== wanted) await chmod(path, found.mode & 511 | wanted).catch(() => {});
}
async function makeWritable(path) {
	if (!(await lstat(path).catch(() => void 0))?.isDirectory()) return;
	await claim(path);
	const children = await readdir(path, { withFileTypes: true }).catch(() => []);
	for (const child of children) if (child.isDirectory()) await makeWritable(join(path, child.name));
}
async function removeNestedGitDirs(path) {
	const children = await readdir(path, { withFileTypes: true }).catch(() => []);
	for (const child of children) if (child.name === ".git") await removeTree(join(path, child.name));
	else if (child.isDirectory()) await removeNestedGitDirs(join(path, child.name));
}
// src/adapters/git/run-folder.ts
const OWNER = /^run-[0-9a-f]{12}\.owner$/;
var RunFolder = class {
	path;
	#directory;
	#host;
	#made;
	constructor(directory, host) {
		const hash = createHash("sha256").update(host.self).digest("hex").slice(0, 12);
		this.path = join(directory, `run-${hash}`);
		this.#directory = directory;
		this.#host = host;
	}
	make() {
		this.#made ??= this.#make();
		return this.#made;
	}
	async remove() {
		this.#made = void 0;
		await Promise.all([removeOwned(this.path), this.#removeDead()]);
		return (await this.#owners()).length === 0;
	}
	async #make() {
		await this.#removeDead();
		await writeFile(`${this.path}.owner`, this.#host.self);
		await mkdir(this.path, { recursive: true });
	}
	async #owners() {
		return (await readdir(this.#directory).catch(() => [])).filter((one) => OWNER.test(one));
	}
	async #removeDead() {
		for (const name of await this.#owners()) {
			const path = join(this.#directory, name);
			const owner = seenAt(path)?.isFile() === true ? await readFile(path, "utf8").catch(() => "") : "";
			if (await this.#host.liveness(owner) === "dead") await removeOwned(path.slice(0, -6));
		}
	}
};
async function removeOwned(path) {
	await removeTree(path).then(() => rm(`${path}.owner`, { force: true })).catch(() => void 0);
}
// src/adapters/git/loose-objects.ts
const HEAD_BYTES = 1024;
const LARGEST$2 = 64 << 20;
const ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const isId = (word) => ID.test(word);
const decompress = promisify(inflate);
async function looseObject({ objects, repository }, id, limit = LARGEST$2) {
	if (!isId(id)) return void 0;
	for (const folder of new Set([objects, repository.objects])) {
		const path = join(folder, id.slice(0, 2), id.slice(2));
		const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => void 0);
		if (file === void 0) continue;
		try {
			return await objectIn(file, limit, (whole) => createHash(repository.objectFormat).update(whole).digest("hex") === id);
		} catch {
			return;
		} finally {
			await file.close();
		}
	}
}
async function objectIn(file, limit, isWhole) {
	const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
	const head = buffer.subarray(0, bytesRead);
	const start = await decompress(head, { finishFlush: constants$2.Z_SYNC_FLUSH });
	const [header = "", kind, length] = /^([a-z]+) (\d+)\0/.exec(start.toString("latin1", 0, 40)) ?? [];
	if (kind === void 0 || length === void 0) return void 0;
	const size = Number(length);
	if (size > limit) return {
		kind,
		size,
		content: void 0
	};
	const packed = bytesRead < HEAD_BYTES ? head : await file.readFile();
	const whole = await decompress(packed, { maxOutputLength: header.length + size });
	return isWhole(whole) ? {
		kind,
		size,
		content: whole.subarray(header.length)
	} : void 0;
}
async function looseTreeOf(courier, commit) {
	const found = await looseObject(courier, commit);
	if (found?.kind !== "commit") return void 0;
	return /^tree ([0-9a-f]+)\n/.exec(found.content?.toString("latin1") ?? "")?.[1];
}
// src/adapters/git/work-tree.ts
var WorkTree = class {
	courier;
	path;
	index;
	#env;
	constructor({ courier, path, index, env = {} }) {
		this.courier = courier;
		this.path = path;
		this.index = index;
		this.#env = {
			...env,
			GIT_WORK_TREE: path,
			GIT_INDEX_FILE: index,
			GIT_ATTR_NOSYSTEM: "1"
		};
	}
	git(args, options = {}) {
		return this.courier.run(args, {
			cwd: this.path,
			...options,
			env: {
				...this.#env,
				...options.env
			}
		});
	}
	entries() {
		return readIndex(this.index, this.courier.repository.objectFormat);
	}
	async unlock() {
		await rm(`${this.index}.lock`, {
			recursive: true,
			force: true
		});
		if (seenAt(this.index)?.isFile() === false) throw new LoopError("git-failed", "Something else was put in the place of the index of the tree.");
	}
};
const zeroJoin = (names) => names.map((name) => `${name}\0`).join("");
const zeroSplit = (bytes) => bytes.toString("utf8").split("\0").slice(0, -1);
// src/adapters/git/changes.ts
const NONE = "000000";
const LINK_BYTES = 65536;
async function rawChanges(work, compared) {
	const { before, after } = compared;
	return [before, after].some((entries) => entries.some(({ path }) => path.includes("�"))) ? diffTree(work, compared) : difference(before, after);
}
function difference(before, after) {
	const gone = new Map(before.map((entry) => [entry.path, entry]));
	const changes = [];
	for (const { path, mode, id } of after) {
		const old = gone.get(path);
		gone.delete(path);
		if (old === void 0) changes.push({
			path,
			status: "added",
			modes: [NONE, mode],
			id
		});
		else if (old.mode !== mode || old.id !== id) changes.push({
			path,
			status: "modified",
			modes: [old.mode, mode],
			id
		});
	}
	for (const { path, mode } of gone.values()) changes.push({
		path,
		status: "deleted",
		modes: [mode, NONE],
		id: ""
	});
	return changes.toSorted((a, b) => a.path < b.path ? -1 : 1);
}
const STATUS = {
	A: "added",
	D: "deleted"
};
async function diffTree(work, { base, tree }) {
	const parts = zeroSplit((await work.git([
		"diff-tree",
		"-r",
		"-z",
		"--raw",
		"--no-renames",
		base,
		tree
	])).bytes);
	const changes = [];
	for (let n = 0; n + 1 < parts.length; n += 2) {
		const [before = "", after = "", , id = "", status = ""] = (parts[n] ?? "").slice(1).split(" ");
		changes.push({
			path: parts[n + 1] ?? "",
			status: STATUS[status] ?? "modified",
			modes: [before, after],
			id
		});
	}
	return changes;
}
async function describe(work, raw) {
	const facts = await objectFacts(work, raw);
	return raw.map(({ path, status, modes: [before, mode], id }) => {
		if (status === "deleted") return {
			path,
			status,
			mode,
			size: 0
		};
		if (mode === "160000") return {
			path,
			status: before === "160000" ? status : "added",
			mode,
			size: 0
		};
		const fact = facts.get(keyOf$1(mode, id));
		if (fact === void 0) throw new LoopError("git-failed", `The content of ${path} was not stored.`);
		return {
			path,
			status,
			mode,
			...fact
		};
	});
}
const keyOf$1 = (mode, id) => `${mode === "120000" ? "contents" : "info"} ${id}`;
async function objectFacts(work, raw) {
	const wanted = raw.filter(({ modes: [, mode], status }) => status !== "deleted" && mode !== "160000");
	const facts = wanted.length <= 100 ? await looseFacts(work, wanted) : [];
	const known = new Map(facts);
	const rest = wanted.filter(({ id, modes: [, mode] }) => !known.has(keyOf$1(mode, id)));
	return rest.length === 0 ? known : new Map([...known, ...await askedFacts(work, rest)]);
}
async function looseFacts({ courier }, wanted) {
	return (await Promise.all(wanted.map(async ({ id, modes: [, mode] }) => {
		const blob = await looseObject(courier, id, mode === "120000" ? LINK_BYTES : 0);
		if (blob?.kind !== "blob") return [];
		if (mode !== "120000") return [[keyOf$1(mode, id), { size: blob.size }]];
		return blob.content === void 0 ? [] : [[keyOf$1(mode, id), {
			size: blob.size,
			link: blob.content.toString("utf8")
		}]];
	}))).flat();
}
async function askedFacts(work, wanted) {
	const input = wanted.map(({ id, modes: [, mode] }) => `${keyOf$1(mode, id)}\n`).join("");
	const { bytes } = await work.git([
		"cat-file",
		"--batch-command",
		"--buffer"
	], { input: `${input}flush\n` });
	let at = 0;
	return wanted.flatMap(({ id, modes: [, mode] }) => {
		const end = bytes.indexOf(10, at);
		const [, kind, length] = bytes.toString("latin1", at, end).split(" ");
		at = end + 1;
		if (kind === "missing") return [];
		const size = Number(length);
		if (mode !== "120000") return [[keyOf$1(mode, id), { size }]];
		const link = bytes.toString("utf8", at, at + size);
		at += size + 1;
		return [[keyOf$1(mode, id), {
			size,
			link
		}]];
	});
}
// src/adapters/git/excludes.ts
const readExcludes = ({ gitDir }) => readFile(join(gitDir, "info", "exclude")).catch(() => Buffer.alloc(0));
async function putExcludes({ gitDir }, excludes) {
	const own = join(gitDir, "info", "exclude");
	if ((await readFile(own).catch(() => void 0))?.equals(excludes) === true) return;
	await mkdir(join(gitDir, "info"), { recursive: true });
	await replaceFile(own, (beside) => writeFile(beside, excludes));
}
// src/adapters/git/huge-files.ts
const MOST_SEEN = 1e3;
async function seesHugeFile(root) {
	const folders = [root];
	let left = MOST_SEEN;
	for (const folder of folders) for (const child of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
		const path = join(folder, child.name);
		if (left-- === 0) return false;
		if (child.isDirectory() && child.name !== ".git") folders.push(path);
		if (child.isFile() && sizeOf(path) > 52428800) return true;
	}
	return false;
}
async function hugeFiles(work, base) {
	const listed = await work.git([
		"ls-files",
		"-z",
		"--others",
		"--modified",
		"--exclude-standard"
	]);
	const tracked = new Set(base.map(({ path }) => path));
	return [...new Set(zeroSplit(listed.bytes))].map((path) => ({
		path,
		size: sizeOf(join(work.path, path))
	})).filter(({ size }) => size > HUGE_BYTES).map(({ path, size }) => ({
		path,
		status: tracked.has(path) ? "modified" : "added",
		mode: "100644",
		size
	}));
}
function sizeOf(path) {
	const found = seenAt(path);
	return found?.isFile() === true ? found.size : 0;
}
// src/adapters/git/ignore-rules.ts
const RULES = ".gitignore";
const USUAL = new RegExp(`^/?(\\*\\*/)?(${[
	"node_modules|\\.pnpm-store|\\.venv|venv|vendor/bundle|\\.bundle|\\.gradle|\\.terraform",
	"dist|build|out|target|coverage|htmlcov|\\.next|\\.nuxt|\\.svelte-kit|\\.turbo|\\.parcel-cache|\\.cache",
	"__pycache__|\\*\\.py\\[cod\\]|\\*\\.pyc|\\*\\.egg-info|\\.\\w+_cache|\\.tox|\\.nyc_output|\\.coverage",
	"\\.env|\\.env\\.\\*|\\.env\\.local|\\.env\\*|\\*\\.log|\\*\\.tsbuildinfo|\\.DS_Store|\\.idea"
].join("|")})/?$|^!\\.env[\\w.*-]+$`);
async function addUnderBaseRules(tree, base, add) {
	const swaps = await findSwaps(tree, base);
	if (swaps.length === 0) return add([]);
	try {
		await putBase(tree, swaps);
		await add(swaps.map(({ path, aside }) => path.replace(/[^/]*$/, "") + aside));
	} finally {
		await putBack(swaps);
	}
	await takeAsFiles(tree, swaps);
}
async function findSwaps(tree, base) {
	const ids = new Map(base.filter(isRules).map(({ path, id }) => [path, id]));
	const aside = `${RULES}.aside-${randomBytes(6).toString("hex")}`;
	const root = await realpath(tree.path);
	const found = [];
	for (const folder of foldersOf(base)) {
		const path = folder + RULES;
		const id = ids.get(path);
		if (id === void 0 && !isFile(join(root, path))) continue;
		if (await isChanged({
			root,
			folder,
			id,
			format: tree.courier.repository.objectFormat
		})) found.push({
			path,
			absolute: join(root, path),
			id,
			aside
		});
	}
	return found;
}
const isRules = ({ path, mode }) => mode.startsWith("100") && (path === RULES || path.endsWith(`/${RULES}`));
function foldersOf(entries) {
	const folders = new Set([""]);
	for (const { path } of entries) for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
		const folder = path.slice(0, at + 1);
		if (folders.has(folder)) break;
		folders.add(folder);
	}
	return folders;
}
const isFile = (path) => seenAt(path)?.isFile() === true;
async function isChanged({ root, folder, id, format }) {
	const directory = join(root, folder);
	const real = await realpath(directory).catch(() => void 0);
	if (real === void 0 || join(real, RULES) !== join(directory, RULES)) return false;
	if (!(await lstat(directory)).isDirectory()) return false;
	if (!await mayLookInto(directory)) return false;
	if (id === void 0) return true;
	if (!isFile(join(directory, RULES))) return true;
	const bytes = await readFile(join(directory, RULES)).catch(() => void 0);
	return bytes === void 0 || blobId(bytes, format) !== id;
}
const mayLookInto = (folder) => access(folder, constants.X_OK).then(() => true, () => false);
const blobId = (bytes, format) => createHash(format).update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
async function putBase(tree, swaps) {
	for (const { id, absolute, aside } of swaps) {
		await claim(dirname(absolute));
		await claim(absolute);
		const own = isFile(absolute) ? await readFile(absolute, "utf8").catch(() => "") : "";
		await rename(absolute, join(absolute, "..", aside)).catch(() => {});
		const base = id === void 0 ? "" : (await tree.git([
			"cat-file",
			"blob",
			id
		])).bytes.toString("utf8");
		const usual = own.split(/\r?\n/).filter((line) => USUAL.test(line.trim()));
		await writeFile(absolute, [
			base,
			...usual,
			""
		].join("\n"));
	}
}
async function putBack(swaps) {
	for (const { absolute, aside } of swaps) {
		await removeTree(absolute);
		await rename(join(absolute, "..", aside), absolute).catch(() => {});
	}
}
async function takeAsFiles(tree, swaps) {
	await tree.git([
		"add",
		"-A",
		"-f",
		"--pathspec-from-file=-",
		"--pathspec-file-nul"
	], {
		input: zeroJoin(swaps.map(({ path }) => path)),
		env: { GIT_LITERAL_PATHSPECS: "1" }
	});
}
function treesOf$1(entries, format) {
	const contents = new Map();
	let next = 0;
	const take = (folder) => {
		const parts = [];
		for (let entry = entries[next]; entry?.path.startsWith(folder); entry = entries[next]) {
			const rest = entry.path.slice(folder.length);
			const slash = rest.indexOf("/");
			if (slash === -1) next += 1;
			const [name, mode, id] = slash === -1 ? [
				rest,
				entry.mode,
				entry.id
			] : [
				rest.slice(0, slash),
				"40000",
				take(folder + rest.slice(0, slash + 1))
			];
			parts.push(Buffer.from(`${mode} ${name}\0`), Buffer.from(id, "hex"));
		}
		const content = Buffer.concat(parts);
		const id = createHash(format).update(`tree ${content.length}\0`).update(content).digest("hex");
		contents.set(id, content);
		return id;
	};
	return {
		root: take(""),
		contents
	};
}
const areHashable = (entries) => entries.length <= 5e3 && !entries.some(({ path }) => path.includes("�"));
async function writeTrees(courier, before, after) {
	const { objectFormat } = courier.repository;
	const there = treesOf$1(before, objectFormat).contents;
	const { root, contents } = treesOf$1(after, objectFormat);
	const missing = [...contents].filter(([id]) => !there.has(id));
	await Promise.all(missing.map(([, content]) => courier.write("tree", content)));
	return root;
}
// src/adapters/git/freeze.ts
const MOST_PASSES = 5;
const freezeTree = (work, base, entries) => take(work, base, {
	entries,
	nested: "dissolve"
});
const lookAt = (work, base, entries) => take(work, base, {
	entries,
	nested: "leave"
}).catch((error) => {
	if (error instanceof LoopError && error.code === "git-failed") return void 0;
	throw error;
});
async function take(work, base, taking) {
	const { entries } = taking;
	await work.unlock();
	const submodules = populatedSubmodules(work.path, entries);
	let huge = [];
	const addAll = async (aside) => {
		huge = await add(work, taking, [...submodules, ...aside]);
	};
	for (let pass = 0; pass < MOST_PASSES; pass++) {
		await addUnderBaseRules(work, entries, addAll);
		const after = await work.entries();
		const tree = await treeOf(work, entries, after);
		const raw = await rawChanges(work, {
			base,
			tree,
			before: entries,
			after
		});
		const nested = raw.filter(({ modes: [before, after] }) => after === "160000" && before !== "160000");
		if (nested.length === 0) return {
			tree,
			changes: [...huge, ...await describe(work, raw)],
			changed: raw
		};
		refuseToTouch(work, taking);
		await dissolve(work, nested.map(({ path }) => path));
	}
	throw new LoopError("git-failed", `Repositories are nested too deep in ${work.path}.`);
}
async function treeOf(work, before, after) {
	if ([before, after].every(areHashable)) return writeTrees(work.courier, before, after);
	return (await work.git(["write-tree"])).text;
}
const populatedSubmodules = (root, entries) => entries.filter(({ mode, path }) => mode === "160000" && seenAt(join(root, path, ".git")) !== void 0).map(({ path }) => path);
async function add(work, taking, exclude) {
	const base = taking.entries;
	let huge = await seesHugeFile(work.path) ? await hugeFiles(work, base) : [];
	const without = () => [...exclude, ...huge.map(({ path }) => path)];
	for (let pass = 0; pass < MOST_PASSES; pass++) {
		let added = await addSoon(work, without());
		if (added === void 0) {
			huge = await hugeFiles(work, base);
			added = await addMany(work, without());
		}
		if (added.code === 0) return huge;
		const unborn = [...added.stderr.matchAll(UNBORN)].map(([, path = ""]) => path);
		if (unborn.length === 0) {
			refuseUnlessUnreadable(added.stderr);
			return huge;
		}
		refuseToTouch(work, taking);
		for (const path of unborn) await removeNestedGitDirs(join(work.path, path));
	}
	return huge;
}
function refuseToTouch({ path }, { nested }) {
	if (nested === "leave") throw new LoopError("git-failed", `There is a repository in ${path}.`);
}
async function addSoon(work, exclude) {
	try {
		return await addAs(work, exclude, {
			settings: ["core.fsyncMethod=batch"],
			timeout: PATIENCE_MS
		});
	} catch (error) {
		if (!isTimeout(error)) throw error;
		await work.unlock();
		return;
	}
}
async function addMany(work, exclude) {
	try {
		return await addAs(work, exclude, {
			settings: ["core.bigFileThreshold=1"],
			timeout: LONGEST_MS
		});
	} catch (error) {
		if (!isTimeout(error)) throw error;
		throw new LoopError("git-failed", `Git could not take the agent's work in ${LONGEST_MS / 6e4} minutes.`);
	}
}
const isTimeout = (error) => error instanceof LoopError && error.timedOut;
function addAs(work, exclude, { settings, timeout }) {
	const args = [
		...settings.flatMap((setting) => ["-c", setting]),
		"add",
		"-A",
		"--ignore-errors"
	];
	const options = {
		timeout,
		ok: [
			0,
			1,
			128
		]
	};
	if (exclude.length === 0) return work.git(args, options);
	const patterns = [".", ...exclude.map((path) => `:(exclude,literal)${path}`)];
	return work.git([
		...args,
		"--pathspec-from-file=-",
		"--pathspec-file-nul"
	], {
		...options,
		input: zeroJoin(patterns)
	});
}
const PATIENCE_MS = 2e3;
const LONGEST_MS = 6e5;
const UNBORN = /^error: '(.*)\/' does not have a commit checked out$/gm;
const UNREADABLE = [
	/: Permission denied$/,
	/: No such (file or directory|device or address)$/,
	/^error: unable to (index|stat) /,
	/: can only add regular files, symbolic links or git-directories$/,
	/^error: read error while indexing /,
	/^(warning|hint):/,
	/^fatal: (adding|updating) files failed$/
];
function refuseUnlessUnreadable(stderr) {
	const lines = stderr.split("\n").filter((line) => line !== "");
	const objectStore = lines.some((line) => /insufficient permission for adding|object (file|database)/.test(line));
	if (lines.filter((line) => !UNREADABLE.some((pattern) => pattern.test(line))).length === 0 && !objectStore) return;
	const meaning = meaningOf(stderr);
	throw new LoopError(meaning === "disk-full" || meaning === "read-only" ? meaning : "git-failed", `The agent's work could not be taken: ${lines.slice(-6).join("\n")}`);
}
async function dissolve(work, paths) {
	for (const path of paths) await removeNestedGitDirs(join(work.path, path));
	await work.git([
		"update-index",
		"--force-remove",
		"-z",
		"--stdin"
	], { input: zeroJoin(paths) });
}
// src/adapters/git/holds.ts
var Holds = class {
	#courier;
	#folder;
	#names = new Set();
	constructor(courier) {
		this.#courier = courier;
		this.#folder = `refs/cms-iterate/${basename(dirname(courier.gitDir))}`;
	}
	async hold(name, commit) {
		const { objects, repository } = this.#courier;
		if (objects !== repository.objects) return;
		const path = join(repository.gitDir, this.#folder, name);
		try {
			await mkdir(dirname(path), { recursive: true });
			await writeFile(`${path}.lock`, `${commit}\n`);
			await rename(`${path}.lock`, path);
			this.#names.add(name);
		} catch {}
	}
	async release() {
		const names = [...this.#names];
		this.#names.clear();
		await this.#letGo(names, await this.#packed());
	}
	async releaseDead() {
		const { objects, repository } = this.#courier;
		if (objects !== repository.objects) return;
		const loose = await readdir(join(repository.gitDir, this.#folder), { recursive: true }).catch(() => []);
		const packed = await this.#packed();
		const start = `${this.#folder}/`;
		const ours = packed.split("\n").map((line) => line.slice(line.indexOf(" ") + 1)).filter((ref) => ref.startsWith(start)).map((ref) => ref.slice(start.length));
		const names = new Set([...loose.filter((name) => name.includes("/")), ...ours]);
		await this.#letGo([...names], packed);
	}
	#packed() {
		const { gitDir } = this.#courier.repository;
		return readFile(join(gitDir, "packed-refs"), "utf8").catch(() => "");
	}
	async #letGo(names, packed) {
		const { gitDir } = this.#courier.repository;
		const refs = names.map((name) => `${this.#folder}/${name}`).filter((ref) => packed.includes(` ${ref}\n`));
		const input = refs.map((ref) => `delete ${ref}\n`).join("");
		if (refs.length > 0) await this.#courier.run(["update-ref", "--stdin"], {
			input,
			env: { GIT_DIR: gitDir }
		}).catch(() => {});
		for (const name of names) {
			const path = join(gitDir, this.#folder, name);
			await rm(path, { force: true }).catch(() => {});
			for (let at = dirname(path); basename(at) !== "refs"; at = dirname(at)) await rmdir(at).catch(() => {});
		}
	}
};
// src/adapters/git/left-overs.ts
const MOST_FILES = 5e3;
async function holdsOnly(root, entries) {
	if (entries.length > MOST_FILES || entries.some(isDoubtful)) return false;
	const folders = namesByFolder(entries);
	for (const [folder, names] of folders) {
		const children = await readdir(join(root, folder), { withFileTypes: true }).catch(() => void 0);
		const isKnown = (child) => folder === "" && child.name === ".git" || names.get(child.name) === child.isDirectory();
		if (children?.every(isKnown) !== true) return false;
	}
	return true;
}
const isDoubtful = ({ path, mode }) => mode === "160000" || path.includes("�");
function namesByFolder(entries) {
	const folders = new Map([["", new Map()]]);
	for (const { path } of entries) {
		let isFolder = false;
		for (let rest = path; rest !== ""; isFolder = true) {
			const at = rest.lastIndexOf("/");
			const parent = rest.slice(0, Math.max(at, 0));
			const names = folders.get(parent) ?? new Map();
			names.set(rest.slice(at + 1), isFolder);
			folders.set(parent, names);
			rest = parent;
		}
	}
	return folders;
}
// src/adapters/git/lockfiles.ts
const LOCKFILES = new Set([
	...[
		"package-lock.json",
		"npm-shrinkwrap.json",
		"yarn.lock",
		"pnpm-lock.yaml",
		"bun.lock",
		"bun.lockb",
		"deno.lock"
	],
	...[
		"Cargo.lock",
		"go.sum",
		"poetry.lock",
		"uv.lock",
		"pdm.lock",
		"Pipfile.lock",
		"pylock.toml"
	],
	...[
		"Gemfile.lock",
		"composer.lock",
		"gradle.lockfile",
		"packages.lock.json",
		"mix.lock",
		"pubspec.lock"
	],
	...[
		"Podfile.lock",
		"Package.resolved",
		"flake.lock",
		"conda-lock.yml"
	]
]);
function isLockfile({ path }) {
	const name = posix.basename(path);
	return LOCKFILES.has(name) || /^requirements.*\.txt$/.test(name);
}
// src/adapters/git/merge.ts
async function mergeTrees(merger, trees) {
	const { base, ours, theirs } = trees;
	if (ours === base) return theirs;
	if (theirs === base || theirs === ours) return ours;
	const merged = await merge(merger, trees, []);
	return merged.code === 0 ? merged.text : void 0;
}
async function merge({ courier, git }, { base, ours, theirs }, options) {
	const made = (tree, parents) => courier.commit({
		tree,
		parents,
		message: "merge",
		at: 0
	});
	const root = await made(base, []);
	const [left, right] = await Promise.all([made(ours, [root]), made(theirs, [root])]);
	return git([
		"merge-tree",
		"--write-tree",
		"--no-messages",
		...options,
		left,
		right
	], { ok: [0, 1] });
}
async function replay(merger, commit, onto) {
	const trees = await treesOf(merger, commit, onto);
	return trees && mergeTrees(merger, trees);
}
async function conflictsOf(merger, commit, onto) {
	const trees = await treesOf(merger, commit, onto);
	const merged = trees && await merge(merger, trees, ["--name-only", "-z"]);
	if (merged?.code !== 1) return [];
	const [, ...paths] = merged.text.split("\0");
	return paths.filter((path) => path !== "");
}
async function treesOf({ git }, commit, onto) {
	const found = await git(["rev-parse", ...[
		`${commit}^{tree}`,
		`${onto}^{tree}`,
		`${commit}^1^{tree}`
	]], { ok: [0, 128] });
	const [theirs, ours, base] = found.text.split("\n");
	if (found.code !== 0 || theirs === void 0 || ours === void 0 || base === void 0) return void 0;
	return {
		base,
		ours,
		theirs
	};
}
// src/adapters/git/own-commits.ts
const MOST = 50;
const LOOK_MS = 6e4;
async function ownCommits({ work, gitDir, base, started }) {
	const taken = [];
	for (const { tree, message } of await line(work.courier, gitDir, [...new Set([base, started])])) {
		const changed = await diffTree(work, {
			base,
			tree
		});
		taken.push({
			tree,
			message,
			changed,
			changes: await describe(work, changed)
		});
	}
	return taken;
}
async function line(courier, gitDir, known) {
	const head = await headOf$1(gitDir).catch(() => void 0);
	if (head === void 0 || known.includes(head)) return [];
	const borrowed = {
		env: borrowing(gitDir),
		timeout: LOOK_MS
	};
	const range = [head, ...known.map((commit) => `^${commit}`)];
	const format = "--format=%H %T %P%n%B";
	try {
		if (!isLine((await courier.run([
			...DOUBT,
			"rev-list",
			`--max-count=51`,
			"--parents",
			...range
		], { ...borrowed })).text, known)) return [];
		const pack = await courier.run([
			...DOUBT,
			"pack-objects",
			"--revs",
			"--stdout",
			"--quiet"
		], {
			...borrowed,
			input: range.map((line) => `${line}\n`).join("")
		});
		await courier.run([
			"unpack-objects",
			"-q",
			"--strict"
		], {
			input: pack.bytes,
			timeout: LOOK_MS
		});
		return (await courier.run([
			"log",
			"-z",
			"--reverse",
			format,
			...range
		])).text.split("\0").flatMap(parsed);
	} catch {
		return [];
	}
}
function isLine(text, known) {
	const commits = text.split("\n").map((line) => line.split(" "));
	return commits.length <= MOST && commits.every(([, ...parents], at) => {
		const [parent = ""] = parents;
		const next = commits[at + 1]?.[0];
		return parents.length === 1 && (next === void 0 ? known.includes(parent) : next === parent);
	});
}
function parsed(entry) {
	const [, tree, message = ""] = /^[0-9a-f]+ ([0-9a-f]+) [0-9a-f]+\n([^]*)$/.exec(entry) ?? [];
	return tree === void 0 ? [] : [{
		tree,
		message: message.trim()
	}];
}
// src/adapters/git/reset.ts
async function resetOrRenew(seat, at) {
	try {
		return await reset(seat, at);
	} catch (error) {
		if (!isTheTree(error)) throw error;
		if (!await isThere$1(seat, at)) throw seat.isBorrowed ? checkoutLost(seat.tree.path, error) : error;
		await makeWritable(seat.tree.path);
		await rm(seat.tree.index, {
			recursive: true,
			force: true
		});
		return reset(seat, at).catch((again) => {
			if (seat.isBorrowed) throw checkoutLost(seat.tree.path, again);
			return renew(seat, at);
		});
	}
}
const isTheTree = (error) => error instanceof LoopError ? error.code === "git-failed" : isErrno(error, "EACCES", "EPERM");
async function reset(seat, at) {
	const { tree } = seat;
	const isNew = await seat.isEmpty();
	await tree.unlock();
	const done = await Promise.allSettled([tree.git([
		"read-tree",
		"--reset",
		"-u",
		at
	]), seat.prepare()]);
	for (const one of done) if (one.status === "rejected") throw one.reason;
	const entries = await tree.entries();
	if (!isNew && !await holdsOnly(tree.path, entries)) await tree.git(["clean", "-ffdq"]);
	return {
		kept: !isNew,
		entries
	};
}
const isThere$1 = async ({ tree }, at) => (await tree.git([
	"cat-file",
	"-e",
	`${at}^{tree}`
], {
	ok: [
		0,
		1,
		128
	],
	cwd: tree.courier.gitDir
})).code === 0;
async function renew(seat, at) {
	const aside = `${seat.tree.path}.${randomBytes(4).toString("hex")}.old`;
	await rename(seat.tree.path, aside);
	await removeTree(aside).catch(() => {});
	await rm(seat.tree.index, { force: true });
	return reset(seat, at);
}
// src/adapters/git/private-git-dir.ts
async function prepareGitDir({ courier, path }) {
	const gitDir = join(path, ".git");
	await removeTree(gitDir);
	await mkdir(join(gitDir, "objects", "info"), { recursive: true });
	await Promise.all([mkdir(join(gitDir, "refs", "heads"), { recursive: true }), mkdir(join(gitDir, "info"))]);
	await Promise.all([
		copyIfThere(join(courier.gitDir, "shallow"), join(gitDir, "shallow")),
		copyIfThere(join(courier.gitDir, "info", "exclude"), join(gitDir, "info", "exclude")),
		writeFile(join(gitDir, "objects", "info", "alternates"), alternates(courier)),
		writeFile(join(gitDir, "config"), config(courier))
	]);
}
async function lendGitDir({ path, index, at }) {
	const gitDir = join(path, ".git");
	await copyFile(index, join(gitDir, "index"), constants.COPYFILE_FICLONE);
	await writeFile(join(gitDir, "HEAD"), `${at}\n`);
}
const copyIfThere = (from, to) => copyFile(from, to).catch((error) => {
	if (!isErrno(error, "ENOENT")) throw error;
});
const alternates = ({ objects, repository }) => [...new Set([objects, repository.objects])].map((path) => `${path}\n`).join("");
const config = ({ repository }) => configText([
	...formatOf(repository),
	["core.bare", "false"],
	["core.logAllRefUpdates", "true"],
	["user.name", BOT.name],
	["user.email", BOT.email],
	["commit.gpgSign", "false"],
	["tag.gpgSign", "false"],
	["gc.auto", "0"],
	["maintenance.auto", "false"],
	...repository.promisor.map(([key, value]) => [key, withoutPassword(value)])
]);
const withoutPassword = (value) => value.replace(/^(https?:\/\/)[^/@]*@/, "$1");
// src/adapters/git/seat.ts
const Marker = object({
	at: string(),
	setup: string().optional(),
	attempt: string().optional(),
	entrusted: object({ setupTree: string().optional() }).optional(),
	taken: string().optional()
});
var Seat = class Seat {
	name;
	tree;
	gitDir;
	#checkout;
	#marker;
	#lent;
	constructor(name, { tree, marker, checkout }) {
		this.name = name;
		this.tree = tree;
		this.gitDir = checkout?.gitDir ?? join(tree.path, ".git");
		this.#marker = marker;
		this.#checkout = checkout;
	}
	static async open({ courier, directory, env, lane, purpose, checkout }) {
		if (checkout && !await checkout.isThere()) throw checkoutLost(checkout.path);
		const name = `lane-${LaneId.parse(lane)}/${purpose}`;
		const folder = dirname(join(directory, name));
		await makeFolder(folder);
		const tree = new WorkTree({
			courier,
			path: checkout?.path ?? join(folder, purpose),
			index: join(folder, `${purpose}.index`),
			env
		});
		return new Seat(name, {
			tree,
			marker: join(folder, `${purpose}.json`),
			checkout
		});
	}
	get isBorrowed() {
		return this.#checkout !== void 0;
	}
	async isEmpty() {
		const { path } = this.tree;
		if (!this.isBorrowed) await makeFolder(path);
		return (await readdir(path)).length === 0;
	}
	async marker() {
		if (seenAt(this.#marker)?.isFile() !== true) return void 0;
		const text = await readFile(this.#marker, "utf8").catch(() => "");
		try {
			return Marker.parse(JSON.parse(text));
		} catch {
			return;
		}
	}
	async mark(marker) {
		await replaceFile(this.#marker, (beside) => writeFile(beside, JSON.stringify(marker)));
	}
	async remark(more) {
		const marker = await this.marker();
		if (marker) await this.mark({
			...marker,
			...more
		});
	}
	async unmark() {
		await rm(this.#marker, {
			recursive: true,
			force: true
		});
	}
	async takeOver() {
		this.#lent = await folderAt$1(this.tree.path);
	}
	async prepare() {
		if (this.#checkout === void 0) await prepareGitDir(this.tree);
	}
	async lend(at) {
		const { courier, path, index } = this.tree;
		await (this.#checkout?.stand({
			courier,
			path,
			index,
			at
		}) ?? lendGitDir({
			courier,
			path,
			index,
			at
		}));
		this.#lent = await folderAt$1(path);
	}
	async reclaim() {
		const now = await folderAt$1(this.tree.path);
		if (now !== void 0 && now === this.#lent && await this.#checkout?.isThere() !== false) return claim(this.tree.path);
		throw new LoopError("git-failed", "The working folder or its `.git` was removed, or something else is in its place.");
	}
	async seed() {
		await this.#checkout?.seed(this.tree.index);
	}
};
async function makeFolder(path) {
	if ((await lstat(path).catch(() => void 0))?.isDirectory() === false) await rm(path);
	await mkdir(path, { recursive: true });
}
async function folderAt$1(path) {
	const found = await lstat(path, { bigint: true }).catch(() => void 0);
	return found?.isDirectory() === true ? `${found.dev}:${found.ino}` : void 0;
}
// src/adapters/git/texts.ts
async function textsOf(courier, git, { entries, paths, limit }) {
	const wanted = new Set(paths);
	const ids = Map.groupBy(entries.filter(({ path }) => wanted.has(path)), ({ path }) => path);
	const texts = await blobTexts(courier, git, {
		ids: [...ids.values()].flat().map(({ id }) => id),
		limit
	});
	return new Map(paths.flatMap((path) => {
		const found = (ids.get(path) ?? []).map(({ id }) => texts.get(id));
		return found.length > 0 && found.every((text) => text !== void 0) ? [[path, found.join("\n")]] : [];
	}));
}
async function blobTexts(courier, git, { ids, limit }) {
	const all = [...new Set(ids)];
	const near = all.length > 100 ? new Map() : await looseTexts(courier, {
		ids: all,
		limit
	});
	const texts = new Map(near);
	const rest = all.filter((id) => !texts.has(id));
	const most = Math.max(1, Math.floor(MOST_BYTES$2 / limit));
	for (let at = 0; at < rest.length; at += most) for (const [id, text] of await askedTexts(git, {
		ids: rest.slice(at, at + most),
		limit
	})) texts.set(id, text);
	return texts;
}
const MOST_BYTES$2 = 128 << 20;
async function looseTexts(courier, { ids, limit }) {
	const found = await Promise.all(ids.map(async (id) => {
		const object = await looseObject(courier, id, limit);
		return object?.kind === "blob" ? [[id, object.content?.toString("utf8")]] : [];
	}));
	return new Map(found.flat());
}
async function askedTexts(git, { ids, limit }) {
	const { bytes } = await git(["cat-file", "--batch"], { input: ids.map((id) => `${id}\n`).join("") });
	const texts = new Map();
	let at = 0;
	for (const id of ids) {
		const end = bytes.indexOf(10, at);
		const [, kind, size] = /^[0-9a-f]+ (\w+) (\d+)$/.exec(bytes.toString("latin1", at, end)) ?? [];
		at = end + 1;
		if (kind === void 0) continue;
		const length = Number(size);
		if (kind === "blob" && length <= limit) texts.set(id, bytes.toString("utf8", at, at + length));
		at += length + 1;
	}
	return texts;
}
// src/adapters/git/trees.ts
async function entriesOf$1(git, treeish) {
	const { bytes } = await git([
		"ls-tree",
		"-r",
		"-z",
		"--full-tree",
		treeish
	]);
	return zeroSplit(bytes).flatMap((line) => {
		const [, mode, id, path] = /^(\d+) \w+ ([0-9a-f]+)\t([^]*)$/.exec(line) ?? [];
		return mode === void 0 || id === void 0 || path === void 0 ? [] : [{
			mode,
			id,
			path
		}];
	});
}
// src/adapters/git/workspaces.ts
var GitWorkspaces = class {
	#place;
	#opened = new Map();
	#excludes;
	#frozen = new Map();
	#own = new Map();
	#holds;
	constructor(place) {
		this.#place = place;
		this.#holds = new Holds(place.courier);
	}
	async open(lane, purpose, at, attempt) {
		const { courier } = this.#place;
		const seat = await this.#seat(lane, purpose);
		this.#excludes ??= readExcludes(courier.repository);
		await putExcludes(courier, await this.#excludes);
		await this.#holds.hold(seat.name, at);
		const before = await this.#believed(seat);
		if (!before) await seat.seed();
		await seat.unmark();
		const { kept, entries } = await this.#asFrozen(seat, at).catch(() => void 0) ?? await resetOrRenew(seat, at);
		await seat.lend(at);
		const setup = kept ? before?.setup : void 0;
		await seat.mark({
			at,
			setup,
			attempt
		});
		this.#opened.set(seat.tree.path, {
			seat,
			at,
			entries
		});
		this.#frozen.delete(seat.tree.path);
		this.#own.delete(seat.tree.path);
		return {
			path: seat.tree.path,
			purpose,
			setup
		};
	}
	async reopen(lane, purpose, attempt) {
		const seat = await this.#seat(lane, purpose);
		const marker = await seat.marker();
		if (marker?.attempt !== attempt) return void 0;
		await seat.takeOver();
		const { path } = seat.tree;
		this.#opened.set(path, {
			seat,
			at: marker.at,
			entries: await entriesOf$1(this.#git, marker.at)
		});
		return {
			...marker,
			path,
			purpose,
			setup: marker.setup
		};
	}
	entrust(workspace, entrusted) {
		return this.#openedAt(workspace).seat.remark({ entrusted });
	}
	async markSetup(workspace, key) {
		const { seat, at, entries } = this.#openedAt(workspace);
		const seen = await lookAt(seat.tree, at, entries);
		if (seen?.changes.length === 0) await seat.remark({ setup: key });
		return seen?.tree;
	}
	async lockfiles(workspace) {
		return (await this.#openedAt(workspace).seat.tree.entries()).filter(isLockfile).map(({ path, id }) => `${id} ${path}`).join("\n");
	}
	async freeze(workspace, base) {
		const { seat, at, entries } = this.#openedAt(workspace);
		const { tree: work, gitDir } = seat;
		await seat.reclaim();
		const held = base === at ? entries : await entriesOf$1((args, options) => work.git(args, options), base);
		const { tree, changes, changed } = await freezeTree(work, base, held);
		this.#frozen.set(work.path, {
			tree,
			changed,
			base,
			held
		});
		const known = [...new Set([base, at])];
		return {
			tree,
			changes,
			subjects: await agentSubjects({
				courier: work.courier,
				gitDir,
				known
			})
		};
	}
	async ownCommits(workspace, base) {
		const { seat, at } = this.#openedAt(workspace);
		const own = await ownCommits({
			work: seat.tree,
			gitDir: seat.gitDir,
			base,
			started: at
		});
		this.#own.set(seat.tree.path, own);
		return own;
	}
	async changes(base, tree) {
		const objects = {
			courier: this.#place.courier,
			git: this.#git
		};
		return describe(objects, await diffTree(objects, {
			base,
			tree
		}));
	}
	async commit({ tree, parent, message, at }) {
		const commit = await this.#place.courier.commit({
			tree,
			parents: [parent],
			message,
			at
		});
		for (const [path, { seat }] of this.#opened) {
			if (this.#frozen.get(path)?.tree !== tree) continue;
			await this.#holds.hold(`${seat.name}-taken`, commit);
			await seat.remark({ taken: commit });
		}
		return commit;
	}
	async texts(treeish, paths, limit) {
		const entries = this.#remembered(treeish, paths) ?? await entriesOf$1(this.#git, treeish);
		return textsOf(this.#place.courier, this.#git, {
			entries,
			paths,
			limit
		});
	}
	async treeOf(commit) {
		return (await this.#git([
			"rev-parse",
			"--verify",
			`${commit}^{tree}`
		])).text;
	}
	rebase(commit, onto) {
		return replay({
			courier: this.#place.courier,
			git: this.#git
		}, commit, onto);
	}
	conflicts(commit, onto) {
		return conflictsOf({
			courier: this.#place.courier,
			git: this.#git
		}, commit, onto);
	}
	async removeAll() {
		await this.#holds.release();
		this.#opened.clear();
		this.#frozen.clear();
		this.#own.clear();
		if (await this.#place.folder.remove()) await this.#holds.releaseDead();
	}
	async #seat(lane, purpose) {
		const { courier, folder, env = {}, checkout } = this.#place;
		await folder.make();
		const directory = folder.path;
		const borrowed = purpose === "work" ? checkout : void 0;
		return Seat.open({
			courier,
			directory,
			env,
			lane,
			purpose,
			checkout: borrowed
		});
	}
	#remembered(treeish, paths) {
		const taken = [...this.#frozen.values()];
		const before = taken.find(({ base }) => base === treeish)?.held;
		if (before) return before;
		const after = [...taken, ...[...this.#own.values()].flat()].find(({ tree }) => tree === treeish)?.changed;
		const names = new Set(after?.map(({ path }) => path));
		return paths.every((path) => names.has(path)) ? after : void 0;
	}
	async #believed(seat) {
		return seat.isBorrowed && !this.#opened.has(seat.tree.path) ? void 0 : seat.marker();
	}
	async #asFrozen(seat, at) {
		const { tree: work } = seat;
		const { courier, path, index } = work;
		const frozen = this.#frozen.get(path)?.tree;
		if (frozen === void 0 || await looseTreeOf(courier, at) !== frozen) return void 0;
		if (!await isAsIndexed(index, path, courier.repository.objectFormat)) return void 0;
		const entries = await work.entries();
		if (!await holdsOnly(path, entries)) return void 0;
		await seat.prepare();
		return {
			kept: true,
			entries
		};
	}
	#git = (args, options = {}) => {
		const { courier, env } = this.#place;
		return courier.run(args, {
			...options,
			env: {
				...env,
				...options.env
			}
		});
	};
	#openedAt({ path }) {
		const opened = this.#opened.get(path);
		if (!opened) throw new Error(`the workspace ${path} was not opened here`);
		return opened;
	}
};
// src/adapters/process/agent-program.ts
const VERSION_TIMEOUT = 6e4;
async function programFor(request) {
	const { adapter, installer, watch } = request;
	const { name, program, version } = adapter;
	if (version === void 0) return {};
	const found = await ask(request, version.file);
	const wanted = program && installer?.version;
	if ("version" in found && (wanted === void 0 || isVersion(found.version, wanted))) return found;
	const there = "absent" in found ? `there is no program ${version.file}` : whyNot(request, found);
	const replaceable = "absent" in found || wanted !== void 0;
	if (program === void 0 || installer === void 0 || !replaceable) throw new LoopError("agent-missing", `agent "${name}": ${there}`, hintFor(adapter));
	const file = await installer.install(name, program, watch);
	const installed = await ask(request, file);
	const right = wanted ?? program.version;
	if ("version" in installed && isVersion(installed.version, right)) return {
		file,
		...installed
	};
	const said = "absent" in installed ? "it cannot be started" : whyNot(request, installed);
	throw new LoopError("agent-missing", `agent "${name}": installed as ${right}, but ${said}`, hintFor(adapter));
}
async function ask({ adapter, agent, from, home, watch }, file) {
	const args = adapter.version?.args ?? [];
	const env = environment({
		from,
		inherit: agent.env,
		home
	});
	const ran = await run(file, {
		args,
		env,
		timeout: VERSION_TIMEOUT,
		signal: watch?.signal
	});
	if (ran.code === 0) return { version: ran.stdout.toString("utf8").trim() };
	if (ran.missing) return { absent: true };
	return { why: ran.timedOut ? "did not answer" : `failed: ${ran.stderr.trim().slice(-500)}` };
}
const isVersion = (said, wanted) => said.split(/\s+/).some((word) => word === wanted || word === `v${wanted}`);
function whyNot({ adapter }, found) {
	const what = `\`${[adapter.version?.file, ...adapter.version?.args ?? []].join(" ")}\``;
	return "why" in found ? `${what} ${found.why}` : `${what} says ${JSON.stringify(found.version.slice(0, 100))}`;
}
const hintFor = ({ program }) => program === void 0 ? {} : { hint: `Install it: \`npm install --global ${program.package}@${program.version}\`. Or choose another with \`agent:\` in the loop file.` };
// src/adapters/process/output.ts
const LONGEST_LINE = 4194304;
const NEWLINE = 10;
var Lines = class {
	#each;
	#longest;
	#parts = [];
	#size = 0;
	constructor(each, longest = LONGEST_LINE) {
		this.#each = each;
		this.#longest = longest;
	}
	push(chunk) {
		let from = 0;
		for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
			this.#keep(chunk.subarray(from, at));
			this.#emit();
			from = at + 1;
		}
		if (from < chunk.length) this.#keep(chunk.subarray(from));
	}
	end() {
		if (this.#size > 0) this.#emit();
	}
	#keep(bytes) {
		const room = this.#longest - this.#size;
		if (room <= 0 || bytes.length === 0) return;
		const part = bytes.subarray(0, room);
		this.#parts.push(part);
		this.#size += part.length;
	}
	#emit() {
		const [only] = this.#parts;
		const line = (only?.length === this.#size ? only : Buffer.concat(this.#parts, this.#size)).toString("utf8");
		this.#parts = [];
		this.#size = 0;
		this.#each(line.endsWith("\r") ? line.slice(0, -1) : line);
	}
};
var Tail = class {
	#limit;
	#parts = [];
	#size = 0;
	constructor(limit) {
		this.#limit = limit;
	}
	push(chunk) {
		this.#parts.push(Buffer.from(chunk.subarray(-this.#limit)));
		this.#size += Math.min(chunk.length, this.#limit);
		if (this.#size > 2 * this.#limit || this.#parts.length > 256) this.#join();
	}
	text() {
		this.#join();
		const [bytes] = this.#parts;
		return bytes === void 0 ? "" : withoutHalfCharacter(bytes).toString("utf8");
	}
	#join() {
		const joined = Buffer.concat(this.#parts).subarray(-this.#limit);
		this.#parts = [joined];
		this.#size = joined.length;
	}
};
function withoutHalfCharacter(bytes) {
	let from = 0;
	while (from < 3 && from < bytes.length && ((bytes[from] ?? 0) & 192) === 128) from += 1;
	return bytes.subarray(from);
}
// src/adapters/process/brand.ts
const OWNER_BITS = 36n;
const MARK_BITS = 24n;
const FIRST = 1n << 60n;
const brandOf = (owner, mark) => FIRST + (hash(owner, OWNER_BITS) << MARK_BITS) + hash(mark, MARK_BITS);
const isOfOwner = (brand, owner) => brand >> MARK_BITS === brandOf(owner, "") >> MARK_BITS;
const hash = (text, bits) => BigInt(`0x${createHash("sha256").update(text).digest("hex").slice(0, 16)}`) % (1n << bits);
function brandAt(pid) {
	try {
		const [, hard = ""] = /^Max realtime timeout +\S+ +(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, "latin1")) ?? [];
		const brand = BigInt(hard);
		if (brand < FIRST || brand >= FIRST << 1n) return void 0;
		return statSync(`/proc/${pid}`).uid === process.getuid?.() ? brand : void 0;
	} catch {
		return;
	}
}
const PRLIMIT = ["/usr/bin/prlimit", "/bin/prlimit"];
let found = null;
function brander() {
	if (found === null) found = isUnlimited() ? PRLIMIT.find(isProgram) : void 0;
	return found;
}
const isUnlimited = () => {
	try {
		return /^Max realtime timeout +unlimited +unlimited /m.test(readFileSync("/proc/self/limits", "latin1"));
	} catch {
		return false;
	}
};
function branded({ file, args, env }, brand) {
	const by = brander();
	if (by === void 0 || !isThere(file, env["PATH"] ?? "")) return {
		file,
		args
	};
	return {
		file: by,
		args: [
			`--rttime=${brand}:${brand}`,
			"--",
			file,
			...args
		]
	};
}
const isThere = (file, path) => file.includes("/") ? isProgram(file) : path.split(delimiter).some((folder) => isProgram(join(folder, file)));
function isProgram(path) {
	try {
		accessSync(path, constants$1.X_OK);
		return statSync(path).isFile();
	} catch {
		return false;
	}
}
// src/adapters/process/sweep.ts
const MARK = "CMS_MARK";
const markOf = (loop, run) => `${loop}|${run}`;
const allOf = (owner) => ({
	mark: (mark) => mark === owner || mark.startsWith(`${owner}|`),
	brand: (brand) => isOfOwner(brand, owner),
	isOfUs: false
});
const only = (owner, mark) => ({
	mark: (other) => other === mark,
	brand: (other) => other === brandOf(owner, mark),
	isOfUs: true
});
const ROUNDS = 10;
const POLL = 20;
const PATIENCE = 500;
async function sweepMarked(sought) {
	const seen = new Set();
	for (let round = 0; round < ROUNDS; round += 1) {
		let found = await marked(sought);
		if (found.length === 0) break;
		for (const pid of found) seen.add(pid);
		if (round === 0) found = await asked(found, sought);
		for (const pid of found) signal(pid, "SIGKILL");
		await setTimeout$1(POLL);
	}
	return seen.size;
}
async function asked(pids, sought) {
	for (const pid of pids) signal(pid, "SIGTERM");
	let left = [...pids];
	for (let waited = 0; waited < PATIENCE && left.length > 0; waited += POLL) {
		await setTimeout$1(POLL);
		left = await marked(sought);
	}
	return left;
}
async function marked(sought) {
	const candidates = await soughtInProc(sought) ?? await soughtByPs(sought);
	if (candidates.length === 0) return [];
	const ours = await lineage();
	return candidates.filter((pid) => !ours.has(pid));
}
async function soughtInProc({ mark, brand, isOfUs }) {
	const names = await readdir("/proc").catch(() => void 0);
	if (names === void 0 || !names.includes("self")) return void 0;
	const since = isOfUs ? statOf("self")?.started ?? 0 : 0;
	const isSought = (pid) => {
		const stat = statOf(pid);
		if (stat === void 0 || stat.isDead || stat.started < since) return false;
		const its = markAt(pid);
		if (its !== void 0 && mark(its)) return true;
		const branded = brandAt(pid);
		return branded !== void 0 && brand(branded);
	};
	return names.filter((name) => /^\d+$/.test(name) && isSought(name)).map(Number);
}
function markAt(pid) {
	return textAt$1(pid, "environ").split("\0").find((variable) => variable.startsWith(`${MARK}=`))?.slice(9);
}
function statOf(pid) {
	const text = textAt$1(pid, "stat");
	if (text === "") return void 0;
	const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
	const [state = "", parent] = fields;
	return {
		parent: Number(parent),
		started: Number(fields[19]),
		isDead: /[ZX]/.test(state)
	};
}
function textAt$1(pid, file) {
	try {
		return readFileSync(`/proc/${pid}/${file}`, "utf8");
	} catch {
		return "";
	}
}
async function soughtByPs({ mark: isSought }) {
	const { stdout } = await run("ps", {
		args: [
			"-Eww",
			"-axo",
			"pid=,command="
		],
		env: { PATH }
	});
	return stdout.toString("utf8").split("\n").flatMap((line) => {
		const [, pid, mark] = /^\s*(\d+)\s.*\sCMS_MARK=(\S+)/.exec(line) ?? [];
		return pid === void 0 || mark === void 0 || !isSought(mark) ? [] : [Number(pid)];
	});
}
const PATH = "/usr/bin:/bin";
async function lineage() {
	const ours = new Set();
	for (let pid = process.pid; pid > 1 && !ours.has(pid); pid = await parentOf(pid)) ours.add(pid);
	return ours;
}
async function parentOf(pid) {
	const stat = statOf(String(pid));
	if (stat !== void 0) return stat.parent;
	const { stdout } = await run("ps", {
		args: [
			"-o",
			"ppid=",
			"-p",
			String(pid)
		],
		env: { PATH }
	});
	return Number(stdout.toString("utf8").trim()) || 0;
}
// src/adapters/process/supervise.ts
const GRACES = {
	afterResult: 15e3,
	afterTerm: 5e3
};
const DRAIN = 2e3;
const LAST_WORDS = 250;
const LONGEST_TIMER = 2 ** 31 - 1;
async function supervise(job) {
	const started = performance.now();
	const ms = () => Math.round(performance.now() - started);
	if (job.signal.aborted) return {
		code: void 0,
		signal: void 0,
		ended: "abort",
		ms: 0
	};
	const mark = uniqueMark(job.mark);
	let child = start(job, mark);
	for (let waited = 0; child.pid === void 0 && waited < 1e4; waited += 100) {
		const { code } = await child;
		if (code !== "EAGAIN" || job.signal.aborted) break;
		await setTimeout$1(100);
		child = start(job, mark);
	}
	const { pid } = child;
	if (pid === void 0) {
		const { shortMessage } = await child;
		return {
			code: void 0,
			signal: void 0,
			ended: "not_started",
			ms: ms(),
			problem: shortMessage ?? ""
		};
	}
	const drained = Promise.all([ended(child.stdout), ended(child.stderr)]);
	const watch = new Watch(pid, job);
	if (job.isRaised === true) hasMoreRights(pid);
	const forget = goesWithUs(pid, "SIGKILL");
	child.stdout.on("data", (chunk) => watch.heard(job.output(chunk, "stdout")));
	child.stderr.on("data", (chunk) => watch.heard(job.output(chunk, "stderr")));
	const exit = await new Promise((resolve) => child.nodeChildProcess.once("exit", (code, name) => resolve({
		code: code ?? void 0,
		signal: name ?? void 0
	})));
	const why = watch.stop();
	const took = ms();
	await Promise.race([drained, setTimeout$1(LAST_WORDS, void 0, { ref: false })]);
	await sweepMarked(only(job.mark, mark));
	signal(-pid, "SIGKILL");
	forget();
	await Promise.race([drained, setTimeout$1(DRAIN, void 0, { ref: false })]);
	child.stdout.destroy();
	child.stderr.destroy();
	return {
		...exit,
		ended: why,
		ms: took
	};
}
function start(job, mark) {
	const { file, args } = branded(job, brandOf(job.mark, mark));
	return execa(file, args, {
		cwd: job.cwd,
		env: {
			...job.env,
			[MARK]: mark
		},
		extendEnv: false,
		detached: true,
		...job.stdin === "" ? { stdin: "ignore" } : { input: job.stdin },
		stdout: "pipe",
		stderr: "pipe",
		buffer: false,
		encoding: "buffer",
		reject: false
	});
}
const ended = (stream) => new Promise((resolve) => {
	stream.once("end", resolve).once("close", resolve).once("error", resolve);
});
let count = 0;
function uniqueMark(owner) {
	count += 1;
	return `${owner}|${process.pid}.${count}`;
}
var Watch = class {
	#pid;
	#graces;
	#signal;
	#wall;
	#silence;
	#abort = () => this.#end("abort");
	#finished;
	#kill;
	#why = "by_itself";
	#over = false;
	constructor(pid, job) {
		this.#pid = pid;
		this.#graces = {
			...GRACES,
			...job.graces
		};
		this.#signal = job.signal;
		this.#wall = after(job.timeout, () => this.#end("timeout"));
		this.#silence = job.stall > 0 ? after(job.stall, () => this.#end("stall")) : void 0;
		job.signal.addEventListener("abort", this.#abort);
	}
	heard(finished) {
		if (this.#over) return;
		this.#silence?.refresh();
		if (finished) this.#finished ??= after(this.#graces.afterResult, () => this.#end("after_result"));
	}
	stop() {
		this.#over = true;
		this.#signal.removeEventListener("abort", this.#abort);
		for (const timer of [
			this.#wall,
			this.#silence,
			this.#finished,
			this.#kill
		]) clearTimeout(timer);
		return this.#why;
	}
	#end(why) {
		if (this.#why !== "by_itself") return;
		this.#why = why;
		signal(-this.#pid, "SIGTERM");
		this.#kill = after(this.#graces.afterTerm, () => signal(-this.#pid, "SIGKILL"));
	}
};
const after = (ms, act) => setTimeout(act, Math.min(ms, LONGEST_TIMER));
// src/adapters/process/agents.ts
const STDERR_KEPT = 8192;
const MOST_NOTES = 5e3;
function createAgents(options) {
	const adapters = options.adapters ?? registry;
	const programs = new Map();
	return {
		async check(agent, watch) {
			const adapter = adapterFor(adapters, agent.use);
			if (programs.has(adapter.name)) return;
			programs.set(adapter.name, await programFor({
				...options,
				adapter,
				agent,
				watch
			}));
		},
		run(assignment, watch) {
			const adapter = adapterFor(adapters, assignment.agent.use);
			const { file, version } = programs.get(adapter.name) ?? {};
			const machine = {
				version,
				isDisposable: options.isDisposable === true
			};
			const command = adapter.command(assignment, machine);
			return runAgent(adapter, {
				...command,
				file: file ?? command.file
			}, {
				assignment,
				watch,
				options,
				machine
			});
		}
	};
}
async function runAgent(adapter, command, { assignment, watch, options, machine }) {
	const { agent, workdir } = assignment;
	const env = environment({
		from: options.from,
		inherit: [...command.inherit, ...agent.env],
		set: {
			...assignment.env,
			...command.env
		},
		home: options.home
	});
	const ear = new Ear(adapter.reader(assignment, machine), notes(watch));
	const { problem, ...exit } = await supervise({
		...command,
		cwd: workdir,
		env,
		mark: options.mark,
		timeout: agent.timeout,
		stall: agent.stall,
		signal: watch.signal,
		graces: options.graces,
		output: (chunk, from) => {
			watch.hear?.(chunk, from);
			return ear.hear(chunk, from);
		}
	});
	await ear.recall(env);
	return ear.outcome({
		...exit,
		stderr: problem ?? ear.stderr.text()
	});
}
var Ear = class {
	stderr = new Tail(STDERR_KEPT);
	#finished = false;
	#lines;
	#complaints;
	#reader;
	#note;
	constructor(reader, note) {
		this.#reader = reader;
		this.#note = note;
		this.#lines = new Lines((line) => this.#take(reader.line(line)));
		if (reader.complaint !== void 0) this.#complaints = new Lines((line) => this.#take(reader.complaint?.(line) ?? {}));
	}
	hear(chunk, from) {
		if (from === "stdout") this.#lines.push(chunk);
		else {
			this.stderr.push(chunk);
			this.#complaints?.push(chunk);
		}
		return this.#finished;
	}
	async recall(env) {
		this.#lines.end();
		this.#complaints?.end();
		for (const line of await this.#reader.recall?.(env) ?? []) this.#reader.line(line);
	}
	outcome(exit) {
		return this.#reader.end(exit);
	}
	#take({ note, finished }) {
		if (note !== void 0) this.#note(note);
		if (finished === true) this.#finished = true;
	}
};
function notes(watch) {
	let count = 0;
	return (note) => {
		count += 1;
		if (count <= MOST_NOTES) watch.note(note);
		if (count === MOST_NOTES) watch.note({ line: "it goes on; the rest of its output is not shown" });
	};
}
// src/adapters/process/commands.ts
const KEPT = 16384;
const createCommands = (options) => ({ run: (request) => runCommand(options, request) });
async function runCommand(options, request) {
	const tail = new Tail(KEPT);
	const env = environment({
		...options,
		set: request.env
	});
	const exit = await supervise({
		file: "bash",
		...startOf$2(options, request, env),
		cwd: request.cwd,
		env,
		mark: options.mark,
		stdin: "",
		timeout: request.timeout,
		stall: 0,
		signal: request.signal,
		graces: options.graces,
		output: (chunk, from) => {
			request.hear?.(chunk, from);
			tail.push(chunk);
			return false;
		}
	});
	return {
		ok: exit.ended === "by_itself" && exit.code === 0,
		code: exit.ended === "by_itself" ? exit.code : void 0,
		timedOut: exit.ended === "timeout",
		aborted: exit.ended === "abort",
		tail: exit.problem ?? tail.text(),
		ms: exit.ms
	};
}
function startOf$2({ confine }, { command, cwd }, env) {
	if (confine === void 0) return { args: strictShell(command) };
	const { file, args } = confine({
		file: "bash",
		args: bareShell(command),
		cwd,
		env
	});
	return {
		args: behindPipe(file, args),
		isRaised: file === "sudo"
	};
}
// src/adapters/process/confine.ts
const SCRIPT = `set -e
user=$1 group=$2 folder=$3
shift 3
while [ "$1" != -- ]; do
  case "$1" in
    writable) [ ! -d "$2" ] || mount --bind "$2" "$2" ;;
    sealed) [ ! -d "$2" ] || { mount --bind "$2" "$2"; mount -o remount,bind,ro "$2"; } ;;
    hidden) [ ! -d "$2" ] || mount -t tmpfs -o ro,size=4k,mode=755 none "$2" ;;
  esac
  shift 2
done
shift
mount -o remount,bind,ro /
# Where we stood is below the mount, and read-only now.
cd "$folder"
exec setpriv --reuid "$user" --regid "$group" --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all -- "$@"`;
const UNSHARE = [
	"unshare",
	"--mount",
	"--pid",
	"--fork",
	"--kill-child=KILL",
	"--mount-proc",
	"--"
];
const SCRATCH = [
	"/tmp",
	"/var/tmp",
	"/dev/shm"
];
const confineBy = ({ writable, sealed, hidden }, { user, group }) => ({ file, args, cwd, env }) => {
	const folders = [
		...SCRATCH,
		...writable,
		cwd
	].flatMap((path) => ["writable", path]);
	const shut = sealed.flatMap((path) => ["sealed", path]);
	const away = hidden.flatMap((path) => ["hidden", path]);
	const program = [
		"env",
		"-i",
		...Object.entries(env).map(([name, value]) => `${name}=${value}`),
		file,
		...args
	];
	const script = [
		"sh",
		"-c",
		SCRIPT,
		"sh",
		String(user),
		String(group),
		cwd,
		...folders,
		...shut,
		...away,
		"--"
	];
	const [first = "", ...rest] = [
		...user === 0 ? [] : [
			"sudo",
			"-n",
			"--"
		],
		...UNSHARE,
		...script,
		...program
	];
	return {
		file: first,
		args: rest
	};
};
const PROBE = 1e4;
async function confinement(wanted, from) {
	const [user, group] = [process.getuid?.(), process.getgid?.()];
	if (process.platform !== "linux" || user === void 0 || group === void 0) return { because: "it takes Linux." };
	const confine = confineBy(wanted, {
		user,
		group
	});
	const env = environment({ from });
	const { file, args } = confine({
		file: "true",
		args: [],
		cwd: "/",
		env
	});
	const tried = await run(file, {
		args,
		env,
		cwd: "/",
		timeout: PROBE
	});
	return tried.code === 0 ? { confine } : { because: tried.stderr.trim().split("\n").at(-1) ?? "" };
}
// src/adapters/store/bundle-parcels.ts
const REF = "refs/cms/parcel";
const MIB = 1048576;
const MOST_BYTES$1 = 256 * MIB;
const MOST_TEXT = 262144;
const HEADER_BYTES = 4096;
const TIMEOUT = 12e4;
var BundleParcels = class {
	isThere = true;
	#artifacts;
	#courier;
	#directory;
	#most;
	constructor({ artifacts, courier, directory, most = MOST_BYTES$1 }) {
		this.#most = most;
		this.#artifacts = artifacts;
		this.#courier = courier;
		this.#directory = directory;
	}
	async send({ run, loop, tree, base, text }) {
		const whole = tree ?? (await this.#run(["rev-parse", `${base}^{tree}`])).text;
		const commit = await this.#courier.commit({
			tree: whole,
			parents: [base],
			message: text,
			at: 0
		});
		await using place = await this.#place();
		const file = join(place.path, nameOf$1(loop, run));
		await this.#run([
			"update-ref",
			REF,
			commit
		]);
		await this.#run([
			"bundle",
			"create",
			"--quiet",
			file,
			REF,
			`^${base}`
		]);
		const { size } = await stat(file);
		if (size > this.#most) {
			const text = `It changes ${Math.ceil(size / MIB)} MiB, packed; ${this.#most / MIB} MiB are the limit.`;
			throw new LoopError("parcel-too-large", text);
		}
		await this.#artifacts.send(file);
	}
	async receive({ run, loop, base }) {
		await using place = await this.#place();
		const wanted = {
			name: nameOf$1(loop, run),
			run,
			folder: place.path,
			most: this.#most
		};
		const fetched = await this.#artifacts.fetch(wanted);
		switch (fetched.is) {
			case "none": return { is: "none" };
			case "too_large": return refused(`it is larger than ${this.#most / MIB} MiB.`);
			default: return await this.#take(fetched.file, base);
		}
	}
	async #take(file, base) {
		const header = await headerOf(file);
		if (header === void 0) return refused("it is no git bundle.");
		const { needs, refs, at } = header;
		if (needs.length !== 1 || needs[0] !== base) return refused("it stands on something else than was leased.");
		const [[tip, name] = [], ...others] = refs;
		if (tip === void 0 || name !== REF || others.length > 0) return refused(`it has other refs than ${REF}: ${oneLine(refs.map(([, one]) => one).join(", ")).slice(0, 200)}.`);
		const broken = await this.#index(file, at);
		return broken === void 0 ? this.#opened(tip, base) : refused(broken);
	}
	async #index(file, at) {
		const input = (await readFile(file)).subarray(at);
		const args = [
			"index-pack",
			"--stdin",
			"--fix-thin",
			"--fsck-objects",
			`--max-input-size=${this.#most}`
		];
		const ran = await this.#run(args, {
			input,
			ok: [
				0,
				1,
				128
			],
			timeout: TIMEOUT
		});
		return ran.code === 0 ? void 0 : `git does not take it: ${lastLine(ran.stderr)}`;
	}
	async #opened(tip, base) {
		const [, kind, size] = (await this.#run(["cat-file", "--batch-check"], { input: `${tip}\n` })).text.split(" ");
		if (kind !== "commit") return refused("its ref is no commit, or that is not in it.");
		if (Number(size) > MOST_TEXT) return refused("what it says of itself is too long.");
		const { code, text } = await this.#run([
			"cat-file",
			"commit",
			tip
		], { ok: [
			0,
			1,
			128
		] });
		const [head, message] = cut(text, "\n\n");
		const lines = head.split("\n");
		const parents = lines.flatMap((line) => line.startsWith("parent ") ? [line.slice(7)] : []);
		const [tree] = lines.flatMap((line) => line.startsWith("tree ") ? [line.slice(5)] : []);
		if (code !== 0 || tree === void 0 || parents.length !== 1 || parents[0] !== base) return refused("its commit does not stand on what was leased, and on that alone.");
		return (await this.#run([
			"rev-list",
			"--objects",
			"--quiet",
			tip,
			`^${base}`
		], {
			ok: [
				0,
				1,
				128
			],
			timeout: TIMEOUT
		})).code === 0 ? {
			is: "parcel",
			tree,
			text: message
		} : refused("not all of its files are in it.");
	}
	#run = (args, options = {}) => this.#courier.run(args, {
		...options,
		env: {
			...options.env,
			GIT_NO_LAZY_FETCH: "1"
		}
	});
	async #place() {
		const path = await mkdtemp(join(this.#directory, "parcel-"));
		return {
			path,
			[Symbol.asyncDispose]: () => rm(path, {
				recursive: true,
				force: true
			})
		};
	}
};
const refused = (because) => ({
	is: "refused",
	because
});
const nameOf$1 = (loop, run) => {
	const [, id, attempt] = /^gh:(\d+)\.(\d+)$/.exec(run) ?? [];
	if (id === void 0 || attempt === void 0) throw new Error(`${run} is no run on GitHub`);
	return `cms-${loop}-${id}-${attempt}.bundle`;
};
async function headerOf(file) {
	const bytes = await startOf$1(file);
	const end = bytes.indexOf("\n\n");
	if (end === -1) return void 0;
	const [signature, ...lines] = bytes.toString("utf8", 0, end).split("\n");
	if (signature !== "# v2 git bundle" && signature !== "# v3 git bundle") return void 0;
	const needs = [];
	const refs = [];
	for (const line of lines) {
		const [, minus, id, name] = /^(-?)([0-9a-f]{40,64})(?: (.*))?$/.exec(line) ?? [];
		if (id === void 0 && !/^@object-format=sha(1|256)$/.test(line)) return void 0;
		if (id !== void 0 && minus === "-") needs.push(id);
		if (id !== void 0 && minus === "") refs.push([id, name ?? ""]);
	}
	return {
		needs,
		refs,
		at: end + 2
	};
}
async function startOf$1(file) {
	try {
		await using handle = await open(file);
		const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
		return buffer.subarray(0, bytesRead);
	} catch (error) {
		if (isErrno(error, "EISDIR") || isErrno(error, "ENOENT")) return Buffer.alloc(0);
		throw error;
	}
}
const cut = (text, at) => {
	const found = text.indexOf(at);
	return found === -1 ? [text, ""] : [text.slice(0, found), text.slice(found + at.length)];
};
const lastLine = (text) => oneLine(text.trim().split("\n").at(-1) ?? "").slice(0, 300);
// src/adapters/store/state-commit.ts
const CHECKPOINT_FILE = "checkpoint.json";
const cleanMessage = (message) => message.replaceAll("\0", "").trim();
async function writeStateCommit(courier, change) {
	const files = {
		...change.files,
		[CHECKPOINT_FILE]: checkpointText(change.checkpoint)
	};
	const staged = [];
	const stage = (object) => {
		staged.push(object);
		return object.id;
	};
	const folder = (content) => stage(courier.stageTree([...content].map(([name, entry]) => treeEntry(name, entry))));
	const treeEntry = (name, content) => typeof content === "string" ? {
		mode: "100644",
		name,
		id: stage(courier.stage("blob", Buffer.from(content)))
	} : {
		mode: "40000",
		name,
		id: folder(content)
	};
	const id = stage(courier.stageCommit({
		tree: folder(folderOf(files)),
		parents: change.expected === void 0 ? [] : [change.expected],
		message: cleanMessage(change.message),
		at: epoch(change.checkpoint.updated_at)
	}));
	await Promise.all(staged.map(({ done }) => done));
	return id;
}
function folderOf(files) {
	const root = new Map();
	for (const [path, text] of Object.entries(files)) {
		const names = path.split("/");
		const last = names.pop();
		if (last === void 0 || [...names, last].some(isBadName)) throw new Error(`not a path of a tree: ${path}`);
		let folder = root;
		for (const name of names) folder = subfolder(folder, name);
		folder.set(last, text);
	}
	return root;
}
const isBadName = (name) => [
	"",
	".",
	".."
].includes(name) || name.toLowerCase() === ".git";
function subfolder(folder, name) {
	const found = folder.get(name) ?? new Map();
	if (typeof found === "string") throw new Error(`${name} is a file and a folder`);
	folder.set(name, found);
	return found;
}
// src/adapters/store/work-relation.ts
async function textAt(run, tag) {
	const { bytes } = await run(["cat-file", "--batch"], { input: `${tag}:${CHECKPOINT_FILE}\n` });
	const end = bytes.indexOf("\n");
	const [, kind, size] = bytes.subarray(0, end).toString("latin1").split(" ");
	return kind === "blob" ? bytes.subarray(end + 1, end + 1 + Number(size)).toString("utf8") : void 0;
}
async function versions(run, tip, limit) {
	return (await log(run, [
		"--first-parent",
		`--max-count=${limit}`,
		tip
	]).catch((error) => {
		if (error instanceof LoopError && /bad object|unable to read/.test(error.message)) throw new LoopError("checkpoint-invalid", `The history of the state is damaged: ${error.message}`);
		throw error;
	})).map(({ id, at, message }) => ({
		tag: id,
		at,
		message
	}));
}
const FIRST_STEP = 32;
async function relate(commits, head, tip) {
	if (head === tip) return { is: "equal" };
	const { views } = commits;
	const newest = views[views.length - 1] ?? views[0];
	if (!await has(newest.run, head) && !await commits.fetch(head)) return { is: "head_missing" };
	for (let step = FIRST_STEP;; step *= 4) {
		const answers = await Promise.all(views.map((view) => look(view, head, tip)));
		const certain = answers.find((answer) => answer?.isCertain);
		if (certain) return certain.relation;
		const before = await cutOf(newest);
		if (!(await commits.deepen(step) && await cutOf(newest) !== before)) return answers.at(-1)?.relation ?? { is: "diverged" };
	}
}
async function look({ run, shallow }, head, tip) {
	const found = await run([
		"rev-list",
		"--left-right",
		`${head}...${tip}`
	], { ok: [0, 128] });
	if (found.code !== 0) return void 0;
	const lines = found.text.split("\n").filter(Boolean);
	const cut = new Set((await cutOf({
		run,
		shallow
	})).split("\n"));
	const isCut = (line) => cut.has(line.slice(1));
	if (!lines.some(isTip)) return {
		relation: { is: "behind" },
		isCertain: true
	};
	if (lines.every(isTip)) return {
		relation: {
			is: "ahead",
			commits: await workCommits(run, head, tip)
		},
		isCertain: !lines.some(isCut)
	};
	return {
		relation: { is: "diverged" },
		isCertain: !lines.some(isCut)
	};
}
const isTip = (line) => line.startsWith(">");
const cutOf = ({ shallow }) => readFile(shallow, "utf8").catch(() => "");
const has = async (run, commit) => (await run([
	"cat-file",
	"-e",
	`${commit}^{commit}`
], { ok: [
	0,
	1,
	128
] })).code === 0;
async function workCommits(run, head, tip) {
	return (await log(run, [
		"--first-parent",
		"--reverse",
		`${head}..${tip}`
	])).map(({ id, message }) => workCommit(id, message));
}
async function log(run, args) {
	const { text } = await run([
		"log",
		"-z",
		"--no-show-signature",
		"--encoding=UTF-8",
		"--format=%H%n%cI%n%B",
		...args
	]);
	return text.split("\0").filter(Boolean).map(logRecord);
}
function logRecord(record) {
	const [id = "", at = "", ...message] = record.split("\n");
	return {
		id,
		at: new Date(at).toISOString(),
		message: message.join("\n").trim()
	};
}
function workCommit(id, message) {
	const text = message.trim();
	const last = text.split(/\n\s*\n/).at(-1) ?? "";
	const trailer = (name) => new RegExp(`^${name}: *(\\S+) *$`, "m").exec(last)?.[1];
	return {
		id,
		subject: text.split("\n", 1)[0] ?? "",
		task: TaskId.safeParse(trailer("Cms-Task")).data,
		iteration: Count.safeParse(trailer("Cms-Iteration")).data,
		seq: Count.safeParse(trailer("Cms-Seq")).data,
		state: trailer("Cms-State")
	};
}
const Count = string().regex(/^\d{1,15}$/).transform(Number);
// src/adapters/store/cache-mirror.ts
const PACK_FILE = "state.pack";
const MOST_BYTES = 67108864;
var CacheMirror = class {
	#cache;
	#courier;
	#directory;
	constructor({ cache, courier, directory }) {
		this.#cache = cache;
		this.#courier = courier;
		this.#directory = directory;
	}
	async save(state) {
		try {
			const pack = await this.#pack(state.tag);
			if (pack.length > MOST_BYTES) return false;
			await using place = await this.#place();
			await writeFile(place.file, pack);
			return await this.#cache.save({
				paths: [place.file],
				key: keyOf(state)
			});
		} catch {
			return false;
		}
	}
	async find(loop) {
		try {
			await using place = await this.#place();
			const prefix = `cms/${loop}/`;
			const key = await this.#cache.restore({
				paths: [place.file],
				key: prefix,
				prefixes: [prefix]
			});
			const named = key === void 0 ? void 0 : mirroredIn(key);
			return named?.loop === loop ? await this.#unpack(named, place.file) : void 0;
		} catch {
			return;
		}
	}
	async #pack(tag) {
		const { text } = await this.#run([
			"rev-list",
			"--objects",
			"--no-object-names",
			"--no-walk",
			tag
		]);
		return (await this.#run([
			"pack-objects",
			"--stdout",
			"--quiet"
		], { input: `${text}\n` })).bytes;
	}
	async #unpack({ loop, seq, tag }, file) {
		const found = await lstat(file);
		if (!found.isFile() || found.size > MOST_BYTES) return void 0;
		const limit = `--max-input-size=${MOST_BYTES}`;
		await this.#run([
			"index-pack",
			"--stdin",
			"--fsck-objects",
			limit
		], { input: await readFile(file) });
		const text = await textAt(this.#run, tag);
		const parsed = text === void 0 ? void 0 : parseCheckpoint(text);
		if (text === void 0 || parsed?.is !== "valid") return void 0;
		const { checkpoint } = parsed;
		return checkpoint.loop === loop && checkpoint.seq === seq ? {
			tag,
			text
		} : void 0;
	}
	#run = (args, options = {}) => this.#courier.run(args, {
		...options,
		env: {
			...options.env,
			GIT_NO_LAZY_FETCH: "1"
		}
	});
	async #place() {
		const folder = await mkdtemp(join(this.#directory, "spare-"));
		return {
			file: join(folder, PACK_FILE),
			[Symbol.asyncDispose]: () => rm(folder, {
				recursive: true,
				force: true
			})
		};
	}
};
const DIGITS = 12;
const keyOf = ({ loop, seq, tag }) => `cms/${loop}/${String(seq).padStart(DIGITS, "0")}/${tag}`;
const KEY = /^cms\/([a-z0-9-]+)\/(\d{12})\/([0-9a-f]{40}|[0-9a-f]{64})$/;
function mirroredIn(key) {
	const [, loop, seq, tag] = KEY.exec(key) ?? [];
	return loop === void 0 || tag === void 0 ? void 0 : {
		loop,
		seq: Number(seq),
		tag
	};
}
// src/adapters/store/lock-file.ts
const RefMove = object({
	ref: string(),
	from: string().nullable(),
	to: string()
});
const Plan = object({
	tag: string(),
	after: array(RefMove)
});
const Content = object({
	run: string(),
	once: string(),
	plans: array(Plan)
});
async function writeOwn(path, content) {
	try {
		await mkdir(dirname(path), { recursive: true });
		return {
			path,
			content,
			written: await write(path, content, "wx")
		};
	} catch (error) {
		await rm(path, { force: true }).catch(() => {});
		throw diskTrouble(error);
	}
}
async function write(path, content, flags) {
	await using file = await open(path, flags);
	await file.writeFile(JSON.stringify(content));
	await file.datasync();
	return (await file.stat()).mtimeMs;
}
async function create$3(path, own) {
	try {
		await link(own, path);
		return true;
	} catch (error) {
		if (isErrno(error, "EEXIST")) return false;
		if (isErrno(error, "EPERM", "ENOTSUP", "ENOSYS", "EOPNOTSUPP")) return createWithoutLinks(path, own);
		throw error;
	}
}
async function createWithoutLinks(path, own) {
	try {
		await copyFile(own, path, constants.COPYFILE_EXCL);
		return true;
	} catch (error) {
		if (isErrno(error, "EEXIST")) return false;
		throw error;
	}
}
async function replace$1(path, { path: own, content }, inherited) {
	const beside = `${own}.new`;
	await write(beside, {
		...content,
		plans: [...content.plans, ...inherited]
	}, "w");
	await rename(beside, path);
}
async function find(path) {
	try {
		const { ctimeMs } = await stat(path);
		const text = await readFile(path, "utf8");
		return {
			text,
			since: ctimeMs,
			content: parse(text)
		};
	} catch (error) {
		if (isErrno(error, "ENOENT")) return void 0;
		throw error;
	}
}
function parse(text) {
	try {
		return Content.safeParse(JSON.parse(text)).data;
	} catch {
		return;
	}
}
// src/adapters/store/local-lock.ts
var LoopLock = class {
	#path;
	#host;
	#clock;
	#patience;
	#left = new Set();
	constructor({ path, host, clock, patience }) {
		this.#path = path;
		this.#host = host;
		this.#clock = clock;
		this.#patience = patience;
	}
	async hold(plan, body) {
		const once = randomUUID();
		const content = {
			run: this.#host.self,
			once,
			plans: plan === null ? [] : [plan]
		};
		const own = await writeOwn(`${this.#path}.${once}`, content);
		try {
			const left = await this.#acquire(own);
			try {
				await this.#removeLeft(own);
				return await body(left, () => this.#left.add(once));
			} finally {
				if (!this.#left.has(once)) await this.#release(once);
			}
		} finally {
			await rm(own.path, { force: true });
		}
	}
	async isAbandoned() {
		const found = await find(this.#path);
		return found !== void 0 && await this.#isDead(found);
	}
	async #acquire(own) {
		for (let waited = 0, pause = 2;; waited += pause, pause = Math.min(pause * 2, 100)) {
			const taken = await this.#take(this.#path, own, waited);
			if (taken !== void 0) return taken === "free" ? void 0 : taken;
			if (waited >= this.#patience) throw await this.#busy();
			await this.#clock.sleep(pause);
		}
	}
	async #take(path, own, waited) {
		if (await this.#create(path, own)) return "free";
		const found = await find(path);
		if (found === void 0 || !await this.#isLeft(found, own, waited)) return void 0;
		const claim = `${this.#path}.${nameOf(found, path)}`;
		if (await this.#take(claim, own, waited) === void 0) return void 0;
		try {
			const now = await find(path);
			if (now?.text !== found.text || now.since !== found.since) return void 0;
			const plans = found.content?.plans ?? [];
			await replace$1(path, own, plans);
			if (found.content) await rm(`${this.#path}.${found.content.once}`, { force: true });
			return {
				plans,
				since: found.since
			};
		} finally {
			await rm(claim, { force: true });
		}
	}
	async #create(path, own) {
		try {
			return await create$3(path, own.path);
		} catch (error) {
			if (!isErrno(error, "ENOENT")) throw error;
			await writeOwn(own.path, own.content);
			return create$3(path, own.path);
		}
	}
	async #isDead({ content }) {
		if (content === void 0) return false;
		return this.#left.has(content.once) || await this.#host.liveness(content.run) === "dead";
	}
	async #isLeft(found, own, waited) {
		if (found.content === void 0) return own.written + waited - found.since > this.#patience;
		return this.#isDead(found);
	}
	async #removeLeft(own) {
		const folder = dirname(this.#path);
		const ours = (name) => name.startsWith(`${basename(this.#path)}.`) && BESIDE.test(name);
		for (const name of (await readdir(folder)).filter(ours)) {
			const path = join(folder, name);
			const found = path.startsWith(own.path) ? void 0 : await find(path);
			if (found === void 0) continue;
			if (found.content === void 0 && own.written - found.since > EMPTY_GRACE || await this.#isDead(found)) await rm(path, { force: true });
		}
	}
	async #release(once) {
		if ((await find(this.#path))?.content?.once === once) await rm(this.#path, { force: true });
	}
	async #busy() {
		const run = (await find(this.#path))?.content?.run;
		const owner = run === void 0 ? "an unknown run" : runName(run);
		const waited = `${Math.round(this.#patience / SECOND)} s`;
		return new LoopError("loop-busy", `${this.#path} has been held by ${owner} for more than ${waited}.`, { hint: `End that process, or delete ${this.#path} if it is on no machine any more.` });
	}
};
function nameOf({ text, since, content }, path) {
	const once = content === void 0 ? `${basename(path)} ${since} ${text}` : text;
	return createHash("sha256").update(once).digest("hex").slice(0, 16);
}
const EMPTY_GRACE = SECOND;
const BESIDE = /\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\.new)?$/;
// src/adapters/store/loose-refs.ts
const LARGEST_FILE = 4 << 20;
const MISSING = Symbol("missing");
async function looseRefs(gitDir, names) {
	const config = await small(join(gitDir, "config"));
	if (typeof config !== "string" || /refstorage/i.test(config)) return void 0;
	const own = await Promise.all(names.map((name) => small(join(gitDir, name))));
	const packed = own.includes(MISSING) ? await small(join(gitDir, "packed-refs")) : MISSING;
	if (packed === void 0) return void 0;
	const found = new Map();
	for (const [at, name] of names.entries()) {
		const text = own[at];
		const id = text === MISSING ? idPacked(packed, name) : text?.replace(/\n$/, "");
		if (id === MISSING) continue;
		if (id === void 0 || !isId(id)) return void 0;
		found.set(name, id);
	}
	return found;
}
function idPacked(packed, name) {
	if (packed === MISSING) return MISSING;
	const lines = `\n${packed}`;
	const end = lines.indexOf(` ${name}\n`);
	return end === -1 ? MISSING : lines.slice(lines.lastIndexOf("\n", end) + 1, end);
}
async function looseCommits(courier, ids) {
	const found = await Promise.all(ids.map(async (id) => (await looseObject(courier, id))?.kind === "commit" ? [id] : []));
	return new Set(found.flat());
}
async function looseCheckpoint(courier, tag) {
	const treeId = await looseTreeOf(courier, tag);
	const tree = treeId === void 0 ? void 0 : await looseObject(courier, treeId);
	const entry = Buffer.from(`100644 ${CHECKPOINT_FILE}\0`);
	const at = tree?.kind === "tree" ? tree.content?.indexOf(entry) ?? -1 : -1;
	if (at === -1) return void 0;
	const start = at + entry.length;
	const blob = await looseObject(courier, tree?.content?.toString("hex", start, start + tag.length / 2) ?? "");
	return blob?.kind === "blob" ? blob.content?.toString("utf8") : void 0;
}
async function small(path) {
	try {
		await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
		const found = await file.stat();
		return found.isFile() && found.size <= LARGEST_FILE ? await file.readFile("utf8") : void 0;
	} catch (error) {
		return isErrno(error, "ENOENT") ? MISSING : void 0;
	}
}
// src/adapters/store/ref-names.ts
function refsIn(listing) {
	const lines = listing.split("\n").filter(Boolean);
	return new Map(lines.map((line) => [line.slice(line.search(/\s/) + 1), line.slice(0, line.search(/\s/))]));
}
function blockersOf(ref) {
	const parts = ref.split("/");
	return parts.slice(3).map((_, at) => parts.slice(0, at + 3).join("/"));
}
const refInTheWay = (blocker, ref) => new LoopError("ref-in-the-way", `${shortRef(blocker)} is in the way: git cannot have ${shortRef(ref)} beside it.`, { hint: `Rename it (\`git branch -m ${shortRef(blocker)} old-${shortRef(blocker).replaceAll("/", "-")}\`) or delete it, then run again.` });
const archiveInTheWay = (ref) => new LoopError("ref-in-the-way", `${shortRef(ref)} exists already and holds another commit.`, { hint: `Rename or delete that branch (\`git branch -m ${shortRef(ref)} old-work\`), then run again.` });
function unmade(archives, now) {
	const taken = archives.find(({ ref, to }) => now.has(ref) && now.get(ref) !== to);
	if (taken) throw archiveInTheWay(taken.ref);
	return archives.filter(({ ref }) => !now.has(ref));
}
function salvageIn(refs, prefix) {
	return [...refs].filter(([ref]) => ref.startsWith(prefix) && /^\d+$/.test(ref.slice(prefix.length))).map(([ref, commit]) => ({
		attempt: Number(ref.slice(prefix.length)),
		commit
	})).toSorted((a, b) => b.attempt - a.attempt);
}
// src/adapters/store/stale-lock.ts
const FOREIGN_GRACE = SECOND;
const STEP = 20;
function lockNamedIn(problem) {
	if (!(problem instanceof LoopError)) return void 0;
	return /Unable to create '([^']+\.lock)': File exists/.exec(problem.message)?.[1];
}
async function removeUnchanged(path, grace, clock) {
	const first = await inode(path);
	for (let waited = 0; waited < grace; waited += STEP) {
		if (first === void 0 || await inode(path) !== first) return;
		await clock.sleep(STEP);
	}
	if (await inode(path) === first) await rm(path, { force: true });
}
const inode = async (path) => (await stat(path).catch(() => void 0))?.ino;
// src/adapters/store/local-refs.ts
const WHO = {
	GIT_COMMITTER_NAME: BOT.name,
	GIT_COMMITTER_EMAIL: BOT.email
};
const MOVE = [
	"-c",
	"core.fsync=committed,reference",
	"update-ref",
	"-m",
	"cms",
	"--stdin"
];
var LocalRefs = class {
	gitDir;
	#courier;
	#refs;
	#clock;
	#door;
	#mover;
	#open;
	constructor({ courier, refs, clock }) {
		this.gitDir = courier.repository.gitDir;
		this.#courier = courier;
		this.#refs = refs;
		this.#clock = clock;
		this.#door = join(dirname(courier.gitDir), "door.git");
		this.#mover = courier.converse(MOVE, {
			...WHO,
			GIT_DIR: this.#door
		});
	}
	async run(args, options = {}) {
		await this.#opened();
		return this.#courier.run(args, {
			...options,
			env: {
				...WHO,
				...options.env,
				GIT_DIR: this.#door
			}
		});
	}
	async read(names) {
		const { text, stderr } = await this.run([
			"for-each-ref",
			"--format=%(objectname) %(refname)",
			...names
		]);
		if (/broken ref|bad ref/i.test(stderr)) throw new LoopError("git-failed", stderr.trim());
		return refsIn(text);
	}
	async tips(names) {
		return await looseRefs(this.gitDir, names) ?? this.read(names);
	}
	async resolve(names) {
		return await this.#looseCommits(names) ?? this.#askedCommits(names);
	}
	async #looseCommits(names) {
		const refs = await looseRefs(this.gitDir, names.filter((name) => !isId(name)));
		if (!refs) return void 0;
		const all = [...refs, ...names.filter(isId).map((id) => [id, id])];
		const ids = [...new Set(all.map(([, id]) => id))];
		return (await looseCommits(this.#courier, ids)).size === ids.length ? new Map(all) : void 0;
	}
	async #askedCommits(names) {
		const input = names.map((name) => `${name}\n`).join("");
		const { text } = await this.run(["cat-file", "--batch-check=%(objecttype) %(objectname)"], { input });
		const lines = text.split("\n").map((line) => /^commit ([0-9a-f]+)$/.exec(line)?.[1]);
		return new Map(names.flatMap((name, at) => lines[at] === void 0 ? [] : [[name, lines[at]]]));
	}
	async update(transactions) {
		const all = transactions.filter((lines) => lines.length > 0);
		const lines = all.flatMap((each) => [
			"start",
			...each,
			"prepare",
			"commit"
		]);
		await this.#opened();
		try {
			await this.#mover.ask(lines.map((line) => `${line}\n`).join(""), 3 * all.length);
			return;
		} catch (error) {
			if (error instanceof LoopError) return error;
			throw error;
		}
	}
	verify = (ref, id) => `verify ${ref} ${id ?? this.#nowhere}`;
	move = ({ ref, from, to }) => `update ${ref} ${to} ${from ?? this.#nowhere}`;
	async removeInherited(since) {
		const folders = [...new Set([dirname(this.#refs.state), dirname(this.#refs.work)])];
		for (const folder of folders) for (const path of await locksBelow(join(this.gitDir, folder))) await removeUnchanged(path, 100, this.#clock);
		const packed = join(this.gitDir, "packed-refs.lock");
		const found = await stat(packed).catch(() => void 0);
		if (found && found.mtimeMs >= since) await removeUnchanged(packed, FOREIGN_GRACE, this.#clock);
	}
	async passLock(problem) {
		const path = lockNamedIn(problem);
		if (path === void 0) return false;
		const { state, work, salvage } = this.#refs;
		if (path.startsWith(`${this.gitDir}/${salvage}`) || [state, work].some((ref) => path.endsWith(`/${dirname(ref)}/${lastOf(path)}`))) await removeUnchanged(path, FOREIGN_GRACE, this.#clock);
		else await this.#clock.sleep(100);
		return true;
	}
	async refuseBlocked(wanted) {
		for (const ref of wanted) {
			const there = await this.read([...blockersOf(ref), ref]);
			const blocker = blockersOf(ref).find((name) => there.has(name)) ?? [...there.keys()].find((n) => n.startsWith(`${ref}/`));
			if (blocker !== void 0) throw refInTheWay(blocker, ref);
		}
	}
	get #nowhere() {
		return "0".repeat(this.#courier.repository.objectFormat === "sha256" ? 64 : 40);
	}
	#opened() {
		this.#open ??= this.#makeDoor();
		return this.#open;
	}
	async #makeDoor() {
		await mkdir(this.#door, { recursive: true });
		const put = (name, text) => replaceFile(join(this.#door, name), (beside) => writeFile(beside, text));
		await put("commondir", `${this.gitDir}\n`);
		await put("HEAD", "ref: refs/heads/none\n");
	}
};
const lastOf = (path) => path.slice(path.lastIndexOf("/") + 1);
async function locksBelow(folder) {
	return (await readdir(folder, { recursive: true }).catch(() => [])).filter((name) => name.endsWith(".lock")).map((name) => join(folder, name));
}
// src/adapters/store/local-salvage.ts
const salvageMoves = (names, changes) => changes.map(({ task, attempt, commit }) => ({
	ref: `${names.salvage}${task}/${attempt}`,
	to: commit
}));
const salvageLine = ({ ref, to }) => [to === null ? `delete ${ref}` : `update ${ref} ${to}`];
async function keepSalvage(refs, moves) {
	const left = [];
	for (const move of moves) {
		let problem = await refs.update([salvageLine(move)]);
		if (problem && await refs.passLock(problem)) problem = await refs.update([salvageLine(move)]);
		if (problem && move.to !== null) left.push({
			ref: move.ref,
			because: problem.message
		});
	}
	return left;
}
// src/adapters/store/local-update.ts
const namesIn = ({ archives, work, proof }) => [proof[1], ...[...archives, ...work].flatMap(({ ref, to }) => [ref, to])];
function mustExist(commits, now) {
	const missing = commits.find((commit) => !now.has(commit));
	if (missing !== void 0) throw new LoopError("git-failed", `There is no commit ${missing} here.`);
}
// src/adapters/store/local.ts
const TRIES$1 = 8;
var LocalStore = class {
	#courier;
	#names;
	#refs;
	#lock;
	constructor({ loop, refs, courier, host, clock, patience = 30 * SECOND }) {
		this.#courier = courier;
		this.#names = refs;
		this.#refs = new LocalRefs({
			courier,
			refs,
			clock
		});
		const path = join(courier.repository.gitDir, "cms", `${loop}.lock`);
		this.#lock = new LoopLock({
			path,
			host,
			clock,
			patience
		});
	}
	async load() {
		if (await this.#lock.isAbandoned()) await this.#locked(null, async () => {});
		const refs = await this.#refs.tips([this.#names.state, this.#names.work]);
		const tag = refs.get(this.#names.state);
		return {
			tag,
			text: tag === void 0 ? void 0 : await this.textAt(tag),
			work: refs.get(this.#names.work)
		};
	}
	async swap(change) {
		const tag = await writeStateCommit(this.#courier, change);
		const update = this.#updateOf(change, tag);
		return this.#locked({
			tag,
			after: [...update.archives, ...update.work]
		}, () => this.#make(update));
	}
	async moveWork(from, to) {
		const { work } = this.#names;
		return this.#locked(null, () => this.#make({
			first: [this.#refs.move({
				ref: work,
				from: from ?? null,
				to
			})],
			expected: new Map([[work, from]]),
			proof: [work, to],
			archives: [],
			work: [],
			salvage: []
		}));
	}
	relate(head, tip) {
		return relate({
			views: [{
				run: this.#run,
				shallow: join(this.#refs.gitDir, "shallow")
			}],
			fetch: async () => false,
			deepen: async () => false
		}, head, tip);
	}
	async history(limit) {
		const tip = (await this.#refs.read([this.#names.state])).get(this.#names.state);
		return tip === void 0 ? [] : versions(this.#run, tip, limit);
	}
	async textAt(tag) {
		return await looseCheckpoint(this.#courier, tag) ?? textAt(this.#run, tag);
	}
	async bring(commit) {
		mustExist([commit], await this.#refs.resolve([commit]));
	}
	keep(salvage) {
		return this.#locked(null, () => keepSalvage(this.#refs, salvageMoves(this.#names, salvage)));
	}
	async salvaged(task) {
		const prefix = `${this.#names.salvage}${task}/`;
		return salvageIn(await this.#refs.read([prefix]), prefix);
	}
	#run = (args, options) => this.#refs.run(args, options);
	#updateOf({ expected, work, archive = {}, salvage = [] }, tag) {
		const { state, work: workRef } = this.#names;
		const archives = Object.entries(archive).map(([ref, to]) => ({
			ref,
			from: null,
			to
		}));
		const moved = work ? [{
			ref: workRef,
			from: work.from ?? null,
			to: work.to
		}] : [];
		return {
			first: [...work ? [this.#refs.verify(workRef, work.from)] : [], this.#refs.move({
				ref: state,
				from: expected ?? null,
				to: tag
			})],
			expected: new Map([[state, expected], ...work ? [[workRef, work.from]] : []]),
			proof: [state, tag],
			archives,
			work: moved,
			salvage: salvageMoves(this.#names, salvage)
		};
	}
	#locked(plan, body) {
		return this.#lock.hold(plan, async (left, leave) => {
			try {
				if (left) await this.#finish(left);
				return await body();
			} catch (error) {
				if (await this.#mayHaveBegun([...plan ? [plan] : [], ...left?.plans ?? []])) leave();
				throw error;
			}
		});
	}
	async #mayHaveBegun(plans) {
		const { state } = this.#names;
		return this.#refs.tips([state]).then((now) => plans.some(({ tag }) => tag === now.get(state)), () => plans.length > 0);
	}
	async #finish({ plans, since }) {
		await this.#refs.removeInherited(since);
		if (plans.length === 0) return;
		const state = (await this.#refs.read([this.#names.state])).get(this.#names.state);
		await this.#follow(plans.find(({ tag }) => tag === state)?.after ?? []);
	}
	async #make(update) {
		const [ref, id] = update.proof;
		const names = [...update.expected.keys()];
		let problem;
		for (let tries = 0;; tries++) {
			const now = await this.#refs.resolve([...names, ...namesIn(update)]);
			const after = [...unmade(update.archives, now), ...update.work];
			if (problem && now.get(ref) === id) {
				await this.#follow(after);
				return {
					is: "saved",
					tag: id,
					left: await keepSalvage(this.#refs, update.salvage)
				};
			}
			if (names.some((name) => now.get(name) !== update.expected.get(name))) return { is: "stale" };
			mustExist([id, ...after.map(({ to }) => to)], now);
			if (problem) await this.#makeWay(problem, tries, [...names, ...after.map((move) => move.ref)]);
			problem = await this.#refs.update(this.#transactions(update, after));
			if (!problem) return {
				is: "saved",
				tag: id
			};
		}
	}
	#transactions({ first, archives, salvage }, after) {
		return [
			[...archives.filter((move) => after.includes(move)).map(({ ref }) => this.#refs.verify(ref, void 0)), ...first],
			after.map(this.#refs.move),
			...salvage.map(salvageLine)
		];
	}
	async #follow(after) {
		if (after.length === 0) return;
		for (let tries = 1;; tries++) {
			const now = await this.#refs.read(after.map(({ ref }) => ref));
			const left = after.filter(({ ref, from }) => (now.get(ref) ?? null) === from).filter(({ from, to }) => from !== to);
			if (left.length === 0) return;
			const problem = await this.#refs.update([left.map(this.#refs.move)]);
			if (problem) await this.#makeWay(problem, tries, left.map(({ ref }) => ref));
		}
	}
	async #makeWay(problem, tries, wanted) {
		if (tries >= TRIES$1) throw problem;
		if (await this.#refs.passLock(problem)) return;
		await this.#refs.refuseBlocked(wanted);
		if (problem.code === "ref-in-the-way" || tries > 1) throw problem;
	}
};
// src/adapters/store/push-refusals.ts
const RULE = /GH0(?:06|13): [^\n]*? for (refs\/\S+?)\.?\s*$/gm;
const PROTECTED = /GH006|GH013|protected branch hook declined|repository rule violations/i;
const WORKFLOW = /refusing to allow [^\n]*? to create or update workflow `?([^\s`]+)`? without `?workflows?`? (?:permission|scope)/i;
function githubRefusal(said, names) {
	const [, workflow] = WORKFLOW.exec(said) ?? [];
	if (workflow !== void 0) return new LoopError("workflow-refused", `The token may not change ${workflow}.\n${said}`);
	return PROTECTED.test(said) ? protectedBy(said, names) : void 0;
}
function protectedBy(said, names) {
	const refs = [...new Set([...said.matchAll(RULE)].map(([, ref = ""]) => ref))];
	const which = refs.length === 0 ? "branches of the loop" : refs.map(shortRef).join(" and ");
	const page = /https?:\/\/\S+\/rules\S*/.exec(said)?.[0] ?? "Settings → Rules, or Settings → Branches";
	const hidden = refs.length === 0 || refs.includes(names.work) ? "With `refs: hidden` in the loop file, set before the loop begins, only the work branch needs that." : "Or set `refs: hidden` in the loop file before the loop begins: then all but the work is out of sight of rules for branches.";
	return new LoopError("branch-protected", `A rule of the repository does not let this token push ${which}.\n${said}`, { hint: `Exempt \`cms/**\` from the rule (${page}), or give the token of an App that may bypass it as \`github-token\`. ${hidden}` });
}
// src/adapters/store/remote-landing.ts
const TRIES = 5;
var RemoteLanding = class {
	#link;
	#names;
	#clock;
	constructor(link, { refs, clock }) {
		this.#link = link;
		this.#names = refs;
		this.#clock = clock;
	}
	async land(landing) {
		const options = landing.isNew ? ["-c", "push.negotiate=true"] : [];
		let salvage = landing.salvage;
		for (let tries = 1;; tries++) {
			const answer = await this.#push([...landing.refs, ...salvage], options);
			const swapped = await this.#judge(landing.refs, answer, tries);
			if (swapped?.is === "saved" && salvage !== landing.salvage) return {
				...swapped,
				left: await this.keep(landing.salvage)
			};
			if (swapped) return swapped;
			if (salvage.length === 0 && !isPassing(answer) || tries >= TRIES) throw this.#refused(answer);
			salvage = [];
			await this.#clock.sleep(tries * randomInt(50, 150));
		}
	}
	async #push(refs, options) {
		try {
			return await this.#link.push(refs, options);
		} catch (error) {
			if (error instanceof LoopError && UNCERTAIN.has(error.code)) return error;
			throw error;
		}
	}
	async #judge(refs, answer, tries) {
		const [first] = refs;
		const tag = first.to ?? "";
		if (!(answer instanceof LoopError)) {
			const wasThere = answer.refs.get(first.ref)?.flag === "=" && first.from !== first.to;
			if (answer.ok) return wasThere ? { is: "stale" } : {
				is: "saved",
				tag
			};
			if (tries === 1 && this.#isLeaseBroken(answer)) return { is: "stale" };
			if (isDeclined(answer)) return void 0;
		}
		const now = await this.#look(refs, answer);
		if (now.get(first.ref) === tag) return {
			is: "saved",
			tag
		};
		return this.#compare(refs, now);
	}
	async #look(refs, answer) {
		try {
			return await this.#link.list(refs.flatMap(({ ref }) => [ref, ...blockersOf(ref)]));
		} catch (error) {
			throw isUnheard(answer) ? answer : error;
		}
	}
	#isLeaseBroken({ refs }) {
		const { state, work } = this.#names;
		return [state, work].some((ref) => /stale info|fetch first|non-fast-forward/.test(refs.get(ref)?.reason ?? ""));
	}
	#compare(refs, now) {
		const own = [this.#names.state, this.#names.work];
		const moved = refs.filter(({ ref, from }) => now.get(ref) !== from);
		if (moved.some(({ ref }) => own.includes(ref))) return { is: "stale" };
		const archive = moved.find(({ ref, to }) => now.get(ref) !== to);
		if (archive) throw archiveInTheWay(archive.ref);
		for (const { ref } of refs) {
			const blocker = blockersOf(ref).find((name) => now.has(name));
			if (blocker !== void 0) throw refInTheWay(blocker, ref);
		}
	}
	async keep(refs) {
		const left = [];
		for (const { ref, ...pushed } of refs) {
			const answer = await this.#link.push([{
				ref,
				...pushed
			}]).catch(asLoopError);
			if (!(!(answer instanceof LoopError) && answer.ok) && pushed.to !== null) left.push({
				ref,
				because: this.#refused(answer).message
			});
		}
		return left;
	}
	#refused(answer) {
		if (answer instanceof LoopError) return answer;
		const said = [...[...answer.refs].map(([ref, { flag, reason }]) => `${flag} ${ref}: ${reason}`), answer.said].join("\n").slice(0, 2e3);
		const known = githubRefusal(said, this.#names);
		if (known) return known;
		const wasSent = answer.refs.size > 0 && !said.includes("unpack");
		return new LoopError(wasSent ? "push-refused" : meaningOf(said), `The push failed.\n${said}`);
	}
};
const UNCERTAIN = new Set([
	"remote-unreachable",
	"git-failed",
	"ref-in-the-way"
]);
function asLoopError(error) {
	if (error instanceof LoopError) return error;
	throw error;
}
const DECLINED = /declined|protected|hidden|refusing|prohibited|denied|not permitted|shallow update not allowed/i;
const isDeclined = ({ refs }) => [...refs.values()].some(({ reason }) => DECLINED.test(reason));
const isUnheard = (answer) => answer instanceof LoopError && answer.code === "remote-unreachable";
const isPassing = (answer) => answer instanceof LoopError ? isUnheard(answer) : !isDeclined(answer) && [...answer.refs.values()].some(({ reason }) => /failed to update|lock|transaction|old value/i.test(reason));
// src/adapters/store/remote-link.ts
const REMOTE = "loop";
var RemoteLink = class {
	#access;
	#tokens;
	#last = Promise.resolve();
	constructor(access) {
		this.#access = access;
		const { token, fallbackToken } = access;
		this.#tokens = token !== void 0 && fallbackToken !== void 0 ? [token, fallbackToken] : [token ?? fallbackToken];
	}
	async list(patterns) {
		return refsIn((await this.#run([
			"ls-remote",
			"--refs",
			"--quiet",
			REMOTE,
			...patterns
		])).text);
	}
	async fetch(what) {
		await this.#run([
			"fetch",
			"--quiet",
			"--no-tags",
			"--no-write-fetch-head",
			"--no-recurse-submodules",
			"--no-auto-maintenance",
			"--no-show-forced-updates",
			...insertRemote(what)
		]);
	}
	async push(refs, options = []) {
		const leases = refs.filter(({ overwrites }) => !overwrites);
		const answer = await this.#run([
			...options,
			"push",
			"--atomic",
			"--porcelain",
			"--no-progress",
			"--no-verify",
			"--no-signed",
			"--recurse-submodules=no",
			...leases.map(({ ref, from }) => `--force-with-lease=${ref}:${from ?? ""}`),
			REMOTE,
			...refs.map(({ ref, to, overwrites }) => `${overwrites && to !== null ? "+" : ""}${to ?? ""}:${ref}`)
		], [0, 1]);
		const pushed = {
			ok: answer.code === 0,
			refs: pushedRefs(answer.text),
			said: withoutNoise(answer.stderr)
		};
		if (!pushed.ok && pushed.refs.size === 0) throw new LoopError(meaningOf(pushed.said), `The push was not answered.\n${pushed.said}`);
		return pushed;
	}
	#run(args, ok = [0]) {
		const answer = this.#last.then(() => this.#authorised(args, ok));
		this.#last = answer.catch(() => {});
		return answer;
	}
	async #authorised(args, ok) {
		try {
			return await this.#patient(args, ok);
		} catch (error) {
			if (!isUnknownToken(error) || this.#tokens.length === 1) throw error;
			this.#tokens = this.#tokens.slice(1);
			return this.#patient(args, ok);
		}
	}
	async #patient(args, ok) {
		for (let tries = 1;; tries++) try {
			return await this.#once(args, ok);
		} catch (error) {
			if (tries === 3 || !await this.#passLock(error)) throw error;
		}
	}
	async #passLock(error) {
		const lock = lockNamedIn(error);
		if (error instanceof LoopError && /cannot lock ref 'refs\/loop\//.test(error.message) && lock === void 0) return true;
		if (lock?.startsWith(`${this.#access.courier.gitDir}/`) !== true) return false;
		await removeUnchanged(lock, FOREIGN_GRACE, this.#access.clock);
		return true;
	}
	#once(args, ok) {
		const { courier, network, timeout = 300 * SECOND } = this.#access;
		const env = {
			GIT_DIR: courier.gitDir,
			GIT_OBJECT_DIRECTORY: courier.objects,
			...configEnvironment(this.#config())
		};
		return network.run(args, {
			cwd: courier.gitDir,
			env,
			timeout,
			ok
		}).catch(unanswered$1);
	}
	#config() {
		const { url, courier } = this.#access;
		const token = this.#tokens[0];
		const { promisor } = courier.repository;
		const filter = promisor.find(([key]) => /partialclonefilter$/i.test(key))?.[1];
		return [
			[`remote.${REMOTE}.url`, token === void 0 ? url : withoutUser(url)],
			["http.lowSpeedLimit", "1"],
			["http.lowSpeedTime", "60"],
			...promisor.length > 0 ? [[`remote.${REMOTE}.promisor`, "true"]] : [],
			...filter === void 0 ? [] : [[`remote.${REMOTE}.partialclonefilter`, filter]],
			...token === void 0 ? [] : tokenConfig(url, token)
		];
	}
};
const isUnknownToken = (error) => error instanceof LoopError && error.code === "auth-failed" && !/error: 403/.test(error.message);
function insertRemote(what) {
	const at = what.findIndex((word) => !word.startsWith("--"));
	return at === -1 ? [...what, REMOTE] : [
		...what.slice(0, at),
		REMOTE,
		...what.slice(at)
	];
}
function pushedRefs(porcelain) {
	const lines = porcelain.split("\n").map((line) => /^(.)\t[^\t]*:([^\t]+)\t(.*)$/.exec(line));
	return new Map(lines.flatMap((found) => {
		const [, flag = "", ref = "", summary = ""] = found ?? [];
		return found ? [[ref, {
			flag,
			reason: /\((.*)\)$/.exec(summary)?.[1] ?? summary
		}]] : [];
	}));
}
// src/adapters/store/remote.ts
const STATE = "refs/loop/state";
const WORK = "refs/loop/work";
const SALVAGE = "refs/loop/salvage/";
var RemoteStore = class {
	#courier;
	#names;
	#link;
	#landing;
	#known;
	constructor(options) {
		this.#courier = options.courier;
		this.#names = options.refs;
		this.#link = new RemoteLink(options);
		this.#landing = new RemoteLanding(this.#link, options);
	}
	async load() {
		const tips = await this.#unchanged() ?? await this.#fetchTips();
		this.#known = tips;
		const text = tips.state === void 0 ? void 0 : await this.#textHere(tips.state);
		return {
			tag: tips.state,
			text,
			work: tips.work
		};
	}
	async swap(change) {
		const { expected, work, archive = {}, salvage = [] } = change;
		if (!await this.#isCurrent(change)) return { is: "stale" };
		const tag = await writeStateCommit(this.#courier, change);
		const swapped = await this.#landing.land({
			refs: [
				{
					ref: this.#names.state,
					to: tag,
					from: expected
				},
				...work ? [{
					ref: this.#names.work,
					...work
				}] : [],
				...Object.entries(archive).map(([ref, to]) => ({
					ref,
					to,
					from: void 0
				}))
			],
			salvage: salvage.map((one) => this.#salvaged(one)),
			isNew: work !== void 0 && work.from === void 0
		});
		if (swapped.is === "saved" && this.#known) this.#known = {
			state: tag,
			work: work ? work.to : this.#known.work
		};
		if (swapped.is === "stale") this.#known = void 0;
		return swapped;
	}
	async moveWork(from, to) {
		const refs = [{
			ref: this.#names.work,
			from,
			to
		}];
		const swapped = await this.#landing.land({
			refs,
			salvage: [],
			isNew: from === void 0
		});
		if (swapped.is === "saved" && this.#known) this.#known = {
			...this.#known,
			work: to
		};
		return swapped;
	}
	relate(head, tip) {
		const { gitDir } = this.#courier;
		return relate({
			views: [{
				run: this.#runUncut,
				shallow: join(this.#courier.repository.gitDir, "shallow")
			}, {
				run: this.#run,
				shallow: join(gitDir, "shallow")
			}],
			fetch: (commit) => this.#fetchCommit(commit),
			deepen: (by) => this.#deepen(by, head, tip)
		}, head, tip);
	}
	async history(limit) {
		const names = [[this.#names.state, STATE]];
		const tip = (await this.#fetch({
			depth: limit,
			names
		})).get(STATE);
		return tip === void 0 ? [] : versions(this.#run, tip, limit);
	}
	async textAt(tag) {
		return await this.#textHere(tag) ?? (await this.#fetchCommit(tag) ? textAt(this.#run, tag) : void 0);
	}
	async bring(commit) {
		const { code } = await this.#run([
			"cat-file",
			"-e",
			`${commit}^{tree}`
		], { ok: [
			0,
			1,
			128
		] });
		if (code === 0 || await this.#fetchCommit(commit)) return;
		throw new LoopError("git-failed", `The remote has no commit ${commit}.`);
	}
	keep(salvage) {
		return this.#landing.keep(salvage.map((one) => this.#salvaged(one)));
	}
	async salvaged(task) {
		const prefix = `${SALVAGE}${task}/`;
		const names = [[`${this.#names.salvage}${task}/`, prefix]];
		return salvageIn(await this.#fetch({
			depth: 2,
			names
		}), prefix);
	}
	#run = (args, options) => this.#courier.run(args, options);
	#runUncut = (args, options = {}) => {
		const shallow = join(this.#courier.repository.gitDir, "shallow");
		return this.#courier.run(args, {
			...options,
			env: {
				...options.env,
				GIT_SHALLOW_FILE: shallow
			}
		});
	};
	async #unchanged() {
		const known = this.#known;
		if (!known) return void 0;
		const { state, work } = await this.#tips();
		return state === known.state && work === known.work ? known : void 0;
	}
	async #isCurrent({ expected, work }) {
		const fits = ({ state, work: at }) => state === expected && (!work || work.from === at);
		if (this.#known && fits(this.#known)) return true;
		this.#known = await this.#fetchTips();
		return fits(this.#known);
	}
	async #tips() {
		const found = await this.#link.list([this.#names.state, this.#names.work]);
		return {
			state: found.get(this.#names.state),
			work: found.get(this.#names.work)
		};
	}
	async #fetchTips() {
		const { state, work } = this.#names;
		const names = [[state, STATE], [work, WORK]];
		const found = await this.#fetch({
			depth: 1,
			names,
			only: [STATE, WORK]
		});
		return {
			state: found.get(STATE),
			work: found.get(WORK)
		};
	}
	async #fetch({ depth, names, only }) {
		try {
			await this.#link.fetch([
				`--depth=${depth}`,
				"--prune",
				...names.map(([from, to]) => `+${from}*:${to}*`)
			]);
		} catch (error) {
			const there = await this.#link.list(names.map(([from]) => `${from}*`));
			if (there.size > 0) throw error;
			return there;
		}
		const loose = only && await looseRefs(this.#courier.gitDir, only);
		if (loose) return loose;
		const { text } = await this.#run([
			"for-each-ref",
			"--format=%(objectname) %(refname)",
			"refs/loop"
		]);
		return refsIn(text);
	}
	async #textHere(tag) {
		return await looseCheckpoint(this.#courier, tag) ?? textAt(this.#run, tag);
	}
	#fetchCommit(commit) {
		return this.#fetchIfThere(["--depth=1", commit]);
	}
	async #deepen(by, head, tip) {
		const step = `--deepen=${by}`;
		return await this.#fetchIfThere([
			step,
			head,
			tip
		]) || this.#fetchIfThere([step, tip]);
	}
	async #fetchIfThere(what) {
		try {
			await this.#link.fetch(what);
			return true;
		} catch (error) {
			if (error instanceof LoopError && /not our ref|couldn't find remote ref/i.test(error.message)) return false;
			throw error;
		}
	}
	#salvaged({ task, attempt, commit }) {
		return {
			ref: `${this.#names.salvage}${task}/${attempt}`,
			to: commit,
			from: void 0,
			overwrites: true
		};
	}
};
// src/adapters/system/host.ts
async function createHost(identity, { isHeir = false } = {}) {
	const boot = await bootId();
	const self = identity ?? await localIdentity(boot);
	return {
		self,
		liveness: (other) => other === self ? Promise.resolve("alive") : livenessOf(other, boot),
		async clear(loop, dead) {
			return dead === self && !isHeir ? 0 : sweepMarked(allOf(markOf(loop, dead)));
		}
	};
}
const HOST = hostname().replaceAll(/[^A-Za-z0-9._-]/g, "-");
async function localIdentity(boot) {
	const started = await startOf(process.pid);
	return `local:${HOST}:${boot}:${process.pid}:${started ?? 0}`;
}
async function livenessOf(identity, boot) {
	const [, host, itsBoot = "", pid, started] = LOCAL.exec(identity) ?? [];
	const isNamesake = host === HOST;
	if (itsBoot === boot && (!boot.endsWith(UNKNOWN) || isNamesake)) return await startOf(Number(pid)) === started ? "alive" : "dead";
	if (kernelOf(itsBoot) === kernelOf(boot)) return "elsewhere";
	return isNamesake ? "dead" : "elsewhere";
}
const LOCAL = /^local:([^:]+):([^:]+):(\d+):(\d+)$/;
async function startOf(pid) {
	const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => void 0);
	if (stat !== void 0) return startFromStat(stat);
	return process.platform === "linux" ? void 0 : startFromPs(pid);
}
function startFromStat(stat) {
	const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
	return fields[0] === "Z" || fields[0] === "X" ? void 0 : fields[19];
}
async function startFromPs(pid) {
	const said = await output("ps", [
		"-o",
		"state=,lstart=",
		"-p",
		String(pid)
	]);
	const [, state, started] = /^(\S+)\s+(.+)$/.exec(said) ?? [];
	if (state === void 0 || started === void 0 || state.startsWith("Z")) return void 0;
	return String(Date.parse(started) / 1e3);
}
async function bootId() {
	const linux = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => void 0);
	if (linux !== void 0) return `${linux.trim()}${await container()}`;
	return /sec = (\d+)/.exec(await output("sysctl", ["-n", "kern.boottime"]))?.[1] ?? UNKNOWN;
}
const UNKNOWN = "unknown";
const kernelOf = (boot) => boot.split(".")[0];
async function container() {
	const link = await readlink("/proc/self/ns/pid").catch(() => "");
	const id = /^pid:\[(\d+)\]$/.exec(link)?.[1];
	return id === FIRST_NAMESPACE ? "" : `.${id ?? UNKNOWN}`;
}
const FIRST_NAMESPACE = "4026531836";
async function output(file, args) {
	const { stdout } = await run(file, {
		args,
		env: {
			PATH: "/usr/bin:/bin:/usr/sbin:/sbin",
			LC_ALL: "C"
		}
	});
	return stdout.toString("utf8").trim();
}
// src/adapters/system/no-mirror.ts
const noMirror = {
	save: async () => false,
	find: async () => void 0
};
// src/adapters/system/no-parcels.ts
const noParcels = {
	isThere: false,
	send: async () => {
		throw new Error("there is nobody to hand anything over to");
	},
	receive: async () => ({ is: "none" })
};
// src/adapters/system/no-pull-requests.ts
const noPullRequests = {
	open: () => Promise.resolve({ is: "nowhere" }),
	update: () => Promise.resolve({
		is: "unknown",
		because: "Without a token nobody can tell."
	})
};
// src/adapters/system/outbox.ts
const MOST_ENTRIES$1 = 2e3;
const DEEPEST = 2;
const createOutbox = (folder) => ({
	async open(lane, context, skills = {}) {
		const prefix = `lane-${LaneId.parse(lane)}-`;
		await mkdir(folder, { recursive: true });
		await removeOld$1(folder, prefix);
		const root = await mkdtemp(join(folder, prefix));
		const desk = {
			outbox: join(root, "outbox"),
			inbox: join(root, "inbox"),
			context: join(root, "context.json"),
			skills: await laidOut(join(root, "learnt"), skills)
		};
		await mkdir(desk.outbox);
		await mkdir(desk.inbox);
		await writeFile(desk.context, context);
		return desk;
	},
	async read({ outbox }) {
		const found = [];
		const walk = new Walk();
		for (const entry of await walk.list(outbox, "", 1)) found.push(await readEntry(outbox, entry, found));
		return found;
	},
	async mail({ outbox }) {
		const found = [];
		const acks = { path: "acks.json" };
		const letters = await new Walk().list(outbox, "messages", DEEPEST);
		for (const entry of [acks, ...letters]) found.push(await readEntry(outbox, entry, found));
		return found.filter((file) => !("refused" in file && /ENOENT|not a folder/.test(file.refused)));
	},
	async deliver({ inbox }, messages) {
		for (const message of messages) {
			if (!(await lstat(inbox)).isDirectory()) throw new Error("its inbox is not a folder any more");
			const name = `${String(message.seq).padStart(8, "0")}-${message.id}.json`;
			const beside = join(dirname(inbox), name);
			await rm(beside, {
				recursive: true,
				force: true
			});
			await writeFile(beside, `${JSON.stringify(message, null, 2)}\n`, { flag: "wx" });
			await rename(beside, join(inbox, name));
		}
	}
});
async function laidOut(folder, skills) {
	if (Object.keys(skills).length === 0) return void 0;
	const plugin = {
		name: "learnt",
		description: "What this loop has learnt",
		version: "1.0.0"
	};
	const files = {
		...skills,
		".claude-plugin/plugin.json": JSON.stringify(plugin)
	};
	for (const [path, text] of Object.entries(files)) {
		const file = join(folder, path);
		await mkdir(dirname(file), { recursive: true });
		await writeFile(file, text);
	}
	return folder;
}
async function removeOld$1(folder, prefix) {
	for (const name of await readdir(folder)) {
		if (!name.startsWith(prefix)) continue;
		const path = join(folder, name);
		await unlock(join(path, "outbox"));
		await rm(path, {
			recursive: true,
			force: true
		}).catch(() => void 0);
	}
}
async function unlock(path) {
	if ((await lstat(path).catch(() => void 0))?.isDirectory() === true) await chmod(path, 448).catch(() => void 0);
}
var Walk = class {
	#entries = 0;
	async list(root, folder, depth) {
		const path = join(root, folder);
		if (!await lstat(path).then((stat) => stat.isDirectory(), () => false)) return [{
			path: folder || ".",
			refused: "it is not a folder"
		}];
		const { names, refused } = await this.#names(path);
		const lists = [];
		for (const { name, isDirectory } of names) {
			const entry = folder === "" ? name : `${folder}/${name}`;
			if (!isDirectory) lists.push([{ path: entry }]);
			else if (name.endsWith(".json")) lists.push([{
				path: entry,
				refused: "it is a folder"
			}]);
			else if (depth < DEEPEST) lists.push(await this.list(root, entry, depth + 1));
			else lists.push([{
				path: entry,
				refused: "it is a folder too deep inside the outbox"
			}]);
		}
		return [...lists.flat(), ...refused === void 0 ? [] : [{
			path: folder || ".",
			refused
		}]];
	}
	async #names(path) {
		const names = [];
		const folder = await opendir(path).catch(() => void 0);
		if (folder === void 0) return {
			names,
			refused: "it cannot be listed"
		};
		for await (const entry of folder) {
			this.#entries += 1;
			if (this.#entries > MOST_ENTRIES$1) return {
				names: names.toSorted(filesFirst),
				refused: "there are too many entries in it"
			};
			names.push({
				name: entry.name,
				isDirectory: entry.isDirectory()
			});
		}
		return { names: names.toSorted(filesFirst) };
	}
};
function filesFirst(a, b) {
	if (a.isDirectory !== b.isDirectory) return a.isDirectory ? 1 : -1;
	return a.name < b.name ? -1 : 1;
}
async function readEntry(root, entry, before) {
	const { path, refused } = entry;
	if (refused !== void 0) return {
		path,
		refused
	};
	if (before.filter((file) => "text" in file).length >= LIMITS$1.outbox_files) return {
		path,
		refused: `there are more than ${LIMITS$1.outbox_files} files`
	};
	const found = await readBounded$1(join(root, path), LIMITS$1.outbox_file_bytes);
	return "text" in found ? {
		path,
		text: found.text
	} : {
		path,
		refused: found.refused
	};
}
// src/adapters/system/queue-relay.ts
const queueRelay = {
	dispatch: () => Promise.resolve({ is: "accepted" }),
	stateOfRun: () => Promise.resolve({ is: "unknown" }),
	stateOfRequest: () => Promise.resolve({ is: "unknown" }),
	hasSchedule: false,
	keepSchedule: () => Promise.resolve(void 0)
};
// src/adapters/system/recorder.ts
const MB = 1048576;
const noRecorder = {
	open: () => ({
		title: () => {},
		hear: () => {},
		[Symbol.dispose]: () => {}
	}),
	folder: () => void 0
};
var FileRecorder = class {
	#options;
	#limit;
	#left;
	#kept = false;
	#failed = false;
	constructor(options) {
		const { attempt, all } = options.limits ?? {
			attempt: 50 * MB,
			all: 500 * MB
		};
		this.#options = options;
		this.#limit = attempt;
		this.#left = all;
	}
	folder() {
		return this.#kept ? this.#options.folder : void 0;
	}
	open({ loop, task, iteration }) {
		const { folder, line: tell } = this.#options;
		const file = new LogFile(folder, `${loop}-i${iteration}-${task}`);
		const redact = lineRedactor(this.#options.redact);
		let left = this.#limit;
		let lines = [];
		const keep = (line) => {
			const shown = redact(line);
			tell?.(shown);
			lines.push(shown);
		};
		const flush = () => {
			if (lines.length > 0) this.#write(file, `${lines.join("\n")}\n`);
			lines = [];
		};
		const streams = {
			stdout: new Lines(keep),
			stderr: new Lines(keep)
		};
		const title = (text) => {
			for (const stream of Object.values(streams)) stream.end();
			keep(`=== ${text}`);
			flush();
		};
		const hear = (chunk, from) => {
			if (left < 0) return;
			const { byteLength: bytes } = chunk;
			left = bytes <= left && this.#grant(bytes) ? left - bytes : -1;
			if (left < 0) return title("The rest of this attempt is not kept: there is too much of it.");
			streams[from].push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
			flush();
		};
		return {
			title,
			hear,
			[Symbol.dispose]: () => {
				for (const stream of Object.values(streams)) stream.end();
				flush();
				file.close();
			}
		};
	}
	#grant(bytes) {
		if (bytes > this.#left) return false;
		this.#left -= bytes;
		return true;
	}
	#write(file, text) {
		if (this.#failed) return;
		try {
			file.append(text);
			this.#kept = true;
		} catch (error) {
			this.#failed = true;
			this.#options.trouble(Error.isError(error) ? error.message : String(error));
		}
	}
};
var LogFile = class {
	#folder;
	#name;
	#fd;
	constructor(folder, name) {
		this.#folder = folder;
		this.#name = name;
	}
	append(text) {
		this.#fd ??= create$2(this.#folder, this.#name);
		appendFileSync(this.#fd, text);
	}
	close() {
		if (this.#fd !== void 0) closeSync(this.#fd);
	}
};
const NAMES = [
	"",
	"-2",
	"-3",
	"-4",
	"-5",
	"-6",
	"-7",
	"-8",
	"-9"
];
function create$2(folder, name) {
	mkdirSync(folder, {
		recursive: true,
		mode: 448
	});
	for (const suffix of NAMES) try {
		return openSync(join(folder, `${name}${suffix}.log`), "ax", 384);
	} catch (error) {
		if (!isErrno(error, "EEXIST")) throw error;
	}
	throw new Error(`${folder} has nine files called ${name} already.`);
}
// src/adapters/system/webhook.ts
const LIMIT = 10 * SECOND;
const webhook = (env, limit = LIMIT) => ({ async send(variable, note) {
	const address = env[variable]?.trim() ?? "";
	if (address === "") return { is: "unset" };
	const url = URL.parse(address);
	if (url === null) return failed("it holds no URL");
	if (!keepsSecrets(url)) return failed("only https is allowed");
	try {
		const status = await post(url, JSON.stringify(note), {
			env,
			limit
		});
		return status >= 200 && status < 300 ? { is: "sent" } : failed(`it answered with HTTP ${status}`);
	} catch (error) {
		return failed(reasonOf(error, limit));
	}
} });
function post(url, body, { env, limit }) {
	const signal = AbortSignal.timeout(limit);
	const options = {
		method: "POST",
		headers: {
			"content-type": "application/json",
			"content-length": Buffer.byteLength(body),
			"user-agent": "cms-iterate"
		},
		signal
	};
	const request$2 = isLoopback(url) ? (url.protocol === "http:" ? request : request$1)(url, options) : request$1(url, {
		...options,
		agent: new Agent({
			proxyEnv: { ...env },
			timeout: limit + SECOND
		})
	});
	return new Promise((resolve, reject) => {
		signal.addEventListener("abort", () => reject(signal.reason));
		request$2.on("error", reject);
		request$2.once("response", (response) => {
			resolve(response.statusCode ?? 0);
			response.destroy();
		});
		request$2.end(body);
	});
}
function reasonOf(error, limit) {
	if (Error.isError(error) && /^(Abort|Timeout)Error$/.test(error.name)) return `no answer within ${Math.round(limit / SECOND)} s`;
	return `it cannot be reached (${errnoOf(error) ?? "no connection"})`;
}
const failed = (because) => ({
	is: "failed",
	because
});
// src/adapters/system/project.ts
const Manifest = object({ scripts: record(string(), string()).catch({}) });
const projectAt = (root) => ({
	facts: () => factsOf(root),
	create: (path, text) => create$1(join(root, path), path, text)
});
async function factsOf(root) {
	const files = await readdir(root).catch(() => []);
	const makefile = files.find((name) => name === "Makefile" || name === "makefile");
	const rules = makefile === void 0 ? "" : await read(join(root, makefile));
	return {
		files,
		scripts: scriptsOf(await read(join(root, "package.json"))),
		targets: [...rules.matchAll(/^([A-Za-z0-9_.-]+)\s*:(?!=)/gm)].map(([, target = ""]) => target),
		branch: await branchOf(root),
		workflows: await workflowsOf(root),
		ours: await read(join(root, WORKFLOW_PATH))
	};
}
async function workflowsOf(root) {
	const folder = join(root, dirname(WORKFLOW_PATH));
	const others = (await readdir(folder).catch(() => [])).filter((name) => /\.ya?ml$/.test(name) && name !== basename(".github/workflows/cms.yml"));
	return Promise.all(others.toSorted().map((name) => read(join(folder, name))));
}
const read = (path) => readFile(path, "utf8").catch(() => "");
function scriptsOf(manifest) {
	try {
		return Manifest.parse(JSON.parse(manifest)).scripts;
	} catch {
		return {};
	}
}
async function branchOf(root) {
	const pointer = /^gitdir: (.+)$/m.exec(await read(join(root, ".git")))?.[1];
	const own = pointer === void 0 ? join(root, ".git") : resolve(root, pointer);
	const common = (await read(join(own, "commondir"))).trim();
	const shared = common === "" ? own : resolve(own, common);
	const origin = await read(join(shared, "refs/remotes/origin/HEAD"));
	const head = await read(join(own, "HEAD"));
	return /^ref: refs\/remotes\/origin\/(\S+)$/m.exec(origin)?.[1] ?? /^ref: refs\/heads\/(\S+)$/m.exec(head)?.[1];
}
async function create$1(path, shown, text) {
	try {
		await mkdir(dirname(path), { recursive: true });
		await writeFile(path, text, { flag: "wx" });
		return "written";
	} catch (error) {
		if (isErrno(error, "EEXIST") && await readdir(dirname(path)).then(() => true, () => false)) return "exists";
		if (isDiskFull(error)) throw new LoopError("disk-full", `${shown} cannot be written.`, { cause: error });
		throw new LoopError("bad-input", `${shown} cannot be written: ${errnoOf(error) ?? String(error)}.`, {
			cause: error,
			hint: `Make sure that ${dirname(shown)} is a folder you may write to.`
		});
	}
}
// src/adapters/system/sources.ts
const LARGEST$1 = 8388608;
const LARGEST_FOLDER = 67108864;
const MOST_ENTRIES = 5e3;
const sourcesAt = (cwd) => ({ async open(path) {
	const place = resolve(cwd, path);
	const shown = oneLine(path).slice(0, 200);
	if ((await stat(place).catch((error) => {
		throw missing(shown, error);
	})).isDirectory()) return {
		is: "folder",
		folder: folderAt(place)
	};
	const read = await readBounded(place, 0);
	if (read !== void 0 && "text" in read) return fileAt(place, read.text);
	throw new LoopError("bad-source", `${shown} cannot be read: ${read?.refused ?? "it is gone"}.`);
} });
const fileAt = (place, text) => ({
	is: "file",
	text,
	beside: folderAt(dirname(place))
});
const missing = (shown, error) => new LoopError("bad-source", isErrno(error, "ENOENT", "ENOTDIR") ? `There is no file or folder ${shown}.` : `${shown} cannot be read: ${errnoOf(error) ?? String(error)}.`, { cause: error });
function folderAt(root) {
	let left = LARGEST_FOLDER;
	return {
		list: (path) => entriesOf(root, path),
		async read(path) {
			if (!await isBelow(root, dirname(normalize(path)))) return void 0;
			if (left <= 0) return { refused: "together with the files before it, it is larger than 64 MB" };
			const read = await readBounded(join(root, path), constants$1.O_NOFOLLOW);
			if (read !== void 0 && "text" in read) left -= read.text.length;
			return read;
		}
	};
}
async function isBelow(root, path) {
	let place = root;
	for (const part of path.split("/")) {
		place = join(place, part);
		if ((await lstat(place).catch(() => void 0))?.isDirectory() !== true) return false;
	}
	return true;
}
async function entriesOf(root, path) {
	const inner = path === "" ? "." : path;
	if (inner !== "." && !await isBelow(root, inner)) return [];
	const folder = await opendir(join(root, inner)).catch(() => void 0);
	if (folder === void 0) return [];
	const entries = [];
	for await (const entry of folder) {
		entries.push({
			name: entry.name,
			kind: entry.isFile() ? "file" : entry.isDirectory() ? "folder" : "other"
		});
		if (entries.length > MOST_ENTRIES) throw new LoopError("bad-source", `There are more than ${MOST_ENTRIES} entries in ${oneLine(path || root)}.`);
	}
	return entries.toSorted((a, b) => a.name < b.name ? -1 : 1);
}
async function readBounded(path, flags) {
	try {
		await using file = await open(path, constants$1.O_RDONLY | constants$1.O_NONBLOCK | flags);
		if (!(await file.stat()).isFile()) return { refused: "it is no regular file" };
		return decoded(await bytesOf(file));
	} catch (error) {
		if (isErrno(error, "ENOENT", "ENOTDIR")) return void 0;
		if (isErrno(error, "ELOOP", "EMLINK")) return { refused: "it is a link, and links in a folder are not followed" };
		return { refused: `it cannot be read (${errnoOf(error) ?? "unknown error"})` };
	}
}
async function bytesOf(file) {
	const chunks = [];
	let size = 0;
	for await (const chunk of file.createReadStream({
		autoClose: false,
		end: LARGEST$1
	})) {
		chunks.push(chunk);
		size += chunk.length;
	}
	return size > LARGEST$1 ? void 0 : Buffer.concat(chunks);
}
function decoded(bytes) {
	if (bytes === void 0) return { refused: `it is larger than ${LARGEST$1 / 1024 / 1024} MB` };
	try {
		return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
	} catch {
		return { refused: "it is no text in UTF-8" };
	}
}
// src/adapters/system/whole-file.ts
const targetFile = (path, shown) => ({
	path: shown,
	read: () => bytesAt(path, shown),
	async write(text, before) {
		const place = before === void 0 ? path : await realpath(path);
		return sayable(shown, async () => {
			const now = await bytesAt(place, shown);
			if (before === void 0) return now === void 0 && await create(place, text) ? "written" : "changed";
			if (now === void 0 || !Buffer.from(now).equals(before)) return "changed";
			await replace(place, text);
			return "written";
		});
	}
});
async function sayable(shown, act) {
	try {
		return await act();
	} catch (error) {
		const known = diskTrouble(error);
		if (known instanceof LoopError || errnoOf(error) === void 0) throw known;
		throw new LoopError("bad-input", `${shown} cannot be written: ${errnoOf(error)}.`, {
			cause: error,
			hint: `Make sure that ${dirname(shown)} is a folder you may write to.`
		});
	}
}
const LARGEST = 2097152;
async function bytesAt(path, shown) {
	try {
		await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
		const found = await file.stat();
		if (!found.isFile()) throw new LoopError("bad-loop-file", `${shown} is no regular file.`);
		if (found.size > LARGEST) throw new LoopError("bad-loop-file", `${shown} is larger than 1 MB.`);
		return await file.readFile();
	} catch (error) {
		if (error instanceof LoopError) throw error;
		if (isErrno(error, "ENOENT", "ENOTDIR")) return void 0;
		const why = errnoOf(error) ?? String(error);
		throw new LoopError("bad-loop-file", `${shown} cannot be read: ${why}.`, { cause: error });
	}
}
const replace = (path, text) => beside(path, text, (own) => rename(own, path));
async function create(path, text) {
	await mkdir(dirname(path), { recursive: true });
	try {
		await beside(path, text, (own) => linked(own, path));
		return true;
	} catch (error) {
		if (isErrno(error, "EEXIST")) return false;
		throw error;
	}
}
async function linked(own, path) {
	try {
		await link(own, path);
	} catch (error) {
		if (!isErrno(error, "EPERM", "ENOTSUP", "ENOSYS", "EOPNOTSUPP")) throw error;
		await copyFile(own, path, constants.COPYFILE_EXCL);
	}
}
async function beside(path, text, then) {
	const own = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
	const mode = await stat(path).then((found) => found.mode & 511, () => 438);
	try {
		{
			await using file = await open(own, "wx", mode);
			await file.writeFile(text);
			await file.datasync();
		}
		await then(own);
	} finally {
		await rm(own, { force: true });
	}
}
// src/adapters/system/teams-folder.ts
const teamsFolder = (root, shown) => ({
	path: shown,
	async look(team) {
		const { tasks, team: about } = teamFolders(team);
		const places = [
			dirname(tasks),
			tasks,
			dirname(about),
			about,
			`${about}/inboxes`
		];
		const found = await Promise.all(places.map((place) => kindOf(root, place, shown)));
		const isThere = found[1] === true || found[3] === true;
		return {
			isThere,
			loop: isThere ? await writerOf(join(root, about, "config.json")) : void 0
		};
	},
	write: (team, files) => sayable(shown, async () => {
		for (const { path, text } of files) {
			await mkdir(dirname(join(root, path)), { recursive: true });
			await replace(join(root, path), text);
		}
		await removeOld(root, team, new Set(files.map(({ path }) => path)));
	})
});
async function kindOf(root, place, shown) {
	const found = await lstat(join(root, place)).catch(() => void 0);
	if (found === void 0) return false;
	if (found.isDirectory()) return true;
	const what = found.isSymbolicLink() ? "a link, and links are not followed" : "no folder";
	throw new LoopError("bad-input", `${join(shown, place)} is ${what}.`, { hint: "Take it away, or write to another folder: --out <folder>." });
}
async function writerOf(path) {
	const text = (await lstat(path).catch(() => void 0))?.isFile() === true ? await readFile(path, "utf8") : "";
	const parsed = parsedJson(text);
	const value = "value" in parsed && isRecord(parsed.value) ? own(parsed.value, "cms") : void 0;
	return OurTeam.safeParse(value).data?.loop;
}
async function removeOld(root, team, kept) {
	const { tasks, team: about } = teamFolders(team);
	const folders = [{
		path: tasks,
		old: /^\d+\.json$/
	}, {
		path: `${about}/inboxes`,
		old: /\.json$/
	}];
	for (const { path, old } of folders) for (const name of await readdir(join(root, path)).catch(() => [])) if (old.test(name) && !kept.has(`${path}/${name}`)) await rm(join(root, path, name), { force: true });
}
export { remoteLoop as A, RunFolder as C, Checkout as D, Courier as E, configEnvironment as M, tokenConfig as N, registry as O, environment as P, GitWorkspaces as S, gitOrigin as T, BundleParcels as _, webhook as a, createAgents as b, queueRelay as c, noParcels as d, noMirror as f, CacheMirror as g, LocalStore as h, projectAt as i, remotes as j, localLoop as k, createOutbox as l, RemoteStore as m, targetFile as n, FileRecorder as o, createHost as p, sourcesAt as r, noRecorder as s, teamsFolder as t, noPullRequests as u, confinement as v, openPlace as w, markOf as x, createCommands as y };
