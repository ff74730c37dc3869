export { t as throttling } from "./octokit.js";
