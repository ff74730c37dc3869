import { _ as string, c as int, p as object, r as _enum, s as discriminatedUnion, u as literal } from "./zod.js";
// src/adapters/github/artifact-question.ts
const ArtifactQuestion = discriminatedUnion("ask", [object({
	ask: literal("send"),
	file: string(),
	days: int()
}), object({
	ask: literal("fetch"),
	name: string(),
	folder: string(),
	most: int(),
	of: object({
		token: string(),
		owner: string(),
		repo: string(),
		run: int()
	}).optional()
})]);
const ArtifactAnswer = object({ is: _enum([
	"sent",
	"here",
	"none",
	"too_large"
]) });
export { ArtifactQuestion as n, ArtifactAnswer as t };
