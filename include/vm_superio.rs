//! A serial driver in Rust, to be tested by `vm-superio test`.
//!
//! Put this file beside your driver, export those of the entry points below that it has, and reach the UART through `read8` and `write8`. Then
//!
//! ```sh
//! rustc --edition 2021 --target wasm32-unknown-unknown --crate-type cdylib -O -C debug-assertions -o driver.wasm driver.rs
//! npx vm-superio test driver.wasm
//! ```
//!
//! runs the driver on a 16550 in hundreds of scenarios, and prints the shortest one in which it loses a byte, misses an interrupt, hangs,
//! panics or breaks a rule of the part. (`rustup target add wasm32-unknown-unknown`; on Debian `apt-get install rustc libstd-rust-dev-wasm32 lld`.)
//!
//! The entry points are functions of these names, all optional:
//!
//! ```rust
//! mod vm_superio;
//! #[no_mangle] pub extern "C" fn probe() {}                   // detects the part; once, first
//! #[no_mangle] pub extern "C" fn init() {}                    // sets the part up; once
//! #[no_mangle] pub extern "C" fn interrupt() {}               // the interrupt handler
//! #[no_mangle] pub extern "C" fn send(byte: u8) -> bool       // sends a byte, now or later; false refuses it
//! #[no_mangle] pub extern "C" fn print(byte: u8) -> bool      // prints a byte before it returns, as a kernel's console does
//! #[no_mangle] pub extern "C" fn receive() -> i32             // returns the next received byte, or -1
//! #[no_mangle] pub extern "C" fn timer() {}                   // a timer of the driver's own
//! #[no_mangle] pub extern "C" fn suspend() {}                 // prepares for the part to lose its registers; `resume` comes next
//! #[no_mangle] pub extern "C" fn resume() {}                  // sets the part up again
//! #[no_mangle] pub extern "C" fn flow_control() -> bool       // true if the driver uses RTS and CTS
//! ```
//!
//! The driver may keep its state in statics: each scenario begins with fresh ones. It runs on one processor. An interrupt may come before any
//! access and in `pause`, also within the other entry points, unless `irq_disable` holds it back; never within itself.
#![allow(dead_code)]

use std::cell::Cell;

mod imports {
    #[link(wasm_import_module = "uart")]
    extern "C" {
        pub fn read8(offset: u32) -> u8;
        pub fn read16(offset: u32) -> u16;
        pub fn read32(offset: u32) -> u32;
        pub fn write8(offset: u32, value: u8);
        pub fn write16(offset: u32, value: u16);
        pub fn write32(offset: u32, value: u32);
        pub fn irq_disable();
        pub fn irq_enable();
        pub fn delay(microseconds: u32);
        #[link_name = "yield"]
        pub fn pause();
        pub fn adds(byte: u8);
        pub fn swallows(byte: u8);
        pub fn drops();
        pub fn log(text: *const u8, length: usize);
        pub fn forget(address: *const u8, length: usize);
        pub fn counter(address: *const u8, length: usize, modulus: u32);
    }
}

/// Reads a register: 0 (RBR, DLL) to 7 (SCR). Wider accesses move the registers that follow, too.
pub fn read8(offset: u32) -> u8 {
    unsafe { imports::read8(offset) }
}
pub fn read16(offset: u32) -> u16 {
    unsafe { imports::read16(offset) }
}
pub fn read32(offset: u32) -> u32 {
    unsafe { imports::read32(offset) }
}

/// Writes a register: 0 (THR, DLL) to 7 (SCR).
pub fn write8(offset: u32, value: u8) {
    unsafe { imports::write8(offset, value) }
}
pub fn write16(offset: u32, value: u16) {
    unsafe { imports::write16(offset, value) }
}
pub fn write32(offset: u32, value: u32) {
    unsafe { imports::write32(offset, value) }
}

/// Holds back interrupts. Calls do not nest: one `irq_enable` ends any number of them.
pub fn irq_disable() {
    unsafe { imports::irq_disable() }
}
/// Lets interrupts come again.
pub fn irq_enable() {
    unsafe { imports::irq_enable() }
}

/// Says that the driver adds a byte of its own to what it sends, such as an echo: before it writes the byte.
pub fn adds(byte: u8) {
    unsafe { imports::adds(byte) }
}
/// Says that the driver swallows a received byte that is not for the user, such as a command after a break.
pub fn swallows(byte: u8) {
    unsafe { imports::swallows(byte) }
}
/// Says that the driver drops a received byte, as its buffer is full.
pub fn drops() {
    unsafe { imports::drops() }
}

/// Lets microseconds pass.
pub fn delay(microseconds: u32) {
    unsafe { imports::delay(microseconds) }
}
/// Waits for the time of an access: for a loop that waits for a variable, which an interrupt changes.
pub fn pause() {
    unsafe { imports::pause() }
}

/// For `vm-superio test --explore`, which visits each state of the driver once: nothing depends on this value, such as a statistic.
pub fn forget<T>(value: &T) {
    unsafe { imports::forget((value as *const T).cast(), core::mem::size_of::<T>()) }
}
/// The same for indexes of a ring that run freely, `u32` beside one another: only their differences matter, and the places modulo `modulus`, a
/// power of two.
pub fn counter<T>(indexes: &T, modulus: u32) {
    unsafe { imports::counter((indexes as *const T).cast(), core::mem::size_of::<T>(), modulus) }
}

/// Writes a line between the accesses of a failure's scenario.
pub fn log(text: &str) {
    unsafe { imports::log(text.as_ptr(), text.len()) }
}
/// Writes the message of a panic into the scenario. To be called in `init`.
pub fn log_panics() {
    std::panic::set_hook(Box::new(|panic| log(&panic.to_string())));
}

/// A value that the entry points share: `static HEAD: Shared<u32> = Shared::new(0);`
pub struct Shared<T: Copy>(Cell<T>);

// There is one processor, and nothing borrows the value.
unsafe impl<T: Copy> Sync for Shared<T> {}

impl<T: Copy> Shared<T> {
    pub const fn new(value: T) -> Self {
        Shared(Cell::new(value))
    }
    pub fn get(&self) -> T {
        self.0.get()
    }
    pub fn set(&self, value: T) {
        self.0.set(value)
    }
}
