import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type ConformTarget, TargetEndedError } from "../../conform/index.js";
import { LineExchange } from "./line-exchange.js";

/** The time that QEMU may take to start. */
const START_PATIENCE = 20_000;

/**
 * Starts QEMU with its qtest socket: the machine's serial port is read and written, and its interrupt is intercepted. There is no reset by
 * qtest, and no time: the guest's processor stands still.
 *
 * @param base - the port of the UART's first register.
 * @throws TargetEndedError if QEMU cannot be started.
 */
export async function qtestTarget(
  [program = "", ...args]: readonly string[],
  base: number,
): Promise<ConformTarget> {
  const directory = mkdtempSync(join(tmpdir(), "vm-superio-qtest-"));
  const path = join(directory, "qtest.sock");
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const child = spawn(
    program,
    [...args, "-qtest", `unix:${path}`, "-qtest-log", "/dev/null", "-S", "-display", "none"],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  const close = () => {
    child.removeAllListeners("exit");
    child.kill();
    server.close();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const socket = await connectionOf(server, child, program);
    const exchange = new LineExchange(program, (line) => void socket.write(`${line}\n`));
    let level: 0 | 1 = 0;
    let rises = 0;
    const irq = base === 0x2f8 || base === 0x2e8 ? 3 : 4;
    child.on("exit", (code, signal) => exchange.fail(new TargetEndedError(`ended with ${signal ?? code}`)));
    createInterface({ input: socket }).on("line", (line) => {
      const interrupt = /^IRQ (raise|lower) (\d+)/.exec(line);
      if (!interrupt) exchange.answer(line.trim());
      else if (Number(interrupt[2]) === irq) {
        if (interrupt[1] === "raise" && level === 0) rises++;
        level = interrupt[1] === "raise" ? 1 : 0;
      }
    });
    const ask = async (line: string): Promise<string> => {
      const [word, value = ""] = (await exchange.ask(line)).split(" ");
      if (word === "OK") return value;
      throw new TargetEndedError(`${program}: expected OK for "${line}", got ${JSON.stringify(word)}`);
    };
    await ask("irq_intercept_in ioapic");
    const port = (offset: number) => `0x${(base + offset).toString(16)}`;
    return {
      name: program,
      close,
      read: async (offset) => Number(await ask(`inb ${port(offset)}`)),
      write: async (offset, value) => void (await ask(`outb ${port(offset)} 0x${value.toString(16)}`)),
      sense: () => {
        const sensed = { level, rises };
        rises = 0;
        return sensed;
      },
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** Waits until QEMU has connected. */
function connectionOf(server: Server, child: ReturnType<typeof spawn>, program: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () =>
        reject(
          new TargetEndedError(
            `${program}: expected it at its qtest socket within ${START_PATIENCE / 1000} s, got nobody`,
          ),
        ),
      START_PATIENCE,
    );
    server.once("connection", (socket) => {
      clearTimeout(timer);
      resolve(socket);
    });
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(new TargetEndedError(`${program}: cannot be started: ${error.message}`));
    });
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      reject(
        new TargetEndedError(`${program}: ended with ${signal ?? code} before it opened its qtest socket`),
      );
    });
  });
}
