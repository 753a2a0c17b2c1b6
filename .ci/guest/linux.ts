/**
 * Gets a guest to run: Debian's i386 kernel, busybox, SeaBIOS and GRUB, by apt without root, and an initramfs made of them. They are kept
 * outside the repository, and got once: `npm run guest:linux`, anew with --again.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { Apt } from "./apt.js";
import { cpio } from "./cpio.js";
import { GUEST_FILES, type GuestFile, guestFolder, guestPath, missingFiles } from "./files.js";

const FOLDER = 0o040755;
const PROGRAM = 0o100755;
const CHARACTER_DEVICE = 0o020600;

function initramfs(busybox: Buffer): Buffer {
  const folders = ["bin", "dev", "proc", "root", "sys", "tmp"].map((name) => ({ name, mode: FOLDER }));
  const init = readFileSync(new URL("./init", import.meta.url));
  return cpio([
    ...folders,
    { name: "dev/console", mode: CHARACTER_DEVICE, device: [5, 1] },
    { name: "bin/busybox", mode: PROGRAM, content: busybox },
    { name: "init", mode: PROGRAM, content: init },
  ]);
}

function has(command: string): boolean {
  try {
    execFileSync(command, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function save(file: GuestFile, content: Buffer): void {
  writeFileSync(guestPath(file), content);
  console.log(`${GUEST_FILES[file].name}: ${Math.ceil(content.length / 1024)} kB`);
}

/** The kernel is some 50 MB to download, the rest 4. */
function download(): void {
  const temp = mkdtempSync(join(tmpdir(), "vm-superio-guest-"));
  try {
    console.log("apt-get update, with lists of its own");
    const apt = new Apt(temp);
    const image = apt.dependency("linux-image-686", "linux-image-");
    console.log(`downloading ${image} and three small packages`);
    const take = (name: string, paths: Partial<Record<GuestFile, string>>) => {
      const contents = apt.files(name, Object.values(paths));
      for (const [i, file] of (Object.keys(paths) as GuestFile[]).entries())
        save(file, contents[i] as Buffer);
    };
    take(image, { kernel: `boot/vmlinuz-${image.replace("linux-image-", "")}` });
    take("busybox-static", { busybox: "bin/busybox" });
    take("seabios", {
      bios: "usr/share/seabios/bios.bin",
      vgaBios: "usr/share/seabios/vgabios-stdvga.bin",
    });
    take("grub-rescue-pc", { grub: "usr/lib/grub-rescue/grub-rescue-cdrom.iso" });
  } finally {
    rmSync(temp, { recursive: true });
  }
}

/** What to do where there is no Debian: the files, and where they belong. */
function bring(files: readonly GuestFile[], why: string): string {
  const lines = files.map((file) => `  ${guestPath(file)}\n      ${GUEST_FILES[file].what}`);
  return `${why}. Bring these files, then run this again:\n${lines.join("\n")}`;
}

try {
  mkdirSync(guestFolder(), { recursive: true });
  const downloaded = (files: readonly GuestFile[]) => files.filter((file) => file !== "initrd");
  const wanted = process.argv.includes("--again")
    ? downloaded(Object.keys(GUEST_FILES) as GuestFile[])
    : downloaded(missingFiles());
  if (wanted.length > 0) {
    const tools = ["apt-get", "dpkg-deb", "tar"].filter((command) => !has(command));
    if (tools.length > 0)
      throw new Error(bring(wanted, `this is no Debian: there is no ${tools.join(", ")}`));
    try {
      download();
    } catch (error) {
      const said = String((error as { stderr?: string }).stderr || (error as Error).message).trim();
      throw new Error(bring(wanted, `apt has not got it here (${said.split("\n").at(-1)})`));
    }
  }
  // Made anew each time: ours may have changed.
  save("initrd", initramfs(readFileSync(guestPath("busybox"))));
  const cli = relative(process.cwd(), new URL("../../src/cli/bin.ts", import.meta.url).pathname);
  const flags = [
    `--kernel ${guestPath("kernel")}`,
    `--initrd ${guestPath("initrd")}`,
    `--bios ${guestPath("bios")}`,
  ];
  console.log(
    `The guest is in ${guestFolder()}. To run it:\n  npx tsx ${cli} run ${flags.join(" \\\n    ")}`,
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
