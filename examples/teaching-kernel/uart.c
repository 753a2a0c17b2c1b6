/*
 * A driver of a teaching kernel's shape: it reaches the registers through volatile pointers, takes the kernel's locks, and sleeps while its
 * ring is full. include/teaching-kernel/kernel.h says how to build and test it, or one of your own.
 */
#include "types.h"
#include "param.h"
#include "memlayout.h"
#include "riscv.h"
#include "spinlock.h"
#include "proc.h"
#include "defs.h"

#define REG(offset) (*(volatile uint8 *)(UART0 + (offset)))

enum { DATA = 0, IER = 1, IIR = 2, FCR = 2, LCR = 3, LSR = 5 };
enum { RING = 32 };

static struct spinlock lock;
static char ring[RING];
static uint64 written, sent;

void uartinit(void) {
  REG(IER) = 0;
  REG(LCR) = 0x80;
  REG(0) = 3; /* 38,400 baud */
  REG(1) = 0;
  REG(LCR) = 0x03;
  REG(FCR) = 0x07;
  REG(IER) = 0x03;
  initlock(&lock, "uart");
}

/* Gives the transmitter a byte if it has room. The lock is held. */
void uartstart(void) {
  while (sent != written && (REG(LSR) & 0x20)) {
    REG(DATA) = (uint8)ring[sent++ % RING];
    wakeup(&sent);
  }
}

void uartputc(int byte) {
  acquire(&lock);
  while (written - sent == RING) sleep(&sent, &lock);
  ring[written++ % RING] = (char)byte;
  uartstart();
  release(&lock);
}

void uartputc_sync(int byte) {
  push_off();
  while (!(REG(LSR) & 0x20)) {
  }
  REG(DATA) = (uint8)byte;
  pop_off();
}

int uartgetc(void) { return (REG(LSR) & 0x01) ? REG(DATA) : -1; }

void uartintr(void) {
  /* The read acknowledges that THR is empty. */
  while (!(REG(IIR) & 0x01)) {
    for (int byte = uartgetc(); byte >= 0; byte = uartgetc()) consoleintr(byte);
    acquire(&lock);
    uartstart();
    release(&lock);
  }
}
