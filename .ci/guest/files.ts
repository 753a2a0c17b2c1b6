import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";

/** The files of a guest, each with its name and a description. */
export const GUEST_FILES = {
  kernel: {
    name: "vmlinuz",
    what: "a 32-bit Linux kernel (bzImage) with a serial console: Debian's linux-image-686",
  },
  initrd: { name: "initrd.cpio", what: "an initramfs that ends in a shell on ttyS0; made from the next" },
  busybox: { name: "busybox", what: "a static i386 busybox: Debian's busybox-static" },
  bios: { name: "bios.bin", what: "SeaBIOS: Debian's seabios, /usr/share/seabios/bios.bin" },
  vgaBios: {
    name: "vgabios-stdvga.bin",
    what: "its VGA BIOS: Debian's seabios, /usr/share/seabios/vgabios-stdvga.bin",
  },
  grub: {
    name: "grub-rescue-cdrom.iso",
    what: "GRUB on a CD: Debian's grub-rescue-pc, /usr/lib/grub-rescue/grub-rescue-cdrom.iso",
  },
} as const;

/** One of a guest's files. */
export type GuestFile = keyof typeof GUEST_FILES;

/** Returns the folder of the files, outside the repository: VM_SUPERIO_GUEST, or in the user's cache. */
export const guestFolder = (): string =>
  env["VM_SUPERIO_GUEST"] || join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "vm-superio", "guest");

/** Returns the folder in which the live tests leave their journals. */
export const journalFolder = (): string => join(guestFolder(), "journals");

/** Returns the path of a file. */
export const guestPath = (file: GuestFile): string => join(guestFolder(), GUEST_FILES[file].name);

/** Returns the files that are missing. */
export const missingFiles = (): GuestFile[] =>
  (Object.keys(GUEST_FILES) as GuestFile[]).filter((file) => !existsSync(guestPath(file)));

/** Returns the paths of the files. @throws Error that names the command that downloads them, if one is missing. */
export function guestFiles(): Readonly<Record<GuestFile, string>> {
  const missing = missingFiles();
  if (missing.length > 0)
    throw new Error(`the guest is not complete (${missing.map(guestPath).join(", ")}): npm run guest:linux`);
  const filePaths = (Object.keys(GUEST_FILES) as GuestFile[]).map((file) => [file, guestPath(file)]);
  return Object.fromEntries(filePaths) as Record<GuestFile, string>;
}
