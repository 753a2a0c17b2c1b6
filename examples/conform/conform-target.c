/* A UART behind the protocol of `vm-superio conform -- ./conform-target`: an 8250 that sends at once. Put your own in its place. */
#include <stdio.h>
#include <string.h>

static unsigned char regs[8], divisor[2], input[256], sent[256];
static unsigned in_count, out_count;

static void reset(void) {
  memset(regs, 0, sizeof regs);
  divisor[0] = 1, divisor[1] = 0;
  in_count = out_count = 0;
}

static unsigned uart_read(unsigned offset) {
  if (offset < 2 && regs[3] & 0x80) return divisor[offset];
  if (offset == 2) return in_count && regs[1] & 1 ? 4 : 1;
  if (offset == 5) return 0x60 | (in_count > 0);
  if (offset != 0) return regs[offset];
  unsigned value = in_count ? input[0] : 0;
  if (in_count) memmove(input, input + 1, --in_count);
  return value;
}

static void uart_write(unsigned offset, unsigned value) {
  if (offset < 2 && regs[3] & 0x80) divisor[offset] = value;
  else if (offset == 0 && out_count < sizeof sent) sent[out_count++] = value;
  else if (offset == 1) regs[1] = value & 0x0f;
  else if (offset == 4) regs[4] = value & 0x1f;
  else if (offset == 3 || offset == 7) regs[offset] = value;
}

int main(void) {
  char line[4096];
  unsigned offset, value;
  int length;
  reset();
  while (fgets(line, sizeof line, stdin)) {
    if (sscanf(line, "read %u", &offset) == 1) printf("ok %u", uart_read(offset & 7));
    else if (sscanf(line, "write %u %u", &offset, &value) == 2) uart_write(offset & 7, value), printf("ok");
    else if (!strncmp(line, "reset", 5)) reset(), printf("ok");
    else if (!strncmp(line, "receive", 7)) {
      for (char *next = line + 7; sscanf(next, "%u%n", &value, &length) == 1; next += length)
        if (in_count < sizeof input) input[in_count++] = value;
      printf("ok");
    } else { /* modem and advance */
      puts("unsupported"), fflush(stdout);
      continue;
    }
    printf(" irq %d out", in_count && regs[1] & 1 ? 1 : 0);
    for (unsigned i = 0; i < out_count; i++) printf(" %u", sent[i]);
    out_count = 0, puts(""), fflush(stdout);
  }
}
