import { BusWindow, type WindowOptions } from "../../bus/index.js";
import { checkedWindow } from "../../bus/internal.js";
import { checkCallback, formatValue, throwLater, withKnownNames } from "../../journal/internal.js";
import { inputOf } from "../host/input-queue.js";
import { checkUart, guestSignals, hasPins, type Uart } from "../host/uart.js";
import { boardOf, type CheckedWindow } from "./board.js";
import { EmulatorClock } from "./clock.js";
import {
  type Insides,
  insidesOf,
  type Processor,
  type StatefulDevice,
  type V86Emulator,
} from "./processor.js";
import { partOf, restoreWhole, STATE_PLACES, savedIn } from "./snapshot.js";
import { connectMemory, connectPorts, vacatePorts, WindowAccess } from "./window-access.js";

/** A serial port of a PC. */
export type ComPort = 1 | 2 | 3 | 4;

/** The options of an attachment. */
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
  /**
   * The addresses of the registers: by default eight ports in a row from the port's first. With `space: "mmio"` they are in memory, above the
   * machine's RAM. Between them a read gives 0xFF, unless `unmapped` says otherwise; what it makes an error is one for
   * {@link AttachOptions.error}.
   */
  readonly window?: WindowOptions;
}

/** A device that is attached. */
export interface AttachedUart {
  /** Which port it is. */
  readonly com: ComPort;
  /** The address of its first register: 0x3F8 for COM1, unless the window has another base. */
  readonly port: number;
  /** Its interrupt: 4 for COM1. */
  readonly irq: number;
  /** The number of bytes that the host has sent and the device has not accepted yet. */
  readonly waiting: number;
  /** Returns the port to v86's own UART, if there is one. The device keeps its state. */
  detach(): void;
}

const OPTIONS: readonly (keyof AttachOptions)[] = ["com", "error", "now", "window"];
const PORTS = [0x3f8, 0x2f8, 0x3e8, 0x2e8] as const;
const IRQS = [4, 3, 4, 3] as const;
const MCR_OFFSET = 4;
/** v86's events for the modem inputs, and which input each moves. */
const MODEM_INPUTS = {
  "carrier-detect": "dcd",
  "ring-indicator": "ri",
  "data-set-ready": "dsr",
  "clear-to-send": "cts",
} as const;

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
 * @throws TypeError if it is no emulator that has loaded, no device, or an unknown option, RangeError if there is no such port or it is taken.
 *
 * @example
 * emulator.add_listener("emulator-loaded", () => attachUart(emulator, new Serial(), { com: 1 }));
 */
export function attachUart(emulator: V86Emulator, device: Uart, options: AttachOptions = {}): AttachedUart {
  const {
    com = 1,
    error = throwLater,
    now = () => performance.now(),
    window,
  } = withKnownNames(options, OPTIONS, "attachUart");
  checkCallback(error, "error", true);
  checkCallback(now, "now", true);
  const insides = insidesOf(emulator);
  checkUart(device);
  const portIndex = [1, 2, 3, 4].indexOf(com);
  const comPort = PORTS[portIndex];
  const irq = IRQS[portIndex];
  const stateIndex = STATE_PLACES[portIndex];
  if (comPort === undefined || irq === undefined || stateIndex === undefined) {
    throw new RangeError(`com: expected 1, 2, 3 or 4, got ${formatValue(com)}`);
  }
  if (window !== undefined) checkedWindow(window);
  const windowOptions = checkedWindow({
    unmapped: "ones",
    base: comPort,
    space: "io",
    ...window,
  });
  const board = boardOf(insides.cpu);
  const vacate = board.occupy(com, windowOptions);
  const uart = new Attachment(
    insides,
    device,
    { com, comPort, window: windowOptions, irq, state: stateIndex, sharing: board.holdersOf(irq) },
    error,
  );
  uart.attach(new EmulatorClock(device, emulator.is_running(), now));
  return {
    com,
    port: windowOptions.base,
    irq,
    get waiting() {
      return inputOf(device).waiting;
    },
    detach() {
      if (vacate()) uart.detach();
    },
  };
}

interface PortWiring {
  readonly com: ComPort;
  /** The first port of v86's own UART. */
  readonly comPort: number;
  readonly window: CheckedWindow;
  readonly irq: number;
  readonly state: number;
  /** The devices that hold its interrupt line high: ports that share it are wired together. */
  readonly sharing: Set<Uart>;
}

/** The device among v86's parts. v86 wants the object of a class. */
class UartStatePart implements StatefulDevice {
  readonly #device: Uart;
  readonly set_state: (savedState: unknown) => void;

