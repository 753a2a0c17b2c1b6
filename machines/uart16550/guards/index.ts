export { uart16550Guards } from "./following.js";
