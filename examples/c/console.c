/*
 * The serial port of a small kernel: a tty, whose writer sleeps while the ring is full, and beside it printk, which prints at once from any
 * context and shares the transmitter with the tty.
 *
 *     clang --target=wasm32 -O1 -g -nostdlib -Wl,--no-entry -I include -o console.wasm examples/c/console.c
 *     npx vm-superio test console.wasm
 */
#include "vm-superio.h"

enum { RBR = 0, THR = 0, DLL = 0, DLM = 1, IER = 1, IIR = 2, FCR = 2, LCR = 3, MCR = 4, LSR = 5, MSR = 6 };

enum {
  IER_ERBFI = 0x01, /* received data */
  IER_ETBEI = 0x02, /* THR empty */
  IER_ELSI = 0x04,  /* line status */
  IER_RECEIVE = IER_ERBFI | IER_ELSI,
  IIR_NONE = 0x01,
  IIR_SOURCE = 0x0e,
  IIR_MODEM = 0x00,
  IIR_FIFOS = 0xc0,
  LCR_8N1 = 0x03,
  LCR_DLAB = 0x80,
  MCR_DTR_RTS_OUT2 = 0x0b,
  LSR_DR = 0x01,
  LSR_OE = 0x02,
  LSR_PE = 0x04,
  LSR_FE = 0x08,
  LSR_BI = 0x10,
  LSR_THRE = 0x20,
  LSR_TEMT = 0x40,
};

enum { RX_SIZE = 1024, TX_SIZE = 32, BAUD_DIVISOR = 1 };

/* ---- The port. The handler and the processes share it: whoever is no handler holds interrupts back. ---------------------------- */

static struct {
  uint8_t rx[RX_SIZE], tx[TX_SIZE];
  uint32_t rx_head, rx_tail, tx_head, tx_tail;
  uint32_t fifo_size;
  uint8_t ier;
  struct {
    uint32_t overruns, breaks, errors, dropped;
  } counts;
} port;

static uint32_t waiting(void) { return port.tx_head - port.tx_tail; }

static void lock(void) { uart_irq_disable(); }
static void unlock(void) { uart_irq_enable(); }

static void set_ier(uint8_t value) {
  port.ier = value;
  uart_write8(IER, value);
}

static void set_up(void) {
  uart_write8(IER, 0);
  uart_write8(LCR, LCR_DLAB | LCR_8N1);
  uart_write8(DLL, BAUD_DIVISOR & 0xff);
  uart_write8(DLM, BAUD_DIVISOR >> 8);
  uart_write8(LCR, LCR_8N1);
  uart_write8(FCR, 0xc7); /* FIFOs on and cleared, an interrupt from 14 bytes on */
  port.fifo_size = 16;
  if ((uart_read8(IIR) & IIR_FIFOS) != IIR_FIFOS) {
    port.fifo_size = 1;
    uart_write8(FCR, 0);
  }
  (void)uart_read8(LSR);
  (void)uart_read8(RBR);
  (void)uart_read8(IIR);
  (void)uart_read8(MSR);
  uart_write8(MCR, MCR_DTR_RTS_OUT2);
}

void driver_init(void) {
  lock();
  set_up();
  set_ier(IER_RECEIVE);
  unlock();
}

/* ---- The handler. -------------------------------------------------------------------------------------------------------------- */

/* Takes a byte with the status that LSR had just before. */
static void take_byte(uint8_t lsr) {
  /* BI without DR: the break came just before its byte was read. */
  uint8_t byte = lsr & LSR_DR ? uart_read8(RBR) : 0;
  if (lsr & LSR_OE) port.counts.overruns++;
  if (lsr & LSR_BI) {
    port.counts.breaks++; /* its byte is none */
    return;
  }
  if (lsr & (LSR_PE | LSR_FE)) port.counts.errors++;
  if (port.rx_head - port.rx_tail < RX_SIZE) port.rx[port.rx_head++ % RX_SIZE] = byte;
  else {
    port.counts.dropped++;
    uart_drops();
  }
}

/* Takes what was received, and loads the transmitter if it is empty: printk may have come first. */
static void serve(void) {
  uint8_t lsr = uart_read8(LSR);
  for (; lsr & (LSR_DR | LSR_BI); lsr = uart_read8(LSR)) take_byte(lsr);
  if (!(lsr & LSR_THRE)) return;
  if (!(port.ier & IER_ETBEI)) return;
  for (uint32_t i = 0; i < port.fifo_size && waiting() > 0; i++) uart_write8(THR, port.tx[port.tx_tail++ % TX_SIZE]);
  if (waiting() == 0) set_ier(IER_RECEIVE);
}

/*
 * Virtual parts may show several sources at once, and forget all of them when IIR is read: whatever the source, both directions are served.
 */
void driver_interrupt(void) {
  for (;;) {
    uint8_t iir = uart_read8(IIR);
    if (iir & IIR_NONE) return;
    if ((iir & IIR_SOURCE) == IIR_MODEM) (void)uart_read8(MSR);
    else serve();
  }
}

/* ---- The tty. ------------------------------------------------------------------------------------------------------------------ */

/* Writes a byte from a process, which sleeps until there is room. */
bool driver_send(uint8_t byte) {
  lock();
  while (waiting() == TX_SIZE) {
    unlock();
    uart_yield();
    lock();
  }
  port.tx[port.tx_head++ % TX_SIZE] = byte;
  if (!(port.ier & IER_ETBEI)) set_ier(port.ier | IER_ETBEI);
  unlock();
  return true;
}

int driver_receive(void) {
  lock();
  int byte = port.rx_head == port.rx_tail ? -1 : port.rx[port.rx_tail++ % RX_SIZE];
  unlock();
  return byte;
}

/* ---- printk. ------------------------------------------------------------------------------------------------------------------- */

/*
 * Waits for a bit of LSR, with the port's interrupts off. What LSR says of received bytes meanwhile is not lost, as the byte that an error
 * belongs to is taken at once.
 */
static void wait_for(uint8_t status) {
  for (;;) {
    uint8_t lsr = uart_read8(LSR);
    if (lsr & (LSR_DR | LSR_BI)) take_byte(lsr);
    else if (lsr & status) return;
  }
}

/* Prints from any context. With the port's interrupts off it has the transmitter for itself. */
void driver_print(uint8_t byte) {
  lock();
  uart_write8(IER, 0);
  wait_for(LSR_THRE);
  uart_write8(THR, byte);
  uart_write8(IER, port.ier);
  unlock();
}

/* ---- Power. -------------------------------------------------------------------------------------------------------------------- */

/* Without power the port forgets what it still sends. */
void driver_suspend(void) {
  lock();
  uart_write8(IER, 0);
  wait_for(LSR_TEMT);
  unlock();
}

void driver_resume(void) {
  lock();
  set_up();
  set_ier(waiting() > 0 ? IER_RECEIVE | IER_ETBEI : IER_RECEIVE);
  unlock();
}
