import { t as harnessGit } from "./surroundings.js";
import { b as loopRefs } from "./config.js";
import { C as configEnvironment, D as systemClock, E as systemChance, T as registry, _ as gitOrigin, a as createOutbox, c as RemoteStore, d as createCommands, f as createAgents, g as openPlace, h as RunFolder, i as queueRelay, l as LocalStore, m as GitWorkspaces, n as FileRecorder, o as noMirror, p as markOf, r as noRecorder, s as createHost, u as CacheMirror, v as Courier, w as tokenConfig, y as Checkout } from "./adapters.js";
import { b as discreet } from "./loop.js";
import { join } from "node:path";
// src/entry/agents.ts
const AGENTS = [...registry.keys()];
// src/entry/compose.ts
async function compose(wanted) {
	const { repository, cache } = wanted;
	const git = harnessGit(wanted.env);
	const directory = await openPlace({
		home: wanted.env["CMS_HOME"],
		gitDir: repository.gitDir,
		loop: wanted.loop
	});
	const home = wanted.remote === void 0 ? "local" : "remote";
	const courier = await Courier.open({
		git,
		repository,
		directory,
		home
	});
	const host = await createHost(wanted.identity, { isHeir: wanted.isHeir === true });
	const folder = new RunFolder(directory, host);
	const processes = {
		mark: markOf(wanted.loop, host.self),
		from: wanted.env,
		home: wanted.agentHome
	};
	return {
		store: store(wanted, courier, host),
		workspaces: new GitWorkspaces({
			courier,
			folder,
			env: fetching(wanted),
			...await place(wanted)
		}),
		origin: gitOrigin(git, repository),
		agents: seeing(createAgents({
			...processes,
			installer: wanted.installer
		}), wanted.agentEnv ?? []),
		commands: createCommands(processes),
		outbox: createOutbox(join(folder.path, "desk")),
		relay: wanted.relay ?? queueRelay,
		mirror: cache === void 0 ? noMirror : new CacheMirror({
			cache,
			courier,
			directory
		}),
		host,
		clock: systemClock,
		chance: systemChance,
		reporter: discreet(wanted.reporter, wanted.secrets.redact),
		recorder: recorder(wanted, wanted.secrets.redact),
		...wanted.secrets
	};
}
function recorder({ recording, reporter }, redact) {
	if (recording === void 0) return noRecorder;
	const trouble = (because) => reporter.tell({
		type: "note",
		text: `What is printed cannot be kept in ${recording.folder}: ${because}`
	});
	return new FileRecorder({
		...recording,
		redact,
		trouble
	});
}
const seeing = (agents, names) => ({
	check: (agent, watch) => agents.check(agent, watch),
	run: (assignment, watch) => {
		const { agent } = assignment;
		return agents.run({
			...assignment,
			agent: {
				...agent,
				env: [...agent.env, ...names]
			}
		}, watch);
	}
});
function store({ loop, refs, remote }, courier, host) {
	const names = loopRefs(loop, refs);
	if (remote === void 0) return new LocalStore({
		loop,
		refs: names,
		courier,
		host,
		clock: systemClock
	});
	return new RemoteStore({
		...remote,
		refs: names,
		courier,
		clock: systemClock
	});
}
const fetching = ({ repository, remote }) => repository.promisor.length === 0 || remote?.token === void 0 ? {} : configEnvironment(tokenConfig(remote.url, remote.token));
const place = async ({ inPlace, repository }) => inPlace === true ? { checkout: await Checkout.open(repository) } : {};
export { AGENTS as n, compose as t };
