import { readFile } from "node:fs/promises";
import { readFailureReason } from "../files.js";
import { CommandError } from "../io.js";

/** The image files of a machine, read and checked. */
export interface MachineImages {
  readonly kernel?: ArrayBuffer;
  readonly initrd?: ArrayBuffer;
  readonly bios: ArrayBuffer;
  readonly vgaBios?: ArrayBuffer;
  readonly cdrom?: ArrayBuffer;
}

/** A kind of image: its option, its name, and a check for a file's content. */
interface ImageKind {
  readonly option: string;
  readonly name: string;
  /** Describes content of another kind; undefined if the content is of this kind. */
  describeMismatch(bytes: Buffer): string | undefined;
}

const KIB = 1024;
const readWord = (bytes: Buffer, byteOffset: number): number =>
  byteOffset + 2 <= bytes.length ? bytes.readUInt16LE(byteOffset) : 0;
const startsWith = (bytes: Buffer, ...beginning: number[]): boolean =>
  beginning.every((byte, i) => bytes[i] === byte);
const hasAscii = (bytes: Buffer, byteOffset: number, text: string): boolean =>
  bytes.subarray(byteOffset, byteOffset + text.length).equals(Buffer.from(text, "latin1"));

/** Guesses the format of a file from its first bytes. */
function guessFormat(bytes: Buffer): string {
  if (bytes.length === 0) return "an empty file";
  if (startsWith(bytes, 0x7f, 0x45, 0x4c, 0x46)) return "an ELF file";
  if (startsWith(bytes, 0x1f, 0x8b)) return "a gzip file";
  if (hasAscii(bytes, 0, "070701")) return "a cpio archive";
  if (hasAscii(bytes, 0x8001, "CD001")) return "a CD";
  if (hasAscii(bytes, 0x202, "HdrS")) return "a Linux kernel";
  return "something else";
}

/** Linux's boot protocol (Documentation/arch/x86/boot.rst): boot_flag, header, xloadflags. */
const KERNEL_IMAGE: ImageKind = {
  option: "--kernel",
  name: "a 32-bit Linux kernel, a bzImage",
  describeMismatch: (bytes) => {
    if (readWord(bytes, 0x1fe) !== 0xaa55 || !hasAscii(bytes, 0x202, "HdrS")) return guessFormat(bytes);
    return readWord(bytes, 0x206) >= 0x20c && readWord(bytes, 0x236) & 1 ? "a 64-bit one" : undefined;
  },
};

/** cpio's newc, and what the kernel can unpack (its lib/decompress.c). */
const INITRD_IMAGE: ImageKind = {
  option: "--initrd",
  name: "an initramfs, a cpio archive as it is or compressed",
  describeMismatch: (bytes) => {
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
    return beginnings.some((each) => startsWith(bytes, ...each)) ? undefined : guessFormat(bytes);
  },
};

/** A processor begins 16 bytes before the end: there is a jump. */
const BIOS_IMAGE: ImageKind = {
  option: "--bios",
  name: "a BIOS, of 64 to 256 KiB with a jump at its end",
  describeMismatch: (bytes) => {
    const hasValidSize = [64, 128, 256].includes(bytes.length / KIB);
    return hasValidSize && [0xea, 0xe9].includes(bytes.at(-16) ?? 0) ? undefined : guessFormat(bytes);
  },
};

const VGA_BIOS: ImageKind = {
  option: "--vga-bios",
  name: "a VGA BIOS, an option ROM",
  describeMismatch: (bytes) => (startsWith(bytes, 0x55, 0xaa) ? undefined : guessFormat(bytes)),
};

const CDROM_IMAGE: ImageKind = {
  option: "--cdrom",
  name: "a CD, an ISO 9660 image",
  describeMismatch: (bytes) => (hasAscii(bytes, 0x8001, "CD001") ? undefined : guessFormat(bytes)),
};

const STATE_MAGIC = 0x86768676;
/** Where v86's saved state has its magic number, the length of its description, and the description. */
const STATE_LAYOUT = { magic: 0, description: 12, begins: 16 } as const;

/** The paths of a BIOS that the system's packages install. */
const BIOS_PATHS = [
  "/usr/share/seabios/bios.bin",
  "/usr/share/qemu/bios.bin",
  "/usr/share/qemu/bios-256k.bin",
];

