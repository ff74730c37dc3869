export { t as printJson } from "./json2.js";
