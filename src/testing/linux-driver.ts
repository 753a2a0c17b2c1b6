import {
  type LinuxDriverEmission,
  type LinuxDriverEvent,
  type LinuxDriverMachine,
  linuxDriverMachine,
} from "../../machines/index.js";
import { compile, type Run } from "../engine/index.js";
import type { Bus, Driver, MakeDriver } from "./driver.js";

/** Puts the chart of a driver on a bus: the entry points are its events, the accesses its emissions. */
export function chartDriver(machine: LinuxDriverMachine): MakeDriver {
  const engine = compile(machine);
  return (bus) => new ChartDriver(engine.start(), bus);
}

class ChartDriver implements Driver {
  readonly #run: Run<LinuxDriverMachine>;
  readonly #bus: Bus;
  readonly #received: number[] = [];

  constructor(run: Run<LinuxDriverMachine>, bus: Bus) {
    this.#run = run;
    this.#bus = bus;
  }

  init(): void {
    this.#call({ type: "start" });
  }

  interrupt(): void {
    this.#call({ type: "interrupt" }, "handler.result");
  }

  send(value: number): void {
    this.#call({ type: "send", value });
  }

  print(value: number): void {
    this.#call({ type: "print", value });
  }

  timer(): void {
    this.#call({ type: "timer" });
  }

  receive(): number | undefined {
    return this.#received.shift();
  }

  /** A call from its event to its end: each access is made, and what came of it is the next event. */
  #call(event: LinuxDriverEvent, result: "thread.result" | "handler.result" = "thread.result"): void {
    const emitted: LinuxDriverEmission[] = [];
    this.#run.send(event, emitted);
    // What the results make it emit is appended, and comes next.
    for (const emission of emitted)
      switch (emission.type) {
        case "read":
          this.#run.send({ type: result, value: this.#bus.read(emission.offset) }, emitted);
          break;
        case "write":
          this.#bus.write(emission.offset, emission.value);
          this.#run.send({ type: result, value: 0 }, emitted);
          break;
        case "interrupts":
          if (emission.on) this.#bus.enableInterrupts();
          else this.#bus.disableInterrupts();
          break;
        case "deliver":
          this.#received.push(emission.value);
      }
  }
}

let made: MakeDriver | undefined;

/**
 * The chart `linuxDriverMachine` on a bus: what Linux's 8250 driver does to the registers. The start-up tests and their workarounds, IER
 * masked round console writes, loads of 16 where there is a FIFO, a handler that goes round until IIR reports none. It sends by
 * interrupts, and prints by polling.
 */
export function linuxDriver(bus: Bus): Driver {
  made ??= chartDriver(linuxDriverMachine);
  return made(bus);
}
