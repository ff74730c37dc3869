import { R as parseYaml } from "./config.js";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { constants as constants$1 } from "node:fs";
// src/adapters/config/workflows.ts
const FOLDER = ".github/workflows";
const LARGEST = 512e3;
const MOST_FILES = 300;
async function readWorkflows(root) {
	const names = (await readdir(join(root, FOLDER)).catch(() => [])).filter((name) => /\.ya?ml$/.test(name)).toSorted().slice(0, MOST_FILES);
	const files = [];
	for (const file of names) files.push(await readWorkflow(join(root, FOLDER), file));
	return files;
}
async function readWorkflow(folder, file) {
	const text = await textOf(join(folder, file));
	return text === void 0 ? {
		file,
		text: "",
		parsed: { because: "it is no file of at most 500 KB" }
	} : {
		file,
		text,
		parsed: parseWorkflow(text)
	};
}
async function textOf(path) {
	try {
		await using file = await open(path, constants$1.O_RDONLY | constants$1.O_NONBLOCK);
		if (!(await file.stat()).isFile()) return void 0;
		const buffer = Buffer.alloc(512001);
		const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
		return bytesRead > LARGEST ? void 0 : buffer.toString("utf8", 0, bytesRead);
	} catch {
		return;
	}
}
function parseWorkflow(text) {
	const parsed = parseYaml(text);
	const [mistake] = parsed.mistakes;
	if (mistake !== void 0) return { because: `line ${mistake.line}: ${mistake.message}` };
	return parsed.is === "read" ? { value: parsed.value } : { because: "it cannot be read" };
}
export { readWorkflows as t };
