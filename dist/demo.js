import { t as terminalOutput } from "./output.js";
import { t as exampleRepository } from "./demo-example.js";
import { n as secretsOf } from "./secrets2.js";
import { i as variables, t as harnessGit } from "./surroundings.js";
// src/entry/demo.ts
async function demoCommand(flags) {
	if (flags.learn === true) return (await import("./demo-learn.js")).learnDemo();
	const output = terminalOutput(process.stdout, secretsOf(variables()).redact);
	const git = harnessGit(variables());
	const folder = await exampleRepository(git, "textkit", "A small library, partly red");
	const at = { cwd: folder };
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
export { demoCommand };
