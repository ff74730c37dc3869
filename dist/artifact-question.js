import { S as string, g as object, l as discriminatedUnion, p as literal, r as _enum, u as int } from "./zod.js";
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