  constructor(uartDevice: Uart, restore: (savedState: unknown) => void) {
    this.#device = uartDevice;
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
  readonly #portWiring: PortWiring;
  readonly #error: (error: unknown) => void;
  /** V86's name of the port: "serial0". */
  readonly #name: string;
  readonly #undoSteps: (() => void)[] = [];
  /** While a machine is restored: whether the device has triggered, which the controller forgets. */
  #restoring: { triggered: boolean } | undefined;

  constructor(insides: Insides, uartDevice: Uart, portWiring: PortWiring, error: (error: unknown) => void) {
    this.#insides = insides;
    this.#device = uartDevice;
    this.#portWiring = portWiring;
    this.#error = error;
    this.#name = `serial${portWiring.com - 1}`;
  }

  attach(emulatorClock: EmulatorClock): void {
    this.#silenceOwn();
    this.#registers(emulatorClock);
    this.#outputs();
    this.#inputs(emulatorClock);
    this.#time(emulatorClock);
    this.#snapshots(emulatorClock);
    this.#setLine(false);
  }

  detach(): void {
    for (const undoStep of this.#undoSteps.splice(0).reverse()) undoStep();
  }

  /** v86's own UART hears nothing: it would lower the interrupt line at each byte. */
  #silenceOwn(): void {
    const { devices } = this.#insides.cpu;
    const partName = `uart${this.#portWiring.com - 1}`;
    const originalUart = devices[partName];
    if (originalUart) {
      originalUart.data_received = () => {};
      originalUart.set_modem_status_bit = () => {};
    }
    devices[partName] = new UartStatePart(this.#device, (savedPart) => {
      const { state } = savedIn(savedPart, this.#device, this.#portWiring.com);
      this.#guarded(() => this.#device.apply({ type: "restore", state }));
    });
    this.#undoSteps.push(() => {
      devices[partName] = originalUart;
      delete originalUart?.data_received;
      delete originalUart?.set_modem_status_bit;
    });
  }

  /** Puts the device's registers where the guest looks for them. */
  #registers(emulatorClock: EmulatorClock): void {
    const { comPort, window: options } = this.#portWiring;
    const uartDevice = this.#device;
    const window = new BusWindow(
      {
        chart: uartDevice.chart,
        read: (registerOffset) => uartDevice.read(registerOffset),
        write: (registerOffset, value) => {
          try {
            uartDevice.write(registerOffset, value);
          } finally {
            if (registerOffset === MCR_OFFSET) this.#tellOutputs();
          }
        },
      },
      { ...options, beforeAccess: () => emulatorClock.bring() },
    );
    const { cpu } = this.#insides;
    if (options.space === "mmio" || options.base !== comPort)
      this.#undoSteps.push(vacatePorts(cpu, uartDevice, comPort));
    const windowAccess = new WindowAccess(window, (operation) => this.#guarded(operation));
    this.#undoSteps.push(
      options.space === "mmio"
        ? connectMemory(cpu, windowAccess)
        : connectPorts(cpu, uartDevice, windowAccess),
    );
  }

  /** Connects the outputs of the device: bytes, and the interrupt. */
  #outputs(): void {
    const uartDevice = this.#device;
    const { bus } = this.#insides;
    const busEvent = `${this.#name}-output-byte`;
    const subscriptions = [uartDevice.output$.subscribe((byte) => bus.send(busEvent, byte))];
    if (hasPins(uartDevice)) {
      subscriptions.push(
        uartDevice.interruptLine$.subscribe(() => this.#setLine(false)),
        uartDevice.modemOutputs$.subscribe(() => this.#tellOutputs()),
      );
    } else subscriptions.push(uartDevice.interrupt$.subscribe(() => this.#setLine(true)));
    this.#signals = guestSignals(uartDevice);
    this.#undoSteps.push(() => {
      for (const subscription of subscriptions) subscription.unsubscribe();
      this.#drive(0);
    });
  }

  /** @param pulse - whether a line that pulses does. The controller hears edges: a pulse ends high, until the next begins. */
  #setLine(pulse: boolean): void {
    const uartDevice = this.#device;
    if (hasPins(uartDevice)) {
      const { level } = uartDevice.interruptLine;
      if (level === 1) this.#endPulses();
      this.#drive(level);
    } else if (pulse) {
      if (this.#restoring) this.#restoring.triggered = true;
      this.#insides.cpu.device_lower_irq(this.#portWiring.irq);
      this.#drive(1);
    }
  }

  /** Lowers the line if only pulses have left it high, so that a device that raises it makes an edge. */
  #endPulses(): void {
    const { irq, sharing } = this.#portWiring;
    if (sharing.size > 0 && ![...sharing].some(hasPins)) this.#insides.cpu.device_lower_irq(irq);
  }

  #drive(pinLevel: 0 | 1): void {
    const { cpu } = this.#insides;
    const { irq, sharing } = this.#portWiring;
    if (pinLevel === 1) sharing.add(this.#device);
    else sharing.delete(this.#device);
    if (sharing.size > 0) cpu.device_raise_irq(irq);
    else cpu.device_lower_irq(irq);
  }

  #signals = { dtr: false, rts: false };

  #tellOutputs(): void {
    const { bus } = this.#insides;
    const previous = this.#signals;
    const { dtr, rts } = guestSignals(this.#device);
    this.#signals = { dtr, rts };
    if (dtr !== previous.dtr) bus.send(`${this.#name}-data-terminal-ready-output`, dtr);
    if (rts !== previous.rts) bus.send(`${this.#name}-request-to-send-output`, rts);
  }

  /** Connects the inputs that v86's user sends to the device. */
  #inputs(emulatorClock: EmulatorClock): void {
    const uartDevice = this.#device;
    const inputQueue = inputOf(uartDevice);
    this.#listen(`${this.#name}-input`, (dataByte: number) => {
      this.#guarded(() => emulatorClock.bring());
      inputQueue.push([dataByte & 0xff]);
    });
    if (hasPins(uartDevice)) {
      for (const [busEvent, input] of Object.entries(MODEM_INPUTS))
        this.#listen(`${this.#name}-${busEvent}-input`, (asserted: boolean) => {
          this.#guarded(() => {
            emulatorClock.bring();
            uartDevice.setModemInputs({ [input]: Boolean(asserted) });
          });
        });
    }
    const onFailure = inputQueue.onFailure;
    inputQueue.onFailure = this.#error;
    const onEnd = inputQueue.addPacer({
      // Linux's handler stops after 256 characters, and a Serial that was filled up meanwhile reports none of those that are left (S6).
      waitsForTurnEnd: !hasPins(uartDevice),
      turnEnded: () => this.#guarded(() => emulatorClock.bring()),
    });
    this.#undoSteps.push(() => {
      inputQueue.onFailure = onFailure;
      onEnd();
    });
  }

  #listen<T>(busEvent: string, listener: (value: T) => void): void {
    const { bus } = this.#insides;
    bus.register(busEvent, listener as (value: never) => void, this);
    this.#undoSteps.push(() => bus.unregister(busEvent, listener as (value: never) => void));
  }

  /** Time passes as the emulator's timers run, and they run when the device is due: the next byte on a line that takes time is as well. */
  #time(emulatorClock: EmulatorClock): void {
    const { user } = this.#insides;
    const inputQueue = inputOf(this.#device);
    this.#override("run_hardware_timers", (run) => (acpiTimer, currentTick) => {
      this.#guarded(() => emulatorClock.bringIfDue());
      inputQueue.pump();
      return Math.min(run(acpiTimer, currentTick), emulatorClock.untilDue);
    });
    this.#override("reboot_internal", (reboot) => () => {
      if (hasPins(this.#device)) this.#guarded(() => this.#device.apply({ type: "reset" }));
      reboot();
    });
    const started = () => emulatorClock.start();
    const stopped = () => emulatorClock.stop();
    user.register("emulator-started", started, this);
    user.register("emulator-stopped", stopped, this);
    this.#undoSteps.push(() => {
      user.unregister("emulator-started", started);
      user.unregister("emulator-stopped", stopped);
    });
  }

  #snapshots(emulatorClock: EmulatorClock): void {
    this.#override("set_state", (restore) => (savedState) => {
      // Looked at first, so that a state of another device leaves the machine as it was.
      savedIn(savedState[this.#portWiring.state], this.#device, this.#portWiring.com);
      this.#restoring = { triggered: false };
      try {
        restoreWhole(this.#insides.cpu, () => restore(savedState));
        const { triggered } = this.#restoring;
        this.#restoring = undefined;
        this.#setLine(triggered);
        this.#tellOutputs();
      } finally {
        this.#restoring = undefined;
      }
      emulatorClock.rebase();
    });
  }

  /** Puts a function around one of the processor's. It stays there, as another device may have its own around it, and does nothing then. */
  #override<K extends "run_hardware_timers" | "reboot_internal" | "set_state">(
    methodName: K,
    around: (previous: Processor[K]) => (...args: Parameters<Processor[K]>) => ReturnType<Processor[K]>,
  ): void {
    const { cpu } = this.#insides;
    const before = cpu[methodName].bind(cpu) as Processor[K];
    let current = around(before);
    cpu[methodName] = ((...args: Parameters<Processor[K]>) => current(...args)) as Processor[K];
    this.#undoSteps.push(() => {
      current = before as typeof current;
    });
  }

  #guarded(operation: () => void): void {
    try {
      operation();
    } catch (error) {
      this.#error(error);
    }
  }
}
