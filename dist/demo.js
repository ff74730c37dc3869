import { t as terminalOutput } from "./output.js";
import { D as LoopError } from "./start.js";
import { n as secretsOf } from "./secrets2.js";
import { r as variables, t as harnessGit } from "./surroundings.js";
import { cp, mkdtemp, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { tmpdir } from "node:os";
// src/entry/demo.ts
const EXAMPLE = join("examples", "textkit");
async function demoCommand() {
	const output = terminalOutput(process.stdout, secretsOf(variables()).redact);
	const folder = join(await mkdtemp(join(tmpdir(), "cms-demo-")), "textkit");
	await cp(await exampleFolder(), folder, { recursive: true });
	const git = harnessGit(variables());
	const at = { cwd: folder };
	await git.run([
		"init",
		"--quiet",
		"--initial-branch=main"
	], at);
	await git.run(["add", "-A"], at);
	await git.run([
		...[
			"-c",
			"user.name=Demo",
			"-c",
			"user.email=demo@example.com"
		],
		"commit",
		"--quiet",
		"-m",
		"A small library, partly red"
	], at);
	output.line(`A small library with five things to mend: ${folder}`);
	output.line("Each task gets a fresh process; its own tests decide whether it is done.\n");
	process.chdir(folder);
	const { runCommand } = await import("./loop-commands.js");
	const code = await runCommand({ local: true });
	const log = await git.run([
		"log",
		"--oneline",
		"--no-decorate",
		"main..cms/main/work"
	], at);
	output.line(`\nThe work branch, newest first:\n${log.text}`);
	output.line(`\nLook around:\n  cd ${folder}`);
	output.line("  git log cms/main/state       the story of the loop, one commit for each step");
	output.line("  git show cms/main/state:README.md");
	output.line("  git diff main cms/main/work  what was done");
	return code;
}
async function exampleFolder() {
	for (let at = import.meta.dirname; dirname(at) !== at; at = dirname(at)) {
		const found = join(at, EXAMPLE);
		if (await stat(found).then(() => true, () => false)) return found;
	}
	throw new LoopError("bad-input", "The example of the demo is missing from this installation.", { hint: "Install the package again, or run the demo from a clone of the repository." });
}
export { demoCommand };
