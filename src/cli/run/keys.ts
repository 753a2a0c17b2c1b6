/** The key that begins a command to us, as in QEMU. */
const ESCAPE = 0x01;

/** What each key after Ctrl-A does. */
export const KEYS = {
  x: "leave, and end the guest",
  s: "save the machine in the snapshot's file",
  b: "send a break",
  a: "send Ctrl-A",
  h: "this help",
} as const;

/** One of these keys. */
export type Key = keyof typeof KEYS;

/** Tells what is typed for the guest from what is typed for us. */
export class Keys {
  readonly #send: (bytes: Uint8Array) => void;
  readonly #command: (key: Exclude<Key, "a">) => void;
  #escaped = false;

  constructor(send: (bytes: Uint8Array) => void, command: (key: Exclude<Key, "a">) => void) {
    this.#send = send;
    this.#command = command;
  }

  /** Takes what was typed. */
  type(bytes: Uint8Array): void {
    let start = 0;
    const send = (end: number) => {
      if (end > start) this.#send(bytes.subarray(start, end));
    };
    for (const [at, byte] of bytes.entries()) {
      if (this.#escaped) {
        this.#escaped = false;
        // Ctrl-A twice sends one, and an unknown key shows what there is.
        start = byte === ESCAPE ? at : at + 1;
        if (byte !== ESCAPE) this.#follow(String.fromCharCode(byte));
      } else if (byte === ESCAPE) {
        send(at);
        start = at + 1;
        this.#escaped = true;
      }
    }
    send(bytes.length);
  }

  #follow(key: string): void {
    if (key === "a") this.#send(Uint8Array.of(ESCAPE));
    else this.#command(key in KEYS ? (key as Exclude<Key, "a">) : "h");
  }
}

/** The keys, a line each. */
export const keysInWords = (): string[] =>
  Object.entries(KEYS).map(([key, what]) => `Ctrl-A ${key}   ${what}`);
