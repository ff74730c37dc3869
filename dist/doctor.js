import { G as MINUTE, L as oneLine, M as unreachable } from "./start.js";
import { I as loopRefs, L as shortRef, M as agentFor, N as attemptLimit, k as printDuration } from "./config.js";
import { Ft as guard } from "./loop.js";
// src/core/doctor/facts.ts
const UNASKED = { is: "unasked" };
const slugOf = ({ owner, repo }) => `${owner}/${repo}`;
const pageOf = (place, path) => place === void 0 ? path : `${place.serverUrl}/${slugOf(place)}/${path}`;
const repoFlag = (place) => place === void 0 ? "" : ` --repo ${slugOf(place)}`;
function defaultBranchOf({ github, git, run }) {
	if (github.repository.is === "known") return github.repository.value.defaultBranch;
	if (git.branches.is === "known") return git.branches.value.defaultBranch;
	return run?.defaultBranch;
}
const isPrivate = ({ github: { repository } }) => repository.is === "known" ? repository.value.isPrivate : void 0;
const configOf = ({ loopFile }) => loopFile.is === "valid" ? loopFile.config : void 0;
const shellWord = (text) => /^[A-Za-z0-9_./@:+=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
// src/core/doctor/finding.ts
const LEVELS = [
	"error",
	"warning",
	"unknown",
	"note",
	"ok"
];
const fine = (id, what) => ({
	id,
	level: "ok",
	what,
	why: "",
	fix: ""
});
const countsOf = (findings) => {
	const count = (level) => findings.filter((one) => one.level === level).length;
	return {
		error: count("error"),
		warning: count("warning"),
		unknown: count("unknown"),
		note: count("note"),
		ok: count("ok")
	};
};
const sorted = (findings) => findings.toSorted((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
// src/core/doctor/workflow.ts
const isTree = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const treeOf = (value) => isTree(value) ? value : {};
const listOf = (value) => Array.isArray(value) ? value : [];
const textOf = (value) => [
	"string",
	"number",
	"boolean"
].includes(typeof value) ? String(value) : "";
const textsOf = (value) => new Map(Object.entries(treeOf(value)).map(([key, one]) => [key.toLowerCase(), textOf(one)]));
function workflowOf(value) {
	if (!isTree(value) || !isTree(value["jobs"]) || value["on"] === void 0) return void 0;
	const on = value["on"];
	const triggers = isTree(on) ? Object.keys(on) : (Array.isArray(on) ? on : [on]).map(textOf);
	const events = treeOf(on);
	return {
		runName: textOf(value["run-name"]),
		triggers,
		inputs: triggers.includes("workflow_dispatch") ? inputsOf(events["workflow_dispatch"]) : void 0,
		crons: listOf(events["schedule"]).map((entry) => textOf(treeOf(entry)["cron"])),
		rights: rightsOf(value["permissions"]),
		concurrency: concurrencyOf(value["concurrency"]),
		env: textsOf(value["env"]),
		jobs: Object.entries(value["jobs"]).map(([id, job]) => jobOf(id, treeOf(job)))
	};
}
const inputsOf = (event) => new Map(Object.entries(treeOf(treeOf(event)["inputs"])).map(([name, input]) => {
	const { required, default: fallback } = treeOf(input);
	return [name, {
		required: textOf(required) === "true",
		hasDefault: fallback !== void 0
	}];
}));
function rightsOf(value) {
	if (value === void 0) return { is: "unset" };
	const all = /^(read|write)-all$/.exec(textOf(value))?.[1];
	return all === void 0 ? {
		is: "named",
		rights: textsOf(value)
	} : {
		is: "all",
		access: all
	};
}
function concurrencyOf(value) {
	if (value === void 0 || value === null) return void 0;
	if (!isTree(value)) return {
		group: textOf(value),
		cancel: "false",
		queue: "single"
	};
	return {
		group: textOf(value["group"]),
		cancel: textOf(value["cancel-in-progress"]) || "false",
		queue: textOf(value["queue"]) || "single"
	};
}
const jobOf = (id, job) => ({
	id,
	uses: textOf(job["uses"]),
	when: textOf(job["if"]),
	runsOn: [job["runs-on"]].flat().map(textOf).join(" "),
	rights: rightsOf(job["permissions"]),
	concurrency: concurrencyOf(job["concurrency"]),
	timeout: textOf(job["timeout-minutes"]),
	environment: job["environment"] !== void 0,
	with: textsOf(job["with"]),
	secrets: job["secrets"] === "inherit" ? "inherit" : textsOf(job["secrets"]),
	env: textsOf(job["env"]),
	steps: listOf(job["steps"]).map((step) => stepOf(treeOf(step)))
});
const stepOf = (step) => ({
	uses: textOf(step["uses"]),
	run: textOf(step["run"]),
	when: textOf(step["if"]),
	with: textsOf(step["with"]),
	env: textsOf(step["env"])
});
const NAMED = /(^|\/)cms-iterate(\/\.github\/actions\/cms)?@/i;
const CALLED = /(^|\/)cms-iterate\/\.github\/workflows\/loop\.ya?ml@|^(\.|\$)\/\.github\/workflows\/loop\.ya?ml$/i;
const LOCAL = /^[.$]\/(\.github\/actions\/cms)?$/;
const TELLING = [
	"anthropic-api-key",
	"claude-code-oauth-token",
	"job-minutes",
	"agent-env",
	"budget-usd"
];
function oursIn(workflow, job) {
	const running = workflow.jobs.filter(({ id }) => id === job);
	if (running.length > 0) return oursIn({
		...workflow,
		jobs: running
	}) ?? oursIn(workflow);
	const called = workflow.jobs.find(({ uses }) => CALLED.test(uses));
	if (called !== void 0) return {
		job: called,
		step: void 0,
		with: called.with,
		uses: called.uses
	};
	const tests = [
		({ uses }) => NAMED.test(uses),
		(step) => step.uses !== "" && TELLING.some((name) => step.with.has(name)),
		({ uses }) => LOCAL.test(uses) && takesLanes(workflow)
	];
	for (const isOurs of tests) for (const job of workflow.jobs) {
		const step = job.steps.find(isOurs);
		if (step !== void 0) return {
			job,
			step,
			with: step.with,
			uses: step.uses
		};
	}
}
const takesLanes = ({ inputs }) => inputs?.has("lane") === true && inputs.has("nonce");
const carriesLoop = (workflow) => takesLanes(workflow) || oursIn(workflow) !== void 0;
function onwardOf(workflow, ours) {
	const said = ours?.with.get("continue") ?? "";
	if (ours?.step === void 0 && ours !== void 0) return "dispatch";
	if (said === "") return takesLanes(workflow) ? "dispatch" : "here";
	return said === "dispatch" || said === "here" || said === "stop" ? said : "unclear";
}
const isExpression = (text) => text.includes("${{");
const hasOwnToken = ({ step, with: given, job }) => {
	const token = (step === void 0 && job.secrets !== "inherit" ? job.secrets : given).get("github-token") ?? "";
	return token !== "" && !/github\.token|secrets\.GITHUB_TOKEN/i.test(token);
};
function secretsIn(text) {
	const names = [...text.replace(/(^|\s)#.*$/gm, "").matchAll(/\bsecrets\s*(?:\.\s*([A-Za-z_][A-Za-z0-9_-]*)|\[\s*["']([^"'\]]{1,100})["']\s*\])/g)].map(([, dotted, quoted]) => (dotted ?? quoted ?? "").toUpperCase());
	return [...new Set(names)].filter((name) => name !== "GITHUB_TOKEN" && /^[A-Z_][A-Z0-9_]*$/.test(name));
}
// src/core/doctor/rights.ts
const rightsFindings = (facts, subject) => [...permissions(facts, subject), ...pullRequests(facts, subject)];
const WANTED = [
	"contents",
	"actions",
	"pull-requests"
];
const WHY = {
	contents: "the checkpoint and the work cannot be saved",
	actions: "the next run cannot be asked for",
	"pull-requests": "no pull request is opened"
};
const WRITE$2 = "Write at the top level of the workflow: `permissions: { contents: write, actions: write, pull-requests: write }`";
const ownToken = ({ run }, { ours }) => run === void 0 ? ours !== void 0 && hasOwnToken(ours) : run.hasOwnToken;
function permissions(facts, subject) {
	const { workflow, ours } = subject;
	if (ours === void 0) return [];
	const rights = ours.job.rights.is === "unset" ? workflow.rights : ours.job.rights;
	if (rights.is === "unset") return unset(facts, subject);
	const isCalled = ours.step === void 0;
	const missing = WANTED.filter((right) => isCalled || isWanted(right, facts, subject)).filter((right) => !mayWrite(rights, right));
	if (missing.length > 0) return [lacking(missing, {
		isCalled,
		ownToken: ownToken(facts, subject)
	})];
	const more = beyond(rights);
	if (more.length === 0) return [fine("permissions", "The token of the job may do what a loop needs.")];
	return [{
		id: "permissions",
		level: "note",
		what: `The token of the job may write more than a loop needs: ${more.join(", ")}.`,
		why: "The agent runs beside that token.",
		fix: WRITE$2
	}];
}
function isWanted(right, facts, { workflow, ours }) {
	if (right === "actions") return onwardOf(workflow, ours) === "dispatch";
	return right === "contents" || configOf(facts)?.settings.pull_request !== "none";
}
const mayWrite = (rights, right) => rights.is === "all" ? rights.access === "write" : rights.is === "named" && rights.rights.get(right) === "write";
function beyond(rights) {
	if (rights.is === "all") return ["everything"];
	if (rights.is === "unset") return [];
	return [...rights.rights].filter(([, access]) => access === "write").map(([name]) => name).filter((name) => !WANTED.some((right) => right === name));
}
function lacking(missing, { isCalled, ownToken: own }) {
	const what = `The workflow does not give its token ${missing.map((right) => `\`${right}: write\``).join(", ")}.`;
	const first = missing[0] ?? "contents";
	if (isCalled) return {
		id: "permissions",
		level: "error",
		what,
		why: "GitHub refuses the run: the called workflow asks for more than its caller has.",
		fix: "Write at our job: `permissions: { contents: write, actions: write, pull-requests: write }`"
	};
	if (own) return {
		id: "permissions",
		level: "note",
		what,
		why: "`github-token` is used instead; where that token is not valid any more, the loop stops.",
		fix: WRITE$2
	};
	return {
		id: "permissions",
		level: first === "pull-requests" ? "warning" : "error",
		what,
		why: `So ${missing.map((right) => WHY[right]).join(", and ")}.`,
		fix: WRITE$2
	};
}
function unset({ github: { tokenDefaults }, place }, { ours }) {
	const what = "The workflow says nothing of `permissions`.";
	if (tokenDefaults.is !== "known") return [{
		id: "permissions",
		level: "unknown",
		what,
		why: `The default of the repository counts, which in new ones is to read only; it is shown at ${pageOf(place, "settings/actions")}`,
		fix: WRITE$2
	}];
	if (tokenDefaults.value.mayWrite) return [{
		id: "permissions",
		level: "note",
		what,
		why: "The default of this repository gives everything.",
		fix: WRITE$2
	}];
	return [{
		id: "permissions",
		level: ours !== void 0 && hasOwnToken(ours) && ours.step !== void 0 ? "note" : "error",
		what,
		why: "The default of this repository is to read only.",
		fix: WRITE$2
	}];
}
function pullRequests(facts, subject) {
	const { github: { tokenDefaults }, place } = facts;
	if ((configOf(facts)?.settings.pull_request ?? "draft") === "none" || ownToken(facts, subject)) return [];
	const checks = {
		id: "pull-request-checks",
		level: "note",
		what: "The pull request is opened by the token of the job.",
		why: "Its checks wait until somebody approves them (\"Approve and run\").",
		fix: "Give our step the token of a GitHub App as `github-token`: then they start at once."
	};
	const page = pageOf(place, "settings/actions");
	const why = "The loop goes on without it; the pull request has to be opened by hand.";
	const fix = `"Allow GitHub Actions to create and approve pull requests", under "Workflow permissions" at ${page}`;
	if (tokenDefaults.is === "unasked") return [checks];
	if (tokenDefaults.is === "unknown") return [checks, {
		id: "pull-requests",
		level: "unknown",
		what: `Whether Actions may open pull requests could not be asked: ${tokenDefaults.because}`,
		why,
		fix
	}];
	if (tokenDefaults.value.mayOpenPulls) return [checks, fine("pull-requests", "Actions may open pull requests.")];
	return [checks, {
		id: "pull-requests",
		level: "warning",
		what: "Actions may not open pull requests in this repository.",
		why,
		fix: `${fix}. Or \`gh api -X PUT repos${place === void 0 ? "" : `/${place.owner}/${place.repo}`}/actions/permissions/workflow -F can_approve_pull_request_reviews=true\``
	}];
}
// src/core/doctor/branches.ts
const branchFindings = (facts, subject) => [
	...pushed(facts),
	...inTheWay(facts),
	...ruled(facts, subject),
	...workflowFiles(facts, subject)
];
function pushed({ git: { push, branches }, remote, loop }) {
	if (push.is === "unasked" || push.is === "unknown" && branches.is === "unknown") return [];
	const fix = `\`git push --dry-run ${shellWord(remote?.name ?? "origin")} HEAD:refs/heads/cms/${loop}/doctor\` shows the whole of it; \`gh auth setup-git\` gives git the login of gh.`;
	if (push.is === "unknown") return [{
		id: "push",
		level: "unknown",
		what: `Whether branches under cms/ may be pushed from here is not known: ${push.because}`,
		why: "A loop that is run from here saves there. Runs on GitHub have a token of their own.",
		fix
	}];
	if (push.value.is === "taken") return [fine("push", "A push to a branch under cms/ would be taken.")];
	return [{
		id: "push",
		level: "error",
		what: `The remote does not take a push from here: ${push.value.because}`,
		why: "`cms run --remote`, `cms stop` and `cms resume` save to branches under cms/.",
		fix
	}];
}
function inTheWay({ git: { branches }, loop, remote }) {
	if (branches.is !== "known") return [];
	const [name] = branches.value.names.filter((name) => name === "cms" || name === `cms/${loop}`);
	if (name === void 0) return [fine("branch-in-the-way", "No branch stands in the way of those of the loop.")];
	const to = shellWord(remote?.name ?? "origin");
	return [{
		id: "branch-in-the-way",
		level: "error",
		what: `There is a branch ${name} on the remote.`,
		why: `Git cannot have cms/${loop}/state beside it: the loop cannot be saved.`,
		fix: `\`git fetch ${to} ${name} && git push ${to} FETCH_HEAD:refs/heads/old-${name.replaceAll("/", "-")} :refs/heads/${name}\``
	}];
}
const BLOCKING = {
	creation: "no branch may be made",
	update: "no branch may be changed",
	required_signatures: "commits have to be signed, and those of the loop are not",
	pull_request: "changes have to come by pull request",
	required_status_checks: "checks have to be green before a push",
	required_deployments: "a deployment has to come before a push",
	merge_queue: "changes have to come by the merge queue",
	workflows: "other workflows have to be green before a push",
	code_scanning: "results of code scanning have to come before a push"
};
const HINDERING = {
	non_fast_forward: "a new epoch cannot begin the work branch anew",
	deletion: "branches cannot be removed when they are not needed any more",
	required_linear_history: "merge commits of other people on the work branch are refused",
	commit_message_pattern: "messages of the loop may not fit the pattern",
	commit_author_email_pattern: "the author of the loop may not fit the pattern",
	committer_email_pattern: "the committer of the loop may not fit the pattern",
	branch_name_pattern: "names of branches of the loop may not fit the pattern",
	file_path_restriction: "files of the work may not be allowed",
	file_extension_restriction: "files of the work may not be allowed",
	max_file_path_length: "files of the work may have too long names",
	max_file_size: "files of the work may be too large"
};
function ruled(facts, subject) {
	const { github: { rules }, place } = facts;
	const page = pageOf(place, "rules");
	if (rules.is === "unasked") return [];
	if (rules.is === "unknown") return [{
		id: "branch-rules",
		level: "unknown",
		what: `Which rules hold for branches under cms/ could not be asked: ${rules.because}`,
		why: "A rule can refuse every push of the loop.",
		fix: `Look at ${page}`
	}];
	const told = (table) => rules.value.flatMap(({ branch, types }) => [...new Set(types)].flatMap((type) => Object.hasOwn(table, type) ? [`${branch}: ${table[type]} (${type})`] : []));
	const [blocking, hindering] = [told(BLOCKING), told(HINDERING)];
	const fix = `Take branches under cms/ out of the ruleset ("Target branches", exclude \`cms/**/*\`) at ${page}`;
	const own = subject !== void 0 && ownToken(facts, subject);
	if (blocking.length > 0) return [{
		id: "branch-rules",
		level: own ? "warning" : "error",
		what: `Rules refuse what the loop pushes: ${blocking.join("; ")}.`,
		why: own ? "The loop cannot be saved, unless the App of `github-token` is on the bypass list." : "The loop cannot be saved. The token of the job cannot bypass rules.",
		fix
	}];
	if (hindering.length === 0) return [fine("branch-rules", "No ruleset refuses branches under cms/.")];
	return [{
		id: "branch-rules",
		level: "warning",
		what: `Rules hold for branches of the loop: ${hindering.join("; ")}.`,
		why: "Some pushes of the loop may be refused.",
		fix
	}];
}
const FILE = ".github/workflows/ci.yml";
function workflowFiles(facts, subject) {
	const config = configOf(facts);
	if (config === void 0) return [];
	const isProtected = guard([{
		path: FILE,
		status: "modified",
		mode: "100644",
		size: 1
	}], config.settings.protect).length > 0;
	const about = config.tasks.filter(({ spec, run = "", verify }) => [
		spec,
		run,
		...verify
	].some((text) => text.includes(".github/workflows")));
	if (isProtected && about.length === 0) return [fine("workflow-files", "Workflow files are protected from the agent.")];
	const names = about.slice(0, 5).map(({ id }) => id).join(", ");
	if (isProtected) return [{
		id: "workflow-files",
		level: "warning",
		what: `Workflow files are protected, and tasks speak of them: ${names}.`,
		why: "An attempt that changes one is refused.",
		fix: "Take those files out of the task; or write `protect: [\"!.github/workflows/**\"]` and give our step the token of an App that may write workflows."
	}];
	if (subject !== void 0 && ownToken(facts, subject)) return [{
		id: "workflow-files",
		level: "note",
		what: "Agents may change workflow files.",
		why: "Whoever changes them decides what runs with your secrets; and the App needs \"Workflows: write\".",
		fix: "Look at them first in the pull request."
	}];
	return [{
		id: "workflow-files",
		level: "error",
		what: "`protect` lets agents change workflow files.",
		why: "GitHub refuses every push with such a change by the token of the job, and with it all the work beside.",
		fix: "Take `!.github/**` out of `protect` in the loop file; or give our step the token of an App with \"Workflows: write\" as `github-token`."
	}];
}
// src/core/doctor/carrying.ts
const carryingFindings = (subject) => [
	...runName(subject),
	...groups(subject),
	...otherJobs(subject),
	...handOff(subject)
];
function runName({ file, workflow, ours }) {
	if (onwardOf(workflow, ours) !== "dispatch") return [];
	if (/\binputs\.lane\b/.test(workflow.runName) && /\binputs\.nonce\b/.test(workflow.runName)) return [fine("run-name", "A request can be recognised by the name of its run.")];
	return [{
		id: "run-name",
		level: "warning",
		what: `The \`run-name\` of ${file} does not show lane and nonce.`,
		why: "After an answer of GitHub that was lost, the loop cannot see whether its run was made, and asks again.",
		fix: "Write at the top level: `run-name: cms ${{ inputs.loop || 'main' }} ${{ inputs.lane && format('lane {0} {1}', inputs.lane, inputs.nonce) || 'tick' }}`"
	}];
}
const GROUP = "Write: `concurrency: { group: \"cms-${{ inputs.loop || 'main' }}-${{ inputs.nonce || (github.event_name == 'schedule' && 'tick') || github.run_id }}\", cancel-in-progress: false }`";
function groups({ workflow, ours }) {
	const all = [workflow.concurrency, ours?.job.concurrency].filter((one) => one !== void 0);
	const asks = onwardOf(workflow, ours) !== "here" && onwardOf(workflow, ours) !== "stop";
	const findings = all.flatMap(asks ? groupFindings : cancelFindings);
	return findings.length > 0 ? findings : [fine("concurrency", "No group can swallow a request.")];
}
const cancelFindings = ({ cancel }) => cancel === "false" ? [] : [{
	id: "concurrency",
	level: "warning",
	what: "`cancel-in-progress` is not `false`.",
	why: "A run that is cancelled pauses the loop.",
	fix: "Write `cancel-in-progress: false`."
}];
function groupFindings({ group, cancel, queue }) {
	const isOfOne = /\bnonce\b|github\.run_id|github\.run_number/.test(group);
	const cancels = cancel !== "false";
	const finding = (level, what, why) => [{
		id: "concurrency",
		level,
		what,
		why,
		fix: GROUP
	}];
	if (queue === "max" && cancel === "true") return finding("error", "The concurrency group has `queue: max` and `cancel-in-progress: true`.", "GitHub does not read a workflow with both.");
	if (!isOfOne && cancels) return finding("error", `The concurrency group "${group}" is the same for different requests, and cancels.`, "The next run cancels the one that asked for it, and a run that was cancelled pauses the loop.");
	if (!isOfOne && queue === "max") return finding("warning", `In the concurrency group "${group}", all runs wait in one queue.`, "Ticks pile up behind a long iteration; from the hundredth on, the next request is thrown away.");
	if (!isOfOne) return finding("warning", `The concurrency group "${group}" is the same for different requests.`, "A tick that comes while a request waits takes its place: the loop stands still until the next tick.");
	if (cancels) return finding("warning", "`cancel-in-progress` is not `false`.", "A run that is cancelled pauses the loop.");
	if (queue === "max") return finding("note", "`queue: max` has no use here: each request has a group of its own.", "Ticks that could be dropped wait instead.");
	return [];
}
function otherJobs({ workflow, ours }) {
	if (ours === void 0 || onwardOf(workflow, ours) !== "dispatch") return [];
	const others = workflow.jobs.filter(({ id }) => id !== ours.job.id).map(({ id }) => id);
	if (others.length === 0) return [fine("other-jobs", "Our job is the only one.")];
	return [{
		id: "other-jobs",
		level: "warning",
		what: `The workflow has other jobs: ${others.slice(0, 5).join(", ")}.`,
		why: "They run, and are paid for, at every iteration and every tick.",
		fix: "Move them to a workflow of their own; or write `continue: here` under `with:` of our step, so that the loop goes on in one job."
	}];
}
function handOff({ workflow, ours }) {
	const places = workflow.jobs.flatMap((job) => {
		const handsOn = job.steps.filter((step) => step === ours?.step || /gh workflow run|\/dispatches\b|gh api .*dispatch/.test(step.run));
		return [...(job === ours?.job || handsOn.length > 0) && isAlways(job.when) ? [`job ${job.id}`] : [], ...handsOn.filter(({ when }) => isAlways(when)).map(() => `a step of job ${job.id}`)];
	});
	if (places.length === 0) return [fine("hand-off", "Cancel stops the loop.")];
	return [{
		id: "hand-off",
		level: "error",
		what: `\`if: always()\` at ${places.join(" and ")}.`,
		why: "It starts the next run even after somebody pressed Cancel: the loop cannot be stopped.",
		fix: "Write `if: ${{ !cancelled() }}` instead, or no `if` at all."
	}];
}
const isAlways = (when) => /\balways\s*\(/.test(when);
// src/core/doctor/dispatching.ts
const dispatchFindings = (facts, subject) => [...facts.run === void 0 ? [
	...onDefaultBranch(facts, subject),
	...enabled(facts, subject),
	...actionStep(subject)
] : [], ...dispatchInputs(facts, subject)];
function onDefaultBranch(facts, { file, text }) {
	const { workflowThere: there } = facts.git;
	const known = defaultBranchOf(facts);
	const main = known ?? "the default branch";
	const path = `.github/workflows/${file}`;
	if (there.is === "unasked") return [];
	if (there.is === "unknown") return [{
		id: "workflow-default-branch",
		level: "unknown",
		what: `Whether ${path} is on ${main} is not known: ${there.because}`,
		why: "GitHub starts a workflow, and its schedule, only from there.",
		fix: `\`git fetch ${shellWord(facts.remote?.name ?? "origin")}\`, then \`cms doctor\` again.`
	}];
	if (there.value !== void 0 && unixLines(there.value) === unixLines(text)) return [fine("workflow-default-branch", `${path} is on ${main}, as it is here.`)];
	const push = `\`git add ${shellWord(path)} .cms && git commit -m "Add a loop"; git push ${shellWord(facts.remote?.name ?? "origin")} ${known === void 0 ? "HEAD" : `HEAD:${shellWord(known)}`}\``;
	if (there.value === void 0) return [{
		id: "workflow-default-branch",
		level: "error",
		what: `${path} is not on ${main}.`,
		why: "GitHub starts a workflow, and its schedule, only from there.",
		fix: `${push}, which takes along whatever else is on this branch; or merge it by a pull request.`
	}];
	return [{
		id: "workflow-default-branch",
		level: "warning",
		what: `${path} is another one on ${main} than here.`,
		why: "That one runs; this one was looked at.",
		fix: `${push}, which takes along whatever else is on this branch; or \`git pull\`.`
	}];
}
const unixLines = (text) => text.replaceAll("\r\n", "\n");
const WHY_DISABLED = {
	disabled_manually: "a person disabled it",
	disabled_inactivity: "GitHub did, after 60 days without activity in the repository",
	disabled_fork: "the repository is a fork",
	deleted: "it was deleted"
};
function enabled({ github: { workflow }, place }, { file }) {
	if (workflow.is === "unasked") return [];
	if (workflow.is === "unknown") return [{
		id: "workflow-enabled",
		level: "unknown",
		what: `Whether ${file} is enabled could not be asked: ${workflow.because}`,
		why: "A workflow that is disabled takes no request.",
		fix: `Look at ${pageOf(place, `actions/workflows/${file}`)}`
	}];
	if (workflow.value === "active") return [fine("workflow-enabled", `${file} is enabled.`)];
	if (workflow.value === "absent") return [{
		id: "workflow-enabled",
		level: "error",
		what: `GitHub knows no workflow ${file}.`,
		why: "It knows one once the file is on the default branch and can be read.",
		fix: `Push it to the default branch, then look for it at ${pageOf(place, "actions")}`
	}];
	return [{
		id: "workflow-enabled",
		level: "error",
		what: `${file} is disabled: ${WHY_DISABLED[workflow.value] ?? workflow.value}.`,
		why: "It takes neither requests nor its schedule. Later commits do not change that.",
		fix: `\`gh workflow enable ${shellWord(file)}${repoFlag(place)}\``
	}];
}
function actionStep({ file, ours }) {
	if (ours === void 0) return [{
		id: "action-step",
		level: "error",
		what: `No step or job of ${file} uses this action.`,
		why: "The workflow runs, and no loop goes on.",
		fix: "Add `- uses: <account>/cms-iterate@v1` after actions/checkout, as the README shows."
	}];
	if (!ours.uses.startsWith("OWNER/")) return [fine("action-step", `Job ${ours.job.id} uses ${ours.uses}.`)];
	return [{
		id: "action-step",
		level: "error",
		what: `${file} uses ${ours.uses}, and OWNER only stands for an account.`,
		why: "GitHub does not find the action, and the run fails before anything starts.",
		fix: `Write the account that publishes the action in its place, and \`@v0\` for \`@v1\` until its version 1.0: \`sed -i.old 's|OWNER/|<account>/|' .github/workflows/${file}\``
	}];
}
const OWN_INPUTS = [
	"loop",
	"lane",
	"nonce",
	"resume",
	"stop",
	"fresh"
];
const MOST_INPUTS = 25;
const MESSAGE = "message: { type: string, default: \"\" }";
const declare = (asked) => `\`workflow_dispatch: { inputs: { loop: { type: string, default: main }, ${asked}resume: { type: boolean, default: false }, stop: { type: boolean, default: false }, fresh: { type: boolean, default: false }, ${MESSAGE} } }\``;
const DECLARE = `Write the trigger as in the README: ${declare("lane: { type: string, default: \"\" }, nonce: { type: string, default: \"\" }, ")}`;
const BY_HAND = `Nothing, or write the trigger so: ${declare("")}`;
const inputFinding = (level, what, why, fix = DECLARE) => ({
	id: "dispatch-inputs",
	level,
	what,
	why,
	fix
});
function dispatchInputs(facts, { file, workflow, ours }) {
	const { inputs } = workflow;
	const onward = onwardOf(workflow, ours);
	const goesOn = onward === "dispatch" || onward === "unclear";
	if (inputs !== void 0) {
		const found = inputsFinding(file, inputs, goesOn);
		return [found.level === "ok" && goesOn && !inputs.has("message") ? withoutMail(facts, file) : found];
	}
	const what = `${file} has no trigger \`workflow_dispatch\``;
	return [goesOn ? inputFinding("error", `${what}.`, "The loop cannot ask for its next run.") : inputFinding("note", `${what}: the loop goes on in one job.`, "Nobody can start, stop or resume it by hand.", BY_HAND)];
}
function withoutMail({ workflows }, file) {
	const isWanted = workflows.some(({ text }) => /\bissue_comment\b[^]*\bmessage=/.test(text));
	return inputFinding(isWanted ? "warning" : "note", `${file} lacks the input message.`, isWanted ? "GitHub refuses what comments to the agents ask for." : "Comments cannot answer the agents; `cms message` can.", `Add \`${MESSAGE}\` to the inputs.`);
}
function inputsFinding(file, inputs, goesOn) {
	if (inputs.size > MOST_INPUTS) return inputFinding("error", `${file} has ${inputs.size} inputs.`, `GitHub reads no workflow with more than ${MOST_INPUTS}.`, "Take some out.");
	const bare = [...inputs].filter(([name, one]) => one.required && !one.hasDefault && !isOwn(name));
	if (goesOn && bare.length > 0) return inputFinding("error", `${file} requires the input ${bare.map(([name]) => name).join(", ")}.`, "The loop fills in loop, lane and nonce only, so GitHub refuses its requests.", "Give that input a default.");
	const isCarried = goesOn || inputs.has("lane") || inputs.has("nonce");
	const missing = OWN_INPUTS.filter((name) => !inputs.has(name) && (isCarried || !isAsked(name)));
	if (missing.length === 0) return fine("dispatch-inputs", "All the inputs of a loop are there.");
	const what = `${file} lacks the input ${missing.join(", ")}.`;
	return goesOn && missing.some((name) => name === "loop" || isAsked(name)) ? inputFinding("error", what, "GitHub refuses a request with an input that it does not know.") : inputFinding(goesOn ? "warning" : "note", what, "What is missing cannot be said by \"Run workflow\".", isCarried ? DECLARE : BY_HAND);
}
const isAsked = (name) => name === "lane" || name === "nonce";
const isOwn = (name) => OWN_INPUTS.some((own) => own === name);
// src/core/doctor/job.ts
const jobFindings = (facts, subject) => [
	...timeLimits(facts, subject),
	...facts.run === void 0 ? checkoutInText(subject) : checkoutInRun(facts.run),
	...lowTrust(subject)
];
const JOB_MINUTES = 120;
const UNLIMITED = 360;
function timeLimits(facts, { ours }) {
	if (ours === void 0) return [];
	const said = ours.with.get("job-minutes") ?? "";
	const limit = ours.job.timeout;
	if (isExpression(said) || isExpression(limit)) return [{
		id: "time-limits",
		level: "unknown",
		what: "The time limits are worked out by GitHub.",
		why: "Attempts are planned by `job-minutes`, and the job ends by `timeout-minutes`: they have to agree.",
		fix: "See that both come to the same number."
	}];
	const minutes = Number(said || JOB_MINUTES);
	const findings = [...inJob(ours, {
		minutes,
		limit
	}), ...inLoopFile(configOf(facts), minutes)];
	return findings.length > 0 ? findings : [fine("time-limits", `Everything fits into ${minutes} minutes.`)];
}
function inJob({ step, job }, { minutes, limit }) {
	if (step === void 0) return [];
	const most = Number(limit || UNLIMITED);
	if (most < minutes) return [{
		id: "time-limits",
		level: "error",
		what: `The job ends after ${most} minutes, and the loop believes it has ${minutes}.`,
		why: "GitHub cuts attempts off, which looks like a person who cancels: the loop pauses.",
		fix: `Write \`job-minutes: '${most}'\` under \`with:\` of our step, or \`timeout-minutes: ${minutes}\` at the job.`
	}];
	const before = job.steps.slice(0, job.steps.indexOf(step)).filter(({ uses }) => !isCheckout(uses));
	if (most === minutes || limit !== "" && before.length > 0) return [];
	return [{
		id: "time-limits",
		level: "note",
		what: `The job may take ${most} minutes, and the loop plans with ${minutes}.`,
		why: "What is beyond is not used, and a runner that hangs is paid for until then.",
		fix: `Write \`timeout-minutes: ${minutes}\` at the job, or \`job-minutes: '${most}'\` under \`with:\` of our step.`
	}];
}
function inLoopFile(config, minutes) {
	if (config === void 0) return [];
	const { settings, tasks } = config;
	const timeouts = [void 0, ...tasks.map(({ agent }) => agent)].map((one) => agentFor(settings, one).timeout);
	const longest = attemptLimit(settings, Math.max(...timeouts));
	if (longest <= minutes * 6e4) return [];
	return [{
		id: "time-limits",
		level: "error",
		what: `An attempt may take ${printDuration(longest)}, and the job has ${minutes} minutes.`,
		why: "The run refuses the loop file: setup, agent and two verifications have to fit into one job.",
		fix: `Write \`timeout: 30m\` under \`agent:\` of the loop file (or lower \`verify_timeout\`, \`setup_timeout\`); or raise \`timeout-minutes\` and \`job-minutes\` to ${Math.ceil(longest / MINUTE)}.`
	}];
}
const isCheckout = (uses) => uses.startsWith("actions/checkout@");
const CHECKOUT = "Before our step: `- uses: actions/checkout@v7` with `with: { persist-credentials: false }`";
function checkoutInText({ ours }) {
	if (ours?.step === void 0) return [];
	const step = ours.job.steps.slice(0, ours.job.steps.indexOf(ours.step)).findLast(({ uses }) => isCheckout(uses));
	if (step === void 0) return [{
		id: "checkout",
		level: "error",
		what: "No step before ours checks the repository out.",
		why: "The run ends with `bad-checkout`: the loop file and the sources are not there.",
		fix: CHECKOUT
	}];
	const findings = [...credentialsOf(step), ...placeOf(step, ours)];
	return findings.length > 0 ? findings : [fine("checkout", "The checkout is as it should be.")];
}
const LEFT = {
	id: "checkout",
	level: "warning",
	what: "actions/checkout leaves the token of the job on the disk.",
	why: "The agent can read it there, and push and start runs with it.",
	fix: "Write `with: { persist-credentials: false }` under actions/checkout."
};
const credentialsOf = (step) => step.with.get("persist-credentials") === "false" ? [] : [LEFT];
function placeOf(step, ours) {
	const clean = (path) => (path ?? "").replace(/^\.\/|\/$/g, "").replace(/^\.$/, "");
	const path = clean(step.with.get("path"));
	const other = step.with.get("repository") ?? "";
	const findings = [];
	if (path !== clean(ours.with.get("working-directory")) && !isExpression(path)) findings.push({
		id: "checkout",
		level: "error",
		what: `The repository is checked out to ${path || "the root of the workspace"}, and our step looks elsewhere.`,
		why: "The loop file is not found there.",
		fix: `Write \`working-directory: ${path || "."}\` under \`with:\` of our step.`
	});
	if (other !== "" && !/github\.repository/.test(other)) findings.push({
		id: "checkout",
		level: "warning",
		what: `The checkout is of ${other}.`,
		why: "The loop saves to the repository of the run, whatever is checked out.",
		fix: "Take `repository:` out from under actions/checkout."
	});
	return findings;
}
function checkoutInRun({ hasCredentials, isAtRoot }) {
	const findings = hasCredentials ? [LEFT] : [];
	if (!isAtRoot) findings.push({
		id: "checkout",
		level: "note",
		what: "The checkout is not at the root of the workspace.",
		why: "Steps that expect it there do not find it.",
		fix: "Take `path:` out from under actions/checkout, unless that is meant."
	});
	return findings;
}
const LOW_TRUST = new Set([...[
	"issues",
	"issue_comment",
	"pull_request_target",
	"pull_request_review",
	"workflow_run"
], ...[
	"pull_request_review_comment",
	"discussion",
	"discussion_comment",
	"fork",
	"watch"
]]);
function letThrough(when, events) {
	const named = [...when.matchAll(/github\.event_name\s*([!=])=\s*'(\w+)'/g)];
	const of = (sign) => new Set(named.flatMap(([, one, name]) => one === sign ? [name] : []));
	const [only, not] = [of("="), of("!")];
	return events.filter((name) => !not.has(name) && (only.size === 0 || only.has(name)));
}
const ASKS_WHO = /association|actor|sender|label/;
function lowTrust({ file, workflow, ours }) {
	if (ours === void 0) return [];
	const events = letThrough(ours.job.when, workflow.triggers.filter((name) => LOW_TRUST.has(name)));
	if (events.length === 0) return [fine("low-trust-events", "No event of strangers starts our job.")];
	if (ASKS_WHO.test(ours.job.when)) return [];
	const how = onwardOf(workflow, ours) === "dispatch" ? "a run of the loop" : "the loop";
	return [{
		id: "low-trust-events",
		level: "warning",
		what: `${file} runs on ${events.join(", ")} too.`,
		why: `Strangers can cause that, and so start ${how} with the secrets of the repository; and the cache cannot be written then.`,
		fix: `Move them to a workflow that checks who it is and then only asks: \`gh workflow run ${file}\`. Or write at our job: \`if: github.event_name == 'workflow_dispatch' || github.event_name == 'schedule'\``
	}];
}
// src/core/doctor/agent-keys.ts
const KEYS = new Map([
	["codex", {
		title: "Codex",
		variable: "CODEX_API_KEY",
		accepts: /^(CODEX_API_KEY|CODEX_ACCESS_TOKEN|CODEX_HOME)$/i,
		secrets: ["codex-api-key"]
	}],
	["gemini", {
		title: "Gemini CLI",
		variable: "GEMINI_API_KEY",
		accepts: /^(GEMINI_API_KEY|GOOGLE_\w+)$/i,
		secrets: ["gemini-api-key"]
	}],
	["opencode", {
		title: "OpenCode",
		variable: "OPENAI_API_KEY",
		accepts: /^(\w+_API_KEY|AWS_\w+|OPENCODE_AUTH_CONTENT)$/i,
		secrets: [
			"openai-api-key",
			"gemini-api-key",
			"anthropic-api-key"
		]
	}]
]);
const agentsOf = ({ settings, tasks }) => new Set((tasks.length === 0 ? [void 0] : tasks.map(({ agent }) => agent)).map((one) => agentFor(settings, one).use));
function otherKeyFindings(facts, subject) {
	const config = configOf(facts);
	return (config === void 0 ? [] : [...agentsOf(config)]).flatMap((agent) => {
		const key = KEYS.get(agent);
		return key === void 0 || isGiven(facts, subject, key) ? [] : [missing(facts, subject, key)];
	});
}
function isGiven({ run }, { workflow, ours }, { accepts, secrets }) {
	if (run !== void 0) return run.keyNames === void 0 || run.keyNames.some((name) => accepts.test(name));
	if (ours === void 0) return true;
	if (ours.step === void 0) {
		const given = ours.job.secrets;
		return given === "inherit" || secrets.some((name) => (given.get(name) ?? "") !== "");
	}
	return [
		workflow.env,
		ours.job.env,
		ours.step.env
	].some((env) => [...env].some(([name, value]) => accepts.test(name) && value !== ""));
}
function missing({ place }, { ours }, { title, variable, secrets }) {
	const value = `\${{ secrets.${variable} }}`;
	const [secret = ""] = secrets;
	const where = ours?.step === void 0 && ours !== void 0 ? `at our job \`secrets: { ${secret}: '${value}' }\`` : `at our step \`env: { ${variable}: '${value}' }\``;
	return {
		id: "agent-key",
		level: "error",
		what: `The workflow gives ${title} no key.`,
		why: `${title} cannot log in, so no attempt can succeed.`,
		fix: `Write ${where}; then \`gh secret set ${variable}${repoFlag(place)}\``
	};
}
// src/core/doctor/keys.ts
const KEY_VARIABLE = /^(anthropic_|claude_|aws_|cloud_ml_|google_)/i;
const isKeyVariable = (name) => KEY_VARIABLE.test(name);
const needsKey = (facts) => {
	const config = configOf(facts);
	return config !== void 0 && agentsOf(config).has("claude");
};
const NO_KEY = {
	id: "agent-key",
	level: "error",
	why: "Claude Code cannot log in, so no attempt can succeed."
};
const keyFindings = (facts, subject) => [...facts.run === void 0 ? inText(facts, subject) : inRun(facts), ...otherKeyFindings(facts, subject)];
const setKey = ({ place }, name = "ANTHROPIC_API_KEY") => `\`gh secret set ${name}${repoFlag(place)}\``;
const inRun = (facts) => needsKey(facts) && facts.run?.hasKey === false ? [{
	...NO_KEY,
	what: "The agent is given no key: `anthropic-api-key` and `claude-code-oauth-token` are empty.",
	fix: `${setKey(facts)}, and under \`with:\` of our step \`anthropic-api-key: \${{ secrets.ANTHROPIC_API_KEY }}\``
}] : [];
function inText(facts, subject) {
	const { ours, text } = subject;
	if (ours === void 0) return [];
	const given = ours.step === void 0 ? ours.job.secrets : ours.with;
	const values = given === "inherit" ? [] : ["anthropic-api-key", "claude-code-oauth-token"].map((name) => given.get(name) ?? "");
	const keys = needsKey(facts) ? secretsIn(values.join("\n")) : [];
	const others = secretsFindings(facts, {
		text,
		keys
	});
	if (!needsKey(facts)) return others;
	if (!(values.some((value) => value !== "") || hasVariable(subject))) return [...others, unnamed(facts, subject)];
	const { secrets } = facts.github;
	if (secrets.is !== "known" || keys.length === 0 || ours.job.environment) return others;
	if (keys.some((name) => secrets.value.has(name))) return [...others, fine("agent-key", "The secret with the key is there.")];
	const what = `There is no secret ${keys.join(" or ")}.`;
	return [...others, {
		...NO_KEY,
		what,
		fix: setKey(facts, keys[0])
	}];
}
const unnamed = (facts, { ours }) => ({
	...NO_KEY,
	what: "The workflow gives the agent no key.",
	fix: `Write ${ours?.step === void 0 ? "at our job: `secrets:" : "under our step: `with:"} { anthropic-api-key: '\${{ secrets.ANTHROPIC_API_KEY }}' }\`; then ${setKey(facts)}`
});
const hasVariable = ({ workflow, ours }) => ours?.step !== void 0 && [
	workflow.env,
	ours.job.env,
	ours.step.env
].some((env) => [...env.keys()].some(isKeyVariable));
function secretsFindings({ github: { secrets }, place }, { text, keys }) {
	const used = secretsIn(text);
	if (secrets.is === "unasked" || used.length === 0) return [];
	if (secrets.is === "unknown") return [{
		id: "secrets",
		level: "unknown",
		what: `Whether the secrets ${used.join(", ")} exist could not be asked: ${secrets.because}`,
		why: "One that does not exist is empty in the run, without a word.",
		fix: `\`gh secret list${repoFlag(place)}\`, or ${pageOf(place, "settings/secrets/actions")}`
	}];
	const missing = used.filter((name) => !secrets.value.has(name) && !keys.includes(name));
	if (missing.length === 0) return [fine("secrets", `The secrets that the workflow names are there: ${used.filter((name) => !keys.includes(name)).join(", ") || "none but the key"}.`)];
	return [{
		id: "secrets",
		level: "warning",
		what: `The workflow names secrets that do not exist: ${missing.join(", ")}.`,
		why: "They are empty in the run, without a word.",
		fix: missing.map((name) => `\`gh secret set ${name}${repoFlag(place)}\``).join(", ")
	}];
}
// src/core/doctor/machine.ts
const GIT = [2, 38];
const NODE = [24, 0];
const isEnough = (version, [major, minor]) => {
	const [, have = "0", and = "0"] = /(\d+)\.(\d+)/.exec(version) ?? [];
	return Number(have) > major || Number(have) === major && Number(and) >= minor;
};
const machineFindings = (facts) => [
	...programFindings(facts),
	...loopFileFindings(facts),
	...facts.run === void 0 ? remoteFindings(facts) : []
];
function programFindings({ git, node, programs, run }) {
	if (run !== void 0) return [];
	const gitIs = git.version ?? "of a version that nobody knows";
	return [
		isEnough(gitIs, GIT) ? fine("git", `git ${gitIs}`) : {
			id: "git",
			level: "error",
			what: `git is ${gitIs}; ${GIT.join(".")} or newer is needed.`,
			why: "Merging without history needs it.",
			fix: "Install a newer git: `sudo apt-get install git`, `brew install git`, or https://git-scm.com."
		},
		isEnough(node, NODE) ? fine("node", `Node ${node}`) : {
			id: "node",
			level: "error",
			what: `Node is ${node}; 24 or newer is needed.`,
			why: "The program is not tested with older ones. On GitHub the runner brings its own.",
			fix: "Install Node 24: https://nodejs.org."
		},
		...programs.map(programFinding)
	];
}
function programFinding({ agent, file, version, tested }) {
	if (version === void 0) return {
		id: "agent-program",
		level: tested === void 0 ? "error" : "note",
		what: `Agent ${agent}: there is no program ${file} here.`,
		why: tested === void 0 ? "Its tasks cannot run without it." : "`cms run` needs it here. On GitHub the action installs it.",
		fix: tested === void 0 ? `Install ${file} and put it on the PATH.` : `\`npm install --global ${tested.package}@${tested.version}\``
	};
	const words = version.split(/\s+/);
	if (tested === void 0 || words.includes(tested.version)) return fine("agent-program", `Agent ${agent}: ${version.split("\n")[0]?.slice(0, 80)}`);
	return {
		id: "agent-program",
		level: "note",
		what: `Agent ${agent} is ${version.slice(0, 60)}; tested is ${tested.version}.`,
		why: "Another version may print other events, and cost and failures are read from those.",
		fix: `\`npm install --global ${tested.package}@${tested.version}\`, if something looks wrong.`
	};
}
function loopFileFindings(facts) {
	const { loopFile, run, loop } = facts;
	const config = configOf(facts);
	if (config !== void 0) {
		const warnings = config.warnings.map((what) => ({
			id: "loop-file",
			level: "warning",
			what,
			why: "The loop file can be used as it is, but this is seldom meant.",
			fix: "Edit the loop file; `cms validate` checks it."
		}));
		return warnings.length > 0 ? warnings : [fine("loop-file", `The loop file is valid: loop "${loop}".`)];
	}
	if (loopFile.is === "valid" || run !== void 0) return [];
	if (loopFile.is === "missing") return [{
		id: "loop-file",
		level: "error",
		what: `There is no loop file at ${loopFile.path}.`,
		why: "It says what is to be done, by whom, and when to stop.",
		fix: "`cms init` writes one to edit."
	}];
	return [{
		id: "loop-file",
		level: "error",
		what: `The loop file cannot be used: ${loopFile.because}`,
		why: "Nothing begins with it.",
		fix: "`cms validate` shows every mistake with its line."
	}];
}
function remoteFindings(facts) {
	const { remote, place } = facts;
	const commits = commitFindings(facts);
	if (remote === void 0) return [...commits, {
		id: "remote",
		level: "warning",
		what: "This repository has no remote: nothing was asked of GitHub.",
		why: "`cms run` works here all the same; on GitHub a loop needs a repository there.",
		fix: "`gh repo create --private --source . --push` (or `--public`), or `git remote add origin <url>`."
	}];
	if (place === void 0) return [...commits, {
		id: "remote",
		level: "note",
		what: `The remote ${remote.name} is no repository on a GitHub: nothing of its settings was looked at.`,
		why: "The action runs on GitHub. Elsewhere `cms run --remote` carries a loop on.",
		fix: "Name a remote that is one: `cms doctor --remote <name>`."
	}];
	return [
		...commits,
		...answering(facts, remote.name),
		...tokenFindings(facts)
	];
}
const commitFindings = ({ git }) => git.hasCommits ? [] : [{
	id: "commits",
	level: "error",
	what: "This repository has no commit.",
	why: "The work of a loop starts from one.",
	fix: "`git add -A && git commit -m \"First\"`, after a look at `git status`"
}];
const answering = ({ git: { branches } }, name) => branches.is === "unknown" ? [{
	id: "remote",
	level: "unknown",
	what: `The remote ${name} did not answer: ${branches.because}`,
	why: "The state of a loop is kept there.",
	fix: `\`git ls-remote ${shellWord(name)}\` shows what is wrong.`
}] : [fine("remote", `The remote ${name} answers.`)];
const tokenFindings = ({ hasToken, place }) => hasToken ? [] : [{
	id: "token",
	level: "unknown",
	what: "There is no token, so GitHub was not asked: whether the workflow is enabled, which secrets there are, what rules and settings allow.",
	why: "Those can stop a loop that looks right in its files.",
	fix: `\`gh auth login\`, or set GH_TOKEN; then \`cms doctor\` again. By hand: ${pageOf(place, "settings/actions")}`
}];
// src/core/doctor/repository.ts
const repositoryFindings = (facts, subject) => [
	...answered(facts),
	...actionsEnabled(facts),
	...forkFindings(facts),
	...baseFindings(facts, subject)
];
function answered(facts) {
	const { place, github } = facts;
	if (place === void 0) return [];
	const { repository } = github;
	switch (repository.is) {
		case "unasked": return [];
		case "known": return [fine("token", `GitHub shows ${repository.value.fullName} to the token.`), ...named(facts, repository.value)];
		case "rejected": return [{
			id: "token",
			level: "error",
			what: `GitHub does not take the token: ${repository.because}`,
			why: "`cms start` and everything else that asks GitHub fails with it.",
			fix: "`gh auth login`, or set GH_TOKEN to one that is valid; then `cms doctor` again."
		}];
		case "unseen": return [{
			id: "repository",
			level: "error",
			what: `GitHub shows no repository ${slugOf(place)} to the token.`,
			why: "It was renamed, deleted, or never made; or the token is not for it.",
			fix: `\`gh repo view ${slugOf(place)}\` shows what it sees. A new one: \`gh repo create ${slugOf(place)} --private --source . --push\``
		}];
		case "unknown": return [{
			id: "repository",
			level: "unknown",
			what: `GitHub did not say anything of the repository: ${repository.because}`,
			why: "Its settings could not be looked at.",
			fix: "Try `cms doctor` again in some minutes; https://www.githubstatus.com shows whether GitHub is well."
		}];
		default: return unreachable(repository);
	}
}
function named({ place, remote }, { fullName, isArchived }) {
	if (place === void 0 || remote === void 0) return [];
	const findings = [];
	if (isArchived) findings.push({
		id: "archived",
		level: "error",
		what: `${fullName} is archived.`,
		why: "It takes no push and runs no workflow.",
		fix: `\`gh repo unarchive ${shellWord(fullName)}\`, or "Unarchive" at ${pageOf(place, "settings")}`
	});
	if (fullName.toLowerCase() !== slugOf(place).toLowerCase()) {
		const url = remote.url.replace(/\/\/[^/@]*@/, "//").replace(slugOf(place), fullName);
		findings.push({
			id: "repository-moved",
			level: "warning",
			what: `${slugOf(place)} is called ${fullName} now.`,
			why: "GitHub leads the old name on only until somebody takes it; pushes then go to a stranger.",
			fix: `\`git remote set-url ${shellWord(remote.name)} ${shellWord(url)}\``
		});
	}
	return findings;
}
function actionsEnabled({ github: { actionsEnabled: enabled }, place }) {
	const page = pageOf(place, "settings/actions");
	if (enabled.is === "unasked") return [];
	if (enabled.is === "unknown") return [{
		id: "actions-enabled",
		level: "unknown",
		what: `Whether Actions is enabled could not be asked: ${enabled.because}`,
		why: "Where it is not, nothing starts.",
		fix: `"Actions permissions" at ${page}`
	}];
	if (enabled.value) return [fine("actions-enabled", "Actions is enabled.")];
	return [{
		id: "actions-enabled",
		level: "error",
		what: "Actions is disabled in this repository.",
		why: "Nothing starts.",
		fix: `Allow actions under "Actions permissions" at ${page}`
	}];
}
function forkFindings({ github: { repository }, place }) {
	if (repository.is !== "known" || !repository.value.isFork) return [];
	return [{
		id: "fork",
		level: "warning",
		what: "The repository is a fork.",
		why: "Schedules are off in forks until somebody enables the workflow, and secrets do not come along.",
		fix: `Enable workflows at ${pageOf(place, "actions")}, and set the secrets: \`gh secret set ANTHROPIC_API_KEY${repoFlag(place)}\``
	}];
}
function baseFindings(facts, subject) {
	const { git, run, remote } = facts;
	const base = configOf(facts)?.base;
	const main = defaultBranchOf(facts);
	const here = run && /^refs\/heads\/(.+)$/.exec(run.ref)?.[1];
	const findings = [];
	if (main !== void 0 && here !== void 0 && here !== main) findings.push({
		id: "base",
		level: "note",
		what: `This run is of ${here}; the default branch is ${main}.`,
		why: "Requests of the loop stay on this branch. The schedule runs the files of the default branch.",
		fix: `Merge the workflow and the loop file into ${main}, then \`gh workflow run ${shellWord(subject?.file ?? "cms.yml")} --ref ${shellWord(main)}\``
	});
	if (base === void 0 || main === void 0 || base === main || base === here) return findings;
	if (git.branches.is === "known" && !git.branches.value.names.includes(base)) return [...findings, {
		id: "base",
		level: "error",
		what: `The loop file says \`base: ${base}\`, and the remote has no such branch.`,
		why: "The work starts from it.",
		fix: `\`git push --set-upstream ${shellWord(remote?.name ?? "origin")} ${shellWord(base)}\`, or name another as \`base:\`.`
	}];
	return [...findings, fetched(base, main, subject)];
}
function fetched(base, main, subject) {
	const step = subject?.ours?.job.steps.find(({ uses }) => uses.startsWith("actions/checkout@"));
	const depth = step?.with.get("fetch-depth") ?? "1";
	if (step === void 0 || depth === "0" || isExpression(depth)) return {
		id: "base",
		level: "note",
		what: `The work starts from ${base}, and the default branch is ${main}.`,
		why: "The loop file and the workflow are read from the branch of the run, and the pull request goes to the base.",
		fix: `Nothing, if that is meant; else take \`base: ${base}\` out of the loop file.`
	};
	return {
		id: "base",
		level: "error",
		what: `The work starts from ${base}, and the checkout fetches the branch of the run alone.`,
		why: "The run ends with `unknown-base`.",
		fix: "Write `with: { persist-credentials: false, fetch-depth: 0 }` under actions/checkout."
	};
}
// src/core/doctor/cron.ts
const MONTHS = [
	"jan",
	"feb",
	"mar",
	"apr",
	"may",
	"jun",
	"jul",
	"aug",
	"sep",
	"oct",
	"nov",
	"dec"
];
const DAYS = [
	"sun",
	"mon",
	"tue",
	"wed",
	"thu",
	"fri",
	"sat"
];
const DAYS_OF_MONTH = 365.25 / 12;
function frequencyOf(cron) {
	const fields = cron.trim().split(/\s+/);
	if (fields.length !== 5 || cron.length > 500) return void 0;
	const [minute = "", hour = "", day = "", month = "", weekday = ""] = fields;
	const minutes = members(minute, 0, 59);
	const hours = members(hour, 0, 23);
	const days = members(day, 1, 31);
	const months = members(month, 1, 12, MONTHS);
	const weekdays = members(weekday, 0, 7, DAYS);
	if (!minutes || !hours || !days || !months || !weekdays) return void 0;
	const ofMonth = days.size / 31;
	const ofWeek = new Set([...weekdays].map((one) => one % 7)).size / 7;
	const share = day === "*" || weekday === "*" ? ofMonth * ofWeek : ofMonth + ofWeek - ofMonth * ofWeek;
	const perMonth = minutes.size * hours.size * share * DAYS_OF_MONTH * (months.size / 12);
	return {
		perMonth: Math.max(1, Math.round(perMonth)),
		minutes: [...minutes].toSorted((a, b) => a - b)
	};
}
function members(field, least, most, names = []) {
	const found = new Set();
	const numberOf = (text) => {
		const named = names.indexOf(text.toLowerCase());
		if (named >= 0) return named + least;
		return /^\d{1,2}$/.test(text) ? Number(text) : NaN;
	};
	for (const part of field.split(",")) {
		const [, range = "", step = "1"] = /^([^/]+)(?:\/(\d{1,2}))?$/.exec(part) ?? [];
		const [from = "", to] = range === "*" ? [String(least), String(most)] : range.split("-");
		const start = numberOf(from);
		const end = to === void 0 ? part.includes("/") ? most : start : numberOf(to);
		if (!(start >= least && end <= most && start <= end && Number(step) > 0)) return void 0;
		for (let at = start; at <= end; at += Number(step)) found.add(at);
	}
	return found;
}
function shortestPause(minutes) {
	const pauses = minutes.map((at, n) => (minutes[n + 1] ?? (minutes[0] ?? 0) + 60) - at);
	return Math.min(60, ...pauses);
}
// src/core/doctor/schedule.ts
const WRITE$1 = "Write under `on:`: `schedule: [{ cron: '23 */3 * * *' }]`";
const INCLUDED = 2e3;
const LEAST_PAUSE = 5;
function scheduleFindings(facts, subject) {
	const { crons } = subject.workflow;
	if (crons.length === 0 && isWatched(facts, subject)) return [fine("schedule", "The schedule of another workflow wakes the loop.")];
	if (crons.length === 0) return [{
		id: "schedule",
		level: onwardOf(subject.workflow, subject.ours) === "here" ? "note" : "warning",
		what: `${subject.file} has no schedule.`,
		why: "When a runner dies, nobody carries the loop on; and a loop that waits for a limit to pass does not wake.",
		fix: WRITE$1
	}];
	const findings = crons.slice(0, 20).flatMap(cronFindings);
	const perMonth = crons.reduce((sum, cron) => sum + (frequencyOf(cron)?.perMonth ?? 0), 0);
	return [
		...findings.length > 0 ? findings : [fine("schedule", `The schedule starts ${perMonth} runs a month.`)],
		...costs(facts, subject, perMonth),
		...sleeps(facts, subject)
	];
}
const isWatched = ({ workflows }, { file }) => workflows.some((one) => one.file !== file && /^\s*schedule\s*:/m.test(one.text) && one.text.includes(`gh workflow run ${file}`));
function cronFindings(cron) {
	const finding = (level, what, why) => ({
		id: "schedule",
		level,
		what,
		why,
		fix: WRITE$1
	});
	const frequency = frequencyOf(cron);
	const shown = `"${cron.slice(0, 60)}"`;
	if (frequency === void 0) return [finding("error", `The schedule ${shown} cannot be read.`, "GitHub reads no workflow with it: five fields, in UTC.")];
	const { minutes } = frequency;
	if (minutes.length === 1 && minutes[0] === 0) return [finding("note", `The schedule ${shown} starts on the hour.`, "Then everybody does: GitHub starts those late, and drops some.")];
	if (shortestPause(minutes) < LEAST_PAUSE) return [finding("note", `The schedule ${shown} starts more often than every ${LEAST_PAUSE} minutes.`, "GitHub does not.")];
	return [];
}
function costs(facts, { file, workflow, ours }, perMonth) {
	if (ours === void 0 || perMonth === 0) return [];
	const isOwnRunner = /self-hosted/.test(ours.job.runsOn);
	const minutes = perMonth * workflow.jobs.length;
	const isHidden = isPrivate(facts);
	if (isHidden === false || isOwnRunner) return [fine("schedule-cost", `The schedule costs nothing: ${isOwnRunner ? "the runner is your own" : "the repository is public"}.`)];
	return [{
		id: "schedule-cost",
		level: minutes > INCLUDED / 2 ? "warning" : "note",
		what: `The schedule costs about ${minutes} minutes a month${isHidden === void 0 ? ", if the repository is private" : ""}.`,
		why: `Each tick is billed as one minute for each job, whether it finds something to do or not. The Free plan includes ${INCLUDED}.`,
		fix: minutes > INCLUDED / 2 ? "Start less often: `schedule: [{ cron: '23 */3 * * *' }]` comes to 244 runs a month." : `Nothing, or start less often; \`gh workflow disable ${shellWord(file)}${repoFlag(facts.place)}\` stops it when the loop is done.`
	}];
}
function sleeps(facts, { file }) {
	if (isPrivate(facts) !== false) return [];
	return [{
		id: "schedule-sleep",
		level: "note",
		what: "In a public repository, GitHub disables a schedule after 60 days without activity.",
		why: "Then the workflow takes no requests either, and runs do not count as activity. While a loop is unfinished, its runs enable the workflow anew once a day; nobody does that for a loop that is done.",
		fix: `When it has happened: \`gh workflow enable ${shellWord(file)}${repoFlag(facts.place)}\``
	}];
}
// src/core/doctor/subject.ts
const FOLDER = ".github/workflows";
const WRITE = "`cms init` writes .github/workflows/cms.yml; then `git add .github .cms && git commit -m \"Add a loop\"`";
function chooseSubject(facts) {
	const { workflows, named } = facts;
	if (named !== void 0) return chosen(workflows.find(({ file }) => file === named) ?? named, facts);
	const candidates = workflows.flatMap((one) => {
		const workflow = readOf(one);
		return workflow === void 0 ? [] : [{
			one,
			workflow
		}];
	}).filter(({ workflow }) => carriesLoop(workflow));
	const carrying = candidates.filter(({ workflow }) => oursIn(workflow) !== void 0 && takesLanes(workflow));
	const [first, ...others] = carrying.length > 0 ? carrying : candidates;
	if (first !== void 0) {
		const one = chosen(first.one, facts);
		const names = [first, ...others].map(({ one: { file } }) => file);
		return others.length === 0 ? one : {
			...one,
			findings: [several(names), ...one.findings]
		};
	}
	const broken = workflows.find(({ text, parsed }) => "because" in parsed && /cms-iterate|\bnonce\b/.test(text));
	return broken === void 0 ? none() : chosen(broken, facts);
}
const readOf = ({ parsed }) => "value" in parsed ? workflowOf(parsed.value) : void 0;
const none = () => ({
	subject: void 0,
	findings: [{
		id: "workflow-file",
		level: "error",
		what: `No workflow in ${FOLDER} carries a loop.`,
		why: "Without one nothing runs on GitHub; a loop in this terminal needs none.",
		fix: WRITE
	}]
});
const several = (files) => ({
	id: "workflow-file",
	level: "warning",
	what: `Several workflows carry loops: ${files.slice(0, 5).join(", ")}. This is about ${files[0]}.`,
	why: "`cms start` and `cms resume` cannot tell which one to start.",
	fix: `Say which one: \`cms doctor --workflow ${shellWord(files[1] ?? "")}\`, and \`cms start --workflow\` with it.`
});
function chosen(one, facts) {
	if (typeof one === "string") return {
		subject: void 0,
		findings: [absent(one, facts)]
	};
	const { file, text, parsed } = one;
	const workflow = readOf(one);
	if (workflow !== void 0) return {
		subject: {
			file,
			text,
			workflow,
			ours: oursIn(workflow, facts.run?.job)
		},
		findings: [fine("workflow-file", `${FOLDER}/${file} can be read.`)]
	};
	const why = "because" in parsed ? parsed.because : "it has no `on` or no `jobs`";
	return {
		subject: void 0,
		findings: [{
			id: "workflow-file",
			level: "error",
			what: `${FOLDER}/${file} is no workflow: ${why}.`,
			why: "GitHub starts nothing from it, and says so only when it is asked.",
			fix: `Mend the file, or move it away (\`git mv ${FOLDER}/${shellWord(file)} /tmp\`) and let \`cms init\` write a new one.`
		}]
	};
}
const absent = (file, { place }) => ({
	id: "workflow-file",
	level: "error",
	what: `There is no ${FOLDER}/${file} in this checkout.`,
	why: "What is not there cannot be looked at, and does not carry the loop.",
	fix: `\`ls ${FOLDER}\` shows what there is${place === void 0 ? "" : `; what GitHub knows is at ${pageOf(place, "actions")}`}.`
});
// src/core/doctor/diagnose.ts
function diagnose(facts) {
	const { subject, findings } = chooseSubject(facts);
	return sorted([
		...machineFindings(facts),
		...repositoryFindings(facts, subject),
		...facts.run === void 0 ? findings : [],
		...subject === void 0 ? [] : [
			...dispatchFindings(facts, subject),
			...carryingFindings(subject),
			...jobFindings(facts, subject),
			...rightsFindings(facts, subject),
			...keyFindings(facts, subject),
			...scheduleFindings(facts, subject)
		],
		...branchFindings(facts, subject)
	]);
}
const STOPPING = new Set(["permissions"]);
const stopper = (findings) => findings.find(({ id, level }) => level === "error" && STOPPING.has(id));
// src/app/doctor.ts
async function examine(ports, given) {
	const workflows = await ports.workflows();
	const config = given.loopFile.is === "valid" ? given.loopFile.config : void 0;
	const early = {
		...given,
		workflows,
		programs: [],
		hasToken: ports.settings !== void 0,
		run: void 0
	};
	const { subject } = chooseSubject({
		...early,
		github: NOTHING,
		git: SILENT
	});
	const asked = {
		file: subject?.file ?? given.named,
		loop: given.loop,
		config
	};
	const [github, git, programs] = await Promise.all([
		askGithub(ports.settings, asked),
		askGit(ports, asked),
		askPrograms(ports.askProgram, config)
	]);
	return diagnose({
		...early,
		programs,
		github,
		git
	});
}
const NOTHING = {
	repository: UNASKED,
	workflow: UNASKED,
	actionsEnabled: UNASKED,
	tokenDefaults: UNASKED,
	secrets: UNASKED,
	rules: UNASKED
};
const SILENT = {
	version: void 0,
	hasCommits: true,
	branches: UNASKED,
	push: UNASKED,
	workflowThere: UNASKED
};
async function askGithub(settings, { file, loop, config }) {
	if (settings === void 0) return NOTHING;
	const repository = await settings.repository();
	if (repository.is !== "known") return {
		...NOTHING,
		repository
	};
	const { state, work } = loopRefs(loop, config?.settings.refs);
	const branches = [state, work].filter((ref) => ref.startsWith("refs/heads/")).map(shortRef);
	const [workflow, actionsEnabled, tokenDefaults, secrets, rules] = await Promise.all([
		file === void 0 ? UNASKED : settings.workflow(file),
		settings.actionsEnabled(),
		settings.tokenDefaults(),
		settings.secrets(),
		settings.rules(branches)
	]);
	return {
		repository,
		workflow,
		actionsEnabled,
		tokenDefaults,
		secrets,
		rules
	};
}
async function askGit({ clone }, { file, loop, config }) {
	const [version, hasCommits] = await Promise.all([clone.version(), clone.hasCommits()]);
	const base = config?.base === void 0 ? [] : [config.base];
	const [branches, push] = await Promise.all([clone.branches([
		"cms",
		`cms/${loop}`,
		...base
	]), hasCommits ? clone.dryPush(`cms/${loop}/doctor`) : UNASKED]);
	return {
		version,
		hasCommits,
		branches,
		push,
		workflowThere: await textThere(clone, file, branches)
	};
}
function textThere(clone, file, branches) {
	if (file === void 0 || branches.is !== "known") return Promise.resolve(UNASKED);
	const { head } = branches.value;
	return head === void 0 ? Promise.resolve({
		is: "known",
		value: void 0
	}) : clone.fileAt(head, `.github/workflows/${file}`);
}
async function askPrograms(ask, config) {
	if (config === void 0) return [];
	const all = [void 0, ...config.tasks.map((task) => task.agent)].map((one) => agentFor(config.settings, one));
	const used = new Map(all.map((agent) => [agent.use, agent]));
	return (await Promise.all([...used.values()].map(ask))).filter((one) => one !== void 0);
}
// src/core/doctor/text.ts
const MARKS = {
	error: "✗",
	warning: "!",
	unknown: "?",
	note: "·",
	ok: "✓"
};
function findingLines(findings) {
	const lines = sorted(findings).flatMap((finding) => finding.level === "ok" ? [] : linesOf(finding));
	const well = [...new Set(findings.filter(({ level }) => level === "ok").map(({ id }) => id))];
	return [
		...lines,
		...well.length === 0 ? [] : [{
			text: `${MARKS.ok} ok: ${well.join(", ")}`,
			level: "ok"
		}],
		{
			text: "",
			level: void 0
		},
		{
			text: tally(findings),
			level: void 0
		}
	];
}
function linesOf({ id, level, what, why, fix }) {
	return [
		{
			text: `${MARKS[level]} ${level} ${id}: ${oneLine(what)}`,
			level
		},
		{
			text: `    why: ${oneLine(why)}`,
			level: void 0
		},
		{
			text: `    fix: ${oneLine(fix)}`,
			level: void 0
		}
	];
}
function tally(findings) {
	const counts = countsOf(findings);
	return `${LEVELS.filter((level) => counts[level] > 0).map((level) => {
		const isOne = counts[level] === 1 || level === "ok" || level === "unknown";
		return `${counts[level]} ${level}${isOne ? "" : "s"}`;
	}).join(", ")}. docs/doctor.md explains each.`;
}
export { diagnose as a, countsOf as c, examine as i, shellWord as l, NOTHING as n, stopper as o, SILENT as r, isKeyVariable as s, findingLines as t };
