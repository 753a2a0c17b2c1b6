import { readFile } from "node:fs/promises";
import { whyUnreadable } from "../files.js";
import { CommandError } from "../surroundings.js";

/** The files of a machine, read and looked at. */
export interface Images {
  readonly kernel?: ArrayBuffer;
  readonly initrd?: ArrayBuffer;
  readonly bios: ArrayBuffer;
  readonly vgaBios?: ArrayBuffer;
  readonly cdrom?: ArrayBuffer;
}

/** A kind of image: its option, what it is called, and what keeps a file from being one. */
interface Kind {
  readonly option: string;
  readonly name: string;
  /** What it is instead; undefined if it is one. */
  wrong(bytes: Buffer): string | undefined;
}

const KIB = 1024;
const word = (bytes: Buffer, at: number): number => (at + 2 <= bytes.length ? bytes.readUInt16LE(at) : 0);
const startsWith = (bytes: Buffer, ...beginning: number[]): boolean =>
  beginning.every((byte, i) => bytes[i] === byte);
const ascii = (bytes: Buffer, at: number, text: string): boolean =>
  bytes.subarray(at, at + text.length).equals(Buffer.from(text, "latin1"));

/** What a file is, told by how it begins. */
function guessed(bytes: Buffer): string {
  if (bytes.length === 0) return "an empty file";
  if (startsWith(bytes, 0x7f, 0x45, 0x4c, 0x46)) return "an ELF file";
  if (startsWith(bytes, 0x1f, 0x8b)) return "a gzip file";
  if (ascii(bytes, 0, "070701")) return "a cpio archive";
  if (ascii(bytes, 0x8001, "CD001")) return "a CD";
  if (ascii(bytes, 0x202, "HdrS")) return "a Linux kernel";
  return "something else";
}

/** Linux's boot protocol (Documentation/arch/x86/boot.rst): boot_flag, header, xloadflags. */
const KERNEL: Kind = {
  option: "--kernel",
  name: "a 32-bit Linux kernel, a bzImage",
  wrong: (bytes) => {
    if (word(bytes, 0x1fe) !== 0xaa55 || !ascii(bytes, 0x202, "HdrS")) return guessed(bytes);
    return word(bytes, 0x206) >= 0x20c && word(bytes, 0x236) & 1 ? "a 64-bit one" : undefined;
  },
};

/** cpio's newc, and what the kernel can unpack (its lib/decompress.c). */
const INITRD: Kind = {
  option: "--initrd",
  name: "an initramfs, a cpio archive as it is or compressed",
  wrong: (bytes) => {
    const beginnings = [
      ...[
        [0x30, 0x37, 0x30, 0x37, 0x30, 0x31],
        [0x30, 0x37, 0x30, 0x37, 0x30, 0x32],
        [0x1f, 0x8b],
        [0x1f, 0x9e],
      ],
      ...[
        [0x42, 0x5a, 0x68],
        [0x5d, 0, 0],
        [0xfd, 0x37, 0x7a, 0x58, 0x5a],
        [0x89, 0x4c, 0x5a, 0x4f],
      ],
      ...[
        [0x02, 0x21, 0x4c, 0x18],
        [0x28, 0xb5, 0x2f, 0xfd],
      ],
    ];
    return beginnings.some((each) => startsWith(bytes, ...each)) ? undefined : guessed(bytes);
  },
};

/** A processor begins 16 bytes before the end: there is a jump. */
const BIOS: Kind = {
  option: "--bios",
  name: "a BIOS, of 64 to 256 KiB with a jump at its end",
  wrong: (bytes) => {
    const fits = [64, 128, 256].includes(bytes.length / KIB);
    return fits && [0xea, 0xe9].includes(bytes.at(-16) ?? 0) ? undefined : guessed(bytes);
  },
};

const VGA_BIOS: Kind = {
  option: "--vga-bios",
  name: "a VGA BIOS, an option ROM",
  wrong: (bytes) => (startsWith(bytes, 0x55, 0xaa) ? undefined : guessed(bytes)),
};

const CDROM: Kind = {
  option: "--cdrom",
  name: "a CD, an ISO 9660 image",
  wrong: (bytes) => (ascii(bytes, 0x8001, "CD001") ? undefined : guessed(bytes)),
};

