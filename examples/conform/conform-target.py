#!/usr/bin/env python3
"""A UART behind the protocol of `vm-superio conform -- python3 conform-target.py`: an 8250 that sends at once. Put your own in its place."""
import sys


class Uart:
    def __init__(self):
        self.regs = [0, 0, 0, 0, 0, 0, 0, 0]
        self.divisor = [1, 0]
        self.input, self.sent = [], []

    def dlab(self):
        return self.regs[3] & 0x80

    def read(self, offset):
        if offset < 2 and self.dlab():
            return self.divisor[offset]
        if offset == 0:
            return self.input.pop(0) if self.input else 0
        if offset == 2:
            return 4 if self.input and self.regs[1] & 1 else 1
        if offset == 5:
            return 0x60 | (1 if self.input else 0)
        return self.regs[offset]

    def write(self, offset, value):
        if offset < 2 and self.dlab():
            self.divisor[offset] = value
        elif offset == 0:
            self.sent.append(value)
        elif offset == 1:
            self.regs[1] = value & 0x0F
        elif offset in (3, 4, 7):
            self.regs[offset] = value & (0x1F if offset == 4 else 0xFF)


uart = Uart()
for line in sys.stdin:
    verb, *numbers = line.split()
    values = [int(number) for number in numbers]
    answer = ["ok"]
    if verb == "reset":
        uart = Uart()
    elif verb == "read":
        answer.append(uart.read(values[0]))
    elif verb == "write":
        uart.write(*values)
    elif verb == "receive":
        uart.input += values
    else:  # modem and advance
        print("unsupported", flush=True)
        continue
    level = 1 if uart.input and uart.regs[1] & 1 else 0
    print(*answer, "irq", level, "out", *uart.sent, flush=True)
    uart.sent = []
