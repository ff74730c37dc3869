import { A as LoopError } from "./start.js";
import { cp, mkdtemp, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { tmpdir } from "node:os";
// src/entry/demo-example.ts
async function exampleRepository(git, name, subject) {
	const folder = join(await mkdtemp(join(tmpdir(), "cms-demo-")), name);
	await cp(await exampleFolder(join("examples", name)), folder, { recursive: true });
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
		subject
	], at);
	return folder;
}
async function exampleFolder(example) {
	for (let at = import.meta.dirname; dirname(at) !== at; at = dirname(at)) {
		const found = join(at, example);
		if (await stat(found).then(() => true, () => false)) return found;
	}
	throw new LoopError("bad-input", "The example of the demo is missing from this installation.", { hint: "Install the package again, or run the demo from a clone of the repository." });
}
export { exampleRepository as t };
