// src/entry/listeners.ts
const GONE = new Set(["EPIPE", "EIO"]);
function outliveListeners() {
	for (const stream of [process.stdout, process.stderr]) stream.on("error", (error) => {
		if (!GONE.has(error.code)) throw error;
	});
}
export { outliveListeners as t };
