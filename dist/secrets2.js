import { t as detect } from "./secretlint.js";
import { dt as redactor, ft as spotter, pt as secretsIn } from "./loop.js";
// src/entry/secrets.ts
const notifyAddress = (config, env) => config?.settings.notify === void 0 ? void 0 : env[config.settings.notify];
function secretsOf(env, given = []) {
	const values = [...secretsIn(env), ...given.filter((value) => value !== void 0)];
	return {
		redact: redactor(values, detect),
		spots: spotter(values, detect)
	};
}
export { secretsOf as n, notifyAddress as t };
