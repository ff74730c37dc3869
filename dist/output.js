import { styleText } from "node:util";
// src/adapters/terminal/output.ts
function terminalOutput(stream, redact) {
	let open = false;
	const clear = () => {
		if (open) stream.write("\r\x1B[2K");
		open = false;
	};
	return {
		width: columnsOf(stream),
		isTerminal: stream.isTTY === true,
		line(text) {
			clear();
			stream.write(`${redact(text)}\n`);
		},
		live(text) {
			if (stream.isTTY !== true) return;
			clear();
			stream.write(redact(text).slice(0, columnsOf(stream) - 1));
			open = text !== "";
		},
		style: (style, text) => styleText(style, text, { stream })
	};
}
const columnsOf = ({ columns }) => columns || 100;
export { terminalOutput as t };
