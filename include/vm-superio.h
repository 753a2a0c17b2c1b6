/*
 * vm-superio.h: a serial driver in C or C++, to be tested by `vm-superio test`.
 *
 * Define those of the entry points below that your driver has, and reach the UART through uart_read8 and uart_write8. Then
 *
 *     clang --target=wasm32 -O1 -g -nostdlib -Wl,--no-entry -o driver.wasm driver.c
 *     npx vm-superio test driver.wasm
 *
 * runs the driver on a 16550 in hundreds of scenarios, and prints the shortest one in which it loses a byte, misses an interrupt,
 * hangs, traps or breaks a rule of the part. A native build talks to `vm-superio test --exec` instead, with sanitizers or a debugger:
 *
 *     cc -g -fsanitize=address,undefined -o driver driver.c
 *     npx vm-superio test --exec ./driver
 *
 * The driver may keep its state in variables: each scenario begins with fresh ones. It runs on one processor. An interrupt may come
 * before any access and at uart_yield, also within the other entry points, unless uart_irq_disable holds it back; never within itself.
 */
#ifndef VM_SUPERIO_H
#define VM_SUPERIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __wasm__
#define VM_SUPERIO_IMPORT(name) __attribute__((import_module("uart"), import_name(#name)))
#define VM_SUPERIO_ENTRY(name) __attribute__((export_name(#name)))
#else
#define VM_SUPERIO_IMPORT(name)
#define VM_SUPERIO_ENTRY(name) __attribute__((weak))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- The machine. ------------------------------------------------------------------------------------------------------------ */

/* Reads or writes a register. Offsets are 0 (RBR, THR, DLL) to 7 (SCR); wider accesses move the registers that follow, too. */
VM_SUPERIO_IMPORT(read8) uint8_t uart_read8(uint32_t offset);
VM_SUPERIO_IMPORT(read16) uint16_t uart_read16(uint32_t offset);
VM_SUPERIO_IMPORT(read32) uint32_t uart_read32(uint32_t offset);
VM_SUPERIO_IMPORT(write8) void uart_write8(uint32_t offset, uint8_t value);
VM_SUPERIO_IMPORT(write16) void uart_write16(uint32_t offset, uint16_t value);
VM_SUPERIO_IMPORT(write32) void uart_write32(uint32_t offset, uint32_t value);

/* Holds back interrupts, and lets them come again. Calls do not nest: one uart_irq_enable ends any number of uart_irq_disable. */
VM_SUPERIO_IMPORT(irq_disable) void uart_irq_disable(void);
VM_SUPERIO_IMPORT(irq_enable) void uart_irq_enable(void);

/* Lets microseconds pass. */
VM_SUPERIO_IMPORT(delay) void uart_delay(uint32_t microseconds);
/* Waits for the time of an access: for a loop that waits for a variable, which an interrupt changes. */
VM_SUPERIO_IMPORT(yield) void uart_yield(void);
/*
 * For `vm-superio test --explore`, which visits each state of the driver once. Bytes on which nothing depends, such as statistics. And indexes of
 * a ring that run freely: uint32_t beside one another, of which only the differences matter, and the places modulo `modulus`, a power of two.
 */
#ifdef __wasm__
VM_SUPERIO_IMPORT(forget) void vm_superio_forget(const volatile void *address, size_t length);
VM_SUPERIO_IMPORT(counter) void vm_superio_counter(const volatile void *address, size_t length, uint32_t modulus);
#else
static inline void vm_superio_forget(const volatile void *address, size_t length) { (void)address, (void)length; }
static inline void vm_superio_counter(const volatile void *address, size_t length, uint32_t modulus) {
  (void)address, (void)length, (void)modulus;
}
#endif
/*
 * What the driver does on purpose: it adds a byte of its own to what it sends, such as an echo, which it says before it writes the byte to THR; it
 * swallows a received byte that is not for the user, such as a command after a break; it drops a received byte, as its buffer is full (a driver that never says so is not flooded).
 */
VM_SUPERIO_IMPORT(adds) void uart_adds(uint8_t byte);
VM_SUPERIO_IMPORT(swallows) void uart_swallows(uint8_t byte);
VM_SUPERIO_IMPORT(drops) void uart_drops(void);
/* Writes a line between the accesses of a failure's scenario. */
VM_SUPERIO_IMPORT(log) void uart_log_text(const char *text, size_t length);
static inline void uart_log(const char *text) {
  size_t length = 0;
  while (text[length] != '\0') length++;
  uart_log_text(text, length);
}

