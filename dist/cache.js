// src/adapters/github/cache.ts
const hasCacheService = (env) => Boolean((env["ACTIONS_RESULTS_URL"] || env["ACTIONS_CACHE_URL"]) && env["ACTIONS_RUNTIME_TOKEN"]);
export { hasCacheService as t };
