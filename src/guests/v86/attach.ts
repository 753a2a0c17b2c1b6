import { shown } from "../../journal/index.js";
import { inputOf, throwLater } from "../host/input-queue.js";
import { checkUart, guestSignals, hasPins, type Uart } from "../host/uart.js";
import { EmulatorClock } from "./clock.js";
import {
  type Insides,
  insidesOf,
  type PortEntry,
  type Processor,
  type StatefulDevice,
  type V86Emulator,
} from "./processor.js";
import { partOf, restoreWhole, STATE_PLACES, savedIn } from "./snapshot.js";

/** A serial port of a PC. */
export type ComPort = 1 | 2 | 3 | 4;

/** How a device is attached. */
export interface AttachOptions {
  /** Which port it becomes, as DOS counts them: 1 unless given. COM1 and COM3 share IRQ 4, COM2 and COM4 IRQ 3. */
  readonly com?: ComPort;
  /**
   * Hears what the device's surroundings throw (its sink, trigger or callbacks), which must not unwind the emulator. Unless given
   * it is thrown by itself, as an uncaught exception.
   */
  readonly error?: (error: unknown) => void;
  /** The emulator's clock, in milliseconds: `performance.now` unless given, as v86 has it. */
  readonly now?: () => number;
}

/** A device that is attached. */
export interface AttachedUart {
  /** Which port it is. */
  readonly com: ComPort;
  /** Its first address: 0x3F8 for COM1. */
  readonly port: number;
  /** Its interrupt: 4 for COM1. */
  readonly irq: number;
  /** How many bytes the host has sent that the device has not taken yet. */
  readonly waiting: number;
  /** Gives the port back to v86's own UART, or to nobody. The device keeps its state. */
  detach(): void;
}

const PORTS = [0x3f8, 0x2f8, 0x3e8, 0x2e8] as const;
const IRQS = [4, 3, 4, 3] as const;
const REGISTERS = 8;
/** How often a guest that waits is given what waits for room, in milliseconds: some 16 kB a second in a FIFO of 16. */
const PACE = 1;
const MCR_OFFSET = 4;
/** v86's events for the modem inputs, and which input each moves. */
const MODEM_INPUTS = {
  "carrier-detect": "dcd",
  "ring-indicator": "ri",
  "data-set-ready": "dsr",
  "clear-to-send": "cts",
} as const;

/** What the devices of ours on one processor share: the ports that they have, and who holds each interrupt line high. */
interface Board {
  readonly ports: Set<number>;
  readonly high: Map<number, Set<Uart>>;
}

const boards = new WeakMap<Processor, Board>();

/**
 * Puts a device in the place of one of v86's UARTs.
 *
 * v86's bus goes on as before: what the guest sends is `serial0-output-byte`, `serial0-input` reaches the guest (and waits where
 * the FIFO is full), the modem's lines move. So do `save_state` and `restore_state`: the device's state is a part of the
 * machine's, and its interrupt line is set again once the interrupt controller has been restored. Bytes that the host has sent and the
 * device has not taken are the host's, and not in it. A reboot resets a `Uart16550`.
 *
 * @param emulator - after its event `emulator-loaded`; its handler is early enough, before the first instruction.
 * @param device - fresh, or restored.
 * @throws TypeError if it is no emulator that has loaded, or no device, RangeError if there is no such port or it is taken.
 *
 * @example
 * emulator.add_listener("emulator-loaded", () => attachUart(emulator, new Serial(), { com: 1 }));
 */
export function attachUart(
  emulator: V86Emulator,
  device: Uart,
  { com = 1, error = throwLater, now = () => performance.now() }: AttachOptions = {},
): AttachedUart {
  const insides = insidesOf(emulator);
  checkUart(device);
  const place = com - 1;
  const port = PORTS[place];
  const irq = IRQS[place];
  const state = STATE_PLACES[place];
  if (port === undefined || irq === undefined || state === undefined) {
    throw new RangeError(`com: expected 1, 2, 3 or 4, got ${shown(com)}`);
  }
  const board = boards.get(insides.cpu) ?? { ports: new Set(), high: new Map() };
  boards.set(insides.cpu, board);
  const { ports, high } = board;
  if (ports.has(port)) throw new RangeError(`com: expected a free port, got ${com}, which a device has`);
  ports.add(port);
  const sharing = high.get(irq) ?? new Set();
  high.set(irq, sharing);
  const uart = new Attachment(insides, device, { com, port, irq, state, sharing }, error);
  uart.attach(new EmulatorClock(device, emulator.is_running(), now));
  return {
    com,
    port,
    irq,
    get waiting() {
      return inputOf(device).waiting;
    },
    detach() {
      if (ports.delete(port)) uart.detach();
    },
  };
}

