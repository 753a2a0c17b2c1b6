import { DEVICES } from "./devices.js";
import { linuxOn } from "./linux-suite.js";

linuxOn("serial 0.8.2", DEVICES["serial 0.8.2"]);
