export { t as prepare } from "./action-prepare.js";
