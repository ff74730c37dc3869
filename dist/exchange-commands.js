import { a as array, w as unknown } from "./zod.js";
import { a as checkBytes, n as withTasks, s as readLoopFile, t as printTasks } from "./config.js";
import { i as projectAt, j as remotes, n as targetFile, r as sourcesAt, t as teamsFolder } from "./adapters.js";
import { A as LoopError, H as systemClock, h as openRepository, r as LIMITS } from "./start.js";
import { n as AGENTS, s as githubClient } from "./compose.js";
import { a as remoteMeant, f as githubPlace, i as openSession, n as humanOutput, r as loopFilePath, t as anotherLoop, u as tokenFor } from "./session.js";
import { _ as exportLoop, ct as restore, d as outgoingOfFile, f as importDocument, g as schemaFile, h as importTasks, m as renderImport, p as remarkLines, u as outgoingOf, v as renderExport } from "./loop.js";
import { t as EXIT } from "./exit.js";
import { t as printJson } from "./json2.js";
import { n as secretsOf } from "./secrets2.js";
import { i as variables, t as harnessGit } from "./surroundings.js";
import { relative, resolve } from "node:path";
// src/adapters/github/issues.ts
const PAGE = 100;
const MOST_PAGES = LIMITS.tasks / PAGE;
const Page = array(unknown());
const githubIssues = (client, { owner, repo }) => ({ async list(label) {
	const issues = [];
	for (let page = 1; page <= MOST_PAGES; page++) {
		const asked = {
			owner,
			repo,
			labels: label,
			state: "open",
			sort: "created",
			direction: "asc"
		};
		const reply = await client.request("GET /repos/{owner}/{repo}/issues", {
			...asked,
			per_page: PAGE,
			page
		});
		const found = reply.is === "answered" ? Page.safeParse(reply.data).data : void 0;
		if (found === void 0) throw trouble(reply, `${owner}/${repo}`);
		issues.push(...found);
		if (found.length < PAGE) return {
			issues,
			isCut: false
		};
	}
	return {
		issues,
		isCut: true
	};
} });
function trouble(reply, where) {
	switch (reply.is) {
		case "answered": return new LoopError("remote-unreachable", `GitHub answered with no list of issues of ${where}.`);
		case "lost": return new LoopError("remote-unreachable", `GitHub did not answer: ${reply.because}`);
		case "limited": return new LoopError("remote-unreachable", `GitHub: ${reply.message}`, { hint: "Try again in some minutes." });
		default: return denied(reply, where);
	}
}
const denied = ({ status, message }, where) => new LoopError("auth-failed", `GitHub will not list the issues of ${where}: ${message}`, { hint: status === 410 ? "The repository has no issues: switch them on, or name another one with --repo." : "Check the name, and that the token may read the issues of that repository." });
// src/entry/exchange-commands.ts
async function importCommand(path, flags) {
	const env = variables();
	const repository = await repositoryHere(env);
	const root = repository?.topLevel ?? process.cwd();
	const file = loopFilePath(flags, root);
	const { redact, spots } = secretsOf(env);
	const project = projectAt(root);
	const dryRun = flags.dryRun === true || flags.print === true;
	const result = await importTasks({
		...flags,
		path,
		dryRun
	}, {
		sources: sourcesAt(process.cwd()),
		issues: () => issuesOf(env, repository, flags.repo),
		target: targetFile(file, relative(process.cwd(), file) || file),
		texts: {
			check: (bytes) => checkBytes(bytes, {
				agents: AGENTS,
				spots
			}),
			withTasks,
			print: printTasks
		},
		project,
		agents: AGENTS
	});
	const { path: schema, text } = schemaFile();
	if (result.outcome === "created" && flags.file === void 0) await project.create(schema, text);
	const notes = humanOutput(true, redact);
	for (const line of remarkLines(result)) notes.line(line);
	const output = humanOutput(flags.json, redact);
	if (result.yaml === "" && result.outcome === "shown") notes.line(renderImport(result));
	else if (result.outcome !== "shown") output.line(renderImport(result));
	else if (flags.json !== true) output.line(result.yaml.trimEnd());
	if (flags.json === true) printJson(importDocument(result), redact);
	return EXIT.reached;
}
async function repositoryHere(env) {
	try {
		return await openRepository(harnessGit(env), process.cwd());
	} catch (error) {
		if (error instanceof LoopError) return void 0;
		throw error;
	}
}
async function issuesOf(env, repository, repo) {
	const place = repo === void 0 ? await placeHere(env, repository) : await placeNamed(env, repository, repo);
	const token = await tokenFor(env, place);
	if (token === void 0) throw new LoopError("auth-failed", `There is no token for ${place.host}${place.isPrivate ? "" : ", and none is sent over plain http"}.`, { hint: `Set GH_TOKEN, or log in with gh. Or ask gh for the issues: gh issue list --label <name> --json number,title,body,labels,state > issues.json, then cms import issues.json.` });
	return githubIssues(githubClient({
		token,
		apiUrl: place.apiUrl
	}), place);
}
async function placeHere(env, repository) {
	if (repository === void 0) throw new LoopError("no-remote", "This is no repository: it does not say whose issues are meant.", { hint: "Name the repository: --repo owner/name." });
	const { name, url } = await remoteMeant({
		globals: {},
		env,
		repository
	});
	const place = githubPlace(url, env);
	if (place !== void 0) return place;
	throw new LoopError("no-remote", `The remote ${name} is no repository on a GitHub.`, { hint: "Name the repository: --repo owner/name." });
}
async function placeNamed(env, repository, repo) {
	const known = repository === void 0 ? new Map() : await remotes(harnessGit(env), repository);
	const url = known.get("origin") ?? [...known.values()][0] ?? "";
	const server = githubPlace(url, env)?.serverUrl ?? `https://${env["GH_HOST"] ?? "github.com"}`;
	const place = githubPlace(/^[\w.-]+\/[\w.-]+$/.test(repo) ? `${server}/${repo}` : repo, env);
	if (place !== void 0) return place;
	throw new LoopError("bad-input", `${JSON.stringify(repo.slice(0, 80))} is no repository: owner/name, or its URL.`);
}
async function exportCommand(flags) {
	const { redact } = secretsOf(variables());
	const { outgoing, cwd } = await outgoingHere(flags);
	const folder = teamsFolder(resolve(process.cwd(), flags.out), flags.out);
	const exported = await exportLoop(outgoing, flags, {
		folder,
		clock: systemClock,
		cwd
	});
	humanOutput(flags.json, redact).line(renderExport(exported));
	if (flags.json === true) printJson(exported, redact);
	return EXIT.reached;
}
async function outgoingHere(flags) {
	const session = await openSession(flags, "ignored");
	try {
		const { repository, ports, run } = session;
		const checkpoint = (await restore(ports, { mend: false }))?.checkpoint;
		const path = loopFilePath(flags, repository.topLevel);
		const cwd = repository.topLevel;
		if (checkpoint !== void 0) return {
			outgoing: outgoingOf(checkpoint, await specsIn(path, run.loop)),
			cwd
		};
		const config = await readLoopFile(path, { agents: AGENTS });
		if (flags.loop !== void 0 && flags.loop !== config.loop) throw anotherLoop(config.loop, flags.loop);
		return {
			outgoing: outgoingOfFile(config),
			cwd
		};
	} finally {
		session.close();
	}
}
async function specsIn(path, loop) {
	try {
		const config = await readLoopFile(path, { agents: AGENTS });
		return config.loop === loop ? config.tasks : [];
	} catch (error) {
		if (error instanceof LoopError) return [];
		throw error;
	}
}
export { exportCommand, importCommand };
