/*
 * A serial driver with a bug: `make` finds it. vm-superio.h says what a driver may do; docs/testing-drivers.md of vm-superio explains the scenario.
 */
#include "vm-superio.h"

enum { DATA = 0, IER = 1, IIR = 2, FCR = 2, LCR = 3, LSR = 5 };

static uint8_t queue[64], received[256];
static uint32_t queue_head, queue_tail, received_head, received_tail;

void driver_init(void) {
  uart_write8(LCR, 0x83); /* the divisor latch */
  uart_write8(DATA, 1);   /*   115,200 baud */
  uart_write8(IER, 0);
  uart_write8(LCR, 0x03); /* 8N1 */
  uart_write8(FCR, 0x07); /* FIFOs on and cleared */
  uart_write8(IER, 0x01); /* received data */
}

void driver_interrupt(void) {
  uart_read8(IIR);
  while (uart_read8(LSR) & 0x01) received[received_head++ % 256] = uart_read8(DATA);
  if (uart_read8(LSR) & 0x20)
    for (int i = 0; i < 16 && queue_tail != queue_head; i++) uart_write8(DATA, queue[queue_tail++ % 64]);
  uart_write8(IER, queue_tail != queue_head ? 0x03 : 0x01);
}

bool driver_send(uint8_t byte) {
  uart_irq_disable(); /* the handler takes from the queue */
  bool has_room = queue_head - queue_tail < 64;
  if (has_room) queue[queue_head++ % 64] = byte;
  if (has_room) uart_write8(IER, 0x03);
  uart_irq_enable();
  return has_room;
}

int driver_receive(void) {
  return received_tail != received_head ? received[received_tail++ % 256] : -1;
}
