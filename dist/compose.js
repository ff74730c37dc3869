import { t as harnessGit } from "./surroundings.js";
import { m as secretsIn, p as redactor } from "./loop.js";
import { p as loopRefs } from "./config.js";
import { C as systemClock, S as systemChance, a as RemoteStore, b as configEnvironment, c as createAgents, d as RunFolder, f as openPlace, g as registry, h as Checkout, i as createHost, l as markOf, m as Courier, n as queueRelay, o as LocalStore, p as gitOrigin, r as createOutbox, s as createCommands, u as GitWorkspaces, x as tokenConfig } from "./adapters.js";
import { join } from "node:path";
// src/entry/agents.ts
const AGENTS = [...registry.keys()];
// src/entry/compose.ts
async function compose(wanted) {
	const { repository } = wanted;
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
		agents: seeing(createAgents(processes), wanted.agentEnv ?? []),
		commands: createCommands(processes),
		outbox: createOutbox(join(folder.path, "desk")),
		relay: wanted.relay ?? queueRelay,
		host,
		clock: systemClock,
		chance: systemChance,
		reporter: wanted.reporter,
		redact: redactor(secretsOf(wanted))
	};
}
const seeing = (agents, names) => ({
	check: (agent) => agents.check(agent),
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
const secretsOf = ({ env, remote }) => [...secretsIn(env), ...[remote?.token, remote?.fallbackToken].flatMap((token) => token === void 0 ? [] : [token])];
export { AGENTS as n, compose as t };