/** The files that were named. */
export interface ImageFlags {
  readonly kernel?: string;
  readonly initrd?: string;
  readonly bios?: string;
  readonly vgaBios?: string;
  readonly cdrom?: string;
}

/** Reads the files of a machine. @throws CommandError that names the first that is missing, or is something else. */
export async function readImages(flags: ImageFlags): Promise<MachineImages> {
  const readOptional = (imageKind: ImageKind, filePath: string | undefined) =>
    filePath === undefined ? undefined : readImage(imageKind, filePath);
  const kernel = await readOptional(KERNEL_IMAGE, flags.kernel);
  const initrd = await readOptional(INITRD_IMAGE, flags.initrd);
  const cdrom = await readOptional(CDROM_IMAGE, flags.cdrom);
  const bios = flags.bios === undefined ? await anyBios() : await readImage(BIOS_IMAGE, flags.bios);
  const vgaBios = await readOptional(VGA_BIOS, flags.vgaBios);
  return {
    bios,
    ...(kernel ? { kernel } : {}),
    ...(initrd ? { initrd } : {}),
    ...(vgaBios ? { vgaBios } : {}),
    ...(cdrom ? { cdrom } : {}),
  };
}

async function readImage(imageKind: ImageKind, filePath: string): Promise<ArrayBuffer> {
  const bytes = await readBytes(filePath, `${imageKind.option}: name ${imageKind.name}`);
  const mismatch = imageKind.describeMismatch(bytes);
  if (mismatch !== undefined)
    throw new CommandError(
      `${imageKind.option}: expected ${imageKind.name}, got ${filePath}, which is ${mismatch}`,
    );
  return copyBytes(bytes);
}

async function anyBios(): Promise<ArrayBuffer> {
  for (const filePath of BIOS_PATHS) {
    const bytes = await readFile(filePath).catch(() => undefined);
    if (bytes && BIOS_IMAGE.describeMismatch(bytes) === undefined) return copyBytes(bytes);
  }
  throw new CommandError(
    `--bios: expected a BIOS, as there is none at ${BIOS_PATHS.join(", ")}: name SeaBIOS's bios.bin (of Debian's package seabios)`,
  );
}

/**
 * Reads a saved machine, if there is one.
 *
 * @throws CommandError if it is something else, or of a machine with other memory.
 */
export async function readSnapshot(filePath: string, memory: number): Promise<ArrayBuffer | undefined> {
  const bytes = await readBytes(filePath, "--snapshot: name a saved machine, or a file to be made").catch(
    (error: unknown) => {
      if (error instanceof Missing) return undefined;
      throw error;
    },
  );
  if (bytes === undefined) return undefined;
  const isState =
    bytes.length > STATE_LAYOUT.begins && bytes.readUInt32LE(STATE_LAYOUT.magic) === STATE_MAGIC;
  if (!isState)
    throw new CommandError(
      `--snapshot: expected a machine saved by v86, got ${filePath}, which is ${guessFormat(bytes)}`,
    );
  const megabytes = memoryOf(bytes);
  if (megabytes !== undefined && megabytes !== memory)
    throw new CommandError(
      `--snapshot: expected a machine with ${memory} MB, got ${filePath} with ${megabytes}; add --memory ${megabytes}`,
    );
  return copyBytes(bytes);
}

/** The megabytes of a saved machine, which its description begins with. */
function memoryOf(bytes: Buffer): number | undefined {
  const length = bytes.readUInt32LE(STATE_LAYOUT.description);
  const description = bytes.toString("utf8", STATE_LAYOUT.begins, STATE_LAYOUT.begins + length);
  const size = /"state":\[(\d+)/.exec(description)?.[1];
  return size === undefined ? undefined : Number(size) / KIB / KIB;
}

/** There is no such file. */
class Missing extends CommandError {}

async function readBytes(filePath: string, hint: string): Promise<Buffer> {
  try {
    return await readFile(filePath);
  } catch (error) {
    const reason = readFailureReason(error);
    if (reason === undefined) throw error;
    const Kind = (error as NodeJS.ErrnoException).code === "ENOENT" ? Missing : CommandError;
    throw new Kind(`cannot read ${filePath}: ${reason}; ${hint}`);
  }
}

const copyBytes = ({ buffer, byteOffset, length }: Buffer): ArrayBuffer =>
  buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer;