interface Place {
  readonly com: ComPort;
  readonly port: number;
  readonly irq: number;
  readonly state: number;
  /** The devices that hold its interrupt line high: ports that share it are wired together. */
  readonly sharing: Set<Uart>;
}

/** The device among v86's parts. v86 wants the object of a class. */
class Part implements StatefulDevice {
  readonly #device: Uart;
  readonly set_state: (state: unknown) => void;

  constructor(device: Uart, restore: (state: unknown) => void) {
    this.#device = device;
    this.set_state = restore;
  }

  get_state(): unknown[] {
    return partOf(this.#device);
  }
}

/** The wires between a device and an emulator, and what takes them away again. */
class Attachment {
  readonly #insides: Insides;
  readonly #device: Uart;
  readonly #place: Place;
  readonly #error: (error: unknown) => void;
  /** What v86 calls the port: "serial0". */
  readonly #name: string;
  readonly #undo: (() => void)[] = [];
  /** While a machine is restored: whether the device has triggered, which the controller forgets. */
  #restoring: { triggered: boolean } | undefined;

  constructor(insides: Insides, device: Uart, place: Place, error: (error: unknown) => void) {
    this.#insides = insides;
    this.#device = device;
    this.#place = place;
    this.#error = error;
    this.#name = `serial${place.com - 1}`;
  }

  attach(clock: EmulatorClock): void {
    this.#silenceOwn();
    this.#ports(clock);
    this.#outputs();
    this.#inputs(clock);
    this.#time(clock);
    this.#snapshots(clock);
    this.#setLine(false);
  }

