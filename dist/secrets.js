export { n as secretsOf } from "./secrets2.js";
