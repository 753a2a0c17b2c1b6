/*
 * Stubs of a teaching kernel of the shape of xv6, round a driver uart.c that stays as it is. Its includes find this folder:
 *
 *     clang --target=wasm32 -O1 -g -nostdlib -Wl,--no-entry -I include/teaching-kernel -I include \
 *         -o uart.wasm uart.c include/teaching-kernel/kernel.c
 *     npx vm-superio test uart.wasm --mmio 0x10000000 --pic plic
 *
 * kernel.c calls uartinit, uartintr, uartputc or uartwrite (from a process), uartputc_sync (from the kernel), and receives what consoleintr
 * is given. A process that sleeps lets time pass, and then looks again.
 */
#ifndef VM_SUPERIO_KERNEL_H
#define VM_SUPERIO_KERNEL_H

#include "vm-superio.h"

typedef unsigned int uint;
typedef unsigned short ushort;
typedef unsigned char uchar;
typedef uint8_t uint8;
typedef uint16_t uint16;
typedef uint32_t uint32;
typedef uint64_t uint64;

#ifndef UART0
#define UART0 0x10000000L
#endif
#define UART0_IRQ 10

struct spinlock {
  uint locked;
  char *name;
};
struct sleeplock {
  uint locked;
};
struct proc;
struct cpu;

void initlock(struct spinlock *lock, char *name);
void acquire(struct spinlock *lock);
void release(struct spinlock *lock);
int holding(struct spinlock *lock);
void push_off(void);
void pop_off(void);
void intr_on(void);
void intr_off(void);
void sleep(void *channel, struct spinlock *lock);
void wakeup(void *channel);
void panic(char *text) __attribute__((noreturn));
void consoleintr(int byte);

/* The driver's own. */
void uartinit(void);
void uartintr(void);
/* One of them: uartwrite came in 2025. */
void uartputc(int byte) __attribute__((weak));
void uartwrite(char *bytes, int count) __attribute__((weak));
void uartputc_sync(int byte);
int uartgetc(void);
void uartstart(void);

extern volatile int panicking, panicked;

#endif
