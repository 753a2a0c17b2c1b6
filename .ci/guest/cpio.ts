/** A file, a folder or a device of an archive. */
interface CpioEntry {
  readonly name: string;
  /** Type and permissions, as stat(2) has them: 0o100755. */
  readonly mode: number;
  readonly content?: Uint8Array;
  /** Of a device: its major and minor number. */
  readonly device?: readonly [number, number];
}

const hexField = (value: number): string => value.toString(16).padStart(8, "0");
const padding = (length: number): Buffer => Buffer.alloc(-length & 3);

/** Returns an archive in cpio's format newc, which the kernel unpacks (its documentation, early-userspace/buffer-format). All times are 0. */
export function cpio(entries: readonly CpioEntry[]): Buffer {
  const allEntries = [...entries, { name: "TRAILER!!!", mode: 0 }];
  return Buffer.concat(allEntries.flatMap((entry, fileIndex) => entryParts(entry, fileIndex + 1)));
}

function entryParts(
  { name, mode, content = new Uint8Array(0), device = [0, 0] }: CpioEntry,
  inodeNumber: number,
): Buffer[] {
  const pathBytes = Buffer.from(`${name}\0`);
  const [userId, groupId, linkPaths, modificationTime, checksum] = [0, 0, 1, 0, 0];
  const headerFields = [
    inodeNumber,
    mode,
    userId,
    groupId,
    linkPaths,
    modificationTime,
    content.length,
    0,
    0,
    ...device,
    pathBytes.length,
    checksum,
  ];
  const headerBytes = Buffer.from(`070701${headerFields.map(hexField).join("")}`);
  return [
    headerBytes,
    pathBytes,
    padding(headerBytes.length + pathBytes.length),
    Buffer.from(content),
    padding(content.length),
  ];
}
