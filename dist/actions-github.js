export { a as context, o as getOctokit } from "./octokit.js";
