import { k as isErrno } from "./start.js";
// src/entry/listeners.ts
const GONE = [
	"EPIPE",
	"EIO",
	"ENOSPC",
	"EDQUOT"
];
function outliveListeners() {
	for (const stream of [process.stdout, process.stderr]) stream.on("error", (error) => {
		if (!isErrno(error, ...GONE)) throw error;
	});
}
export { outliveListeners as t };
