import { D as NEVER, S as string, g as object } from "./zod.js";
import { A as LoopError, a as LoopId, i as LaneId, n as readPersonsMail, r as LIMITS } from "./start.js";
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
const exactVersion = (text) => text.length <= 64 ? matching(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/)(text) : void 0;
function jsonObject(text) {
	try {
		const value = JSON.parse(text);
		return typeof value === "object" && value !== null && !Array.isArray(value) ? text : void 0;
	} catch {
		return;
	}
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
	message: optional("{\"to\": \"<task>\", \"body\": \"…\"} or {\"reply\": \"<id>\", \"body\": \"…\"}, as JSON", readPersonsMail),
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
	"agent-version": optional("an exact version such as \"2.1.330\"", exactVersion),
	"max-iterations": optional("a whole number from 1", whole(1, 1e6)),
	"budget-usd": optional("an amount of US dollars above 0, such as \"10\" or \"2.50\"", money),
	parallel: optional(`a whole number from 1 to ${LIMITS.lanes}`, whole(1, LIMITS.lanes)),
	job: required("all", ...choice(JOBS)),
	needs: optional("the `needs` context of the job as JSON: `${{ toJSON(needs) }}`", jsonObject),
	confine: flag(true),
	"job-minutes": required(120, "a whole number of minutes from 1 to 7200", whole(1, 7200)),
	cache: flag(true),
	"working-directory": required(".", "a path without \"..\"", (text) => climbs(text) ? void 0 : text)
});
const SECRET_INPUTS = [
	"github-token",
	"job-token",
	"anthropic-api-key",
	"claude-code-oauth-token"
];
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
		...[
			"work",
			"check",
			"settle"
		].includes(text("job")) && text("needs") === "" ? [`needs: the job "${text("job")}" has to be told: \`needs: \${{ toJSON(needs) }}\``] : [],
		...!["", "all"].includes(text("job")) && !["", "dispatch"].includes(text("continue")) ? ["continue: a loop with several jobs can only go on by `dispatch`"] : [],
		...isOn("stop") && also.length > 0 ? [`stop: contradicts ${also.join(" and ")}; choose one`] : []
	];
}
const FROM_DISPATCH = [
	"loop",
	"lane",
	"nonce",
	"resume",
	"stop",
	"fresh",
	"message"
];
const withDispatchInputs = (read, dispatched) => (name) => read(name).trim() || (FROM_DISPATCH.includes(name) ? dispatched[name] ?? "" : "");
export { parseInputs as n, withDispatchInputs as r, SECRET_INPUTS as t };
