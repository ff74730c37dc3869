export { o as context, s as getOctokit } from "./octokit.js";
