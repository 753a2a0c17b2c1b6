/**
 * Downloads a guest: Debian's i386 kernel, busybox, SeaBIOS and GRUB, by apt without root, and builds an initramfs from them. The files are
 * kept outside the repository and downloaded once: `npm run guest:linux`; --again downloads them again.
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
  const folders = ["bin", "dev", "proc", "root", "sys", "tmp"].map((memberName) => ({
    name: memberName,
    mode: FOLDER,
  }));
  const initScript = readFileSync(new URL("./init", import.meta.url));
  return cpio([
    ...folders,
    { name: "dev/console", mode: CHARACTER_DEVICE, device: [5, 1] },
    { name: "bin/busybox", mode: PROGRAM, content: busybox },
    { name: "init", mode: PROGRAM, content: initScript },
  ]);
}

function isInstalled(command: string): boolean {
  try {
    execFileSync(command, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function saveFile(file: GuestFile, content: Buffer): void {
  writeFileSync(guestPath(file), content);
  console.log(`${GUEST_FILES[file].name}: ${Math.ceil(content.length / 1024)} kB`);
}

/** Downloads all files: 50 MB for the kernel, 4 MB for the rest. */
function download(): void {
  const temporaryFolder = mkdtempSync(join(tmpdir(), "vm-superio-guest-"));
  try {
    console.log("apt-get update, with lists of its own");
    const repository = new Apt(temporaryFolder);
    const kernelImage = repository.dependency("linux-image-686", "linux-image-");
    console.log(`downloading ${kernelImage} and three small packages`);
    const takeFiles = (memberName: string, filePaths: Partial<Record<GuestFile, string>>) => {
      const contents = repository.extractFiles(memberName, Object.values(filePaths));
      for (const [fileIndex, file] of (Object.keys(filePaths) as GuestFile[]).entries())
        saveFile(file, contents[fileIndex] as Buffer);
    };
    takeFiles(kernelImage, { kernel: `boot/vmlinuz-${kernelImage.replace("linux-image-", "")}` });
    takeFiles("busybox-static", { busybox: "bin/busybox" });
    takeFiles("seabios", {
      bios: "usr/share/seabios/bios.bin",
      vgaBios: "usr/share/seabios/vgabios-stdvga.bin",
    });
    takeFiles("grub-rescue-pc", { grub: "usr/lib/grub-rescue/grub-rescue-cdrom.iso" });
  } finally {
    rmSync(temporaryFolder, { recursive: true });
  }
}

/** Returns instructions for systems other than Debian: the files, and their paths. */
function manualSteps(fileNames: readonly GuestFile[], reason: string): string {
  const textLines = fileNames.map((file) => `  ${guestPath(file)}\n      ${GUEST_FILES[file].what}`);
  return `${reason}. Provide these files, then run this again:\n${textLines.join("\n")}`;
}

try {
  mkdirSync(guestFolder(), { recursive: true });
  const downloaded = (fileNames: readonly GuestFile[]) => fileNames.filter((file) => file !== "initrd");
  const wantedFiles = process.argv.includes("--again")
    ? downloaded(Object.keys(GUEST_FILES) as GuestFile[])
    : downloaded(missingFiles());
  if (wantedFiles.length > 0) {
    const missingTools = ["apt-get", "dpkg-deb", "tar"].filter((command) => !isInstalled(command));
    if (missingTools.length > 0)
      throw new Error(manualSteps(wantedFiles, `this is not Debian; missing: ${missingTools.join(", ")}`));
    try {
      download();
    } catch (error) {
      const aptMessage = String((error as { stderr?: string }).stderr || (error as Error).message).trim();
      throw new Error(manualSteps(wantedFiles, `apt failed (${aptMessage.split("\n").at(-1)})`));
    }
  }
  // Built each time: our init may have changed.
  saveFile("initrd", initramfs(readFileSync(guestPath("busybox"))));
  const commandPath = relative(process.cwd(), new URL("../../src/cli/bin.ts", import.meta.url).pathname);
  const qemuFlags = [
    `--kernel ${guestPath("kernel")}`,
    `--initrd ${guestPath("initrd")}`,
    `--bios ${guestPath("bios")}`,
  ];
  console.log(
    `The guest is in ${guestFolder()}. To run it:\n  npx tsx ${commandPath} run ${qemuFlags.join(" \\\n    ")}`,
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
