//! A serial driver that sends and receives by interrupts: a ring for each direction, loads of as many bytes as the transmit FIFO holds, and RTS,
//! which is lowered before the receive ring is full.
//!
//!     rustc --edition 2021 --target wasm32-unknown-unknown --crate-type cdylib -O -C debug-assertions \
//!         -o interrupt-driven.wasm examples/rust/interrupt-driven.rs
//!     npx vm-superio test interrupt-driven.wasm
#[path = "../../include/vm_superio.rs"]
mod vm_superio;
use vm_superio::{irq_disable, irq_enable, log_panics, read8, write8, Shared};

const DATA: u32 = 0;
const DLM: u32 = 1;
const IER: u32 = 1;
const IIR: u32 = 2;
const FCR: u32 = 2;
const LCR: u32 = 3;
const MCR: u32 = 4;
const LSR: u32 = 5;
const MSR: u32 = 6;

const IER_RECEIVE: u8 = 0x05; // received data, line status
const IER_ETBEI: u8 = 0x02;
const IIR_NONE: u8 = 0x01;
const IIR_FIFOS: u8 = 0xc0;
const LCR_8N1: u8 = 0x03;
const LCR_DLAB: u8 = 0x80;
const MCR_RTS: u8 = 0x02;
const MCR_ON: u8 = 0x0b; // DTR, RTS, OUT2
const LSR_DR: u8 = 0x01;
const LSR_OE: u8 = 0x02;
const LSR_BI: u8 = 0x10;
const LSR_THRE: u8 = 0x20;

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
    fn len(&self) -> usize {
        self.head.get().wrapping_sub(self.tail.get()) as usize
    }
    fn push(&self, byte: u8) -> bool {
        if self.len() == SIZE {
            return false;
        }
        let head = self.head.get();
        self.bytes[head as usize % SIZE].set(byte);
        self.head.set(head.wrapping_add(1));
        true
    }
    fn pop(&self) -> Option<u8> {
        if self.len() == 0 {
            return None;
        }
        let tail = self.tail.get();
        self.tail.set(tail.wrapping_add(1));
        Some(self.bytes[tail as usize % SIZE].get())
    }
}

static RECEIVED: Ring<256> = Ring::new();
static QUEUE: Ring<64> = Ring::new();
static FIFO_SIZE: Shared<usize> = Shared::new(1);
static IER_VALUE: Shared<u8> = Shared::new(0);
static MCR_VALUE: Shared<u8> = Shared::new(0);
static LOST: Shared<u32> = Shared::new(0);

/// Runs a function while interrupts are held back. The handler needs none.
fn locked<T>(run: impl FnOnce() -> T) -> T {
    irq_disable();
    let result = run();
    irq_enable();
    result
}

fn set_ier(value: u8) {
    IER_VALUE.set(value);
    write8(IER, value);
}

fn set_rts(is_ready: bool) {
    let value = if is_ready { MCR_VALUE.get() | MCR_RTS } else { MCR_VALUE.get() & !MCR_RTS };
    if value != MCR_VALUE.get() {
        MCR_VALUE.set(value);
        write8(MCR, value);
    }
}

#[no_mangle]
pub extern "C" fn init() {
    log_panics();
    write8(IER, 0);
    write8(LCR, LCR_DLAB | LCR_8N1);
    write8(DATA, 1); // 115,200 baud
    write8(DLM, 0);
    write8(LCR, LCR_8N1);
    write8(FCR, 0x87); // FIFOs on and cleared, an interrupt from 8 bytes on
    // Without a FIFO, or with the broken one of the first 16550, IIR does not show both bits.
    if read8(IIR) & IIR_FIFOS == IIR_FIFOS {
        FIFO_SIZE.set(16);
    } else {
        write8(FCR, 0);
    }
    // What is left over from before.
    for register in [LSR, DATA, IIR, MSR] {
        read8(register);
    }
    MCR_VALUE.set(MCR_ON);
    write8(MCR, MCR_ON);
    set_ier(IER_RECEIVE);
}

/// Takes all received bytes. Returns the line status that ended it.
fn take_received() -> u8 {
    loop {
        let lsr = read8(LSR);
        if lsr & (LSR_DR | LSR_BI) == 0 {
            if RECEIVED.len() > 224 {
                set_rts(false);
            }
            return lsr;
        }
        // BI without DR: the break came just before its byte was read.
        let byte = if lsr & LSR_DR != 0 { read8(DATA) } else { 0 };
        let is_break = lsr & LSR_BI != 0; // its byte is none
        let is_lost = !is_break && !RECEIVED.push(byte);
        if is_lost || lsr & LSR_OE != 0 {
            LOST.set(LOST.get() + 1);
        }
    }
}

#[no_mangle]
pub extern "C" fn interrupt() {
    // Until there is no cause left: an edge-triggered controller would see no other edge.
    while read8(IIR) & IIR_NONE == 0 {
        if take_received() & LSR_THRE != 0 && IER_VALUE.get() & IER_ETBEI != 0 {
            for byte in std::iter::from_fn(|| QUEUE.pop()).take(FIFO_SIZE.get()) {
                write8(DATA, byte);
            }
            if QUEUE.len() == 0 {
                set_ier(IER_RECEIVE);
            }
        }
    }
}

#[no_mangle]
pub extern "C" fn send(byte: u8) -> bool {
    locked(|| {
        let has_room = QUEUE.push(byte);
        // The interrupt that this causes loads the transmitter.
        if has_room && IER_VALUE.get() & IER_ETBEI == 0 {
            set_ier(IER_RECEIVE | IER_ETBEI);
        }
        has_room
    })
}

/// Prints while interrupts are off, as from a panic: it waits for the transmitter.
#[no_mangle]
pub extern "C" fn print(byte: u8) -> bool {
    locked(|| {
        write8(IER, 0);
        while read8(LSR) & LSR_THRE == 0 {}
        write8(DATA, byte);
        write8(IER, IER_VALUE.get());
        true
    })
}

#[no_mangle]
pub extern "C" fn receive() -> i32 {
    locked(|| {
        let byte = RECEIVED.pop().map_or(-1, i32::from);
        if RECEIVED.len() <= 128 {
            set_rts(true);
        }
        byte
    })
}