/*
 * Port instructions, where VM_SUPERIO_PORTS is defined: `vm-superio test --base 0x3f8`. VM_SUPERIO_OUTB_VALUE_FIRST is for kernels whose outb
 * takes the value before the port, as Linux's does.
 */
#ifdef VM_SUPERIO_PORTS
static inline uint8_t inb(uint16_t port) { return uart_read8(port); }
#ifdef VM_SUPERIO_OUTB_VALUE_FIRST
static inline void outb(uint8_t value, uint16_t port) { uart_write8(port, value); }
#else
static inline void outb(uint16_t port, uint8_t value) { uart_write8(port, value); }
#endif
#endif

/* ---- The driver: define those that it has. ------------------------------------------------------------------------------------ */

/* Detects the part. The rules for registers are not checked here. Called once, first. */
VM_SUPERIO_ENTRY(probe) void driver_probe(void);
/* Sets the part up. Called once. */
VM_SUPERIO_ENTRY(init) void driver_init(void);
/* The interrupt handler. */
VM_SUPERIO_ENTRY(interrupt) void driver_interrupt(void);
/* Sends a byte, now or later. Returns false if the driver does not take it. */
VM_SUPERIO_ENTRY(send) bool driver_send(uint8_t byte);
/* Prints a byte before it returns, as a kernel's console does; it may overtake bytes that driver_send has queued. */
VM_SUPERIO_ENTRY(print) void driver_print(uint8_t byte);
/* A timer of the driver's own. Called whenever time has passed and nothing else runs. */
VM_SUPERIO_ENTRY(timer) void driver_timer(void);
/* Returns the next received byte, or -1 if there is none. Called until it returns -1, whenever nothing else runs. */
VM_SUPERIO_ENTRY(receive) int driver_receive(void);
/* Prepares for the part to lose its power, and with it all registers. The next call is that of driver_resume. */
VM_SUPERIO_ENTRY(suspend) void driver_suspend(void);
/* Sets the part up again, whose registers may be those after a reset. */
VM_SUPERIO_ENTRY(resume) void driver_resume(void);
/* Returns true if the driver uses RTS and CTS: the far end has both, and the driver waits for CTS as long as it takes. It must not access the part. */
VM_SUPERIO_ENTRY(flow_control) bool driver_flow_control(void);

/* ---- What a compiler calls by itself, where no libc is linked. ---------------------------------------------------------------- */

#if defined(__wasm__) && !defined(__wasi__) && !defined(VM_SUPERIO_HAS_LIBC)
#define VM_SUPERIO_LIBC __attribute__((weak, noinline, no_builtin))
VM_SUPERIO_LIBC void *memset(void *to, int value, size_t size) {
  for (size_t i = 0; i < size; i++) ((volatile uint8_t *)to)[i] = (uint8_t)value;
  return to;
}
VM_SUPERIO_LIBC void *memmove(void *to, const void *from, size_t size) {
  volatile uint8_t *target = (volatile uint8_t *)to;
  const uint8_t *source = (const uint8_t *)from;
  if ((uintptr_t)to < (uintptr_t)from)
    for (size_t i = 0; i < size; i++) target[i] = source[i];
  else
    for (size_t i = size; i > 0; i--) target[i - 1] = source[i - 1];
  return to;
}
VM_SUPERIO_LIBC void *memcpy(void *to, const void *from, size_t size) { return memmove(to, from, size); }
#endif

/* ---- A native build: the protocol of `vm-superio test --exec` over standard input and output. ---------------------------------- */

#if !defined(__wasm__) && !defined(VM_SUPERIO_NO_MAIN)
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void vm_superio_call(char *line);

/* Writes a request and returns its answer, a number or "ok". A call may come first: an interrupt, or the kernel prints. */
static unsigned long vm_superio_ask(const char *name, uint32_t offset, uint32_t value) {
  char line[64];
  printf("%s %lu %lu\n", name, (unsigned long)offset, (unsigned long)value);
  fflush(stdout);
  for (;;) {
    if (fgets(line, sizeof line, stdin) == NULL) exit(0);
    if (line[0] == 'o' || (line[0] >= '0' && line[0] <= '9')) return strtoul(line, NULL, 0);
    vm_superio_call(line);
  }
}

