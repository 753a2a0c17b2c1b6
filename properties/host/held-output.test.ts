/** Who holds output is a property of a device and its hosts: whatever was accepted from the guest is delivered, in order, once. */
import fc from "fast-check";
import { describe, it } from "vitest";
import { Uart16550, type Uart16550DeviceOptions } from "../../src/device/index.js";
import { OutputBuffer, resolveHostOptions } from "../../src/guests/internal.js";
import { expectSame } from "../support/expect-same.js";
import { runOptions } from "../support/runs.js";
import { VacuityGuard } from "../support/vacuity-guard.js";

const LSR_THRE = 0x20;

type HostStep =
  | { readonly do: "send"; readonly count: number }
  | { readonly do: "attach"; readonly size: number }
  | { readonly do: "read" | "detach"; readonly port: number; readonly count: number }
  | { readonly do: "save" | "restore" | "fromSaved" | "fromJournal" | "sync" }
  | { readonly do: "flip" | "hold" | "release" };

const count = fc.oneof(fc.nat(3), fc.integer({ min: 10, max: 60 }));
const step: fc.Arbitrary<HostStep> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("send" as const), count }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("attach" as const), size: fc.constantFrom(16, 16, 20, 64) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("read" as const), port: fc.nat(3), count }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("detach" as const), port: fc.nat(3), count }) },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom("save", "restore", "fromSaved", "fromJournal", "sync", "flip", "hold", "release")
      .map((name): HostStep => ({ do: name }) as HostStep),
  },
);

/** A port: its buffer, what has been read of it, and what should have come to it. */
interface Port {
  readonly buffer: OutputBuffer;
  readonly read: number[];
  readonly expected: number[];
}

/** A guest that sends 0, 1, 2, ..., and the hosts that take it. */
class Session {
  readonly #options: Uart16550DeviceOptions;
  readonly #premises: VacuityGuard<string>;
  /** Accepted and not yet delivered, as the guest knows it. */
  #pending: number[] = [];
  /** Each byte that was delivered, beside the one that should have been. */
  readonly #deliveries: [number, number | undefined][] = [];
  readonly #hasSink: boolean;
  #next = 0;
  #ports: Port[] = [];
  #saved: { readonly saved: ReturnType<Uart16550["save"]>; readonly pending: readonly number[] };
  device: Uart16550;

