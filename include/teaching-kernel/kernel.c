/* The stubs that kernel.h declares, and the entry points of vm-superio.h by the functions of a teaching kernel's driver. */
#include "kernel.h"

enum { RING_SIZE = 4096 };

volatile int panicking, panicked;

static bool is_in_handler;
static uint off_depth;
static uint8_t received[RING_SIZE];
static uint received_head, received_tail;

void push_off(void) {
  if (!is_in_handler) uart_irq_disable();
  off_depth++;
}

void pop_off(void) {
  if (off_depth == 0) panic("pop_off without push_off");
  if (--off_depth == 0 && !is_in_handler) uart_irq_enable();
}

void intr_on(void) { uart_irq_enable(); }
void intr_off(void) { uart_irq_disable(); }

void initlock(struct spinlock *lock, char *name) {
  lock->locked = 0;
  lock->name = name;
}

void acquire(struct spinlock *lock) {
  push_off();
  if (lock->locked) panic("acquire of a lock that is held");
  lock->locked = 1;
}

void release(struct spinlock *lock) {
  if (!lock->locked) panic("release of a lock that is free");
  lock->locked = 0;
  pop_off();
}

int holding(struct spinlock *lock) { return lock->locked != 0; }

void sleep(void *channel, struct spinlock *lock) {
  (void)channel;
  release(lock);
  uart_yield();
  acquire(lock);
}

void wakeup(void *channel) { (void)channel; }

void panic(char *text) {
  uart_log(text);
  __builtin_trap();
}

void consoleintr(int byte) {
  if (received_head - received_tail == RING_SIZE) panic("the ring of the console is full");
  received[received_head++ % RING_SIZE] = (uint8_t)byte;
}

void driver_init(void) { uartinit(); }

void driver_interrupt(void) {
  uint outer_depth = off_depth;
  is_in_handler = true;
  uartintr();
  is_in_handler = false;
  if (off_depth != outer_depth) panic("the handler returns with a lock");
}

bool driver_send(uint8_t byte) {
  char bytes[1] = {(char)byte};
  if (uartwrite) uartwrite(bytes, 1);
  else if (uartputc) uartputc(byte);
  else return false;
  return true;
}

void driver_print(uint8_t byte) { uartputc_sync(byte); }

int driver_receive(void) { return received_head == received_tail ? -1 : received[received_tail++ % RING_SIZE]; }
