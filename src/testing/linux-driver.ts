import {
  type LinuxDriverEmission,
  type LinuxDriverEvent,
  type LinuxDriverMachine,
  linuxDriverMachine,
} from "../../machines/index.js";
import { compile, type Run } from "../engine/index.js";
import type { Bus, Driver, MakeDriver } from "./driver.js";

/** Creates a driver from its chart: entry points are its events, accesses its emissions. */
export function chartDriver(machine: LinuxDriverMachine): MakeDriver {
  const engine = compile(machine, { context: "live" });
  return (bus) => new ChartDriver(engine.start(), bus);
}

class ChartDriver implements Driver {
  readonly #run: Run<LinuxDriverMachine>;
  readonly #driverBus: Bus;
  readonly #received: number[] = [];

  constructor(run: Run<LinuxDriverMachine>, bus: Bus) {
    this.#run = run;
    this.#driverBus = bus;
  }

  init(): void {
    this.#runCall({ type: "start" });
  }

  interrupt(): void {
    this.#runCall({ type: "interrupt" }, "handler.result");
  }

  send(value: number): void {
    this.#runCall({ type: "send", value });
  }

  print(value: number): void {
    this.#runCall({ type: "print", value });
  }

  timer(): void {
    this.#runCall({ type: "timer" });
  }

  receive(): number | undefined {
    return this.#received.shift();
  }

  /** Runs a call from its event to its end: each access is made, and its result is the next event. */
  #runCall(event: LinuxDriverEvent, resultType: "thread.result" | "handler.result" = "thread.result"): void {
    const emitted: LinuxDriverEmission[] = [];
    this.#run.send(event, emitted);
    // Emissions caused by the results are appended, and come next.
    for (const emission of emitted)
      switch (emission.type) {
        case "read":
          this.#run.send({ type: resultType, value: this.#driverBus.read(emission.offset) }, emitted);
          break;
        case "write":
          this.#driverBus.write(emission.offset, emission.value);
          this.#run.send({ type: resultType, value: 0 }, emitted);
          break;
        case "interrupts":
          if (emission.on) this.#driverBus.enableInterrupts();
          else this.#driverBus.disableInterrupts();
          break;
        case "deliver":
          this.#received.push(emission.value);
      }
  }
}

let makeLinuxDriver: MakeDriver | undefined;

/**
 * The chart `linuxDriverMachine` on a bus: what Linux's 8250 driver does to the registers. The start-up tests and their workarounds, IER
 * masked round console writes, loads of 16 where there is a FIFO, a handler that goes round until IIR reports none. It sends by
 * interrupts, and prints by polling.
 */
export function linuxDriver(bus: Bus): Driver {
  makeLinuxDriver ??= chartDriver(linuxDriverMachine);
  return makeLinuxDriver(bus);
}
