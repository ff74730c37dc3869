import { t as core_exports } from "./actions-core.js";
import { F as unreachable, c as iso, o as duration } from "./start.js";
import { appendFile, stat } from "node:fs/promises";
// src/adapters/github/reporter.ts
const ANNOTATIONS = 10;
function jobReporter(log = core_exports) {
	let isOpen = false;
	let warnings = 0;
	const close = () => {
		if (isOpen) log.endGroup();
		isOpen = false;
	};
	const say = (text) => {
		close();
		log.info(plain(text));
	};
	const open = (title) => {
		close();
		log.startGroup(plain(title));
		isOpen = true;
	};
	const warn = (text) => {
		close();
		if (++warnings <= ANNOTATIONS) log.warning(plain(text));
		else log.info(plain(`Warning: ${text}`));
	};
	const show = (lane, text) => {
		for (const line of text.split(LINE_ENDS)) if (line !== "") log.info(`${gutter(lane)} ${plain(line)}`);
	};
	return { tell(report) {
		if (report.type === "moved") return;
		if (report.type === "phase") return open(titleOf(report));
		if (report.type === "warning") return warn(report.text);
		if (report.type === "settled" && report.verdict !== "done") show(report.lane, report.tail ?? "");
		if (report.type !== "line") return say(sentence(report));
		show(report.lane, report.line);
	} };
}
const gutter = (lane) => lane === "1" ? "│" : `${lane}│`;
const titleOf = ({ task, phase, detail }) => [[task, phase].filter((part) => part !== "").join(" · "), ...detail === void 0 ? [] : [detail]].join(": ");
function sentence(report) {
	switch (report.type) {
		case "loop": return report.what;
		case "begun": return `Lane ${report.lane} begins ${report.task}, attempt ${report.attempt}: ${report.because}`;
		case "settled": return `${report.task}: ${report.verdict}, $${report.usd.toFixed(2)}, ${duration(report.ms)}. ${report.because}`;
		case "waiting": return `Waiting until ${iso(report.until)}: ${report.because}`;
		case "note": return report.text;
		default: return unreachable(report);
	}
}
const LINE_ENDS = /\r\n|\r|\n/;
const plain = (text) => text.split(LINE_ENDS).map((line) => line.replaceAll(CONTROLS, "").replaceAll("##[", "## [").replace(/^(\s*)::/u, "$1: :")).join("\n");
const CONTROLS = /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f\u0085\u200b-\u200f\u2028\u2029\u2060\ufeff]/g;
// src/adapters/github/summary.ts
const LIMIT = 1048576;
const CUT = "\n\n_The rest did not fit into a job summary._\n";
async function writeSummary(file, markdown) {
	if (file === void 0) return false;
	try {
		const used = await stat(file).then(({ size }) => size, () => 0);
		await appendFile(file, fit(markdown.endsWith("\n") ? markdown : `${markdown}\n`, LIMIT - used));
		return true;
	} catch {
		return false;
	}
}
function fit(markdown, limit) {
	if (Buffer.byteLength(markdown) <= limit) return markdown;
	const room = limit - Buffer.byteLength(CUT);
	if (room <= 0) return "";
	const head = Buffer.from(markdown).subarray(0, room).toString("utf8");
	const end = head.lastIndexOf("\n");
	return end === -1 ? "" : head.slice(0, end) + CUT;
}
export { jobReporter as n, plain as r, writeSummary as t };