const MAGIC = 0x86768676;
/** Where v86's saved state has its magic number, the length of its description, and the description. */
const STATE = { magic: 0, description: 12, begins: 16 } as const;

/** Where a BIOS lies that a system's package brings. */
const BIOSES = ["/usr/share/seabios/bios.bin", "/usr/share/qemu/bios.bin", "/usr/share/qemu/bios-256k.bin"];

/** Which files were named. */
export interface ImageFlags {
  readonly kernel?: string;
  readonly initrd?: string;
  readonly bios?: string;
  readonly vgaBios?: string;
  readonly cdrom?: string;
}

/** Reads the files of a machine. @throws CommandError that names the first that is missing, or is something else. */
export async function readImages(flags: ImageFlags): Promise<Images> {
  const read = (kind: Kind, file: string | undefined) =>
    file === undefined ? undefined : readImage(kind, file);
  const kernel = await read(KERNEL, flags.kernel);
  const initrd = await read(INITRD, flags.initrd);
  const cdrom = await read(CDROM, flags.cdrom);
  const bios = flags.bios === undefined ? await anyBios() : await readImage(BIOS, flags.bios);
  const vgaBios = await read(VGA_BIOS, flags.vgaBios);
  return {
    bios,
    ...(kernel ? { kernel } : {}),
    ...(initrd ? { initrd } : {}),
    ...(vgaBios ? { vgaBios } : {}),
    ...(cdrom ? { cdrom } : {}),
  };
}

async function readImage(kind: Kind, file: string): Promise<ArrayBuffer> {
  const bytes = await readBytes(file, `${kind.option}: name ${kind.name}`);
  const wrong = kind.wrong(bytes);
  if (wrong !== undefined)
    throw new CommandError(`${kind.option}: expected ${kind.name}, got ${file}, which is ${wrong}`);
  return copied(bytes);
}

async function anyBios(): Promise<ArrayBuffer> {
  for (const file of BIOSES) {
    const bytes = await readFile(file).catch(() => undefined);
    if (bytes && BIOS.wrong(bytes) === undefined) return copied(bytes);
  }
  throw new CommandError(
    `--bios: expected a BIOS, as there is none at ${BIOSES.join(", ")}: name SeaBIOS's bios.bin (of Debian's package seabios)`,
  );
}

/**
 * Reads a saved machine, if there is one.
 *
 * @throws CommandError if it is something else, or of a machine with other memory.
 */
export async function readSnapshot(file: string, memory: number): Promise<ArrayBuffer | undefined> {
  const bytes = await readBytes(file, "--snapshot: name a saved machine, or a file to be made").catch(
    (error: unknown) => {
      if (error instanceof Missing) return undefined;
      throw error;
    },
  );
  if (bytes === undefined) return undefined;
  const isState = bytes.length > STATE.begins && bytes.readUInt32LE(STATE.magic) === MAGIC;
  if (!isState)
    throw new CommandError(
      `--snapshot: expected a machine saved by v86, got ${file}, which is ${guessed(bytes)}`,
    );
  const megabytes = memoryOf(bytes);
  if (megabytes !== undefined && megabytes !== memory)
    throw new CommandError(
      `--snapshot: expected a machine with ${memory} MB, got ${file} with ${megabytes}; add --memory ${megabytes}`,
    );
  return copied(bytes);
}

/** The megabytes of a saved machine, which its description begins with. */
function memoryOf(bytes: Buffer): number | undefined {
  const length = bytes.readUInt32LE(STATE.description);
  const description = bytes.toString("utf8", STATE.begins, STATE.begins + length);
  const size = /"state":\[(\d+)/.exec(description)?.[1];
  return size === undefined ? undefined : Number(size) / KIB / KIB;
}

/** There is no such file. */
class Missing extends CommandError {}

async function readBytes(file: string, hint: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const why = whyUnreadable(error);
    if (why === undefined) throw error;
    const Kind = (error as NodeJS.ErrnoException).code === "ENOENT" ? Missing : CommandError;
    throw new Kind(`cannot read ${file}: ${why}; ${hint}`);
  }
}

const copied = ({ buffer, byteOffset, length }: Buffer): ArrayBuffer =>
  buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer;
