// src/entry/json.ts
const printJson = (value) => {
	process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
};
export { printJson as t };