  constructor(options: Uart16550DeviceOptions, hasSink: boolean, premises: VacuityGuard<string>) {
    this.#hasSink = hasSink;
    this.#options = hasSink ? { ...options, out: { write: (byte) => this.#deliver(byte) } } : options;
    this.#premises = premises;
    this.device = new Uart16550(this.#options);
    this.#observe();
    for (const [offset, value] of [
      [3, 0x83],
      [0, 1],
      [1, 0],
      [3, 0x03],
      [2, 0x01],
    ] as const)
      this.device.write(offset, value);
    this.#saved = { saved: this.device.save(), pending: [] };
  }

  /** A device tells a sink from its beginning; streams have observers only later. */
  #observe(): void {
    if (!this.#hasSink) this.device.output$.subscribe((byte) => this.#deliver(byte));
  }

  #deliver(byte: number): void {
    this.#deliveries.push([byte, this.#pending.shift()]);
    for (const port of this.#ports) port.expected.push(byte);
  }

  /** Observers cannot fail a test: the first byte that was not to be delivered does here. */
  #checkDeliveries(): void {
    const wrong = this.#deliveries.find(([byte, expected]) => byte !== expected);
    if (wrong) expectSame(wrong[0], wrong[1], { after: this.#deliveries.indexOf(wrong) });
  }

  /** Another device follows, with hosts of its own; what the old ones had received stays theirs. */
  #replace(makeDevice: () => Uart16550): void {
    if (this.device.outputHeld) this.#premises.count("another device");
    for (const port of [...this.#ports]) this.#close(port);
    this.device = makeDevice();
    this.#observe();
  }

  #close(port: Port): void {
    while (port.buffer.length > 0) port.read.push(...port.buffer.take());
    this.#check(port);
    this.#ports = this.#ports.filter((other) => other !== port);
    port.buffer.close();
  }

  #check({ read, expected, buffer }: Port): void {
    expectSame([read, buffer.dropped], [expected, 0], { port: "all that was read, and dropped" });
  }

  apply(hostStep: HostStep): void {
    this.#perform(hostStep);
    this.#checkDeliveries();
  }

  #perform(hostStep: HostStep): void {
    const { device } = this;
    switch (hostStep.do) {
      case "send":
        for (let i = 0; i < hostStep.count; i++) {
          if (device.read(5) & LSR_THRE) {
            const byte = this.#next++ & 0xff;
            this.#pending.push(byte);
            device.write(0, byte);
          }
          device.advance(160);
        }
        break;
      case "attach":
        this.#attach(hostStep.size);
        break;
      case "read": {
        const port = this.#ports[hostStep.port];
        port?.read.push(...port.buffer.take(hostStep.count));
        break;
      }
      case "detach": {
        const port = this.#ports[hostStep.port];
        if (port) this.#close(port);
        break;
      }
      case "save":
        this.#saved = { saved: JSON.parse(JSON.stringify(device.save())), pending: [...this.#pending] };
        if (device.outputHeld) this.#premises.count("saved while held");
        break;
      case "restore":
        this.#pending = [...this.#saved.pending];
        if ((this.#saved.saved.state as { outputHeld: boolean }).outputHeld !== device.outputHeld)
          this.#premises.count("restored to another hold");
        device.apply({ type: "restore", state: this.#saved.saved.state });
        break;
      case "fromSaved": {
        // The old host does not run any more when the new device begins.
        const saved = JSON.parse(JSON.stringify(device.save()));
        const pending = [...this.#pending];
        this.#replace(() => {
          this.#pending = pending;
          return Uart16550.fromSaved(saved, this.#options);
        });
        break;
      }
      case "fromJournal": {
        const { journal } = device;
        const until = journal.next;
        const pending = [...this.#pending];
        this.#replace(() => {
          this.#pending = pending;
          return Uart16550.fromJournal(journal, { ...this.#options, until });
        });
        break;
      }
      case "sync":
        device.syncOutputs();
        break;
      case "flip":
        // A state that somebody has edited, or that a device had under another host.
        device.apply({ type: "restore", state: { ...device.state(), outputHeld: !device.outputHeld } });
        break;
      case "hold":
        device.holdOutput();
        break;
      case "release":
        device.releaseOutput();
        break;
    }
  }

  #attach(bufferSize: number): void {
    // What is delivered while it attaches is its as well: the port is known before its buffer is.
    const port = { read: [] as number[], expected: [] as number[] };
    const known = port as unknown as Port;
    this.#ports.push(known);
    Object.assign(port, {
      buffer: new OutputBuffer(this.device, resolveHostOptions(this.device, { bufferSize }), () => {}),
    });
    if (known.buffer.length > 0) this.#premises.count("output goes on at attach");
  }

  /** Every reader reads, nobody holds, and time passes: all that was accepted has been delivered. */
  end(): void {
    this.device.releaseOutput();
    if (this.#ports.length === 0) this.#attach(64);
    for (let round = 0; round < 100; round++) {
      this.device.advance(16_000);
      for (const port of this.#ports) port.read.push(...port.buffer.take());
    }
    this.#checkDeliveries();
    expectSame([this.#pending, this.device.outputHeld], [[], false], { end: "nothing waits" });
    for (const port of this.#ports) this.#check(port);
  }
}

const PARTS = ["qemu", "pc16550d", "tl16c750"] as const;

describe.each(PARTS)("a %s and its hosts", (preset) => {
  it("deliver what was accepted, in order, once, whoever attaches, detaches, saves or restores", () => {
    const premises = new VacuityGuard<string>(
      "saved while held",
      "restored to another hold",
      "another device",
      "output goes on at attach",
    );
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 40, size: "max" }),
        fc.boolean(),
        (steps, hasSink) => {
          const session = new Session({ preset, journal: "all" }, hasSink, premises);
          for (const hostStep of steps) session.apply(hostStep);
          session.end();
        },
      ),
      runOptions(60),
    );
    premises.expectEach();
  });
});