  detach(): void {
    for (const undo of this.#undo.splice(0).reverse()) undo();
  }

  /** v86's own UART hears nothing: it would lower the interrupt line at each byte. */
  #silenceOwn(): void {
    const { devices } = this.#insides.cpu;
    const key = `uart${this.#place.com - 1}`;
    const own = devices[key];
    if (own) {
      own.data_received = () => {};
      own.set_modem_status_bit = () => {};
    }
    devices[key] = new Part(this.#device, (part) => {
      const { state } = savedIn(part, this.#device, this.#place.com);
      this.#guarded(() => this.#device.apply({ type: "restore", state }));
    });
    this.#undo.push(() => {
      devices[key] = own;
      delete own?.data_received;
      delete own?.set_modem_status_bit;
    });
  }

  #ports(clock: EmulatorClock): void {
    const device = this.#device;
    const { io } = this.#insides.cpu;
    for (let offset = 0; offset < REGISTERS; offset++) {
      const port = this.#place.port + offset;
      const before: PortEntry = { ...io.ports[port] };
      this.#undo.push(() => Object.assign(io.ports[port] as PortEntry, before));
      io.register_read(port, device, () => {
        let value = 0;
        try {
          clock.bring();
          value = device.read(offset);
        } catch (error) {
          this.#error(error);
        }
        return value;
      });
      io.register_write(port, device, (value) => {
        try {
          clock.bring();
          device.write(offset, value & 0xff);
        } catch (error) {
          this.#error(error);
        }
        if (offset === MCR_OFFSET) this.#tellOutputs();
      });
    }
  }

  /** What leaves the device: bytes, and the interrupt. */
  #outputs(): void {
    const device = this.#device;
    const { bus } = this.#insides;
    const event = `${this.#name}-output-byte`;
    const subscriptions = [device.output$.subscribe((byte) => bus.send(event, byte))];
    if (hasPins(device)) {
      subscriptions.push(
        device.interruptLine$.subscribe(() => this.#setLine(false)),
        device.modemOutputs$.subscribe(() => this.#tellOutputs()),
      );
    } else subscriptions.push(device.interrupt$.subscribe(() => this.#setLine(true)));
    this.#signals = guestSignals(device);
    this.#undo.push(() => {
      for (const subscription of subscriptions) subscription.unsubscribe();
      this.#drive(0);
    });
  }

  /** @param pulse - whether a line that pulses does. The controller hears edges: a pulse ends high, until the next begins. */
  #setLine(pulse: boolean): void {
    const device = this.#device;
    if (hasPins(device)) this.#drive(device.interruptLine.level);
    else if (pulse) {
      if (this.#restoring) this.#restoring.triggered = true;
      this.#insides.cpu.device_lower_irq(this.#place.irq);
      this.#drive(1);
    }
  }

  #drive(level: 0 | 1): void {
    const { cpu } = this.#insides;
    const { irq, sharing } = this.#place;
    if (level === 1) sharing.add(this.#device);
    else sharing.delete(this.#device);
    if (sharing.size > 0) cpu.device_raise_irq(irq);
    else cpu.device_lower_irq(irq);
  }

  #signals = { dtr: false, rts: false };

  #tellOutputs(): void {
    const { bus } = this.#insides;
    const before = this.#signals;
    const { dtr, rts } = guestSignals(this.#device);
    this.#signals = { dtr, rts };
    if (dtr !== before.dtr) bus.send(`${this.#name}-data-terminal-ready-output`, dtr);
    if (rts !== before.rts) bus.send(`${this.#name}-request-to-send-output`, rts);
  }

  /** What v86's user sends to the device. */
  #inputs(clock: EmulatorClock): void {
    const device = this.#device;
    const queue = inputOf(device);
    this.#listen(`${this.#name}-input`, (byte: number) => {
      this.#guarded(() => clock.bring());
      queue.push([byte & 0xff]);
    });
    if (hasPins(device)) {
      for (const [event, input] of Object.entries(MODEM_INPUTS))
        this.#listen(`${this.#name}-${event}-input`, (on: boolean) => {
          this.#guarded(() => {
            clock.bring();
            device.setModemInputs({ [input]: Boolean(on) });
          });
        });
    }
    const failed = queue.failed;
    queue.failed = this.#error;
    const ended = queue.drive();
    this.#undo.push(() => {
      queue.failed = failed;
      ended();
    });
  }

  #listen<T>(event: string, listener: (value: T) => void): void {
    const { bus } = this.#insides;
    bus.register(event, listener as (value: never) => void, this);
    this.#undo.push(() => bus.unregister(event, listener as (value: never) => void));
  }

  /**
   * Time passes as the emulator's timers run, and they run when the device is due. Then, and not while the guest reads, comes what waits
   * for room: Linux's interrupt handler stops after 256 characters, and a `Serial` whose FIFO was filled up under its hands reports
   * none of those that are left (S6).
   */
  #time(clock: EmulatorClock): void {
    const { user } = this.#insides;
    const queue = inputOf(this.#device);
    this.#override("run_hardware_timers", (run) => (acpi, now) => {
      this.#guarded(() => clock.bring());
      queue.pump();
      return Math.min(run(acpi, now), clock.untilDue, queue.waiting > 0 ? PACE : Number.POSITIVE_INFINITY);
    });
    this.#override("reboot_internal", (reboot) => () => {
      if (hasPins(this.#device)) this.#guarded(() => this.#device.apply({ type: "reset" }));
      reboot();
    });
    const started = () => clock.start();
    const stopped = () => clock.stop();
    user.register("emulator-started", started, this);
    user.register("emulator-stopped", stopped, this);
    this.#undo.push(() => {
      user.unregister("emulator-started", started);
      user.unregister("emulator-stopped", stopped);
    });
  }

  #snapshots(clock: EmulatorClock): void {
    this.#override("set_state", (restore) => (state) => {
      // Looked at first, so that a state of another device leaves the machine as it was.
      savedIn(state[this.#place.state], this.#device, this.#place.com);
      this.#restoring = { triggered: false };
      try {
        restoreWhole(this.#insides.cpu, () => restore(state));
        const { triggered } = this.#restoring;
        this.#restoring = undefined;
        this.#setLine(triggered);
        this.#tellOutputs();
      } finally {
        this.#restoring = undefined;
      }
      clock.rebase();
    });
  }

  /** Puts a function around one of the processor's. It stays there, as another device may have its own around it, and does nothing then. */
  #override<K extends "run_hardware_timers" | "reboot_internal" | "set_state">(
    name: K,
    around: (before: Processor[K]) => (...args: Parameters<Processor[K]>) => ReturnType<Processor[K]>,
  ): void {
    const { cpu } = this.#insides;
    const before = cpu[name].bind(cpu) as Processor[K];
    let now = around(before);
    cpu[name] = ((...args: Parameters<Processor[K]>) => now(...args)) as Processor[K];
    this.#undo.push(() => {
      now = before as typeof now;
    });
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#error(error);
    }
  }
}
