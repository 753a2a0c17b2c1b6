/** Serves what Stately's inspector shows, on loopback. For Node, with the package `ws`. */
export { type StatelyServer, type StatelyServerOptions, serveStately } from "./server.js";
