export { t as install, n as keepDownloads } from "./install.js";
