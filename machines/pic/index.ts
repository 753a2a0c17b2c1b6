export {
  createPicMachine,
  edgePicMachine,
  levelPicMachine,
  type PicEmission,
  type PicEvent,
  type PicMachine,
  type PicMeta,
  type PicMode,
} from "./machine.js";
export { PIC_RULES, type PicRule } from "./rules.js";
