/*
 * A serial driver that sends and receives by interrupts, as a small kernel or an RTOS has it: a ring for each direction, loads of as many
 * bytes as the transmit FIFO holds, and RTS, which is lowered before the receive ring is full and raised when it has room again.
 *
 *     clang --target=wasm32 -O1 -g -nostdlib -Wl,--no-entry -I include -o interrupt-driven.wasm examples/c/interrupt-driven.c
 *     npx vm-superio test interrupt-driven.wasm
 */
#include "vm-superio.h"

enum { RBR = 0, THR = 0, DLL = 0, DLM = 1, IER = 1, IIR = 2, FCR = 2, LCR = 3, MCR = 4, LSR = 5, MSR = 6 };

enum {
  IER_ERBFI = 0x01, /* received data */
  IER_ETBEI = 0x02, /* THR empty */
  IER_ELSI = 0x04,  /* line status */
  IIR_NONE = 0x01,
  IIR_FIFOS = 0xc0,
  LCR_8N1 = 0x03,
  LCR_DLAB = 0x80,
  MCR_DTR = 0x01,
  MCR_RTS = 0x02,
  MCR_OUT2 = 0x08, /* lets the interrupt out, on a PC */
  LSR_DR = 0x01,
  LSR_OE = 0x02,
  LSR_BI = 0x10,
  LSR_THRE = 0x20,
};

/* The sizes are powers of two: the indexes run on without end, and only an access masks them. Rings of 4 have few states: -DRING_SIZE=4. */
#ifdef RING_SIZE
enum { RX_SIZE = RING_SIZE, TX_SIZE = RING_SIZE };
#else
enum { RX_SIZE = 256, TX_SIZE = 64 };
#endif
enum { RX_HIGH = RX_SIZE - RX_SIZE / 8, RX_LOW = RX_SIZE / 2 };

static uint8_t rx_ring[RX_SIZE], tx_ring[TX_SIZE];
static struct {
  uint32_t head, tail;
} rx, tx;
static struct {
  uint32_t overruns, breaks;
} counts;
static uint8_t ier, mcr;
static uint32_t tx_load = 1;

static uint32_t rx_count(void) { return rx.head - rx.tail; }
static uint32_t tx_count(void) { return tx.head - tx.tail; }

static void set_ier(uint8_t value) {
  ier = value;
  uart_write8(IER, value);
}

static void set_rts(bool is_ready) {
  uint8_t value = is_ready ? mcr | MCR_RTS : mcr & ~MCR_RTS;
  if (value == mcr) return;
  mcr = value;
  uart_write8(MCR, value);
}

void driver_init(void) {
  vm_superio_forget(&counts, sizeof counts);
  vm_superio_counter(&rx, sizeof rx, RX_SIZE);
  vm_superio_counter(&tx, sizeof tx, TX_SIZE);
  uart_write8(IER, 0);
  uart_write8(LCR, LCR_DLAB | LCR_8N1);
  uart_write8(DLL, 1); /* 115,200 baud */
  uart_write8(DLM, 0);
  uart_write8(LCR, LCR_8N1);
  uart_write8(FCR, 0x87); /* FIFOs on and cleared, an interrupt from 8 bytes on */
  /* Without a FIFO, or with the broken one of the first 16550, IIR does not show both bits. */
  if ((uart_read8(IIR) & IIR_FIFOS) == IIR_FIFOS) tx_load = 16;
  else uart_write8(FCR, 0);
  /* What is left over from before. */
  (void)uart_read8(LSR);
  (void)uart_read8(RBR);
  (void)uart_read8(IIR);
  (void)uart_read8(MSR);
  mcr = MCR_DTR | MCR_RTS | MCR_OUT2;
  uart_write8(MCR, mcr);
  set_ier(IER_ERBFI | IER_ELSI);
}

/* Takes all received bytes. Returns the line status that ended it. */
static uint8_t take_received(uint8_t lsr) {
  while (lsr & (LSR_DR | LSR_BI)) {
    if (lsr & LSR_OE) counts.overruns++;
    /* BI without DR: the break came just before its byte was read. */
    uint8_t byte = lsr & LSR_DR ? uart_read8(RBR) : 0;
    if (lsr & LSR_BI) counts.breaks++; /* the byte is none */
    else if (rx_count() < RX_SIZE) rx_ring[rx.head++ % RX_SIZE] = byte;
    else counts.overruns++;
    lsr = uart_read8(LSR);
  }
  if (rx_count() >= RX_HIGH) set_rts(false);
  return lsr;
}

/* Loads the transmitter, which is empty. */
static void load_transmitter(void) {
  for (uint32_t i = 0; i < tx_load && tx_count() > 0; i++) uart_write8(THR, tx_ring[tx.tail++ % TX_SIZE]);
  if (tx_count() == 0 && (ier & IER_ETBEI)) set_ier(ier & ~IER_ETBEI);
}

void driver_interrupt(void) {
  /* Until there is no cause left: an edge-triggered controller would see no other edge. */
  while (!(uart_read8(IIR) & IIR_NONE)) {
    uint8_t lsr = take_received(uart_read8(LSR));
    if ((lsr & LSR_THRE) && (ier & IER_ETBEI)) load_transmitter();
  }
}

bool driver_send(uint8_t byte) {
  uart_irq_disable();
  bool has_room = tx_count() < TX_SIZE;
  if (has_room) {
    tx_ring[tx.head++ % TX_SIZE] = byte;
    /* The interrupt that this causes loads the transmitter. */
    if (!(ier & IER_ETBEI)) set_ier(ier | IER_ETBEI);
  } else {
    uart_log("the transmit ring is full");
  }
  uart_irq_enable();
  return has_room;
}

/* Prints while interrupts are off, as from a panic: it waits for the transmitter. */
void driver_print(uint8_t byte) {
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
  int byte = -1;
  if (rx_count() > 0) {
    byte = rx_ring[rx.tail++ % RX_SIZE];
    if (rx_count() <= RX_LOW) set_rts(true);
  }
  uart_irq_enable();
  return byte;
}
