/*
 * A driver with hardware flow control: it lowers RTS while its ring still has room for two FIFOs, its own and that of the other end, which may have
 * begun to send; it raises RTS when the user has made room; and it sends only while CTS is on. All by interrupts.
 *
 *     clang --target=wasm32 -O1 -g -nostdlib -Wl,--no-entry -I include -o flow-control.wasm examples/c/flow-control.c
 *     npx vm-superio test flow-control.wasm
 */
#include "vm-superio.h"

enum { RBR = 0, THR = 0, DLL = 0, IER = 1, DLM = 1, IIR = 2, FCR = 2, LCR = 3, MCR = 4, LSR = 5, MSR = 6 };
enum { IER_ERBFI = 0x01, IER_ETBEI = 0x02, IER_ELSI = 0x04, IER_EDSSI = 0x08 };
enum { IIR_NONE = 0x01, IIR_FIFOS = 0xC0, LCR_8N1 = 0x03, LCR_DLAB = 0x80 };
enum { MCR_DTR = 0x01, MCR_RTS = 0x02, MCR_OUT2 = 0x08, MSR_CTS = 0x10 };
enum { LSR_DR = 0x01, LSR_OE = 0x02, LSR_BI = 0x10, LSR_THRE = 0x20 };

enum { FIFO_SIZE = 16, RX_SIZE = 128, TX_SIZE = 64 };
enum { RX_HIGH = RX_SIZE - 2 * FIFO_SIZE, RX_LOW = RX_SIZE / 4 };

static uint8_t rx_ring[RX_SIZE], tx_ring[TX_SIZE];
static struct {
  uint32_t head, tail;
} rx, tx;
static uint32_t tx_load = 1;
static uint8_t ier, mcr;
static bool is_clear_to_send;
/* Of the port, for its users. */
static struct {
  uint32_t overruns, breaks, dropped;
} counts;

bool driver_flow_control(void) { return true; }

static uint32_t rx_count(void) { return rx.head - rx.tail; }
static bool is_sending(void) { return is_clear_to_send && tx.head != tx.tail; }

/* Turns the transmitter's interrupt on while there is something to send, and CTS is on. */
static void update_ier(void) {
  uint8_t value = IER_ERBFI | IER_ELSI | IER_EDSSI | (is_sending() ? IER_ETBEI : 0);
  if (value != ier) uart_write8(IER, ier = value);
}

static void set_rts(bool is_ready) {
  uint8_t value = is_ready ? mcr | MCR_RTS : mcr & ~MCR_RTS;
  if (value != mcr) uart_write8(MCR, mcr = value);
}

void driver_init(void) {
  uart_write8(IER, 0);
  uart_write8(LCR, LCR_DLAB | LCR_8N1);
  uart_write8(DLL, 1); /* 115,200 baud */
  uart_write8(DLM, 0);
  uart_write8(LCR, LCR_8N1);
  uart_write8(FCR, 0x87); /* FIFOs on and cleared, an interrupt from 8 bytes on */
  if ((uart_read8(IIR) & IIR_FIFOS) == IIR_FIFOS) tx_load = FIFO_SIZE;
  else uart_write8(FCR, 0);
  /* What is left over from before. */
  (void)uart_read8(LSR);
  (void)uart_read8(RBR);
  (void)uart_read8(IIR);
  uart_write8(MCR, mcr = MCR_DTR | MCR_RTS | MCR_OUT2);
  is_clear_to_send = uart_read8(MSR) & MSR_CTS;
  update_ier();
}

static void take_byte(uint8_t lsr) {
  /* BI without DR: the break came just before its byte was read. */
  uint8_t byte = lsr & LSR_DR ? uart_read8(RBR) : 0;
  if (lsr & LSR_OE) counts.overruns++;
  if (lsr & LSR_BI) {
    counts.breaks++; /* the byte is none */
  } else if (rx_count() < RX_SIZE) {
    rx_ring[rx.head++ % RX_SIZE] = byte;
    /* At once: the other end goes on while this handler takes bytes. */
    if (rx_count() >= RX_HIGH) set_rts(false);
  } else {
    counts.dropped++;
    uart_drops();
  }
}

/* Virtual parts may show several sources at once, and forget all of them when IIR is read: whatever the source, all are served. */
static void serve(void) {
  uint8_t lsr = uart_read8(LSR);
  for (; lsr & (LSR_DR | LSR_BI); lsr = uart_read8(LSR)) take_byte(lsr);
  is_clear_to_send = uart_read8(MSR) & MSR_CTS;
  if (lsr & LSR_THRE)
    for (uint32_t i = 0; i < tx_load && is_sending(); i++) uart_write8(THR, tx_ring[tx.tail++ % TX_SIZE]);
  update_ier();
}

void driver_interrupt(void) {
  while (!(uart_read8(IIR) & IIR_NONE)) serve();
}

bool driver_send(uint8_t byte) {
  uart_irq_disable(); /* the handler takes from the ring */
  bool has_room = tx.head - tx.tail < TX_SIZE;
  if (has_room) tx_ring[tx.head++ % TX_SIZE] = byte;
  update_ier();
  uart_irq_enable();
  return has_room;
}

int driver_receive(void) {
  uart_irq_disable();
  int byte = rx_count() > 0 ? rx_ring[rx.tail++ % RX_SIZE] : -1;
  if (rx_count() <= RX_LOW) set_rts(true);
  uart_irq_enable();
  return byte;
}
