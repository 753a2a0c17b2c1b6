import { IIR, LSR, type RegisterName } from "../../machines/index.js";

/** What drivers suffer from a departure. */
interface Consequence {
  readonly register: RegisterName;
  /** The bits that differ; any of them. */
  readonly bits: number;
  /** True if the target lacks the bits, false if it has them where the part does not; any by default. */
  readonly lacks?: boolean;
  readonly text: string;
}

/** Observed with real guests, one change at a time, and from reports of users. */
const CONSEQUENCES: readonly Consequence[] = [
  {
    ...{ register: "LSR", bits: LSR.THRE | LSR.TEMT, lacks: true },
    text: "drivers that poll before they send wait for ever: Linux read LSR 22 million times in a minute",
  },
  {
    ...{ register: "LSR", bits: LSR.DR, lacks: true },
    text: "received bytes stay unread: drivers read RBR only while LSR has DR",
  },
  {
    ...{ register: "LSR", bits: LSR.DR, lacks: false },
    text: "drivers read bytes that nobody sent, or never leave their receive loop",
  },
  { register: "LSR", bits: LSR.ERRORS, text: "breaks and errors are reported wrongly: SysRq, or lost data" },
  {
    ...{ register: "IIR", bits: IIR.FIFOS },
    text: "detection names another part: without bits 7 and 6 Linux says 16450, with bit 7 alone 16550",
  },
  {
    ...{ register: "IIR", bits: 0x0f },
    text: "an interrupt is lost or repeated: SeaBIOS finds no port and GRUB stays silent if enabling ETBEI reports no THR empty; input stops if received data is not reported",
  },
  {
    register: "IER",
    bits: 0xf0,
    text: "Linux's detection takes it for another part, or init fails, if IER reads back bits that it lacks",
  },
  { register: "IER", bits: 0x0f, text: "drivers lose track of what they have enabled" },
  {
    register: "MSR",
    bits: 0xff,
    text: "modem lines: Linux's loopback test fails and no port is found; flow control stops",
  },
  { register: "MCR", bits: 0xff, text: "Linux's loopback test, or auto-flow detection, goes wrong" },
  { register: "SCR", bits: 0xff, text: "Linux takes a part without a scratch register for an 8250" },
  { register: "LCR", bits: 0xff, text: "the divisor latch or the format is not what the driver set" },
  { register: "RBR", bits: 0xff, text: "received bytes are wrong, repeated or lost" },
  { register: "DLL", bits: 0xff, text: "detection of the baud rate goes wrong" },
  { register: "DLM", bits: 0xff, text: "detection of the baud rate goes wrong" },
];

/** Returns what a driver would suffer if a register reads `ours` on the part and `theirs` on the target. */
export function consequenceOf(register: string, ours: number, theirs: number): string {
  const different = ours ^ theirs;
  const found = CONSEQUENCES.find(
    ({ register: name, bits, lacks }) =>
      name === register &&
      (different & bits) !== 0 &&
      (lacks === undefined || lacks === ((ours & different & bits) !== 0)),
  );
  return found?.text ?? "no driver is known to notice";
}
