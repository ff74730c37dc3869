import { s as readLoopFile } from "./config.js";
import { A as LoopError, M as unreachable, d as loopIdOf, h as openRepository } from "./start.js";
import { n as AGENTS } from "./compose.js";
import { t as EXIT } from "./exit.js";
import { a as remoteMeant, l as startRun, n as humanOutput, r as loopFilePath, s as findWorkflow } from "./session.js";
import { t as printJson } from "./json2.js";
import { n as secretsOf } from "./secrets2.js";
import { i as variables, t as harnessGit } from "./surroundings.js";
// src/entry/start-command.ts
async function startCommand(flags) {
	if (flags.local === true) throw new LoopError("bad-input", "A loop in this clone is not started, it is run.", { hint: "Type `cms run`." });
	const env = variables();
	const { redact, spots } = secretsOf(env);
	const output = humanOutput(flags.json, redact);
	const repository = await openRepository(harnessGit(env), process.cwd());
	const { url } = await remoteMeant({
		globals: flags,
		env,
		repository
	});
	const loop = await loopOf(flags, repository.topLevel, spots);
	const sought = {
		env,
		url,
		root: repository.topLevel,
		loop,
		file: flags.workflow
	};
	const workflow = await findWorkflow(sought);
	const started = await startRun(env, workflow);
	if (started === void 0) throw new LoopError("auth-failed", `There is no token for ${workflow.place.host} here.`, { hint: workflow.place.isPrivate ? `Set GH_TOKEN or log in with \`gh auth login\`; or type: ${workflow.line}` : `None is sent over plain http: give the remote an address with https; or type: ${workflow.line}` });
	switch (started.is) {
		case "started":
			output.line(`Started ${workflow.file} on ${started.ref} for loop "${loop}": ${started.url}`);
			if (flags.json === true) printJson({
				loop,
				workflow: workflow.file,
				ref: started.ref,
				url: started.url
			}, redact);
			return EXIT.reached;
		case "refused": throw new LoopError("start-refused", started.because, { hint: started.fix });
		case "unknown": throw new LoopError("remote-unreachable", `Whether a run was started is not known: ${started.because}`, { hint: `Look at ${started.url} before you start another; a second one does no harm.` });
		default: return unreachable(started);
	}
}
async function loopOf(flags, root, spots) {
	if (flags.loop !== void 0) return loopIdOf(flags.loop);
	return (await readLoopFile(loopFilePath(flags, root), {
		agents: AGENTS,
		spots
	}).catch((error) => {
		if (error instanceof LoopError && error.code === "no-loop-file" && flags.file === void 0) return void 0;
		throw error;
	}))?.loop ?? "main";
}
export { startCommand };
