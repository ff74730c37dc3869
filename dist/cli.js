#!/usr/bin/env node
// src/entry/cli.ts
const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 24) {
	process.stderr.write(`cms-iterate needs Node 24 or newer; this is Node ${process.versions.node}.\n  fix: install Node 24 [node-too-old]\n`);
	process.exitCode = 2;
} else {
	await import("./memory.js");
	const { main } = await import("./program.js");
	process.exitCode = await main(process.argv);
}
export {};
