import { C as union, D as NEVER, S as string, T as toJSONSchema, a as array, c as date$1, g as object, h as number, m as looseObject, n as datetime, o as boolean, r as _enum, t as date, u as int, w as unknown, x as strictObject } from "./zod.js";
import { A as LoopError, D as errnoOf, G as MINUTE, K as SECOND, M as unreachable, N as Text, P as byteLength, U as DAY, W as HOUR, X as iso, Y as epoch, a as LoopId, c as RESERVED_IDS, k as isErrno, r as LIMITS, u as TaskId } from "./start.js";
import { t as require_dist } from "./yaml.js";
import { createHash } from "node:crypto";
import { open, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
// src/adapters/config/compose.ts
var import_dist = require_dist();
var Refused = class extends Error {
	offset;
	constructor(message, offset) {
		super(message);
		this.name = "Refused";
		this.offset = offset;
	}
};
const MOST_PIECES = 22e4;
const MOST_STRAY = 100;
function compose(text, lines) {
	const { stackTraceLimit } = Error;
	Error.stackTraceLimit = 0;
	try {
		const [document, second] = new import_dist.Composer({
			prettyErrors: false,
			uniqueKeys: false,
			logLevel: "error"
		}).compose(tokensOf(text, lines), true, text.length);
		if (document === void 0) throw new Refused("there is nothing in it", 0);
		if (second) throw new Refused("not valid YAML: a second document begins here", second.range[0]);
		return document;
	} finally {
		Error.stackTraceLimit = stackTraceLimit;
	}
}
function* tokensOf(text, lines) {
	const parser = new import_dist.Parser(lines.addNewLine);
	const watch = new Watch();
	lines.addNewLine(0);
	for (const piece of new import_dist.Lexer().lex(text)) {
		const refusal = watch.objection(piece);
		if (refusal !== void 0) throw new Refused(refusal, parser.offset);
		yield* parser.next(piece);
	}
	yield* parser.end();
}
var Watch = class {
	#pieces = 0;
	#depth = 0;
	#stray = 0;
	#isBare = true;
	objection(piece) {
		this.#pieces++;
		if (piece === "[" || piece === "{") this.#depth++;
		else if (piece === "]" || piece === "}") this.#close();
		else if (piece === "," && this.#isBare) this.#stray++;
		if (piece.trim() !== "") this.#isBare = BEFORE_ITEM.has(piece);
		if (this.#depth > 100) return "nested too deeply";
		if (this.#stray > MOST_STRAY) return "not valid YAML: too many brackets and commas in wrong places";
		return this.#pieces > MOST_PIECES ? "has too many parts for a loop file" : void 0;
	}
	#close() {
		if (this.#depth === 0) this.#stray++;
		else this.#depth--;
	}
};
const BEFORE_ITEM = new Set([
	",",
	"[",
	"{"
]);
// src/adapters/config/json.ts
function parseJson(text) {
	if (!/^\s*\{/.test(text)) return void 0;
	try {
		const value = JSON.parse(text);
		return typeof value === "object" && value !== null && keysIn(value) === writtenIn(text) ? value : void 0;
	} catch {
		return;
	}
}
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/g;
const writtenIn = (text) => [...text.matchAll(STRING)].filter(([, colon]) => colon !== void 0).length;
function keysIn(value, depth = 1) {
	if (typeof value !== "object" || value === null) return 0;
	if (depth > 100) throw new Error("nested too deeply");
	const values = Object.values(value);
	const own = Array.isArray(value) ? 0 : values.length;
	return values.reduce((count, inner) => count + keysIn(inner, depth + 1), own);
}
// src/adapters/config/locate.ts
function locator(document, at) {
	const indexes = new WeakMap();
	return (path, part = "value") => {
		let node = document.contents;
		let found = startOf(node) ?? 0;
		for (const [index, step] of path.entries()) {
			const pair = stepInto(resolved(node, document), step, indexes);
			if (!pair) break;
			node = pair.value;
			const last = index === path.length - 1;
			found = startOf(last && part === "key" ? pair.key : pair.value) ?? startOf(pair.key) ?? found;
		}
		return at(found);
	};
}
const resolved = (node, document) => (0, import_dist.isAlias)(node) ? node.resolve(document) : node;
function stepInto(node, step, indexes) {
	if ((0, import_dist.isSeq)(node) && typeof step === "number") return {
		key: void 0,
		value: node.items[step]
	};
	if (!(0, import_dist.isMap)(node)) return void 0;
	const index = indexes.get(node) ?? indexOf(node);
	indexes.set(node, index);
	return index.get(String(step));
}
const indexOf = ({ items }) => new Map(items.toReversed().flatMap((pair) => (0, import_dist.isScalar)(pair.key) ? [[String(pair.key.value), pair]] : []));
const startOf = (node) => (0, import_dist.isNode)(node) ? node.range?.[0] : void 0;
// src/adapters/config/yaml.ts
const MOST_ALIASES = 2e3;
const MOST_EXPANSIONS = 1e4;
const MOST_ERRORS = 100;
function parseYaml(text) {
	const json = parseJson(text);
	return json === void 0 ? parsed(text) : {
		is: "read",
		value: json,
		locate: locateIn(text),
		mistakes: []
	};
}
function locateIn(text) {
	let locate;
	return (path, part) => {
		if (!locate) {
			const again = parsed(text);
			locate = again.is === "read" ? again.locate : () => ({
				line: 1,
				column: 1
			});
		}
		return locate(path, part);
	};
}
function parsed(text) {
	const lines = new import_dist.LineCounter();
	const at = (offset) => {
		const { line, col } = lines.linePos(offset);
		return {
			line: Math.max(1, line),
			column: Math.max(1, col)
		};
	};
	const deep = depthBeyond(text, 100);
	if (deep !== void 0) return unreadable([{
		...deep,
		path: "",
		message: "nested too deeply"
	}]);
	try {
		return read(compose(text, lines), at);
	} catch (error) {
		if (error instanceof Refused) return unreadable([{
			...at(error.offset),
			path: "",
			message: error.message
		}]);
		const message = Error.isError(error) ? sentence(error.message) : "cannot be read";
		return unreadable([{
			line: 1,
			column: 1,
			path: "",
			message
		}]);
	}
}
function read(document, at) {
	const { errors, warnings } = document;
	const told = ({ pos, message }) => ({
		...at(pos[0]),
		path: "",
		message: sentence(message)
	});
	if (errors.length > 0) return unreadable(errors.slice(0, MOST_ERRORS).map(told));
	const { aliases, maps } = partsOf(document);
	const lost = aliasMistakes(document, aliases, at);
	if (lost.length > 0) return unreadable(lost);
	return {
		is: "read",
		value: document.toJS({ maxAliasCount: MOST_EXPANSIONS }),
		locate: locator(document, at),
		mistakes: [...maps.flatMap((map) => duplicateKeys(map, at)), ...warnings.map(told)]
	};
}
const unreadable = (mistakes) => ({
	is: "unreadable",
	mistakes
});
const sentence = (message) => `not valid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
function depthBeyond(text, limit) {
	for (const [index, line] of text.split("\n").entries()) if ((/^[ ]*(?:[-?:][ ]+)*/.exec(line)?.[0].match(/[-?:]/g)?.length ?? 0) > limit) return {
		line: index + 1,
		column: 1
	};
}
function partsOf({ contents }) {
	const parts = {
		aliases: [],
		maps: []
	};
	const walk = (node) => {
		if ((0, import_dist.isAlias)(node)) parts.aliases.push(node);
		if ((0, import_dist.isMap)(node)) parts.maps.push(node);
		if ((0, import_dist.isMap)(node) || (0, import_dist.isSeq)(node)) node.items.forEach(walk);
		if (!(0, import_dist.isPair)(node)) return;
		walk(node.key);
		walk(node.value);
	};
	walk(contents);
	return parts;
}
function aliasMistakes(document, aliases, at) {
	if (aliases.length > MOST_ALIASES) return [{
		...at(0),
		path: "",
		message: `more than ${MOST_ALIASES} aliases`
	}];
	return aliases.filter((alias) => alias.resolve(document) === void 0).map(({ source, range }) => ({
		...at(range?.[0] ?? 0),
		path: "",
		message: `there is no anchor &${source} before this alias`
	}));
}
function duplicateKeys({ items }, at) {
	const first = new Map();
	return items.flatMap(({ key }) => {
		if (!(0, import_dist.isScalar)(key)) return [];
		const name = String(key.value);
		const here = key.range?.[0] ?? 0;
		const earlier = first.get(name);
		if (earlier === void 0) first.set(name, here);
		const message = `the key "${name}" is given twice; first on line ${earlier === void 0 ? 0 : at(earlier).line}`;
		return earlier === void 0 ? [] : [{
			...at(here),
			path: name,
			message
		}];
	});
}
// src/core/refs.ts
const REFS_KINDS = ["branches", "hidden"];
function loopRefs(loop, refs = "branches") {
	const visible = `refs/heads/cms/${loop}`;
	const own = refs === "hidden" ? `refs/cms/${loop}` : visible;
	return {
		state: `${own}/state`,
		work: `${visible}/work`,
		salvage: `${own}/salvage/`,
		archive: (epoch) => `${visible}/archive/${epoch}`
	};
}
const shortRef = (ref) => ref.replace(/^refs\/heads\//, "");
// src/core/settings.ts
const Budget = looseObject({
	usd: number().positive().optional(),
	iterations: int().positive().optional(),
	tokens: int().positive().optional(),
	minutes: number().positive().optional(),
	usd_per_day: number().positive().optional(),
	deadline: datetime().optional()
});
const DEFAULT_BUDGET = {
	usd: 10,
	iterations: 50,
	minutes: 600
};
const Policy = looseObject({
	attempts: int().min(1).max(LIMITS.attempts_per_task).default(3),
	usd_per_attempt: number().positive().default(5),
	reserve_usd: number().min(0).optional(),
	escalate: array(string()).default(["lessons"]),
	retry: _enum(["continue", "clean"]).default("continue"),
	lessons: boolean().optional()
});
const AgentSettings = looseObject({
	use: string(),
	model: string().optional(),
	args: array(string()).optional(),
	timeout: int().positive().optional(),
	stall: int().min(0).optional(),
	env: array(string()).optional()
});
const AgentOverride = AgentSettings.partial();
const DEFAULT_TIMEOUT = 45 * MINUTE;
const DEFAULT_STALL = 10 * MINUTE;
const Settings = looseObject({
	agent: AgentSettings,
	parallel: int().min(1).max(LIMITS.lanes).default(1),
	budget: Budget.default(DEFAULT_BUDGET),
	policy: Policy.prefault({}),
	setup: array(string()).default([]),
	verify: array(string()).default([]),
	verify_in: _enum(["clean", "same"]).optional(),
	verify_timeout: int().positive().default(15 * MINUTE),
	setup_timeout: int().positive().default(10 * MINUTE),
	protect: array(string()).default([]),
	red_first: boolean().default(false),
	strict_verify: boolean().default(false),
	commits: _enum(["squash", "keep"]).default("squash"),
	refs: _enum(REFS_KINDS).default("branches"),
	restart: _enum(["never", "when_done"]).default("never"),
	approve_plan: boolean().default(false),
	pull_request: _enum([
		"draft",
		"ready",
		"none"
	]).default("draft"),
	notify: string().optional(),
	narrowed: array(_enum(["usd", "iterations"])).optional()
});
const TaskSpec = looseObject({
	id: TaskId,
	name: string().min(1).max(LIMITS.name_chars),
	spec: Text(LIMITS.spec_bytes).default(""),
	needs: array(TaskId).default([]),
	uses: array(TaskId).default([]),
	verify: array(string()).default([]),
	priority: int().default(0),
	agent: AgentOverride.optional(),
	run: string().optional(),
	allow_empty: boolean().default(false)
});
function agentFor(settings, override) {
	const merged = {
		...settings.agent,
		...override
	};
	const foreign = override?.use !== void 0 && override.use !== settings.agent.use;
	return {
		use: merged.use ?? settings.agent.use,
		model: foreign ? override.model : merged.model,
		args: (foreign ? override.args : merged.args) ?? [],
		timeout: merged.timeout ?? DEFAULT_TIMEOUT,
		stall: merged.stall ?? ((merged.use ?? settings.agent.use) === "command" ? 0 : DEFAULT_STALL),
		env: merged.env ?? []
	};
}
const reserveFor = (settings, agent) => settings.policy.reserve_usd ?? (agent.use === "command" ? 0 : 1);
const OWN_TIME = 10 * MINUTE;
const attemptLimit = (settings, timeout) => settings.setup_timeout + timeout + 2 * settings.verify_timeout + OWN_TIME;
// src/core/units.ts
const DURATION = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;
const UNITS$1 = [
	["d", DAY],
	["h", HOUR],
	["m", MINUTE],
	["s", SECOND]
];
const COUNT = /^(\d[\d_]*)(\.\d+)?([kKMG]?)$/;
const FACTORS = {
	"": 1,
	k: 1e3,
	K: 1e3,
	M: 1e6,
	G: 1e9
};
const LONGEST_DURATION = 24 * DAY;
const value = (number) => ({
	ok: true,
	value: number
});
const wrong = (because) => ({
	ok: false,
	because
});
function parseDuration(written) {
	if (written === 0) return value(0);
	if (typeof written === "number") return wrong(`needs a unit, for example ${written}m or ${written}s`);
	const parts = typeof written === "string" && written !== "" ? DURATION.exec(written) : null;
	if (!parts) return wrong("must be a duration such as 90s, 45m, 1h30m or 2d");
	const ms = UNITS$1.reduce((sum, [, size], index) => sum + Number(parts[index + 1] ?? 0) * size, 0);
	return ms > LONGEST_DURATION ? wrong(`must be at most ${printDuration(LONGEST_DURATION)}`) : value(ms);
}
function printDuration(ms) {
	let rest = Math.round(ms / SECOND) * SECOND;
	return UNITS$1.map(([unit, size]) => {
		const whole = Math.floor(rest / size);
		rest -= whole * size;
		return whole > 0 ? `${whole}${unit}` : "";
	}).join("") || "0s";
}
function parseCount(written) {
	const parts = COUNT.exec(typeof written === "number" ? String(written) : textOf(written));
	if (!parts) return wrong("must be a whole number, or a count such as 500k, 20M or 1_000");
	const [, whole = "", fraction = "", unit = ""] = parts;
	const count = Number((Number(whole.replaceAll("_", "") + fraction) * (FACTORS[unit] ?? 1)).toPrecision(15));
	return Number.isSafeInteger(count) ? value(count) : wrong("must be a whole number, and not beyond 2^53");
}
const textOf = (written) => typeof written === "string" ? written : "";
// src/core/graph.ts
const ONE = () => 1;
function missingNeeds(nodes) {
	const known = new Set(nodes.map(({ id }) => id));
	return nodes.flatMap(({ id, needs }) => needs.filter((need) => !known.has(need)).map((need) => ({
		id,
		need
	})));
}
function cycles(nodes) {
	const byId = new Map(nodes.map((node) => [node.id, node]));
	const visited = new Set();
	const named = new Set();
	const found = [];
	const meet = (path, again) => {
		if (named.has(again)) return;
		const cycle = path.slice(path.indexOf(again));
		if (cycle.some((id) => named.has(id))) return;
		for (const id of cycle) named.add(id);
		found.push([...cycle, again]);
	};
	for (const { id } of nodes) walk(id, {
		byId,
		visited,
		meet
	});
	return found;
}
function walk(root, { byId, visited, meet }) {
	const path = [];
	const onPath = new Set();
	const iterators = [];
	const enter = (id) => {
		visited.add(id);
		onPath.add(id);
		path.push(id);
		iterators.push((byId.get(id)?.needs ?? []).values());
	};
	if (!visited.has(root)) enter(root);
	for (let top = iterators.at(-1); top; top = iterators.at(-1)) {
		const next = top.next();
		if (next.done) {
			onPath.delete(path.pop() ?? "");
			iterators.pop();
		} else if (onPath.has(next.value)) meet(path, next.value);
		else if (!visited.has(next.value) && byId.has(next.value)) enter(next.value);
	}
}
function dependentsOf(nodes) {
	const dependents = new Map(nodes.map(({ id }) => [id, []]));
	for (const node of nodes) for (const need of new Set(node.needs)) dependents.get(need)?.push(node);
	return dependents;
}
function topological(nodes) {
	const dependents = dependentsOf(nodes);
	const waiting = new Map(nodes.map(({ id, needs }) => [id, [...new Set(needs)].filter((need) => dependents.has(need)).length]));
	const ordered = nodes.filter(({ id }) => waiting.get(id) === 0);
	for (const { id } of ordered) for (const dependent of dependents.get(id) ?? []) {
		const left = (waiting.get(dependent.id) ?? 0) - 1;
		waiting.set(dependent.id, left);
		if (left === 0) ordered.push(dependent);
	}
	return ordered;
}
function longestPaths(nodes, weight = ONE) {
	const dependents = dependentsOf(nodes);
	const paths = new Map();
	for (const { id } of topological(nodes).toReversed()) {
		const behind = (dependents.get(id) ?? []).map((dependent) => paths.get(dependent.id) ?? 0);
		paths.set(id, weight(id) + behind.reduce((most, path) => Math.max(most, path), 0));
	}
	return paths;
}
function criticalPath(nodes, weight = ONE) {
	const paths = longestPaths(nodes, weight);
	const dependents = dependentsOf(nodes);
	const longest = (from) => from.reduce((best, node) => best && (paths.get(best.id) ?? 0) >= (paths.get(node.id) ?? 0) ? best : node, void 0);
	const chain = [];
	const roots = topological(nodes);
	for (let node = longest(roots); node; node = longest(dependents.get(node.id) ?? [])) chain.push(node.id);
	return chain;
}
function levels(nodes) {
	const level = new Map();
	const waves = [];
	for (const node of topological(nodes)) {
		const mine = node.needs.reduce((most, need) => Math.max(most, (level.get(need) ?? -1) + 1), 0);
		level.set(node.id, mine);
		waves[mine] ??= [];
		waves[mine].push(node);
	}
	return waves;
}
function rank(nodes, weight = ONE) {
	const paths = longestPaths(nodes, weight);
	const path = ({ id, setbacks = 0 }) => (paths.get(id) ?? weight(id)) / 2 ** setbacks;
	const ranked = nodes.map((node) => ({
		node,
		path: path(node)
	}));
	ranked.sort((a, b) => b.path - a.path || b.node.priority - a.node.priority || a.node.order - b.node.order);
	return ranked.map(({ node }) => node);
}
function ready(remaining, completed, weight = ONE) {
	return rank(remaining, weight).filter(({ needs }) => needs.every((need) => completed.has(need)));
}
// src/core/loop-file.ts
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
const STEP = /^(lessons|split|model:\S+|agent:\S+)$/;
const BAD_BRANCH = /^$|^[-/.]|[\s~^:?*[\\\p{Cc}]|\.\.|\/\/|\/\.|@\{|[/.]$|\.lock$|^@$/u;
const measure = (parse, shape) => unknown().meta(shape).transform((value, context) => {
	const parsed = parse(value);
	if (parsed.ok) return parsed.value;
	context.issues.push({
		code: "custom",
		message: parsed.because,
		input: value
	});
	return NEVER;
});
const duration = (description) => measure(parseDuration, {
	type: ["string", "integer"],
	pattern: "^(\\d+d)?(\\d+h)?(\\d+m)?(\\d+s)?$",
	maximum: 0,
	description
});
const positiveDuration = (description) => duration(description).refine((ms) => ms > 0, "must be longer than nothing");
const count = (description) => measure(parseCount, {
	type: ["string", "integer"],
	pattern: "^\\d[\\d_]*(\\.\\d+)?[kKMG]?$",
	minimum: 1,
	description
}).refine((number) => number > 0, "must be at least 1");
const sized = (bytes) => string().refine((text) => byteLength(text) <= bytes, { error: ({ input }) => `is too long: ${byteLength(String(input))} bytes, at most ${bytes}` });
const Line = string().regex(/\S/, "must not be empty");
const Commands = array(Line.refine((text) => !text.includes("\0"), "must not hold a NUL character"));
const Variable = string().regex(VARIABLE, "must be the name of a variable: letters, digits and \"_\"");
const free = (id) => !RESERVED_IDS.includes(id);
const RESERVED = `is reserved; ${RESERVED_IDS.join(", ")} mean something else`;
const AgentMapping = strictObject({
	use: Line.optional().meta({ description: "Which agent: claude, codex, gemini, opencode, or command (runs `run` of the task)." }),
	model: Line.optional().meta({ description: "Model, by the name the agent knows." }),
	args: array(string()).optional().meta({ description: "Added to the agent's command line." }),
	timeout: positiveDuration("Wall limit of one attempt. Default 45m.").optional(),
	stall: duration("Longest silence; 0 switches it off. Default 10m.").optional(),
	env: array(Variable).optional().meta({ description: "Names of variables the agent may see." })
});
const Agent = union([Line, AgentMapping]);
const BudgetMapping = strictObject({
	usd: number().positive().optional().meta({ description: "US dollars. Default 10." }),
	iterations: count("Agent processes. Default 50.").optional(),
	tokens: count("Uncached input, cache writes and output together: 20M.").optional(),
	minutes: count("Minutes of wall time of jobs or processes. Default 600.").optional(),
	usd_per_day: number().positive().optional().meta({ description: "US dollars a UTC day; then it waits." }),
	deadline: union([
		datetime({ offset: true }),
		date(),
		date$1()
	], { error: "must be a date with a time and a zone, such as 2026-12-24T18:00:00Z" }).optional().meta({ description: "No attempt starts after it. A date alone is its first minute, UTC." })
});
const PolicyMapping = strictObject({
	attempts: int().min(1).max(LIMITS.attempts_per_task).optional().meta({ description: "Attempts per task. Default 3." }),
	usd_per_attempt: number().positive().optional().meta({ description: "US dollars. Default 5." }),
	reserve_usd: number().min(0).optional().meta({ description: "Set aside per attempt; charged when its cost is unknown. Default 1; 0 for `command`." }),
	escalate: array(string().regex(STEP, "must be lessons, split, model:<name> or agent:<name>")).optional().meta({ description: "What changes from the second attempt on. Default [lessons]." }),
	retry: _enum(["continue", "clean"]).optional().meta({ description: "Whether the next attempt starts from the work of the last." }),
	lessons: boolean().optional().meta({ description: "Whether attempts are given what the loop has learnt. Default true." })
});
const TaskMapping = strictObject({
	id: TaskId.refine(free, RESERVED).meta({ description: "Short and unique: a-z, 0-9 and \"-\"." }),
	name: Line.max(LIMITS.name_chars).optional().meta({ description: "One line for people. Default: the id." }),
	spec: sized(LIMITS.spec_bytes).optional().meta({ description: "What to do, in the words you would give a colleague." }),
	needs: array(string()).optional().meta({ description: "Tasks that must be done first." }),
	deps: array(string()).optional().meta({ description: "The same as needs." }),
	uses: array(string()).optional().meta({ description: "Tasks whose outputs are wanted beside those of needs." }),
	verify: Commands.optional().meta({ description: "Commands that must succeed before the task is done." }),
	priority: int().optional().meta({ description: "Higher first. Default 0." }),
	agent: Agent.optional().meta({ description: "What this task changes about the agent." }),
	run: Line.optional().meta({ description: "What the command agent runs, with bash." }),
	allow_empty: boolean().optional().meta({ description: "Whether it may be done without any change." })
});
const ProtectedPath = string().refine((path) => /^!?[^/!\s]/.test(path) && !/[\p{Cc}]/u.test(path) && !/(^!?|\/)\.\.(\/|$)/.test(path), "must be a path pattern inside the repository, without a leading \"/\" or \"..\"");
const LoopFile = strictObject({
	$schema: string().optional().meta({ description: "For editors." }),
	loop: LoopId.refine(free, RESERVED).optional().meta({ description: "Id of the loop. Default main." }),
	goal: sized(LIMITS.goal_bytes).optional().meta({ description: "What all tasks together are for. Without tasks, they are planned from it." }),
	agent: Agent.optional().meta({ description: "Who does the work. Default claude." }),
	base: string().refine((name) => !BAD_BRANCH.test(name), "must be the name of a branch").optional().meta({ description: "Branch the work starts from. Default: the current one." }),
	parallel: int().min(1).max(LIMITS.lanes).optional().meta({ description: "Lanes: tasks worked on at once. Default 1." }),
	budget: BudgetMapping.optional().meta({ description: "Caps. Keys given replace the defaults one by one." }),
	policy: PolicyMapping.optional().meta({ description: "How attempts are repeated and paid for." }),
	setup: Commands.optional().meta({ description: "Per workspace, and again when a lockfile changed." }),
	verify: Commands.optional().meta({ description: "Commands that must succeed after every task." }),
	verify_in: _enum(["clean", "same"]).optional().meta({ description: "A second, clean checkout, or the one worked in." }),
	verify_timeout: positiveDuration("Default 15m.").optional(),
	setup_timeout: positiveDuration("Default 10m.").optional(),
	protect: array(ProtectedPath).optional().meta({ description: "Paths no agent may change, added to the defaults; !path takes one out." }),
	red_first: boolean().optional().meta({ description: "Whether a task's verify must fail before the work." }),
	strict_verify: boolean().optional().meta({ description: "Whether changing tests and their settings is a violation." }),
	commits: _enum(["squash", "keep"]).optional().meta({ description: "One commit a task, or those the agent made." }),
	refs: _enum(REFS_KINDS).optional().meta({ description: "Whether the state is kept on a branch that web pages show." }),
	restart: _enum(["never", "when_done"]).optional().meta({ description: "Whether a finished loop begins anew." }),
	approve_plan: boolean().optional().meta({ description: "Whether a person must approve planned tasks. Default: when there are no others." }),
	pull_request: _enum([
		"draft",
		"ready",
		"none"
	]).optional().meta({ description: "Default draft." }),
	notify: string().regex(VARIABLE, "must be the name of a secret or variable that holds the URL, not the URL itself").optional().meta({ description: "Name of a variable with a URL that is called at end states." }),
	tasks: array(TaskMapping).max(LIMITS.tasks).optional().meta({ description: "What is to be done." })
}).meta({ title: "CMS Iterate loop file" });
function knownKeys(path) {
	const last = path.findLast((part) => typeof part === "string");
	const mapping = Object.entries({
		agent: AgentMapping,
		budget: BudgetMapping,
		policy: PolicyMapping,
		tasks: TaskMapping
	}).find(([key]) => key === last)?.[1] ?? LoopFile;
	return Object.keys(mapping.shape);
}
const loopFileJsonSchema = () => toJSONSchema(LoopFile, {
	io: "input",
	target: "draft-7",
	unrepresentable: "any"
});
// src/core/nearest.ts
const SYNONYMS = {
	depends_on: "needs",
	dependson: "needs",
	dependencies: "needs",
	requires: "needs",
	prompt: "spec",
	description: "spec",
	instructions: "spec",
	title: "name",
	test: "verify",
	tests: "verify",
	check: "verify",
	install: "setup",
	before: "setup",
	command: "run",
	script: "run",
	lanes: "parallel",
	concurrency: "parallel",
	branch: "base",
	cost: "usd",
	max_iterations: "iterations",
	retries: "attempts"
};
function nearest(word, known) {
	const plain = simple(word);
	const synonym = SYNONYMS[word.toLowerCase()];
	if (synonym !== void 0 && known.includes(synonym)) return synonym;
	let best;
	let limit = Math.min(3, Math.floor(plain.length / 2));
	for (const candidate of known) {
		const distance = editDistance(plain, simple(candidate), limit);
		if (distance > limit) continue;
		best = candidate;
		limit = distance - 1;
		if (limit < 0) break;
	}
	return best;
}
const simple = (word) => word.toLowerCase().replaceAll(/[-_ ]/g, "");
function editDistance(from, to, limit = Number.POSITIVE_INFINITY) {
	if (Math.abs(from.length - to.length) > limit) return limit + 1;
	let before = [];
	let above = Array.from({ length: to.length + 1 }, (_, column) => column);
	for (let row = 1; row <= from.length; row++) {
		const current = [row];
		for (let column = 1; column <= to.length; column++) {
			const same = from[row - 1] === to[column - 1];
			const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
			current[column] = Math.min(at(above, column) + 1, at(current, column - 1) + 1, at(above, column - 1) + (same ? 0 : 1), swapped ? at(before, column - 2) + 1 : Number.POSITIVE_INFINITY);
		}
		if (Math.min(...current) > limit && Math.min(...above) > limit) return limit + 1;
		before = above;
		above = current;
	}
	return at(above, to.length);
}
const at = (row, column) => row[column] ?? Number.POSITIVE_INFINITY;
// src/core/mistake.ts
const printPath = (path) => path.reduce((text, part) => {
	if (typeof part === "number") return `${text}[${part}]`;
	const key = /^[\w$-]+$/.test(String(part)) ? String(part) : quote(String(part));
	return text === "" ? key : `${text}.${key}`;
}, "");
const quote = (text) => JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
const place = (findings, locate) => findings.map(({ path, part, message, hint, earlier }) => ({
	...locate(path, part),
	path: printPath(path),
	message: earlier === void 0 ? message : `${message}; first on line ${locate(earlier, "key").line}`,
	...hint === void 0 ? {} : { hint }
})).toSorted((a, b) => a.line - b.line || a.column - b.column);
const MOST_KEYS = 1001;
function findingsOf(issue) {
	const { path } = issue;
	switch (issue.code) {
		case "unrecognized_keys": return issue.keys.slice(0, MOST_KEYS).map((key) => unknownKey(path, key));
		case "invalid_union": return unionFindings(issue);
		case "invalid_type": return [{
			path,
			...wrongType(issue.expected, issue.input)
		}];
		case "invalid_value": return [{
			path,
			...notOneOf(issue.values.map(String), issue.input)
		}];
		case "too_big": return [{
			path,
			message: `must be at most ${issue.maximum}${UNITS[issue.origin] ?? ""}`
		}];
		case "too_small": return [{
			path,
			message: `must be ${issue.inclusive ? "at least" : "more than"} ${issue.minimum}`
		}];
		case "custom":
		case "invalid_format":
		case "invalid_element":
		case "invalid_key":
		case "not_multiple_of": return [{
			path,
			message: issue.message
		}];
		default: return unreachable(issue);
	}
}
const UNITS = {
	string: " characters",
	array: " entries"
};
function unknownKey(path, key) {
	const known = knownKeys(path);
	const near = nearest(key, known);
	return {
		path: [...path, key],
		part: "key",
		message: `unknown key ${quote(key)}${near === void 0 ? "" : `; did you mean "${near}"?`}`,
		...near === void 0 ? { hint: `known keys: ${known.join(", ")}` } : {}
	};
}
function unionFindings({ path, errors, message }) {
	if (message !== "Invalid input") return [{
		path,
		message
	}];
	const meant = errors.find((branch) => !branch.some((inner) => inner.path.length === 0 && inner.code === "invalid_type"));
	if (!meant) return [{
		path,
		message: "must be a name, or a mapping of keys to values"
	}];
	return meant.flatMap((inner) => findingsOf({
		...inner,
		path: [...path, ...inner.path]
	}));
}
const NAMES = {
	string: "text",
	number: "a number",
	int: "a whole number",
	boolean: "true or false",
	array: "a list",
	object: "a mapping of keys to values",
	nonoptional: "any value"
};
function wrongType(expected, input) {
	const wanted = NAMES[expected] ?? expected;
	if (input === void 0) return { message: `is missing; it must be ${wanted}` };
	if (input === null) return { message: "is empty: give it a value, or take the key out" };
	const message = `must be ${wanted}, not ${kindOf(input)}`;
	if (expected === "string" && (typeof input === "number" || typeof input === "boolean")) return {
		message,
		hint: `put it in quotes: "${input}"`
	};
	if (expected === "array" && typeof input === "string") return {
		message,
		hint: `write it as a list: [${input.length > 60 || /[,[\]{}#:&*!|>'"%@`\n]/.test(input) ? "..." : input}]`
	};
	return { message };
}
function kindOf(input) {
	if (Array.isArray(input)) return "a list";
	if (typeof input === "string") return `text (${quote(input)})`;
	if (typeof input === "object") return input instanceof Date ? "a date" : "a mapping";
	return typeof input === "number" || typeof input === "boolean" ? String(input) : `a ${typeof input}`;
}
function notOneOf(values, input) {
	const near = typeof input === "string" ? nearest(input, values) : void 0;
	const given = input === void 0 ? "" : `, not ${typeof input === "string" ? quote(input) : kindOf(input)}`;
	return { message: `must be one of ${values.join(", ")}${given}${near === void 0 ? "" : `; did you mean "${near}"?`}` };
}
function firstMistake({ issues: [issue] }, known) {
	if (issue === void 0) return "It cannot be read.";
	if (issue.code === "unrecognized_keys") return `${issue.keys.slice(0, 3).map(quote).join(", ")} may not be in it: only ${known.join(", ")}.`;
	const [finding] = findingsOf(issue);
	const where = printPath(issue.path);
	return `${where === "" ? "It " : `${where}: `}${finding?.message ?? issue.message}.`;
}
const EXCERPTS = 3;
function printMistakes(file, text, mistakes) {
	const lines = text.split(/\r?\n/);
	const many = mistakes.length === 1 ? "a mistake" : `${mistakes.length} mistakes`;
	const printed = mistakes.map((mistake, index) => {
		const { line, column, path, message, hint } = mistake;
		const at = `${file}:${line}:${column} ${path === "" ? "" : `${path}: `}${message}${hint === void 0 ? "" : ` (${hint})`}`;
		return index < EXCERPTS ? at + excerpt(lines[line - 1] ?? "", mistake) : at;
	});
	return [`${file} has ${many}:`, ...printed].join("\n");
}
function excerpt(source, { line, column }) {
	const from = Math.max(0, column - 60);
	const shown = source.slice(from, from + 100).replaceAll(/\p{Cc}/gu, " ");
	if (shown.trim() === "") return "";
	const margin = `  ${line} | `;
	return `\n${margin}${shown}\n${" ".repeat(margin.length + column - 1 - from)}^`;
}
// src/core/quota.ts
const REQUESTS = 1e3;
const CREATIONS = 500;
const PER_HOUR = 12;
const REQUESTS_OF = {
	one: 2,
	several: 3
};
function quotaFor(lanes, requests) {
	const most = Math.min(Math.floor(REQUESTS / PER_HOUR / requests), Math.floor(CREATIONS / PER_HOUR));
	const asked = lanes * PER_HOUR * requests;
	const made = lanes * PER_HOUR;
	return {
		lanes: most,
		sum: `${lanes} lanes × ${PER_HOUR} iterations an hour × ${requests} requests = ${asked} requests an hour, ${made} of them dispatches; GitHub allows ${REQUESTS} and ${CREATIONS}: at most ${most} lanes`
	};
}
function budgetRoom(settings) {
	const { budget, parallel } = settings;
	const each = reserveFor(settings, agentFor(settings, void 0));
	if (budget.usd === void 0 || each === 0) return void 0;
	const lanes = Math.ceil(budget.usd / each);
	const because = `each attempt sets aside $${each} until it ends, and budget.usd is ${budget.usd}`;
	return lanes < parallel ? {
		lanes,
		because
	} : void 0;
}
function laneWarnings(settings) {
	const { parallel } = settings;
	const quota = quotaFor(parallel, REQUESTS_OF.one);
	const refused = `A workflow on GitHub will refuse \`parallel: ${parallel}\`: ${quota.sum}.`;
	return [...parallel > quota.lanes ? [refused] : [], ...roomWarnings(settings)];
}
function roomWarnings(settings) {
	const room = budgetRoom(settings);
	if (room === void 0) return [];
	const { lanes, because } = room;
	return [`Of \`parallel: ${settings.parallel}\` at most ${lanes} ${lanes === 1 ? "lane works" : "lanes work"} at once: ${because}.`];
}
// src/core/task-mistakes.ts
const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
const SUGGESTIONS = 50;
function outlineOf(raw) {
	return (Array.isArray(raw["tasks"]) ? raw["tasks"] : []).flatMap((task, index) => {
		if (!isRecord(task)) return [];
		const path = ["tasks", index];
		return [{
			path,
			raw: task,
			id: typeof task["id"] === "string" ? task["id"] : void 0,
			needs: [...references(task, path, "needs"), ...references(task, path, "deps")],
			uses: references(task, path, "uses")
		}];
	});
}
function references(task, path, key) {
	return (Array.isArray(task[key]) ? task[key] : []).flatMap((to, index) => typeof to === "string" ? [{
		to,
		path: [
			...path,
			key,
			index
		]
	}] : []);
}
const taskFindings = (raw, tasks) => [
	...noTasks(raw),
	...duplicates(tasks),
	...unknownReferences(tasks),
	...circles(tasks),
	...tasks.flatMap((task) => nothingToDo(task, raw))
];
function noTasks(raw) {
	const { tasks, goal } = raw;
	if (tasks !== void 0 && !(Array.isArray(tasks) && tasks.length === 0)) return [];
	if (typeof goal !== "string" || goal.trim() === "") return [{
		path: tasks === void 0 ? [] : ["tasks"],
		message: "there are no tasks and no goal: list what is to be done under `tasks:`",
		hint: "or say under `goal:` what it is for: the tasks are then planned"
	}];
	return agentOf(raw) === "command" ? [{
		path: ["agent"],
		message: "there are no tasks, and the `command` agent cannot plan them: it runs the `run` of a task",
		hint: "list the tasks under `tasks:`, or take another agent"
	}] : [];
}
function duplicates(tasks) {
	const first = new Map();
	return tasks.flatMap(({ id, path }) => {
		if (id === void 0) return [];
		const earlier = first.get(id);
		if (!earlier) first.set(id, path);
		return earlier ? [{
			path: [...path, "id"],
			message: `the id "${id}" is taken`,
			earlier: [...earlier, "id"]
		}] : [];
	});
}
function unknownReferences(tasks) {
	const ids = [...new Set(tasks.flatMap(({ id }) => id === void 0 ? [] : [id]))];
	const known = new Set(ids);
	let suggestions = SUGGESTIONS;
	return tasks.flatMap(({ id, needs, uses }) => [...needs, ...uses].flatMap(({ to, path }) => {
		if (to === id) return [{
			path,
			message: `a task cannot ${needs.some((need) => need.path === path) ? "need" : "use"} itself`
		}];
		if (known.has(to)) return [];
		const near = suggestions-- > 0 ? nearest(to, ids) : void 0;
		return [{
			path,
			message: `there is no task ${quote(to)}${near === void 0 ? "" : `; did you mean "${near}"?`}`
		}];
	}));
}
function circles(tasks) {
	const byId = new Map();
	for (const task of tasks) if (task.id !== void 0 && !byId.has(task.id)) byId.set(task.id, task);
	return cycles([...byId].map(([id, { needs }]) => ({
		id,
		needs: needs.map(({ to }) => to).filter((to) => to !== id)
	}))).map((cycle) => {
		return {
			path: (byId.get(cycle.at(-2) ?? "")?.needs.find(({ to }) => to === cycle.at(-1)))?.path ?? ["tasks"],
			message: `the tasks wait for each other: ${cycle.join(" → ")}`
		};
	});
}
function nothingToDo({ raw, path }, file) {
	const findings = [];
	if (raw["needs"] !== void 0 && raw["deps"] !== void 0) findings.push({
		path: [...path, "deps"],
		part: "key",
		message: "`needs` and `deps` mean the same: give one of them"
	});
	const agent = agentOf(raw) ?? agentOf(file) ?? "claude";
	if (agent === "command" && raw["run"] === void 0) findings.push({
		path,
		message: "the `command` agent needs `run`: the command that does this task"
	});
	if (agent !== "command" && [
		raw["spec"],
		raw["name"],
		raw["run"]
	].every((part) => part === void 0)) findings.push({
		path,
		message: "says nothing to do: give it a `spec`"
	});
	return findings;
}
function agentOf({ agent }) {
	const use = isRecord(agent) ? agent["use"] : agent;
	return typeof use === "string" ? use : void 0;
}
// src/core/config.ts
function checkLoopFile(raw, origin) {
	const parsed = LoopFile.safeParse(raw, { reportInput: true });
	const shape = parsed.success ? [] : firstFindings(parsed.error.issues);
	const findings = isRecord(raw) ? [...shape, ...relations(raw, shape, origin)] : [notAMapping(raw)];
	if (parsed.success && findings.length === 0) return {
		is: "valid",
		config: configOf(parsed.data, origin.digest)
	};
	return {
		is: "invalid",
		mistakes: place(told(findings), origin.locate)
	};
}
const MOST_FINDINGS = 1e3;
function firstFindings(issues) {
	const findings = [];
	for (const issue of issues) if (findings.length <= MOST_FINDINGS) findings.push(...findingsOf(issue));
	return findings;
}
const told = (findings) => findings.length <= MOST_FINDINGS ? findings : [{
	path: [],
	message: `more than ${MOST_FINDINGS} mistakes; these are the first`
}, ...findings.slice(0, MOST_FINDINGS)];
const notAMapping = (raw) => ({
	path: [],
	message: raw === void 0 || raw === null ? "the file is empty; it needs at least `tasks:` or `goal:`" : `the file must be a mapping of keys to values, not ${Array.isArray(raw) ? "a list" : "a single value"}`,
	hint: "take it away, and `cms init` writes one to start from"
});
function relations(raw, shape, origin) {
	const tasks = outlineOf(raw);
	const findings = [...taskFindings(raw, tasks)];
	const broken = new Set(shape.map(({ path }) => path[0]));
	const sound = Object.fromEntries(Object.entries(raw).filter(([key]) => key !== "tasks" && !broken.has(key)));
	const file = LoopFile.safeParse(sound);
	if (!file.success) return findings;
	const settings = settingsOf(file.data);
	const overrides = rawAgents(raw).map(({ index, agent }) => ({
		path: agentPath(index),
		settings: agent
	}));
	const all = [{
		path: ["agent"],
		settings: settings.agent
	}, ...overrides];
	for (const { path, settings: agent } of all) findings.push(...jobFindings({
		settings,
		agent,
		path
	}, origin), ...agentFindings(agent.use, [...path, "use"], origin));
	findings.push(...stepFindings(settings.policy.escalate, origin), ...laneFindings(settings, origin));
	return findings;
}
const agentPath = (index) => [
	"tasks",
	index,
	"agent"
];
function rawAgents(raw) {
	if (!Array.isArray(raw["tasks"])) return [];
	return raw["tasks"].flatMap((task, index) => {
		if (!isRecord(task) || task["agent"] === void 0) return [];
		const parsed = LoopFile.shape.agent.safeParse(task["agent"]);
		return parsed.success ? [{
			index,
			agent: overrideOf(parsed.data) ?? {}
		}] : [];
	});
}
function jobFindings({ settings, agent, path }, { jobMinutes }) {
	if (jobMinutes === void 0 || path.length > 1 && agent.timeout === void 0) return [];
	const { timeout } = agentFor(settings, agent);
	const wanted = attemptLimit(settings, timeout);
	if (wanted <= jobMinutes * 6e4) return [];
	const parts = `setup ${printDuration(settings.setup_timeout)} + agent ${printDuration(timeout)} + 2 × verify ${printDuration(settings.verify_timeout)} + ${printDuration(OWN_TIME)}`;
	return [{
		path: [...path, "timeout"],
		message: `an attempt may take ${printDuration(wanted)} (${parts}), but a job only ${printDuration(jobMinutes * MINUTE)}`,
		hint: "shorten timeout, verify_timeout or setup_timeout, or raise timeout-minutes of the job"
	}];
}
function laneFindings({ parallel }, { requests }) {
	if (requests === void 0) return [];
	const quota = quotaFor(parallel, requests);
	if (parallel <= quota.lanes) return [];
	return [{
		path: ["parallel"],
		message: `these are too many lanes for GitHub: ${quota.sum}`,
		hint: "lower it, or set the input `parallel` of the workflow: it takes the place of this number there"
	}];
}
function agentFindings(use, path, { agents }) {
	if (use === void 0 || agents === void 0 || agents.includes(use)) return [];
	const near = nearest(use, agents);
	return [{
		path,
		message: `there is no agent "${use}"${near === void 0 ? `; there are ${agents.join(", ")}` : `; did you mean "${near}"?`}`
	}];
}
const stepFindings = (steps, origin) => steps.flatMap((step, index) => step.startsWith("agent:") ? agentFindings(step.slice(6), [
	"policy",
	"escalate",
	index
], origin) : []);
const overrideOf = (agent) => typeof agent === "string" ? { use: agent } : agent;
function settingsOf(file) {
	const { deadline, ...caps } = file.budget ?? {};
	const agent = {
		use: "claude",
		...overrideOf(file.agent)
	};
	const until = deadline === void 0 ? {} : { deadline: iso(epoch(String(deadline instanceof Date ? iso(deadline.getTime()) : deadline))) };
	const budget = {
		...DEFAULT_BUDGET,
		...caps,
		...until
	};
	const approve_plan = file.approve_plan ?? (file.tasks ?? []).length === 0;
	return object(Settings.shape).parse({
		...file,
		agent,
		budget,
		approve_plan
	});
}
function configOf(file, digest) {
	const settings = settingsOf(file);
	const tasks = (file.tasks ?? []).map(specOf);
	return {
		loop: file.loop ?? "main",
		goal: (file.goal ?? "").trim(),
		base: file.base,
		settings,
		tasks,
		digest,
		warnings: warningsOf(settings, tasks)
	};
}
function specOf(task) {
	const { deps, needs = deps ?? [], uses = [], agent, name, ...rest } = task;
	const override = overrideOf(agent);
	return TaskSpec.parse({
		...rest,
		name: name?.trim() ?? task.id,
		needs: [...new Set(needs)],
		uses: [...new Set(uses)],
		...override === void 0 ? {} : { agent: override }
	});
}
function warningsOf(settings, tasks) {
	const warnings = [];
	if (tasks.length === 0 && settings.verify.length === 0) warnings.push("Nothing but its own plan will check the work: give the loop a `verify` command, which is run after every task.");
	const unverified = settings.verify.length > 0 ? [] : tasks.filter(({ verify }) => verify.length === 0);
	if (unverified.length > 0) warnings.push(`Nothing checks the work of ${listed(unverified.map(({ id }) => id))}: give the loop or the task a \`verify\` command.`);
	const reserve = reserveFor(settings, agentFor(settings, void 0));
	const cap = settings.budget.usd;
	if (cap !== void 0 && reserve > cap) warnings.push(`No attempt can ever begin: each reserves $${reserve}, and the budget is $${cap}.`);
	warnings.push(...laneWarnings(settings));
	return warnings;
}
const listed = (ids) => ids.length <= 5 ? ids.join(", ") : `${ids.slice(0, 5).join(", ")} and ${ids.length - 5} more tasks`;
// src/adapters/config/loop-file.ts
const DEFAULT_LOOP_FILE = ".cms/loop.yml";
const LARGEST = 1048576;
async function readLoopFile(path = DEFAULT_LOOP_FILE, options = {}) {
	const inspected = await inspectLoopFile(path, options);
	if (inspected.is === "valid") return inspected.config;
	throw new LoopError("bad-loop-file", printMistakes(path, inspected.text, inspected.mistakes));
}
const inspectLoopFile = async (path, options = {}) => checkBytes(await readBytes(path, resolve(options.directory ?? ".", path)), options);
function checkBytes(bytes, options = {}) {
	const text = decode(bytes);
	if (text === void 0) return invalid("", [{
		line: 1,
		column: 1,
		path: "",
		message: "the file is not text in UTF-8"
	}]);
	const parsed = parseYaml(text);
	if (parsed.is === "unreadable") return invalid(text, parsed.mistakes);
	const digest = createHash("sha256").update(bytes).digest("hex");
	const { jobMinutes, requests, agents, spots } = options;
	const { locate } = parsed;
	const checked = checkLoopFile(parsed.value, {
		locate,
		digest,
		jobMinutes,
		requests,
		agents
	});
	const leaked = spots === void 0 ? [] : secretsOf(text, spots);
	const mistakes = [
		...parsed.mistakes,
		...leaked,
		...checked.is === "invalid" ? checked.mistakes : []
	];
	if (checked.is === "valid" && mistakes.length === 0) return checked;
	return invalid(text, mistakes.toSorted((a, b) => a.line - b.line || a.column - b.column));
}
const secretsOf = (text, spots) => spots(text).map(({ start }) => {
	const before = text.slice(0, start).split("\n");
	return {
		line: before.length,
		column: (before.at(-1)?.length ?? 0) + 1,
		path: "",
		message: "holds a secret, which would be kept on the state branch",
		hint: "put it into a variable, and name that under `agent.env`"
	};
});
const invalid = (text, mistakes) => ({
	is: "invalid",
	mistakes,
	text
});
function decode(bytes) {
	try {
		return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
	} catch {
		return;
	}
}
async function readBytes(shown, path) {
	const file = await open(path, "r").catch((error) => {
		throw cannotRead(shown, error);
	});
	await using _closing = file;
	const buffer = Buffer.alloc(1048577);
	let length = 0;
	for (;;) {
		const { bytesRead } = await file.read(buffer, length, buffer.length - length).catch((error) => {
			throw cannotRead(shown, error);
		});
		length += bytesRead;
		if (length > LARGEST) throw new LoopError("bad-loop-file", `${shown} is larger than 1 MB.`);
		if (bytesRead === 0) return buffer.subarray(0, length);
	}
}
const WHY = {
	EISDIR: "it is a directory",
	EACCES: "permission denied"
};
function cannotRead(shown, error) {
	if (isErrno(error, "ENOENT", "ENOTDIR")) return new LoopError("no-loop-file", `There is no loop file at ${shown}.`, { cause: error });
	const code = errnoOf(error) ?? "";
	const why = WHY[code] ?? code;
	return new LoopError("bad-loop-file", `${shown} cannot be read: ${why}.`, { cause: error });
}
// src/adapters/config/followed-file.ts
var FollowedFile = class {
	#how;
	#seen = "";
	#good;
	constructor(how) {
		this.#how = how;
	}
	async read() {
		const { path, options, now, refused } = this.#how;
		const asOf = now();
		const version = await versionOf(path);
		if (this.#good === void 0 || version !== this.#seen) {
			this.#seen = version;
			const found = await this.#next(path, options);
			if (!Error.isError(found)) this.#good = {
				...found,
				asOf
			};
			else if (this.#good === void 0) throw found;
			else refused(found);
		}
		if (this.#good === void 0) throw new Error("a loop file that is neither good nor refused");
		return this.#good;
	}
	async #next(path, options) {
		try {
			const config = await readLoopFile(path, options);
			const loop = this.#good?.loop ?? config.loop;
			if (config.loop === loop) return config;
			return new LoopError("bad-input", `${path} describes loop "${config.loop}" now, not "${loop}".`);
		} catch (error) {
			if (error instanceof LoopError) return error;
			throw error;
		}
	}
};
const versionOf = (path) => stat(path, { bigint: true }).then(({ mtimeNs, size, ino }) => `${mtimeNs} ${size} ${ino}`, () => "gone");
// src/adapters/config/added-tasks.ts
const STYLE = {
	lineWidth: 0,
	doubleQuotedMinMultiLineLength: 1e6,
	flowCollectionPadding: false
};
const IN_LINE = ["needs", "uses"];
function printTasks(tasks) {
	const document = new import_dist.Document(tasks);
	if ((0, import_dist.isSeq)(document.contents)) document.contents.items.forEach(inLine);
	return tasks.length === 0 ? "" : document.toString(STYLE);
}
function inLine(item) {
	if (!(0, import_dist.isMap)(item)) return;
	for (const { key, value } of item.items) if ((0, import_dist.isScalar)(key) && IN_LINE.includes(String(key.value)) && (0, import_dist.isSeq)(value)) value.flow = true;
}
function withTasks(text, tasks) {
	if (tasks.length === 0) return text;
	const wanted = wantedOf(text, tasks);
	const spliced = splice(text, tasks);
	if (spliced !== void 0 && isDeepStrictEqual(valueOf(spliced), wanted)) return spliced;
	const document = compose(text, new import_dist.LineCounter());
	if ((0, import_dist.isSeq)(document.get("tasks"))) for (const task of tasks) document.addIn(["tasks"], document.createNode(task));
	else document.set("tasks", document.createNode(tasks));
	const printed = document.toString(STYLE);
	if (!isDeepStrictEqual(valueOf(printed), wanted)) throw new Error("the loop file would not say what it should");
	return printed;
}
function valueOf(text) {
	const parsed = parseYaml(text);
	return parsed.is === "read" ? parsed.value : void 0;
}
function wantedOf(text, tasks) {
	const value = valueOf(text);
	if (!isRecord(value)) throw new Error("the loop file is no mapping");
	const before = Array.isArray(value["tasks"]) ? value["tasks"] : [];
	return {
		...value,
		tasks: [...before, ...tasks]
	};
}
function splice(text, tasks) {
	const { contents } = compose(text, new import_dist.LineCounter());
	if (!(0, import_dist.isMap)(contents) || contents.flow === true) return void 0;
	const end = lineBreak(text);
	const pair = contents.items.find(({ key }) => (0, import_dist.isScalar)(key) && key.value === "tasks");
	if (pair === void 0) return `${closed(text, end)}${end}tasks:${end}${linesOf(tasks, {
		indent: "  ",
		end
	})}`;
	const { value } = pair;
	const next = contents.items[contents.items.indexOf(pair) + 1]?.key;
	const until = (0, import_dist.isNode)(next) && next.range ? next.range[0] : text.length;
	if (!(0, import_dist.isNode)(value) || !value.range) return void 0;
	const [from, to] = value.range;
	if ((0, import_dist.isSeq)(value) && value.items.length > 0) return value.flow === true ? behindLast(text, value, tasks) : behind(text, {
		from,
		until
	}, tasks);
	if ((0, import_dist.isSeq)(value)) return `${text.slice(0, from).trimEnd()}${end}${linesOf(tasks, {
		indent: "  ",
		end
	})}${text.slice(to).replace(/^[ \t]*\r?\n?/, "")}`;
	if (!(0, import_dist.isScalar)(value) || value.value !== null) return void 0;
	const line = text.indexOf("\n", from);
	const at = line === -1 ? text.length : line + 1;
	return `${closed(text.slice(0, at), end)}${linesOf(tasks, {
		indent: "  ",
		end
	})}${text.slice(at)}`;
}
const lineBreak = (text) => text.includes("\r\n") ? "\r\n" : "\n";
const closed = (text, end) => text.endsWith("\n") || text === "" ? text : `${text}${end}`;
function linesOf(tasks, { indent, end, isAiry = false }) {
	return (isAiry ? tasks.map((task) => printTasks([task])) : [printTasks(tasks)]).join("\n").split("\n").map((line) => line === "" ? "" : indent + line).join(end);
}
function behind(text, { from, until }, tasks) {
	const end = lineBreak(text);
	const start = text.lastIndexOf("\n", from - 1) + 1;
	const indent = text.slice(start, from);
	if (/[^ ]/.test(indent)) return void 0;
	const lines = text.slice(start, until).split("\n");
	const isAbout = (line) => line.trim() === "" || /^(#|\.\.\.|---)/.test(line);
	const last = lines.findLastIndex((line) => !isAbout(line));
	const at = start + lines.slice(0, last + 1).join("\n").length;
	const rest = text.slice(at).replace(/^\r?\n/, "");
	const isAiry = new RegExp(`\\n[ \\t]*\\r?\\n${indent}- `).test(text.slice(start, at));
	const added = linesOf(tasks, {
		indent,
		end,
		isAiry
	});
	return `${text.slice(0, at).replace(/\r$/, "")}${end}${isAiry ? end : ""}${added}${rest}`;
}
function behindLast(text, list, tasks) {
	const bracket = (list.range?.[1] ?? 0) - 1;
	if (text[bracket] !== "]") return void 0;
	const before = text.slice(0, bracket).trimEnd();
	const space = text.slice(before.length, bracket);
	const added = tasks.map((task) => JSON.stringify(task)).join(", ");
	return `${before}${before.endsWith(",") ? " " : ", "}${added}${space}${text.slice(bracket)}`;
}
export { AgentOverride as A, levels as C, ready as D, rank as E, REFS_KINDS as F, loopRefs as I, shortRef as L, agentFor as M, attemptLimit as N, topological as O, reserveFor as P, parseYaml as R, cycles as S, missingNeeds as T, quote as _, checkBytes as a, loopFileJsonSchema as b, isRecord as c, laneWarnings as d, quotaFor as f, printMistakes as g, firstMistake as h, DEFAULT_LOOP_FILE as i, Settings as j, printDuration as k, REQUESTS_OF as l, findingsOf as m, withTasks as n, inspectLoopFile as o, roomWarnings as p, FollowedFile as r, readLoopFile as s, printTasks as t, budgetRoom as u, nearest as v, longestPaths as w, criticalPath as x, AgentMapping as y };
