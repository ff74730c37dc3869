export { t as logCommand, n as noLoop, r as sayCommand, i as statusCommand, a as withSession } from "./people-commands.js";
