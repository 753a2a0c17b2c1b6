/**
 * An independent model of a 16550 UART, written from its datasheets and from recordings of QEMU's, and not from the chart.
 * This file has the inputs and time; each part of the chip has its own.
 */
import { LSR, MCR, MSR, type Uart16550Options } from "../../../machines/index.js";
import type { Character, Input } from "../../../src/journal/index.js";
import { ChipState, earliest, type ModelEmission } from "./chip.js";
import { type Cause, Interrupts } from "./interrupts.js";
import { ModemStatus } from "./modem.js";
import { Outputs } from "./outputs.js";
import { Receiver } from "./receiver.js";
import { Registers } from "./registers.js";
import { breakErrors, SerialInput } from "./serial-input.js";
import { formatOf, wordMask } from "./time.js";
import { Transmitter } from "./transmitter.js";

export type { ModelEmission } from "./chip.js";

/** Where every character is or ended up. */
interface Conservation {
  /** received = delivered + overrun + flushed + queued; accepted are those of the received that came from outside. */
  readonly receive: Record<"accepted" | "received" | "delivered" | "overrun" | "flushed" | "queued", number>;
  /** written = transmitted + looped + broken + dropped + flushed + queued + shifting. */
  readonly transmit: Record<
    "written" | "transmitted" | "looped" | "broken" | "dropped" | "flushed" | "queued" | "shifting",
    number
  >;
}

export class Uart16550Model {
  readonly #chipState: ChipState;
  readonly #receiver: Receiver;
  readonly #transmitter: Transmitter;
  readonly #serialInput: SerialInput;
  readonly #modem: ModemStatus;
  readonly #interrupts: Interrupts;
  readonly #outputs: Outputs;
  readonly #registers: Registers;
  #accepted = 0;

  constructor(options: Uart16550Options) {
    const chipState = new ChipState(options);
    this.#chipState = chipState;
    this.#receiver = new Receiver(chipState);
    this.#modem = new ModemStatus(chipState);
    this.#transmitter = new Transmitter(chipState, {
      loopBack: (value) => this.#arrive(value, 0),
      clearToSend: () => !chipState.autoFlow || (this.#modem.inputs & MSR.CTS) !== 0,
    });
    this.#serialInput = new SerialInput(chipState, (value, errors) => this.#accept(value, errors));
    this.#interrupts = new Interrupts(chipState, this.#receiver, this.#transmitter, this.#modem);
    this.#outputs = new Outputs(chipState, this.#receiver, this.#transmitter, this.#serialInput);
    this.#registers = new Registers(chipState, {
      receiver: this.#receiver,
      transmitter: this.#transmitter,
      serialInput: this.#serialInput,
      modem: this.#modem,
      interrupts: this.#interrupts,
    });
    chipState.updateOutputs = (served = false) => {
      this.#interrupts.updateOutputs(served);
      this.#outputs.updateOutputs();
    };
    this.#reset();
    // A device that is new has emitted nothing.
    chipState.takeEmissions();
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
        this.#chipState.updateOutputs();
        this.#transmitter.proceed();
        break;
      case "advance":
        this.#advance(this.#chipState.now + input.ticks);
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
    this.#chipState.updateOutputs();
    return this.#chipState.takeEmissions();
  }

  get now(): number {
    return this.#chipState.now;
  }

  /** The tick at which something happens next if nothing is applied until then. */
  nextDue(): number | undefined {
    const { dueTick: due, indicationDue } = this.#transmitter;
    return earliest(
      due,
      indicationDue,
      this.#serialInput.dueTick,
      this.#receiver.dueTick,
      this.#modem.dueTick,
    );
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

  #advance(endTick: number): void {
    for (
      let dueTick = this.nextDue();
      dueTick !== undefined && dueTick <= endTick;
      dueTick = this.nextDue()
    ) {
      this.#chipState.now = dueTick;
      this.#happen(dueTick);
      this.#chipState.updateOutputs();
    }
    this.#chipState.now = endTick;
  }

  /**
   * One thing that is due. Timers run out before anything arrives: an arrival does not prevent a timeout of the same tick. What
   * arrives is there before the next character moves on.
   */
  #happen(dueTick: number): void {
    if (this.#transmitter.indicationDue === dueTick) this.#transmitter.indicationComes();
    else if (this.#receiver.dueTick === dueTick) this.#receiver.timeOut();
    else if (this.#modem.dueTick === dueTick) this.#modem.sample();
    else if (this.#serialInput.dueTick === dueTick) this.#serialInput.sample();
    else this.#transmitter.bitOver();
  }

  /** A character from outside, or from the shift register in loopback, is complete. */
  #arrive(registerValue: number, errorBits: number): void {
    this.#receiver.arrive(registerValue, errorBits, formatOf(this.#chipState));
    this.#chipState.updateOutputs();
  }

  #accept(registerValue: number, errorBits: number): void {
    this.#accepted++;
    this.#chipState.emit({ type: "accepted", count: 1 });
    this.#arrive(registerValue, errorBits);
  }

  #receive(character: Character): void {
    if (this.#serialInput.inBreak || !this.#chipState.connected) return;
    this.#serialInput.abandon();
    const { value, parity, framing, ...rest } =
      typeof character === "number" ? { value: character } : character;
    const errorBits = (parity ? LSR.PE : 0) | (framing ? LSR.FE : 0) | (rest.break ? LSR.BI : 0);
    const masked = this.#chipState.options.wordLengthMasksCharacters
      ? value & wordMask(formatOf(this.#chipState))
      : value;
    this.#accept(masked, errorBits);
  }

  #setBreak(asserted: boolean): void {
    if (asserted === this.#serialInput.inBreak) return;
    this.#serialInput.inBreak = asserted;
    if (!asserted || !this.#chipState.connected) return;
    this.#serialInput.abandon();
    this.#accept(0, breakErrors(this.#chipState, formatOf(this.#chipState)));
  }

  /** Returns the value of a read, without its consequences. */
  peek(registerOffset: number): number {
    return this.#registers.peek(registerOffset);
  }

  /** DLL, DLM, the levels of the inputs and the host's hold stay. */
  #reset(): void {
    const chipState = this.#chipState;
    const { resetClearsOUT2, resetClearsScratch, resetClearsFcr } = chipState.options;
    chipState.interruptEnable = 0;
    chipState.lineControl = 0;
    chipState.modemControl = resetClearsOUT2 ? 0 : MCR.OUT2;
    if (resetClearsScratch) chipState.scratch = 0;
    chipState.fifosShown = false;
    chipState.formatWritten = false;
    if (resetClearsFcr) {
      chipState.fifosOn = false;
      chipState.fifos64 = false;
      chipState.triggerBits = 0;
      chipState.dmaMode1 = false;
    } else {
      chipState.divisor = 12;
    }
    this.#receiver.reset();
    this.#transmitter.reset();
    this.#serialInput.abandon();
    this.#modem.reset();
    chipState.updateOutputs();
  }
}
