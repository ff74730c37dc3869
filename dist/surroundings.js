import { _ as Git } from "./start.js";
// src/entry/surroundings.ts
const variables = () => Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => value === void 0 ? [] : [[name, value]]));
const harnessGit = (env) => new Git({ env });
const personalGit = (env) => new Git({
	env,
	personal: true
});
const isDisposable = (env) => env["RUNNER_ENVIRONMENT"] === "github-hosted";
export { variables as i, isDisposable as n, personalGit as r, harnessGit as t };
