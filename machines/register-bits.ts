/**
 * The bits and masks of the 16550's registers, under the names of the PC16550D datasheet.
 * Every other file asks here: neither the charts nor the library write an offset or a mask as a number.
 */

/** Interrupt Enable Register bits (PC16550D, 8.7). MASK is all of them; SLEEP is the TL16C750's sleep mode and low power mode. */
export const IER = { ERBFI: 0x01, ETBEI: 0x02, ELSI: 0x04, EDSSI: 0x08, MASK: 0x0f, SLEEP: 0x30 } as const;

/**
 * Interrupt Identification Register values (PC16550D, 8.6): bit 0 set means that nothing is pending.
 * FIFOS (bits 7 and 6) says that the FIFOs are on.
 */
export const IIR = { NONE: 0x01, THRE: 0x02, RDA: 0x04, FIFOS: 0xc0 } as const;

/** Line Control Register bits (PC16550D, 8.1). WLS is the word length less 5: with both its bits set, 8 data bits. */
export const LCR = {
  WLS: 0x03,
  STB: 0x04,
  PEN: 0x08,
  EPS: 0x10,
  STICK: 0x20,
  BREAK: 0x40,
  DLAB: 0x80,
} as const;

/**
 * FIFO Control Register bits (PC16550D, 8.5). TRIGGER selects the receiver's trigger level; SIXTY_FOUR is the TL16C750's 64-byte mode.
 */
export const FCR = {
  FIFO_ENABLE: 0x01,
  RX_RESET: 0x02,
  TX_RESET: 0x04,
  DMA_MODE: 0x08,
  SIXTY_FOUR: 0x20,
  TRIGGER: 0xc0,
} as const;

/** Modem Control Register bits (PC16550D, 8.8). MASK is all of them; AFE, automatic flow control, is the TL16C550C's. */
export const MCR = {
  DTR: 0x01,
  RTS: 0x02,
  OUT1: 0x04,
  OUT2: 0x08,
  LOOP: 0x10,
  MASK: 0x1f,
  AFE: 0x20,
} as const;

/** Line Status Register bits (PC16550D, 8.4). ERRORS is OE, PE, FE and BI. */
export const LSR = {
  DR: 0x01,
  OE: 0x02,
  PE: 0x04,
  FE: 0x08,
  BI: 0x10,
  ERRORS: 0x1e,
  THRE: 0x20,
  TEMT: 0x40,
  ERROR_IN_FIFO: 0x80,
} as const;

/** Modem Status Register bits (PC16550D, 8.9). DELTAS is the low half: what has changed; LINES is the high half: the inputs. */
export const MSR = {
  DCTS: 0x01,
  DDSR: 0x02,
  TERI: 0x04,
  DDCD: 0x08,
  CTS: 0x10,
  DSR: 0x20,
  RI: 0x40,
  DCD: 0x80,
  DELTAS: 0x0f,
  LINES: 0xf0,
} as const;
