/*
 * A serial driver for boards whose interrupts cannot be relied upon: it works by interrupts as long as they come, a timer looks for what was
 * missed, and after a few misses it polls for good. It detects an absent port and the size of the FIFO, and survives suspend and resume.
 *
 *     clang --target=wasm32 -O1 -g -nostdlib -Wl,--no-entry -I include -o polled-fallback.wasm examples/c/polled-fallback.c
 *     npx vm-superio test polled-fallback.wasm
 */
#include "vm-superio.h"

enum { RBR = 0, THR = 0, DLL = 0, DLM = 1, IER = 1, IIR = 2, FCR = 2, LCR = 3, MCR = 4, LSR = 5, MSR = 6, SCR = 7 };

enum {
  IER_ERBFI = 0x01, /* received data */
  IER_ETBEI = 0x02, /* THR empty */
  IER_ELSI = 0x04,  /* line status */
  IIR_NONE = 0x01,
  IIR_64 = 0x20,
  IIR_FIFOS = 0xc0,
  FCR_ON = 0x01,
  FCR_CLEAR = 0x06,
  FCR_TRIGGER_8 = 0x80,
  LCR_8N1 = 0x03,
  LCR_DLAB = 0x80,
  MCR_DTR_RTS_OUT2 = 0x0b,
  LSR_DR = 0x01,
  LSR_OE = 0x02,
  LSR_BI = 0x10,
  LSR_THRE = 0x20,
  LSR_TEMT = 0x40,
};

/* The sizes are powers of two: the indexes run on without end, and only an access masks them. */
enum { RX_SIZE = 1024, TX_SIZE = 64, DIVISOR = 1 /* 115,200 baud */, MAX_MISSES = 4 };

static uint8_t rx_ring[RX_SIZE], tx_ring[TX_SIZE];
static uint32_t rx_head, rx_tail, tx_head, tx_tail;
static uint32_t overruns, breaks, misses;
static uint32_t fifo_size = 1;
static uint8_t ier;
static bool is_present, is_polled;

static uint32_t tx_count(void) { return tx_head - tx_tail; }

static void set_ier(uint8_t value) {
  if (is_polled) value = 0;
  if (value == ier) return;
  ier = value;
  uart_write8(IER, value);
}

/* Where there is no port, reads give all ones, or zero: neither keeps what is written. */
static bool keeps(uint32_t offset, uint8_t value) {
  uart_write8(offset, value);
  return uart_read8(offset) == value;
}

void driver_probe(void) {
  uart_irq_disable(); /* the bits that are tried enable interrupts */
  uart_write8(LCR, LCR_8N1);
  is_present = keeps(IER, 0x00) && keeps(IER, 0x0f) && keeps(IER, 0x00);
  uart_irq_enable();
}

/* Sets the registers, as after a reset. */
static void set_up(void) {
  uart_write8(IER, 0);
  ier = 0;
  uart_write8(LCR, LCR_DLAB | LCR_8N1);
  uart_write8(DLL, DIVISOR & 0xff);
  uart_write8(DLM, DIVISOR >> 8);
  uart_write8(LCR, LCR_8N1);
  uart_write8(FCR, FCR_ON | FCR_CLEAR | FCR_TRIGGER_8);
  /* Without a FIFO, or with the broken one of the first 16550, IIR does not show both bits. */
  if ((uart_read8(IIR) & IIR_FIFOS) == IIR_FIFOS) {
    fifo_size = 16;
  } else {
    fifo_size = 1;
    uart_write8(FCR, 0);
  }
  /* What is left over from before. */
  (void)uart_read8(LSR);
  (void)uart_read8(RBR);
  (void)uart_read8(IIR);
  (void)uart_read8(MSR);
  uart_write8(MCR, MCR_DTR_RTS_OUT2);
}

void driver_init(void) {
  if (!is_present) return;
  set_up();
  set_ier(IER_ERBFI | IER_ELSI);
}

/* Takes all received bytes. Returns the line status that ended it. */
static uint8_t take_received(uint8_t lsr) {
  while (lsr & (LSR_DR | LSR_BI)) {
    if (lsr & LSR_OE) overruns++;
    /* BI without DR: the break came just before its byte was read. */
    uint8_t byte = lsr & LSR_DR ? uart_read8(RBR) : 0;
    if (lsr & LSR_BI) breaks++; /* the byte is none */
    else if (rx_head - rx_tail < RX_SIZE) rx_ring[rx_head++ % RX_SIZE] = byte;
    else overruns++;
    lsr = uart_read8(LSR);
  }
  return lsr;
}

/* Moves what can be moved, by what LSR says. True if there was something to do. */
static bool serve(void) {
  uint8_t first = uart_read8(LSR);
  bool can_send = (first & LSR_THRE) && tx_count() > 0;
  uint8_t lsr = take_received(first);
  if ((lsr & LSR_THRE) && tx_count() > 0)
    for (uint32_t i = 0; i < fifo_size && tx_count() > 0; i++) uart_write8(THR, tx_ring[tx_tail++ % TX_SIZE]);
  set_ier(tx_count() > 0 ? IER_ERBFI | IER_ELSI | IER_ETBEI : IER_ERBFI | IER_ELSI);
  return can_send || (first & (LSR_DR | LSR_BI));
}

void driver_interrupt(void) {
  /* Until there is no cause left: an edge-triggered controller would see no other edge. */
  while (!(uart_read8(IIR) & IIR_NONE)) serve();
}

/* Whatever waits now, no interrupt has told of. A byte below the trigger level waits for its time-out: that is no miss. */
void driver_timer(void) {
  if (!is_present) return;
  uart_irq_disable();
  bool is_pending = !(uart_read8(IIR) & IIR_NONE);
  serve();
  if (!is_polled && is_pending && ++misses >= MAX_MISSES) {
    uart_log("no interrupts come: polling");
    set_ier(0);
    is_polled = true;
  }
  uart_irq_enable();
}

bool driver_send(uint8_t byte) {
  if (!is_present) return false;
  uart_irq_disable();
  bool has_room = tx_count() < TX_SIZE;
  if (has_room) tx_ring[tx_head++ % TX_SIZE] = byte;
  /* The interrupt that this causes loads the transmitter; where there are none, the next turn of the timer does. */
  if (has_room) set_ier(ier | IER_ETBEI);
  if (is_polled) serve();
  uart_irq_enable();
  return has_room;
}

/* Prints while interrupts are off, as from a panic: it waits for the transmitter. */
void driver_print(uint8_t byte) {
  if (!is_present) return;
  uart_irq_disable();
  uart_write8(IER, 0);
  while (!(uart_read8(LSR) & LSR_THRE)) {
  }
  uart_write8(THR, byte);
  uart_write8(IER, ier);
  uart_irq_enable();
}

int driver_receive(void) {
  uart_irq_disable();
  int byte = rx_head == rx_tail ? -1 : rx_ring[rx_tail++ % RX_SIZE];
  uart_irq_enable();
  return byte;
}

/* Without power the port forgets what it still sends. */
void driver_suspend(void) {
  if (!is_present) return;
  uart_irq_disable();
  set_ier(0);
  while (!(take_received(uart_read8(LSR)) & LSR_TEMT)) {
  }
  uart_irq_enable();
}

void driver_resume(void) {
  if (!is_present) return;
  uart_irq_disable();
  set_up();
  set_ier(tx_count() > 0 ? IER_ERBFI | IER_ELSI | IER_ETBEI : IER_ERBFI | IER_ELSI);
  uart_irq_enable();
}
