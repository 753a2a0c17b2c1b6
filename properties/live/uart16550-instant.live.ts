import { DEVICES } from "./devices.js";
import { linuxOn } from "./linux-suite.js";

linuxOn("uart16550, instant transmit", DEVICES["uart16550, instant transmit"]);
