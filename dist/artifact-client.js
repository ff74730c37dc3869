import { n as ArtifactNotFoundError, t as DefaultArtifactClient } from "./actions-cache.js";
import { n as ArtifactQuestion } from "./artifact-question.js";
import { dirname } from "node:path";
import { text } from "node:stream/consumers";
// src/adapters/github/artifact-client.ts
const client = new DefaultArtifactClient();
async function fetched({ name, folder, most, of }) {
	const where = of && { findBy: {
		token: of.token,
		workflowRunId: of.run,
		repositoryOwner: of.owner,
		repositoryName: of.repo
	} };
	const found = await client.getArtifact(name, where).catch(notFound);
	if (found === void 0) return { is: "none" };
	const { id, size } = found.artifact;
	if (size > most) return { is: "too_large" };
	await client.downloadArtifact(id, {
		path: folder,
		skipDecompress: true,
		...where
	});
	return { is: "here" };
}
function notFound(error) {
	if (error instanceof ArtifactNotFoundError) return void 0;
	throw error;
}
async function answerTo(question) {
	if (question.ask === "fetch") return fetched(question);
	const { file, days } = question;
	await client.uploadArtifact("", [file], dirname(file), {
		skipArchive: true,
		retentionDays: days
	});
	return { is: "sent" };
}
const answer = await answerTo(ArtifactQuestion.parse(JSON.parse(await text(process.stdin))));
process.stdout.write(`\n${JSON.stringify(answer)}\n`);
process.exit();
export {};