__attribute__((weak)) void vm_superio_at(const char *function, const char *file, int line) {
  printf("at %s %s:%d\n", function, file, line);
}
__attribute__((weak)) uint8_t uart_read8(uint32_t offset) { return (uint8_t)vm_superio_ask("read8", offset, 0); }
__attribute__((weak)) uint16_t uart_read16(uint32_t offset) { return (uint16_t)vm_superio_ask("read16", offset, 0); }
__attribute__((weak)) uint32_t uart_read32(uint32_t offset) { return (uint32_t)vm_superio_ask("read32", offset, 0); }
__attribute__((weak)) void uart_write8(uint32_t offset, uint8_t value) { vm_superio_ask("write8", offset, value); }
__attribute__((weak)) void uart_write16(uint32_t offset, uint16_t value) { vm_superio_ask("write16", offset, value); }
__attribute__((weak)) void uart_write32(uint32_t offset, uint32_t value) { vm_superio_ask("write32", offset, value); }
__attribute__((weak)) void uart_irq_disable(void) { vm_superio_ask("irq_disable", 0, 0); }
__attribute__((weak)) void uart_irq_enable(void) { vm_superio_ask("irq_enable", 0, 0); }
__attribute__((weak)) void uart_delay(uint32_t microseconds) { vm_superio_ask("delay", microseconds, 0); }
__attribute__((weak)) void uart_yield(void) { vm_superio_ask("yield", 0, 0); }
__attribute__((weak)) void uart_adds(uint8_t byte) { printf("adds %u\n", byte); }
__attribute__((weak)) void uart_swallows(uint8_t byte) { printf("swallows %u\n", byte); }
__attribute__((weak)) void uart_drops(void) { printf("drops\n"); }
__attribute__((weak)) void uart_log_text(const char *text, size_t length) { printf("log %.*s\n", (int)length, text); }

static void vm_superio_call(char *line) {
  const char *name = strtok(line, " \n");
  const char *operand = strtok(NULL, " \n");
  uint8_t byte = operand ? (uint8_t)strtoul(operand, NULL, 0) : 0;
  long result = 0;
  if (strcmp(name, "probe") == 0) driver_probe();
  else if (strcmp(name, "init") == 0) driver_init();
  else if (strcmp(name, "interrupt") == 0) driver_interrupt();
  else if (strcmp(name, "send") == 0) result = driver_send(byte);
  else if (strcmp(name, "print") == 0) driver_print(byte), result = 1;
  else if (strcmp(name, "timer") == 0) driver_timer();
  else if (strcmp(name, "receive") == 0) result = driver_receive();
  else if (strcmp(name, "suspend") == 0) driver_suspend();
  else if (strcmp(name, "resume") == 0) driver_resume();
  printf("return %ld\n", result);
  fflush(stdout);
}

__attribute__((weak)) int main(void) {
  char line[64];
  printf("vm-superio 1%s%s%s%s%s%s%s%s%s%s\n", driver_probe ? " probe" : "", driver_init ? " init" : "",
         driver_interrupt ? " interrupt" : "", driver_send ? " send" : "", driver_print ? " print" : "",
         driver_timer ? " timer" : "", driver_receive ? " receive" : "", driver_suspend ? " suspend" : "",
         driver_resume ? " resume" : "", driver_flow_control && driver_flow_control() ? " flow_control" : "");
  fflush(stdout);
  while (fgets(line, sizeof line, stdin) != NULL) vm_superio_call(line);
  return 0;
}
#endif

#ifndef __wasm__
/* The scenario of a failure names function, file and line of each access: in a module they come from -g. */
void vm_superio_at(const char *function, const char *file, int line);
#define VM_SUPERIO_AT(call) (vm_superio_at(__func__, __FILE__, __LINE__), call)
#define uart_read8(...) VM_SUPERIO_AT(uart_read8(__VA_ARGS__))
#define uart_read16(...) VM_SUPERIO_AT(uart_read16(__VA_ARGS__))
#define uart_read32(...) VM_SUPERIO_AT(uart_read32(__VA_ARGS__))
#define uart_write8(...) VM_SUPERIO_AT(uart_write8(__VA_ARGS__))
#define uart_write16(...) VM_SUPERIO_AT(uart_write16(__VA_ARGS__))
#define uart_write32(...) VM_SUPERIO_AT(uart_write32(__VA_ARGS__))
#endif

#ifdef __cplusplus
}
#endif

#endif
