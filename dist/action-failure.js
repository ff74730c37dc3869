export { t as tellFailure } from "./action-failure2.js";
