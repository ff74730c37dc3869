import { i as require_light } from "./octokit.js";
export default require_light();
export {};
