/** The key that begins a command for us, as in QEMU. */
const ESCAPE_KEY = 0x01;

/** The effect of each key after Ctrl-A. */
const KEY_COMMANDS = {
  x: "leave, and end the guest",
  s: "save the machine in the snapshot's file",
  b: "send a break",
  a: "send Ctrl-A",
  h: "this help",
} as const;

/** One of these keys. */
type CommandKey = keyof typeof KEY_COMMANDS;

/** Separates keys for the guest from commands for us. */
export class KeyDecoder {
  readonly #sendBytes: (bytes: Uint8Array) => void;
  readonly #command: (key: Exclude<CommandKey, "a">) => void;
  #escaped = false;

  constructor(sendBytes: (bytes: Uint8Array) => void, command: (key: Exclude<CommandKey, "a">) => void) {
    this.#sendBytes = sendBytes;
    this.#command = command;
  }

  /** Decodes typed bytes. */
  decodeBytes(bytes: Uint8Array): void {
    let startIndex = 0;
    const sendUntil = (endIndex: number) => {
      if (endIndex > startIndex) this.#sendBytes(bytes.subarray(startIndex, endIndex));
    };
    for (const [byteIndex, byte] of bytes.entries()) {
      if (this.#escaped) {
        this.#escaped = false;
        // Ctrl-A twice sends one, and an unknown key shows the help.
        startIndex = byte === ESCAPE_KEY ? byteIndex : byteIndex + 1;
        if (byte !== ESCAPE_KEY) this.#runCommand(String.fromCharCode(byte));
      } else if (byte === ESCAPE_KEY) {
        sendUntil(byteIndex);
        startIndex = byteIndex + 1;
        this.#escaped = true;
      }
    }
    sendUntil(bytes.length);
  }

  #runCommand(key: string): void {
    if (key === "a") this.#sendBytes(Uint8Array.of(ESCAPE_KEY));
    else this.#command(key in KEY_COMMANDS ? (key as Exclude<CommandKey, "a">) : "h");
  }
}

/** Lists the keys, one per line. */
export const keysInWords = (): string[] =>
  Object.entries(KEY_COMMANDS).map(([key, description]) => `Ctrl-A ${key}   ${description}`);
