import { c as info, i as endGroup, p as startGroup } from "./actions-core.js";
import { t as readWorkflows } from "./workflows.js";
import { A as LoopError, h as openRepository, z as sentences } from "./start.js";
import { n as plain } from "./plain.js";
import { a as diagnose, n as NOTHING, o as stopper, r as SILENT, s as isKeyVariable, t as findingLines } from "./doctor.js";
import { i as variables, t as harnessGit } from "./surroundings.js";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
// src/adapters/git/left-credentials.ts
const HEADER = /^\s*extraheader\s*=\s*["']?authorization/im;
async function leavesCredentials(gitDir) {
	const config = await read(join(gitDir, "config"));
	if (HEADER.test(config)) return true;
	const paths = [...config.matchAll(/^\s*path\s*=\s*"?([^"\n]+?)"?\s*$/gim)].map(([, path = ""]) => path);
	return (await Promise.all(paths.slice(0, 20).map(read))).some((text) => HEADER.test(text));
}
const read = (path) => readFile(path, "utf8").catch(() => "");
// src/entry/action-doctor.ts
async function firstLook(action) {
	const { context, ports } = action;
	const file = context.workflow?.file;
	if (file === void 0 || action.run.config === void 0) return;
	const findings = diagnose(await factsOf(action, file));
	const stop = stopper(findings);
	const place = {
		file: `.github/workflows/${file}`,
		line: 1,
		column: 1
	};
	for (const { level, what, why, fix } of findings) if (level === "error" && what !== stop?.what) ports.reporter.tell({
		type: "warning",
		text: sentences(what, why, `Fix: ${fix}`),
		place
	});
	group(findings, (text) => plain(ports.redact(text)));
	if (stop === void 0) return;
	throw new LoopError("not-ready", sentences(stop.what, stop.why), {
		hint: stop.fix,
		place
	});
}
function group(findings, shown) {
	const warnings = findings.filter(({ level }) => level === "warning");
	if (warnings.length === 0) return;
	startGroup(`Before the first iteration: ${warnings.length} worth a look`);
	for (const { text } of findingLines(warnings)) info(shown(text));
	endGroup();
}
async function factsOf(action, file) {
	const { context, inputs, run } = action;
	const { owner, repo, serverUrl, repository } = context;
	const cwd = resolve(context.workspace, inputs["working-directory"]);
	const { topLevel, gitDir } = await openRepository(harnessGit(variables()), cwd);
	const workflows = (await readWorkflows(topLevel)).filter((one) => one.file === file);
	const loopFile = run.config === void 0 ? {
		is: "missing",
		path: inputs.file
	} : {
		is: "valid",
		config: run.config
	};
	const facts = {
		job: variables()["GITHUB_JOB"] ?? "",
		ref: context.ref,
		defaultBranch: context.defaultBranch,
		hasOwnToken: inputs["github-token"] !== void 0 && inputs["github-token"] !== inputs["job-token"],
		hasKey: await hasKey(action, topLevel),
		keyNames: action.inputs.job === "all" ? namesWithValues() : void 0,
		hasCredentials: await leavesCredentials(gitDir),
		isAtRoot: topLevel === resolve(context.workspace)
	};
	return {
		loop: run.loop,
		loopFile,
		node: process.versions.node,
		programs: [],
		remote: {
			name: "origin",
			url: `${serverUrl}/${repository}`
		},
		place: {
			owner,
			repo,
			serverUrl
		},
		hasToken: true,
		workflows,
		named: file,
		github: NOTHING,
		git: SILENT,
		run: facts
	};
}
const namesWithValues = () => Object.entries(variables()).flatMap(([name, value]) => value === "" ? [] : [name]);
async function hasKey({ inputs }, root) {
	if (inputs.job !== "all") return void 0;
	if ((inputs["anthropic-api-key"] ?? inputs["claude-code-oauth-token"]) !== void 0) return true;
	if (Object.entries(variables()).some(([name, value]) => value !== "" && isKeyVariable(name))) return true;
	return (await readFile(join(root, ".claude", "settings.json"), "utf8").catch(() => "")).includes("apiKeyHelper");
}
export { firstLook };
