import "./memory2.js";
export {};
