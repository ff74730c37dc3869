import { t as detect } from "./secretlint.js";
import { A as redactor, M as secretsIn, j as spotter } from "./loop.js";
// src/entry/secrets.ts
function secretsOf(env, given = []) {
	const values = [...secretsIn(env), ...given.filter((value) => value !== void 0)];
	return {
		redact: redactor(values, detect),
		spots: spotter(values, detect)
	};
}
export { secretsOf as t };
