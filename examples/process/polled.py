#!/usr/bin/env python3
"""A polled driver in Python, by the protocol of `vm-superio test --exec`:

    npx vm-superio test --exec "python3 polled.py"
"""
import sys

DATA, IER, FCR, LCR, LSR = 0, 1, 2, 3, 5


def ask(*words):
    """Asks for an access and returns its answer. A call may come first: of `interrupt`, or of `print`."""
    print(*words, flush=True)
    for line in sys.stdin:
        if line[0].isdigit() or line.strip() == "ok":
            return line.strip()
        answer_call(line)
    sys.exit()


def read(offset):
    return int(ask("read8", offset))


def write(offset, value):
    ask("write8", offset, value)


def init():
    for offset, value in [(IER, 0), (LCR, 0x83), (DATA, 1), (IER, 0), (LCR, 0x03), (FCR, 0x07)]:
        write(offset, value)


def send(byte):
    while not read(LSR) & 0x20:
        pass
    write(DATA, byte)


def receive():
    status = read(LSR)
    if not status & 0x01:
        return -1
    byte = read(DATA)
    return receive() if status & 0x10 and byte == 0 else byte


ENTRY_POINTS = {"init": init, "send": send, "receive": receive}


def answer_call(line):
    name, *operands = line.split()
    result = ENTRY_POINTS[name](*map(int, operands))
    print("return", 1 if result is None else result, flush=True)


print("vm-superio 1", *ENTRY_POINTS, flush=True)
for call in sys.stdin:
    answer_call(call)
