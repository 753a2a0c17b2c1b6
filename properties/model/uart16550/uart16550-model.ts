/**
 * An independent model of a 16550 UART, written from its datasheets and from recordings of QEMU's, and not from the chart.
 * This file has the inputs and time; each part of the chip has its own.
 */
import { LSR, MCR, MSR } from "../../../machines/registers.js";
import type { Uart16550Options } from "../../../machines/uart16550/options.js";
import type { Character, Input } from "../../../src/journal/entry.js";
import { Chip, earliest, type ModelEmission } from "./chip.js";
import { type Cause, Interrupts } from "./interrupts.js";
import { Modem } from "./modem.js";
import { Outputs } from "./outputs.js";
import { Receiver } from "./receiver.js";
import { Registers } from "./registers.js";
import { breakErrors, SerialInput } from "./serial-input.js";
import { formatOf, wordMask } from "./time.js";
import { Transmitter } from "./transmitter.js";

export type { ModelEmission } from "./chip.js";

/** Where every character is or ended up. */
export interface Conservation {
  /** received = delivered + overrun + flushed + queued; accepted are those of the received that came from outside. */
  readonly receive: Record<"accepted" | "received" | "delivered" | "overrun" | "flushed" | "queued", number>;
  /** written = transmitted + looped + broken + dropped + flushed + queued + shifting. */
  readonly transmit: Record<
    "written" | "transmitted" | "looped" | "broken" | "dropped" | "flushed" | "queued" | "shifting",
    number
  >;
}

export class Uart16550Model {
  readonly #chip: Chip;
  readonly #receiver: Receiver;
  readonly #transmitter: Transmitter;
  readonly #serialInput: SerialInput;
  readonly #modem: Modem;
  readonly #interrupts: Interrupts;
  readonly #outputs: Outputs;
  readonly #registers: Registers;
  #accepted = 0;

