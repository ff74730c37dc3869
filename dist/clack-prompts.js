export { y as isCancel, f as select, h as text } from "./clack.js";
