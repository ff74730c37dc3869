import { ut as redactJson } from "./loop.js";
// src/entry/json.ts
const printJson = (value, redact) => {
	process.stdout.write(`${JSON.stringify(redactJson(value, redact), null, 2)}\n`);
};
export { printJson as t };
