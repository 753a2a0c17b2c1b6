//! A serial driver with a bug: `make` finds it. vm_superio.rs says what a driver may do.
mod vm_superio;
use vm_superio::{irq_disable, irq_enable, log_panics, read8, write8, Shared};

const DATA: u32 = 0;
const IER: u32 = 1;
const IIR: u32 = 2;
const FCR: u32 = 2;
const LCR: u32 = 3;
const LSR: u32 = 5;

/// A ring of bytes, whose indexes run on without end.
struct Ring<const SIZE: usize> {
    bytes: [Shared<u8>; SIZE],
    head: Shared<u32>,
    tail: Shared<u32>,
}

impl<const SIZE: usize> Ring<SIZE> {
    const fn new() -> Self {
        const ZERO: Shared<u8> = Shared::new(0);
        Ring { bytes: [ZERO; SIZE], head: Shared::new(0), tail: Shared::new(0) }
    }
    fn is_empty(&self) -> bool {
        self.head.get() == self.tail.get()
    }
    fn push(&self, byte: u8) -> bool {
        let head = self.head.get();
        if head - self.tail.get() == SIZE as u32 {
            return false;
        }
        self.bytes[head as usize % SIZE].set(byte);
        self.head.set(head + 1);
        true
    }
    fn pop(&self) -> Option<u8> {
        if self.is_empty() {
            return None;
        }
        let tail = self.tail.get();
        self.tail.set(tail + 1);
        Some(self.bytes[tail as usize % SIZE].get())
    }
}

static QUEUE: Ring<64> = Ring::new();
static RECEIVED: Ring<256> = Ring::new();

#[no_mangle]
pub extern "C" fn init() {
    log_panics();
    write8(LCR, 0x83); // the divisor latch
    write8(DATA, 1); //   115,200 baud
    write8(IER, 0);
    write8(LCR, 0x03); // 8N1
    write8(FCR, 0x07); // FIFOs on and cleared
    write8(IER, 0x01); // received data
}

#[no_mangle]
pub extern "C" fn interrupt() {
    read8(IIR);
    while read8(LSR) & 0x01 != 0 {
        RECEIVED.push(read8(DATA));
    }
    if read8(LSR) & 0x20 != 0 {
        for byte in std::iter::from_fn(|| QUEUE.pop()).take(16) {
            write8(DATA, byte);
        }
    }
    write8(IER, if QUEUE.is_empty() { 0x01 } else { 0x03 });
}

#[no_mangle]
pub extern "C" fn send(byte: u8) -> bool {
    irq_disable(); // the handler takes from the queue
    let has_room = QUEUE.push(byte);
    if has_room {
        write8(IER, 0x03);
    }
    irq_enable();
    has_room
}

#[no_mangle]
pub extern "C" fn receive() -> i32 {
    RECEIVED.pop().map_or(-1, i32::from)
}
