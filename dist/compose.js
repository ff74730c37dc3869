import { n as personalGit, t as harnessGit } from "./surroundings.js";
import { T as loopRefs, l as SECRET_NAME, u as redactor } from "./loop.js";
import { _ as Checkout, a as queueRelay, b as systemClock, c as RemoteStore, d as createAgents, f as markOf, g as Courier, h as gitOrigin, l as LocalStore, m as openPlace, o as createOutbox, p as GitWorkspaces, s as createHost, u as createCommands, v as registry, y as systemChance } from "./adapters.js";
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
	const host = await createHost(wanted.identity);
	const processes = {
		mark: markOf(wanted.loop, host.self),
		from: wanted.env,
		home: wanted.agentHome
	};
	return {
		store: store(wanted, courier, host),
		workspaces: new GitWorkspaces({
			courier,
			directory,
			...await place(wanted)
		}),
		origin: gitOrigin(git, repository),
		agents: seeing(createAgents(processes), wanted.agentEnv ?? []),
		commands: createCommands(processes),
		outbox: createOutbox(join(directory, "desk")),
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
function store({ env, loop, refs, remote }, courier, host) {
	const names = loopRefs(loop, refs);
	if (remote === void 0) return new LocalStore({
		loop,
		refs: names,
		courier,
		host,
		clock: systemClock
	});
	const network = remote.token === void 0 ? personalGit(env) : harnessGit(env);
	return new RemoteStore({
		...remote,
		refs: names,
		courier,
		network,
		clock: systemClock
	});
}
const place = async ({ inPlace, repository }) => inPlace === true ? { checkout: await Checkout.open(repository) } : {};
const secretsOf = ({ env, remote }) => [...Object.entries(env).flatMap(([name, value]) => SECRET_NAME.test(name) && !name.startsWith("CMS_") ? [value] : []), ...[remote?.token, remote?.fallbackToken].flatMap((token) => token === void 0 ? [] : [token])];
export { AGENTS as n, compose as t };
