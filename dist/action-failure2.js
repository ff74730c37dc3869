export { t as tellFailure } from "./action-failure.js";
