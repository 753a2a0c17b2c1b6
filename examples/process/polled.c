/*
 * A polled driver in C that speaks the protocol of `vm-superio test --exec` itself, for languages that have no vm-superio.h:
 *
 *     cc -o polled examples/process/polled.c
 *     npx vm-superio test --exec ./polled
 */
#include <stdio.h>
#include <stdlib.h>

enum { DATA = 0, IER = 1, FCR = 2, LCR = 3, LSR = 5 };

static char line[64];

static void call(void);

/* Asks for an access and returns its answer. A call may come first: of `interrupt`, or of `print`. */
static int ask(const char *request, int offset, int value) {
  printf("%s %d %d\n", request, offset, value);
  while (fgets(line, sizeof line, stdin)) {
    if (line[0] == 'o' || (line[0] >= '0' && line[0] <= '9')) return atoi(line);
    call();
  }
  exit(0);
}

static int reg(int offset) { return ask("read8", offset, 0); }
static void set(int offset, int value) { ask("write8", offset, value); }

static int init(void) {
  set(IER, 0), set(LCR, 0x83), set(DATA, 1), set(IER, 0), set(LCR, 0x03), set(FCR, 0x07);
  return 0;
}

static int send(int byte) {
  while (!(reg(LSR) & 0x20)) {
  }
  set(DATA, byte);
  return 1;
}

static int receive(void) {
  int status = reg(LSR);
  if (!(status & 0x01)) return -1;
  int byte = reg(DATA);
  return status & 0x10 && byte == 0 ? receive() : byte; /* a break is none */
}

/* Runs the entry point that a line calls. */
static void call(void) {
  int result = line[0] == 'i' ? init() : line[0] == 's' ? send(atoi(line + 5)) : receive();
  printf("return %d\n", result);
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  puts("vm-superio 1 init send receive");
  while (fgets(line, sizeof line, stdin)) call();
}
