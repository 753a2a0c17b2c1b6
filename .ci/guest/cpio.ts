/** A file, a folder or a device of an archive. */
export interface CpioEntry {
  readonly name: string;
  /** Type and permissions, as stat(2) has them: 0o100755. */
  readonly mode: number;
  readonly content?: Uint8Array;
  /** Of a device: its major and minor number. */
  readonly device?: readonly [number, number];
}

const field = (value: number): string => value.toString(16).padStart(8, "0");
const padding = (length: number): Buffer => Buffer.alloc(-length & 3);

/** An archive in cpio's format newc, as the kernel unpacks it (its documentation, early-userspace/buffer-format). All times are 0. */
export function cpio(entries: readonly CpioEntry[]): Buffer {
  const all = [...entries, { name: "TRAILER!!!", mode: 0 }];
  return Buffer.concat(all.flatMap((entry, i) => part(entry, i + 1)));
}

function part(
  { name, mode, content = new Uint8Array(0), device = [0, 0] }: CpioEntry,
  inode: number,
): Buffer[] {
  const path = Buffer.from(`${name}\0`);
  const [user, group, links, time, check] = [0, 0, 1, 0, 0];
  const fields = [inode, mode, user, group, links, time, content.length, 0, 0, ...device, path.length, check];
  const head = Buffer.from(`070701${fields.map(field).join("")}`);
  return [head, path, padding(head.length + path.length), Buffer.from(content), padding(content.length)];
}
