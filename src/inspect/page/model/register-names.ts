/** Names of bits that are too long for a cell, and their short forms. */
export const SHORT_BIT_NAMES: Readonly<Record<string, string>> = {
  ...{ FIFO_ENABLE: "EN", RX_RESET: "RXR", TX_RESET: "TXR", DMA_MODE: "DMA" },
  ...{ SIXTY_FOUR: "64", TRIGGER: "TRIG", ERROR_IN_FIFO: "ERR", BREAK: "BRK", STICK: "STK" },
  ...{ ERBFI: "RBF", ETBEI: "TBE", ELSI: "LSI", EDSSI: "SSI" },
};

/** The names of bits by their short forms. */
export const FULL_BIT_NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(SHORT_BIT_NAMES).map(([fullName, shortName]) => [shortName, fullName]),
);