  constructor(options: Uart16550Options) {
    const chip = new Chip(options);
    this.#chip = chip;
    this.#receiver = new Receiver(chip);
    this.#modem = new Modem(chip);
    this.#transmitter = new Transmitter(chip, {
      loopBack: (value) => this.#arrive(value, 0),
      clearToSend: () => !chip.autoFlow || (this.#modem.inputs & MSR.CTS) !== 0,
    });
    this.#serialInput = new SerialInput(chip, (value, errors) => this.#accept(value, errors));
    this.#interrupts = new Interrupts(chip, this.#receiver, this.#transmitter, this.#modem);
    this.#outputs = new Outputs(chip, this.#receiver, this.#transmitter, this.#serialInput);
    this.#registers = new Registers(chip, {
      receiver: this.#receiver,
      transmitter: this.#transmitter,
      serialInput: this.#serialInput,
      modem: this.#modem,
      interrupts: this.#interrupts,
    });
    chip.settle = (served = false) => {
      this.#interrupts.settle(served);
      this.#outputs.settle();
    };
    this.#reset();
    // A device that is new has emitted nothing.
    chip.takeEmissions();
  }

  apply(input: Input): readonly ModelEmission[] {
    switch (input.type) {
      case "read":
        this.#registers.read(input.offset);
        break;
      case "write":
        this.#registers.write(input.offset, input.value);
        break;
      case "receive":
        for (const character of input.characters) this.#receive(character);
        break;
      case "line":
        this.#serialInput.line(input.level);
        break;
      case "break":
        this.#setBreak(input.on);
        break;
      case "modem":
        this.#modem.pinsChange(input);
        this.#chip.settle();
        this.#transmitter.proceed();
        break;
      case "advance":
        this.#advance(this.#chip.now + input.ticks);
        break;
      case "hold":
        this.#transmitter.held = true;
        break;
      case "release":
        this.#transmitter.release();
        break;
      case "reset":
        this.#reset();
        break;
      case "restore":
        throw new TypeError("the model cannot be restored");
    }
    this.#chip.settle();
    return this.#chip.takeEmissions();
  }

  get now(): number {
    return this.#chip.now;
  }

  /** The tick at which something happens next if nothing is applied until then. */
  nextDue(): number | undefined {
    const { due, indicationDue } = this.#transmitter;
    return earliest(due, indicationDue, this.#serialInput.due, this.#receiver.due, this.#modem.due);
  }

  get interruptLine(): 0 | 1 {
    return this.#interrupts.line;
  }

  get cause(): Cause {
    return this.#interrupts.cause;
  }

  get outputs(): Readonly<Record<"DTR" | "RTS" | "OUT1" | "OUT2", 0 | 1>> {
    return { ...this.#outputs.modem };
  }

  get serialOutput(): 0 | 1 {
    return this.#outputs.sout;
  }

  get rxrdy(): 0 | 1 {
    return this.#outputs.dma.RXRDY;
  }

  get txrdy(): 0 | 1 {
    return this.#outputs.dma.TXRDY;
  }

  get conservation(): Conservation {
    const { count, shifting } = this.#transmitter;
    return {
      receive: { accepted: this.#accepted, ...this.#receiver.counts, queued: this.#receiver.count },
      transmit: { ...this.#transmitter.counts, queued: count, shifting },
    };
  }

  #advance(until: number): void {
    for (let due = this.nextDue(); due !== undefined && due <= until; due = this.nextDue()) {
      this.#chip.now = due;
      this.#happen(due);
      this.#chip.settle();
    }
    this.#chip.now = until;
  }

  /**
   * One thing that is due. Timers run out before anything arrives: an arrival does not prevent a timeout of the same tick. What
   * arrives is there before the next character moves on.
   */
  #happen(due: number): void {
    if (this.#transmitter.indicationDue === due) this.#transmitter.indicationComes();
    else if (this.#receiver.due === due) this.#receiver.timeOut();
    else if (this.#modem.due === due) this.#modem.sample();
    else if (this.#serialInput.due === due) this.#serialInput.sample();
    else this.#transmitter.bitOver();
  }

  /** A character from outside, or from the shift register in loopback, is complete. */
  #arrive(value: number, errors: number): void {
    this.#receiver.arrive(value, errors, formatOf(this.#chip));
    this.#chip.settle();
  }

  #accept(value: number, errors: number): void {
    this.#accepted++;
    this.#chip.emit({ type: "accepted", count: 1 });
    this.#arrive(value, errors);
  }

  #receive(character: Character): void {
    if (this.#serialInput.inBreak || !this.#chip.connected) return;
    this.#serialInput.abandon();
    const { value, parity, framing, ...rest } =
      typeof character === "number" ? { value: character } : character;
    const errors = (parity ? LSR.PE : 0) | (framing ? LSR.FE : 0) | (rest.break ? LSR.BI : 0);
    const masked = this.#chip.options.wordMask ? value & wordMask(formatOf(this.#chip)) : value;
    this.#accept(masked, errors);
  }

  #setBreak(on: boolean): void {
    if (on === this.#serialInput.inBreak) return;
    this.#serialInput.inBreak = on;
    if (!on || !this.#chip.connected) return;
    this.#serialInput.abandon();
    this.#accept(0, breakErrors(this.#chip, formatOf(this.#chip)));
  }

  /** What a read would give. */
  peek(offset: number): number {
    return this.#registers.peek(offset);
  }

  /** DLL, DLM, the levels of the inputs and the host's hold stay. */
  #reset(): void {
    const chip = this.#chip;
    const { mcrReset0, resetClearsScr, warmReset } = chip.options;
    chip.ier = 0;
    chip.lcr = 0;
    chip.mcr = mcrReset0 ? 0 : MCR.OUT2;
    if (resetClearsScr) chip.scr = 0;
    chip.fifosShown = false;
    chip.formatWritten = false;
    if (warmReset) {
      chip.fifosOn = false;
      chip.fifos64 = false;
      chip.triggerBits = 0;
      chip.dmaMode1 = false;
    } else {
      chip.divisor = 12;
    }
    this.#receiver.reset();
    this.#transmitter.reset();
    this.#serialInput.abandon();
    this.#modem.reset();
    chip.settle();
  }
}
