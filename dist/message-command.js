import { Ct as messageDocument, St as mailboxText, ct as restore, st as writeMail } from "./loop.js";
import { A as LoopError } from "./start.js";
import { t as EXIT } from "./exit.js";
import { t as printJson } from "./json2.js";
import { a as withSession, n as noLoop } from "./people-commands.js";
// src/entry/message-command.ts
async function messageCommand(words, flags) {
	const mail = wanted(words, flags);
	return withSession(flags, async (session) => {
		const { ports, output } = session;
		if (mail === void 0) {
			const restored = await restore(ports, { mend: false });
			if (restored === void 0) throw noLoop(session);
			const { checkpoint } = restored;
			if (flags.json === true) printJson({ messages: documents(checkpoint) }, ports.redact);
			else output.line(mailboxText(checkpoint));
			return EXIT.reached;
		}
		const { checkpoint, what } = await writeMail(ports, mail, ports.chance.nonce());
		output.line(what);
		if (flags.json === true) printJson({
			what,
			messages: documents(checkpoint)
		}, ports.redact);
		return EXIT.reached;
	});
}
const documents = (checkpoint) => checkpoint.messages.map((message) => messageDocument(checkpoint, message));
function wanted(words, { reply, ack, list }) {
	if ([
		reply,
		ack,
		list
	].filter((way) => way !== void 0).length > 1) throw new LoopError("bad-input", "Choose one of --reply, --ack and --list.");
	if (reply !== void 0) return {
		say: "reply",
		to: reply,
		body: textOf(words)
	};
	const isSilent = words.length === 0;
	if (ack !== void 0 && isSilent) return {
		say: "ack",
		ids: ack === "all" ? "all" : ack.split(",").map((id) => id.trim())
	};
	if (ack !== void 0 || list === true && !isSilent) throw new LoopError("bad-input", "With --ack or --list there is nothing to write.");
	if (isSilent) return void 0;
	const [to = "", ...rest] = words;
	return {
		say: "write",
		to,
		body: textOf(rest)
	};
}
function textOf(words) {
	if (words.length > 0) return words.join(" ");
	throw new LoopError("bad-input", "The message says nothing.", { hint: "For example: cms message api \"Use the v2 endpoint.\" or cms message --reply m12 \"Yes.\"" });
}
export { messageCommand };
