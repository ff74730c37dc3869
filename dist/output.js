import { I as cut } from "./start.js";
import { styleText } from "node:util";
// src/adapters/terminal/live.ts
const ECHO = 2;
const UP = "\x1B[1A";
const ERASE_ROW = "\x1B[2K";
const ERASE_BELOW = "\x1B[J";
var LiveBlock = class {
	#columns;
	#lines = [];
	#drawn = [];
	constructor(columns) {
		this.#columns = columns;
	}
	replace(lines) {
		this.#lines = lines;
		if (same(this.#fitting(), this.#drawn)) return "";
		return this.#erase() + this.#draw();
	}
	above(text) {
		return this.#erase() + text + this.#draw();
	}
	#fitting() {
		const width = this.#columns() - 1;
		return this.#lines.map((line, n) => cut(line, n === this.#lines.length - 1 ? width - ECHO : width));
	}
	#draw() {
		this.#drawn = this.#fitting();
		return this.#drawn.join("\n");
	}
	#erase() {
		if (this.#drawn.length === 0) return "";
		const columns = this.#columns();
		const rows = this.#drawn.reduce((sum, line) => sum + rowsOf(line, columns), 0);
		this.#drawn = [];
		return `\r${ERASE_ROW}${`${UP}${ERASE_ROW}`.repeat(rows - 1)}${ERASE_BELOW}`;
	}
};
const rowsOf = (line, columns) => Math.max(1, Math.ceil(Array.from(line).length / columns));
const same = (a, b) => a.length === b.length && a.every((line, n) => line === b[n]);
// src/adapters/terminal/output.ts
function terminalOutput(stream, redact) {
	const block = new LiveBlock(() => columnsOf(stream));
	return {
		get width() {
			return columnsOf(stream);
		},
		get height() {
			return stream.rows || 24;
		},
		isTerminal: stream.isTTY === true,
		line(text) {
			stream.write(block.above(`${redact(text)}\n`));
		},
		live(text) {
			if (stream.isTTY !== true) return;
			const lines = text === "" ? [] : redact(text).split("\n");
			const change = block.replace(lines);
			if (change !== "") stream.write(change);
		},
		style: (style, text) => styleText(style, text, { stream })
	};
}
const columnsOf = ({ columns }) => columns || 100;
export { terminalOutput as t };
