/**
 * The steps of Linux's 8250 driver, from its public source (drivers/tty/serial/8250/8250_port.c): the states and transitions of
 * `linux-driver` name these in their `meta`. Where Linux waits a microsecond, an access takes that.
 */
export const LINUX_DRIVER_RULES = {
  class:
    "autoconfig: with FCR at 01, IIR bits 7 and 6 tell a part with working FIFOs: both set is a 16550A, which takes 16 characters at a time; of any other the FIFOs stay off.",
  startup:
    "do_startup: the FIFOs are cleared, and LSR, RBR, IIR and MSR are read, for a read clears them. LSR at FF is no UART.",
  THRE: "The THRE test: ETBEI is set twice while THR is empty. Where IIR reports it the first time and not the second, a backup timer looks after the part (UART_BUG_THRE).",
  TXEN: "The TXEN test: ETBEI is set while the transmitter is empty. Where IIR reports nothing, whoever enables it afterwards fills THR by hand (UART_BUG_TXEN).",
  termios:
    "set_termios: ERBFI and ELSI are set, then divisor, format, FCR with a trigger level of 8, and the modem outputs.",
  handler: "handle_irq: IIR, LSR, what is received, MSR, what can be sent; again until IIR reports none.",
  rx: "rx_chars: as long as LSR shows DR or BI a character is taken, 256 at most; a break is no byte of the user's.",
  tx: "tx_chars: as many characters as the FIFO holds go to THR; when none is left, ETBEI is cleared.",
  start_tx: "start_tx: ETBEI is set, unless it is.",
  console:
    "console_write: IER is saved and cleared, the byte is written once THR is empty, and IER restored once the transmitter is; the UART is relied on to interrupt for what came meanwhile.",
  patience: "wait_for_xmitr: after 10,000 reads of LSR it is waited for no longer.",
  backup:
    "backup_timeout: with IER cleared, IIR and LSR are looked at; where IIR reports something, or THR is empty and characters wait, they are sent.",
  lock: "The port's lock is held with interrupts off: a call is not interrupted between two accesses.",
} as const;

/** The id of one of {@link LINUX_DRIVER_RULES}. */
export type LinuxDriverRule = keyof typeof LINUX_DRIVER_RULES;
