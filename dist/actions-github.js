export { t as getOctokit } from "./octokit.js";
