import { C as union, S as string, a as array, n as datetime, x as strictObject } from "./zod.js";
import { randomInt, randomUUID } from "node:crypto";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { spawn, spawnSync } from "node:child_process";
import { constants as constants$1, statSync } from "node:fs";
import { setTimeout as setTimeout$1 } from "node:timers/promises";
// src/core/time.ts
const Time = datetime();
const SECOND = 1e3;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const iso = (ms) => new Date(ms).toISOString();
const epoch = (text) => Date.parse(text);
const utcDay = (text) => text.slice(0, 10);
function duration(ms) {
	const seconds = Math.round(ms / SECOND);
	if (seconds < 60) return `${seconds}s`;
	if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
	return `${Math.floor(seconds / 3600)}h ${Math.floor(seconds % 3600 / 60)}m`;
}
// src/adapters/system/clock.ts
const LONGEST_TIMER = 2 ** 31 - 1;
const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
const systemClock = {
	now: () => Date.now(),
	async sleep(ms, signal) {
		for (let left = ms; left > 0 && signal?.aborted !== true; left -= LONGEST_TIMER) await nap(Math.min(left, LONGEST_TIMER), signal);
	},
	every(ms, act) {
		const over = new AbortController();
		const ended = repeat(ms, act, over.signal);
		return { stop() {
			over.abort();
			return ended;
		} };
	}
};
async function repeat(ms, act, signal) {
	for (;;) {
		await systemClock.sleep(ms, signal);
		if (signal.aborted) return;
		await act(signal);
	}
}
const nap = (ms, signal) => new Promise((resolve) => {
	const wake = () => {
		clearTimeout(timer);
		signal?.removeEventListener("abort", wake);
		resolve();
	};
	const timer = setTimeout(wake, ms);
	signal?.addEventListener("abort", wake);
});
const systemChance = {
	nonce: () => Array.from({ length: 12 }, () => LETTERS[randomInt(36)]).join(""),
	uuid: () => randomUUID(),
	fraction: () => Math.random()
};
// src/core/text.ts
const byteLength = (text) => new TextEncoder().encode(text).length;
const Text = (bytes) => string().max(bytes).refine((text) => byteLength(text) <= bytes, `must be at most ${bytes} bytes`);
function clip(text, bytes) {
	const encoded = new TextEncoder().encode(text);
	if (encoded.length <= bytes) return text;
	return `${new TextDecoder("utf-8").decode(encoded.subarray(0, bytes - 3)).replace(/\uFFFD+$/, "")}…`;
}
const UNPRINTABLE = /\u001b\[[0-9;?]*[ -/]*[@-~]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;
const printable = (text) => text.replaceAll("\r\n", "\n").replace(UNPRINTABLE, " ");
const oneLine = (text) => printable(text).replace(/\s+/g, " ").trim();
const tailLines = (text, most) => text.split("\n").filter((line) => line.trim() !== "").slice(-most);
const sentences = (...parts) => parts.map((part) => part.trim()).filter((part) => part !== "").map((part) => /[.!?…]["'`)]?$/.test(part) ? part : `${part}.`).join(" ");
function cut(text, most) {
	if (text.length <= most) return text;
	if (most < 1) return "";
	const characters = Array.from(text);
	return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}
// src/core/error.ts
const HINTS = {
	"no-loop-file": "Run `cms init` to write .cms/loop.yml, or name another file with --file.",
	"bad-loop-file": "Mend the lines named above, then run `cms validate`.",
	"bad-input": "Run the command with --help to see what it takes.",
	"unknown-format": "Name one with --from: agent-teams, prd, task-master, spec-kit, checklist or github-issues; docs/exchange.md shows each.",
	"bad-source": "Name a file or a folder with a list of tasks in it; docs/exchange.md shows which are known.",
	"task-taken": "Give the new ones other ids (--prefix x-), or keep those of the loop file as they are (--skip-existing).",
	"team-taken": "Write under another name (--team <name>), or replace what is there (--force).",
	"not-a-repository": "Run the command inside a git repository, or run `git init` first.",
	"bare-repository": "Run the command in a checkout with a working tree, not in a bare repository.",
	"no-commits": "Make a first commit: the loop starts its work branch from one.",
	"unknown-base": "Name an existing branch as `base:` in the loop file, or check out the one you mean. On Actions give actions/checkout `fetch-depth: 0`: it fetches only the branch of the run.",
	"git-missing": "Install git 2.38 or newer and make sure it is on the PATH.",
	"git-too-old": "Install git 2.38 or newer: merging without history needs it.",
	"git-failed": "The command and what git said are above. Run it by hand to see more.",
	"ref-in-the-way": "Rename or delete the branch that is in the way: `git branch -m cms old-cms`.",
	"no-remote": "Add a remote (`git remote add origin …`), or run with --local.",
	"two-loops": "Say which one you mean: --local or --remote.",
	"no-loop": "Run `cms run` to start a loop here, or name another with --loop.",
	"loop-busy": "Another process is working on this loop. Wait for it, or end that process; `cms status` shows it.",
	"checkpoint-newer": "Install the version of cms-iterate that wrote it, or a newer one.",
	"checkpoint-invalid": "Put back a good commit of the state branch (`git log`), or delete that branch: what the work branch shows as done stays done.",
	"work-checked-out": "Check out another branch there first (`git switch -`): its files would stay behind, as if you had undone the work.",
	"not-allowed": "`cms status` shows where things stand.",
	"unknown-task": "`cms status` lists the tasks.",
	"unknown-message": "`cms message` lists the messages.",
	"unknown-lesson": "`cms lessons` lists them.",
	"lost-race": "Another run keeps saving first. Nothing was lost: start again and it continues from the newer checkpoint.",
	"push-refused": "The remote refused the push. Check that the token may write contents and that no rule protects branches under cms/.",
	"branch-protected": "Exempt `cms/**` from the rule, or give the token of an App that may bypass it as `github-token`.",
	"workflow-refused": "Give the token of an App with the permission \"Workflows: write\" as `github-token`, or leave files in .github/workflows to people.",
	"auth-failed": "Check the token: it must be valid and allowed to read and write this repository.",
	"artifact-failed": "The artifact service of GitHub did not do what was asked. Nothing is lost: the next run goes on. On a server of your own, use the form with one job.",
	"parcel-too-large": "Have the task change less at once, or use the form with one job.",
	"start-refused": "What GitHub said is above. Start the run by hand: `gh workflow run <file>`.",
	"remote-unreachable": "The remote did not answer. Check the network and the URL, then run again: nothing was lost.",
	"read-only": "Give this user the right to write there, or run as one who has it. CMS_HOME names another folder for workspaces.",
	"disk-full": "Free some space, then run again: the last saved state is intact.",
	"agent-missing": "Install the agent and make sure it is on the PATH, or choose another with `agent:` in the loop file.",
	"agent-unavailable": "Trying again later may help. If it stays so, install the agent in a step before this one.",
	"not-ready": "Run `cms doctor` in a clone: it names all that stands in the way, each with its fix.",
	"agent-unknown": "Use one of the agents named in the README, for example `agent: claude`.",
	"bad-checkout": "Add actions/checkout before this action, with `persist-credentials: false`.",
	"unsafe-folder": "Set CMS_HOME to a folder of your own.",
	"node-too-old": "Install Node 24 or newer."
};
var LoopError = class extends Error {
	code;
	hint;
	timedOut;
	killed;
	place;
	constructor(code, message, options = {}) {
		super(message, options);
		this.name = "LoopError";
		this.code = code;
		this.hint = options.hint ?? HINTS[code];
		this.timedOut = options.timedOut === true;
		this.killed = options.killed === true;
		this.place = options.place;
	}
};
const explain = (error) => printable(`${error.message}\n  fix: ${error.hint} [${error.code}]`);
function unreachable(value) {
	throw new Error(`unhandled: ${JSON.stringify(value)}`);
}
// src/core/errno.ts
const errnoOf = (error) => Error.isError(error) && "code" in error && typeof error.code === "string" ? error.code : void 0;
const isErrno = (error, ...codes) => codes.some((code) => code === errnoOf(error));
const MEANINGS$1 = {
	ENOSPC: "disk-full",
	EDQUOT: "disk-full",
	EROFS: "read-only",
	EACCES: "read-only",
	EPERM: "read-only"
};
const isDiskFull = (error) => MEANINGS$1[errnoOf(error) ?? ""] === "disk-full";
function diskTrouble(error) {
	if (!Error.isError(error)) return error;
	if (isUnmadeFolder(error)) return new LoopError("read-only", `${error.message}: the disk is read-only, or a link leads nowhere`, { cause: error });
	const code = MEANINGS$1[errnoOf(error) ?? ""];
	if (code === void 0 || code === "read-only" && !("path" in error)) return error;
	return new LoopError(code, error.message, { cause: error });
}
const isUnmadeFolder = (error) => errnoOf(error) === "ENOENT" && "syscall" in error && error.syscall === "mkdir";
// src/adapters/process/dialogue.ts
var Dialogue = class {
	#file;
	#how;
	#alive;
	#last = Promise.resolve();
	constructor(file, how) {
		this.#file = file;
		this.#how = how;
	}
	ask(text, lines) {
		const answer = this.#last.then(() => this.#partner().ask(text, lines));
		this.#last = answer;
		return answer;
	}
	#partner() {
		if (this.#alive?.isThere !== true) this.#alive = new Partner(this.#file, this.#how);
		return this.#alive;
	}
};
var Partner = class {
	#child;
	#ended;
	#stdout = "";
	#stderr = "";
	#missing = false;
	#heard = () => {};
	isThere = true;
	constructor(file, { args, cwd, env }) {
		this.#child = spawn(file, args, {
			cwd,
			env,
			stdio: [
				"pipe",
				"pipe",
				"pipe"
			],
			detached: true
		});
		const { stdin, stdout, stderr } = this.#child;
		stdin?.on("error", () => {});
		stdout?.on("data", (chunk) => {
			this.#stdout += chunk.toString("latin1");
			this.#heard();
		});
		stderr?.on("data", (chunk) => {
			this.#stderr += chunk.toString("utf8");
		});
		this.#ended = new Promise((resolve) => {
			this.#child.once("error", (error) => {
				this.#missing = isErrno(error, "ENOENT");
				this.#stderr ||= error.message;
				resolve(this.#left(void 0));
			});
			this.#child.once("exit", () => {
				this.isThere = false;
			});
			this.#child.once("close", (code) => resolve(this.#left(code ?? void 0)));
		});
		this.#hold(false);
	}
	async ask(text, lines) {
		this.#stdout = "";
		this.#hold(true);
		try {
			return await Promise.race([this.#ended, this.#answered(text, lines)]);
		} finally {
			this.#heard = () => {};
			this.#hold(false);
		}
	}
	#answered(text, lines) {
		return new Promise((resolve) => {
			this.#heard = () => {
				if (this.#stdout.split("\n").length > lines) resolve(void 0);
			};
			this.#child.stdin?.write(text);
		});
	}
	#left(code) {
		this.isThere = false;
		return {
			code,
			stdout: Buffer.from(this.#stdout),
			stderr: this.#stderr,
			timedOut: false,
			missing: this.#missing
		};
	}
	#hold(yes) {
		const { stdin, stdout, stderr } = this.#child;
		for (const one of [
			this.#child,
			stdin,
			stdout,
			stderr
		]) holdOpen(one, yes);
	}
};
function holdOpen(one, yes) {
	const method = yes ? "ref" : "unref";
	if (one === null || !(method in one)) return;
	const call = Reflect.get(one, method);
	if (typeof call === "function") Reflect.apply(call, one, []);
}
// src/adapters/process/groups.ts
const living = new Map();
process.on("exit", () => {
	for (const [group, last] of living) signal(-group, last);
});
const raised = new Set();
const hasMoreRights = (group) => void raised.add(group);
function goesWithUs(group, last) {
	living.set(group, last);
	return () => living.delete(group);
}
function signal(pid, name) {
	if (raised.has(-pid)) spawnSync("sudo", [
		"-n",
		"kill",
		"-s",
		name.slice(3),
		"--",
		String(pid)
	], { timeout: 5e3 });
	try {
		process.kill(pid, name);
	} catch {}
}
// src/adapters/process/run.ts
const GRACE = 2e3;
const MOST = 268435456;
async function run(file, job) {
	for (let waited = 0;; waited += 100) {
		const { ran, error } = await runOnce(file, job);
		if (!isErrno(error, "EAGAIN") || waited >= 1e4 || job.signal?.aborted === true) return ran;
		await setTimeout$1(100);
	}
}
const PATIENCE = 1e4;
async function runOnce(file, { args, cwd, env, input, timeout = 0, signal: abort }) {
	if (cwd !== void 0 && !isFolder(cwd)) return { ran: notStarted(`There is no folder ${cwd}.`) };
	const child = spawn(file, args, {
		cwd,
		env,
		stdio: [
			input === void 0 ? "ignore" : "pipe",
			"pipe",
			"pipe"
		],
		detached: true
	});
	const forget = child.pid === void 0 ? () => {} : goesWithUs(child.pid, "SIGTERM");
	const limit = limitOf(child.pid, timeout, abort);
	const [stdout, stderr] = [kept(child, child.stdout), kept(child, child.stderr)];
	child.stdin?.on("error", () => {}).end(input);
	const { code, by, error } = await endOf(child);
	limit.lift();
	forget();
	return {
		ran: {
			code: limit.wasReached() ? void 0 : code,
			stdout: Buffer.concat(stdout),
			stderr: error?.message ?? Buffer.concat(stderr).toString("utf8"),
			timedOut: limit.wasReached(),
			missing: isErrno(error, "ENOENT"),
			killed: by !== void 0 && !child.killed && !limit.wasReached()
		},
		error
	};
}
const isFolder = (path) => {
	try {
		return statSync(path).isDirectory();
	} catch {
		return false;
	}
};
const notStarted = (stderr) => ({
	code: void 0,
	stdout: Buffer.alloc(0),
	stderr,
	timedOut: false,
	missing: false
});
function kept(child, stream) {
	const chunks = [];
	let size = 0;
	stream?.on("data", (chunk) => {
		chunks.push(chunk);
		size += chunk.length;
		if (size > MOST) child.kill("SIGKILL");
	});
	return chunks;
}
const endOf = (child) => new Promise((resolve) => {
	child.once("error", (error) => resolve({
		code: void 0,
		error
	}));
	child.once("close", (code, by) => resolve({
		code: code ?? void 0,
		by: by ?? void 0
	}));
});
function limitOf(group, ms, abort) {
	if (group === void 0 || ms === 0 && abort === void 0) return {
		lift: () => {},
		wasReached: () => false
	};
	let reached = false;
	let timer;
	const end = () => {
		clearTimeout(timer);
		reached = true;
		signal(-group, "SIGTERM");
		timer = setTimeout(signal, GRACE, -group, "SIGKILL");
	};
	if (ms > 0) timer = setTimeout(end, ms);
	if (abort?.aborted === true) end();
	else abort?.addEventListener("abort", end, { once: true });
	const lift = () => {
		clearTimeout(timer);
		abort?.removeEventListener("abort", end);
	};
	return {
		lift,
		wasReached: () => reached
	};
}
// src/adapters/git/git.ts
const MINIMUM_GIT = [2, 38];
const HYGIENE = [
	["core.hooksPath", "/dev/null"],
	["core.fsmonitor", "false"],
	["core.untrackedCache", "false"],
	["core.useReplaceRefs", "false"],
	["gc.auto", "0"],
	["maintenance.auto", "false"],
	["protocol.ext.allow", "never"],
	["core.fsync", "committed"],
	["core.quotePath", "false"],
	["advice.detachedHead", "false"],
	["safe.directory", "*"]
].flatMap(([key, value]) => ["-c", `${key}=${value}`]);
var Git = class {
	#env;
	constructor({ env, personal = false }) {
		this.#env = {
			...pick(env, [
				"PATH",
				"TMPDIR",
				"LANG",
				"SSL_CERT_FILE",
				"SSL_CERT_DIR",
				...PROXIES
			]),
			...personal ? pick(env, [
				"HOME",
				"XDG_CONFIG_HOME",
				"SSH_AUTH_SOCK",
				"GIT_SSH_COMMAND",
				"GIT_ASKPASS"
			]) : {
				HOME: "/nonexistent",
				GIT_CONFIG_NOSYSTEM: "1",
				GIT_CONFIG_GLOBAL: "/dev/null"
			},
			GIT_TERMINAL_PROMPT: "0",
			GIT_OPTIONAL_LOCKS: "0",
			GIT_ADVICE: "0",
			LC_ALL: "C"
		};
	}
	async run(args, options = {}) {
		const ran = await run("git", {
			args: [...HYGIENE, ...args],
			env: {
				...this.#env,
				...options.env
			},
			...options.cwd === void 0 ? {} : { cwd: options.cwd },
			...options.input === void 0 ? {} : { input: options.input },
			...options.timeout === void 0 ? {} : { timeout: options.timeout }
		});
		if (ran.code === void 0 || !(options.ok ?? [0]).includes(ran.code)) throw gitError(args, ran);
		return {
			code: ran.code,
			text: ran.stdout.toString("utf8").replace(/\n$/, ""),
			bytes: ran.stdout,
			stderr: ran.stderr
		};
	}
	converse(args, { cwd, env }) {
		return new GitDialogue(args, {
			cwd,
			env: {
				...this.#env,
				...env
			}
		});
	}
};
var GitDialogue = class {
	#args;
	#dialogue;
	constructor(args, place) {
		this.#args = args;
		this.#dialogue = new Dialogue("git", {
			args: [...HYGIENE, ...args],
			...place
		});
	}
	async ask(text, lines) {
		const ran = await this.#dialogue.ask(text, lines);
		if (ran !== void 0) throw gitError(this.#args, ran);
	}
};
const PROXIES = [
	"HTTP_PROXY",
	"HTTPS_PROXY",
	"NO_PROXY",
	"ALL_PROXY"
].flatMap((n) => [n, n.toLowerCase()]);
const pick = (env, names) => Object.fromEntries(names.flatMap((name) => env[name] === void 0 ? [] : [[name, env[name]]]));
const MEANINGS = [
	[/No space left on device|Disk quota exceeded|unable to write file [^:\n]+$/im, "disk-full"],
	[/Read-only file system|insufficient permission for adding an object|\.lock': Permission denied|unable to create directory for/i, "read-only"],
	[/Authentication failed|HTTP 401|returned error: 40[13]|could not read Username|Permission denied \(publickey/i, "auth-failed"],
	[/not a git repository/i, "not-a-repository"],
	[/'refs\/[^']*' exists; cannot create|unable to create file .*refs.*: (Is|Not) a directory|directory\/file conflict/i, "ref-in-the-way"],
	[/refusing to allow|protected branch|pre-receive hook declined|GH0\d\d/i, "push-refused"],
	[/fatal: bad object|pack-objects died|unable to read [0-9a-f]{40}/i, "git-failed"],
	[/Could not resolve host|unable to access '\w+:|Connection (refused|reset|timed out)|early EOF|hung up unexpectedly|Could not read from remote repository|does not appear to be a git repository|repository '[^']*' not found|RPC failed|unexpected disconnect|returned error: 5\d\d|expected flush/i, "remote-unreachable"]
];
const meaningOf = (said) => MEANINGS.find(([pattern]) => pattern.test(said))?.[1] ?? "git-failed";
const NOISE = /push negotiation failed|expected 'acknowledgments'/;
const withoutNoise = (stderr) => stderr.trim().split("\n").filter((line) => !NOISE.test(line)).join("\n");
function gitError(args, ran) {
	if (ran.missing) return new LoopError("git-missing", "git was not found on the PATH.");
	const said = withoutNoise(ran.stderr).split("\n").slice(-12).join("\n");
	if (ran.timedOut) return new LoopError("git-failed", `\`git ${verb(args)}\` did not end in time.\n${said}`, { timedOut: true });
	return new LoopError(meaningOf(ran.stderr), `\`git ${verb(args)}\` failed: ${said || (ran.killed === true ? "it was killed" : `exit code ${ran.code ?? "none"}`)}`, ran.killed === true ? { killed: true } : {});
}
function unanswered(error) {
	if (!(error instanceof LoopError && error.timedOut)) throw error;
	throw new LoopError("remote-unreachable", error.message, {
		cause: error,
		timedOut: true
	});
}
const verb = (args) => args.filter((a) => !a.includes("://")).slice(0, 4).join(" ").slice(0, 120);
// src/adapters/git/repository.ts
async function openRepository(git, cwd) {
	const [version, facts, top, promisor] = await Promise.allSettled([
		checkVersion(git),
		git.run(["rev-parse", ...FACTS], {
			cwd,
			ok: [0, 128]
		}),
		git.run([
			"rev-parse",
			"--path-format=absolute",
			"--show-toplevel"
		], {
			cwd,
			ok: [0, 128]
		}),
		promisorConfig(git, cwd)
	]);
	orThrow(version);
	const found = orThrow(facts);
	const [bare, gitDir, format, shallow] = found.text.split("\n");
	if (found.code !== 0 || gitDir === void 0) throw new LoopError("not-a-repository", `${cwd} is not inside a git repository.`);
	const { code, text: topLevel } = orThrow(top);
	if (bare === "true" || code !== 0) throw new LoopError("bare-repository", `${cwd} belongs to a repository without a working tree.`);
	return {
		topLevel,
		gitDir,
		objects: join(gitDir, "objects"),
		objectFormat: format === "sha256" ? "sha256" : "sha1",
		shallow: shallow === "true",
		promisor: orThrow(promisor)
	};
}
const FACTS = [
	"--is-bare-repository",
	"--path-format=absolute",
	"--git-common-dir",
	"--show-object-format",
	"--is-shallow-repository"
];
function orThrow(result) {
	if (result.status === "rejected") throw result.reason;
	return result.value;
}
async function checkVersion(git) {
	const { text } = await git.run(["version"]);
	const [, major = "0", minor = "0"] = /(\d+)\.(\d+)/.exec(text) ?? [];
	const [wantMajor, wantMinor] = MINIMUM_GIT;
	if (!(Number(major) > wantMajor || Number(major) === wantMajor && Number(minor) >= wantMinor)) throw new LoopError("git-too-old", `This is ${text}; ${MINIMUM_GIT.join(".")} or newer is needed.`);
}
async function promisorConfig(git, cwd) {
	const pairs = (await git.run([
		"config",
		"--local",
		"-z",
		"--get-regexp",
		"^(extensions\\.partialclone|remote\\..*\\.(url|promisor|partialclonefilter))$"
	], {
		cwd,
		ok: [0, 1]
	})).text.split("\0").filter((entry) => entry !== "").map((entry) => {
		const at = entry.indexOf("\n");
		return [entry.slice(0, at), entry.slice(at + 1)];
	});
	return pairs.some(([key]) => /promisor$|partialclone$/i.test(key)) ? pairs : [];
}
async function resolveCommit(git, cwd, name) {
	const found = await git.run([
		"rev-parse",
		"--verify",
		"--quiet",
		"--end-of-options",
		`${name}^{commit}`
	], {
		cwd,
		ok: [
			0,
			1,
			128
		]
	});
	return found.code === 0 ? found.text : void 0;
}
async function currentBranch(git, cwd) {
	const found = await git.run([
		"symbolic-ref",
		"--quiet",
		"--short",
		"HEAD"
	], {
		cwd,
		ok: [0, 1]
	});
	return found.code === 0 ? found.text : void 0;
}
async function isDirty(git, cwd) {
	return (await git.run([
		"status",
		"--porcelain",
		"--",
		".",
		":(exclude).cms"
	], { cwd })).text !== "";
}
// src/core/ids.ts
const ID = /^[a-z0-9][a-z0-9-]{0,39}$/;
const RESERVED_IDS = [
	"plan",
	"tick",
	"human",
	"all"
];
const TaskId = string().regex(ID, "must be 1 to 40 of a-z, 0-9 and \"-\", starting with a letter or digit");
const LoopId = string().regex(ID, "must be 1 to 40 of a-z, 0-9 and \"-\", starting with a letter or digit");
function loopIdOf(text) {
	const id = LoopId.safeParse(text);
	if (id.success && !RESERVED_IDS.includes(id.data)) return id.data;
	if (id.success) throw new LoopError("bad-input", `"${text}" is reserved and cannot be the id of a loop.`);
	throw new LoopError("bad-input", `"${text.slice(0, 60)}" is no loop id: 1 to 40 of a-z, 0-9 and "-", starting with a letter or digit.`);
}
const MessageId = string().regex(/^m[1-9][0-9]{0,9}$/, "must be the id of a message, such as \"m12\"");
const LaneId = string().regex(/^[1-9][0-9]{0,3}$/);
const ObjectId = string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/);
const RunIdentity = string().min(1).max(300);
function runName(run) {
	const [, host, pid] = /^local:([^:]+):[^:]+:(\d+):\d+$/.exec(run) ?? [];
	return pid === void 0 ? run : `process ${pid} on ${host}`;
}
// src/core/limits.ts
const LIMITS = {
	tasks: 2e3,
	lanes: 1e3,
	attempts_per_task: 100,
	proposals_attempt: 20,
	proposals_plan: 100,
	proposals_loop: 200,
	proposals_depth: 2,
	proposal_needs: 200,
	proposal_commands: 20,
	name_chars: 200,
	spec_bytes: 16384,
	goal_bytes: 4096,
	prompt_bytes: 65536,
	prompt_outputs_bytes: 16384,
	outputs_bytes: 4096,
	outputs_total_bytes: 262144,
	outbox_files: 200,
	outbox_file_bytes: 65536,
	messages_attempt: 20,
	message_bytes: 4096,
	summary_bytes: 1024,
	because_bytes: 1e3,
	command_chars: 2e3,
	tail_chars: 4e3,
	attempts_kept: 3,
	days_kept: 90,
	mail_messages: 200,
	mail_bytes: 262144,
	mail_of_agents: 160,
	mail_of_agents_bytes: 196608,
	mail_to_people: 50,
	mail_sender: 40,
	mail_inbox: 50,
	mail_deliveries: 5,
	mail_days: 7,
	mail_kept: 20,
	prompt_mail_bytes: 8192,
	estimates_kept: 32
};
// src/core/persons-mail.ts
const Words = string().min(1).max(8192);
const Order = union([
	strictObject({
		to: string().min(1).max(40),
		body: Words
	}),
	strictObject({
		reply: MessageId,
		body: Words
	}),
	strictObject({ ack: array(MessageId).min(1).max(100) })
]);
function readPersonsMail(text) {
	const { data } = Order.safeParse(json(text));
	if (data === void 0) return void 0;
	if ("ack" in data) return {
		say: "ack",
		ids: data.ack
	};
	const { body } = data;
	return "reply" in data ? {
		say: "reply",
		to: data.reply,
		body
	} : {
		say: "write",
		to: data.to,
		body
	};
}
function json(text) {
	try {
		return JSON.parse(text);
	} catch {
		return;
	}
}
// src/adapters/system/bounded-file.ts
const FLAGS = constants$1.O_RDONLY | constants$1.O_NOFOLLOW | constants$1.O_NONBLOCK;
async function readBounded(path, most) {
	try {
		await using file = await open(path, FLAGS);
		const stat = await file.stat();
		if (!stat.isFile()) return { refused: "it is not a regular file" };
		if (stat.size > most) return { refused: `it is larger than ${most / 1024} KB` };
		const { buffer, bytesRead } = await file.read(Buffer.alloc(stat.size), 0, stat.size, 0);
		return decoded(buffer.subarray(0, bytesRead));
	} catch (error) {
		if (isErrno(error, "ELOOP", "EMLINK")) return { refused: "it is a link" };
		const refused = `it cannot be read (${errnoOf(error) ?? "unknown error"})`;
		return isErrno(error, "ENOENT") ? {
			refused,
			isMissing: true
		} : { refused };
	}
}
function decoded(bytes) {
	try {
		return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
	} catch {
		return { refused: "it is not UTF-8 text" };
	}
}
export { LoopError as A, tailLines as B, goesWithUs as C, errnoOf as D, diskTrouble as E, clip as F, MINUTE as G, systemClock as H, cut as I, duration as J, SECOND as K, oneLine as L, unreachable as M, Text as N, isDiskFull as O, byteLength as P, printable as R, run as S, signal as T, DAY as U, systemChance as V, HOUR as W, iso as X, epoch as Y, utcDay as Z, Git as _, LoopId as a, withoutNoise as b, RESERVED_IDS as c, loopIdOf as d, runName as f, resolveCommit as g, openRepository as h, LaneId as i, explain as j, isErrno as k, RunIdentity as l, isDirty as m, readPersonsMail as n, MessageId as o, currentBranch as p, Time as q, LIMITS as r, ObjectId as s, readBounded as t, TaskId as u, meaningOf as v, hasMoreRights as w, PATIENCE as x, unanswered as y, sentences as z };
