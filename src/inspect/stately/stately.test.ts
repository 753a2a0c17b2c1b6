import { createBrowserReceiver, createWebSocketInspector, createWebSocketReceiver } from "@statelyai/inspect";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { type AnyStateMachine, createActor, createMachine } from "xstate";
import { serialMachine, uart16550Machine } from "../../../machines/index.js";
import { activeStates, type Device, Serial, statesOf, transitionsOf, Uart16550 } from "../../device/index.js";
import { type StatelyServer, serveStately } from "../stately-server/index.js";
import { inspectWithStately, type StatelyInspection, type StatelyMessage } from "./index.js";

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const inspect = (...args: Parameters<typeof inspectWithStately>): StatelyInspection => {
  const inspection = inspectWithStately(...args);
  open.push(() => inspection.stop());
  return inspection;
};

async function serve(inspection: StatelyInspection): Promise<StatelyServer> {
  const server = await serveStately(inspection);
  open.push(() => server.close());
  return server;
}

/** A receiver of `@statelyai/inspect`, and what it was sent so far. */
function receiver(server: StatelyServer) {
  const messages: StatelyMessage[] = [];
  const { unsubscribe } = createWebSocketReceiver({ server: server.socket }).subscribe(
    (message) => void messages.push(message as unknown as StatelyMessage),
  );
  open.push(unsubscribe);
  return messages;
}

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
};

/** The machine that the definition alone gives: nothing of ours is added. */
const machineIn = (message: StatelyMessage | undefined): AnyStateMachine => {
  if (message?.type !== "@xstate.actor") throw new Error(`expected an actor, got ${message?.type}`);
  return createMachine(JSON.parse(message.definition));
};

const valueIn = (message: StatelyMessage): unknown =>
  message.type === "@xstate.event" ? undefined : message.snapshot.value;

/** Every value of these messages is a state of the machine that the first one defines. */
function expectStates(messages: readonly StatelyMessage[]): void {
  const machine = machineIn(messages[0]);
  const states = new Set(statesOf(machine));
  for (const value of messages.map(valueIn).filter((it) => it !== undefined)) {
    expect(activeStates(value).filter((state) => !states.has(state))).toEqual([]);
    expect(() => machine.resolveState({ value: value as never, context: {} })).not.toThrow();
  }
}

/** What an inspector would have cut: an object of more than ten, or deeper than its limit. */
function expectWhole(messages: readonly StatelyMessage[]): void {
  for (const message of messages) {
    const text = JSON.stringify(message);
    expect(text).not.toMatch(/\[\.\.\.\]|\[Object\]|\[Array\]/);
    if (message.type === "@xstate.event") continue;
    for (const group of [message.snapshot.context, ...Object.values(message.snapshot.context)]) {
      expect(Object.keys(group as object).length).toBeLessThanOrEqual(10);
      for (const field of Object.values(group as object))
        if (group !== message.snapshot.context) expect(typeof field).not.toBe("object");
    }
  }
}

describe("the receivers of @statelyai/inspect, over WebSocket", () => {
  it.each([
    ["serial", () => new Serial()],
    ["uart16550", () => new Uart16550({ preset: "qemu" })],
  ] as [string, () => Device][])("are told of %s, message by message", async (id, make) => {
    const device = make();
    const inspection = inspect(device, { perSecond: 1000 });
    const messages = receiver(await serve(inspection));
    await until(() => messages.length > 0);
    device.write(1, 0x03);
    device.write(0, 0x41);
    device.apply({ type: "receive", characters: [0x68] });
    device.read(2);
    inspection.flush();
    await until(() => messages.length === 9);
    expect(messages.map((it) => ("event" in it ? [it.type, it.event.type] : [it.type]))).toEqual([
      ["@xstate.actor"],
      ...["write.IER_DLM", "write.THR_DLL", "receive", "read.IIR"].flatMap((type) => [
        ["@xstate.event", type],
        ["@xstate.snapshot", type],
      ]),
    ]);
    expect(messages[0]).toMatchObject({ snapshot: { context: { interrupts: { IER: "0x00" } } } });
    expect(messages[1]).toMatchObject({
      event: { register: "IER", value: 3, text: "IER <- 0x03 ERBFI|ETBEI" },
    });
    expect(messages[6]).toMatchObject({ snapshot: { context: { fifos: { receiveFifo: "1: 0x68" } } } });
    expect(new Set(messages.map(({ sessionId }) => sessionId)).size).toBe(1);
    expect(valueIn(messages.at(-1) as StatelyMessage)).toEqual(
      device.chart.snapshotOf(device.save().state).value,
    );
    expectStates(messages);
    expectWhole(messages);
    expect(machineIn(messages[0]).id).toBe(id);
  });

  it("can draw the whole chart from the definition", async () => {
    for (const [device, machine] of [
      [new Serial(), serialMachine],
      [new Uart16550(), uart16550Machine],
    ] as [Device, AnyStateMachine][]) {
      const messages = receiver(await serve(inspect(device)));
      await until(() => messages.length > 0);
      const drawn = machineIn(messages[0]);
      expect(statesOf(drawn)).toEqual(statesOf(machine));
      expect(transitionsOf(drawn)).toEqual(transitionsOf(machine));
    }
  });

  it("may come late, several of them: each is told the definition and the present state first", async () => {
    const serial = new Serial();
    const inspection = inspect(serial);
    const server = await serve(inspection);
    for (let i = 0; i < 1000; i++) serial.read(5);
    serial.write(3, 0x83);
    inspection.flush();
    for (const late of [receiver(server), receiver(server)]) {
      await until(() => late.length > 0);
      expect(late).toHaveLength(1);
      expect(valueIn(late[0] as StatelyMessage)).toMatchObject({ divisorLatch: "open" });
      expectStates(late);
    }
  });

  it("see a state that was restored", async () => {
    const saved = new Serial();
    saved.enqueueRawBytes([1, 2, 3]);
    const serial = Serial.fromState(saved.state());
    const inspection = inspect(serial);
    const messages = receiver(await serve(inspection));
    await until(() => messages.length === 1);
    expect(valueIn(messages[0] as StatelyMessage)).toMatchObject({ receiveFifo: "holding" });
    serial.apply({ type: "restore", state: new Serial().state() });
    inspection.flush();
    await until(() => messages.length === 3);
    expect(messages[2]).toMatchObject({
      event: { type: "restored" },
      snapshot: { value: { receiveFifo: "empty" } },
    });
  });
});

describe("a guest that polls", () => {
  it("does not drown the inspector, and what is skipped is told", () => {
    const serial = new Serial();
    const messages: StatelyMessage[] = [];
    const inspection = inspect(serial, { to: (message) => void messages.push(message), perSecond: 100 });
    for (let i = 0; i < 100_000; i++) serial.read(5);
    serial.write(3, 0x83);
    inspection.flush();
    expect(inspection).toMatchObject({ shown: 5, skipped: 99_996 });
    expect(messages).toHaveLength(1 + 1 + 2 * 5);
    expect(messages[1]).toMatchObject({ event: { type: "vm-superio.skipped", inputs: 99_996 } });
    expect(valueIn(messages.at(-1) as StatelyMessage)).toMatchObject({ divisorLatch: "open" });
    expectStates(messages);
  });

  it("is not listened to: the device takes the same way as without an inspector", () => {
    const serial = new Serial();
    let listened = false;
    Object.defineProperty(serial, "transition$", {
      get: () => {
        listened = true;
      },
    });
    inspect(serial, { to: () => {} });
    serial.read(5);
    expect(listened).toBe(false);
  });

  it("shows its state even if it keeps no journal", () => {
    const serial = new Serial({ journal: false });
    const messages: StatelyMessage[] = [];
    const inspection = inspect(serial, { to: (message) => void messages.push(message) });
    serial.write(3, 0x83);
    inspection.flush();
    expect(inspection).toMatchObject({ shown: 0, skipped: 1 });
    expect(valueIn(messages.at(-1) as StatelyMessage)).toMatchObject({ divisorLatch: "open" });
  });

  it("is shown right whatever was skipped", () => {
    const step = fc.oneof(
      fc.record({ offset: fc.nat(7), value: fc.nat(255) }),
      fc.record({ offset: fc.nat(7) }),
      fc.constant("flush" as const),
    );
    fc.assert(
      fc.property(fc.array(step, { size: "+1" }), (steps) => {
        const uart = new Uart16550({ preset: "qemu" });
        const messages: StatelyMessage[] = [];
        const inspection = inspect(uart, { to: (message) => void messages.push(message), perSecond: 40 });
        for (const it of [...steps, "flush" as const])
          if (it === "flush") inspection.flush();
          else if ("value" in it) uart.write(it.offset, it.value as number);
          else uart.read(it.offset);
        inspection.stop();
        expect(inspection.shown + inspection.skipped).toBe(uart.journal.next);
        expect(valueIn(messages.findLast((it) => valueIn(it) !== undefined) as StatelyMessage)).toEqual(
          uart.snapshot.value,
        );
        expectStates(messages);
      }),
      { numRuns: 10 },
    );
  });
});

describe("a journal", () => {
  it("is played back whole, at its speed, from anywhere", async () => {
    const serial = new Serial();
    for (let i = 0; i < 100; i++) serial.write(7, i);
    serial.mark("a note is no event");
    const messages: StatelyMessage[] = [];
    const to = (message: StatelyMessage) => void messages.push(message);
    const inspection = inspect(serial.journal, { to, perSecond: Number.POSITIVE_INFINITY, from: 40 });
    await inspection.ended;
    expect(inspection).toMatchObject({ shown: 60, skipped: 0 });
    expect(messages[0]).toMatchObject({
      name: "serial 0.8.2",
      snapshot: { context: { data: { SCR: "0x27" } } },
    });
    expect(messages.at(-1)).toMatchObject({ snapshot: { context: { data: { SCR: "0x63" } } } });
    expectStates(messages);
  });

  it.each([
    [{ from: 5 }, "from"],
    [{ perSecond: 0 }, "perSecond: expected a number from 1, got 0"],
  ])("refuses %j", (options, message) => {
    expect(() => inspectWithStately(new Serial().journal, options)).toThrow(message);
  });

  it("or an actor or a device it must be", () => {
    for (const target of [null, {}, "serial"])
      expect(() => inspectWithStately(target as never)).toThrow(
        "target: expected a device, a journal or an actor",
      );
  });
});

describe("a plain actor", () => {
  it.each([
    ["serial", serialMachine],
    ["uart16550", uart16550Machine],
  ] as [string, AnyStateMachine][])("of %s is shown, restored from a snapshot or not", (_, machine) => {
    const before = createActor(machine).start();
    before.send({ type: "write.LCR", value: 0x83 });
    const snapshot = JSON.parse(JSON.stringify(before.getPersistedSnapshot()));
    const actor = createActor(machine, { snapshot }).start();
    const messages: StatelyMessage[] = [];
    const inspection = inspect(actor, { to: (message) => void messages.push(message), perSecond: 40 });
    expect(valueIn(messages[0] as StatelyMessage)).toMatchObject({ divisorLatch: "open" });
    for (let value = 0; value < 50; value++) actor.send({ type: "write.SCR", value });
    inspection.flush();
    expect(inspection).toMatchObject({ shown: 2, skipped: 48 });
    expect(messages.at(-1)).toMatchObject({
      event: { type: "write.SCR", value: 49 },
      snapshot: { context: { data: { SCR: "0x31" } } },
    });
    expectStates(messages);
    expectWhole(messages);
  });

  it("of another machine is refused", () => {
    const actor = createActor(createMachine({ id: "lamp", context: {} })).start();
    expect(() => inspectWithStately(actor)).toThrow('chart: expected serial or uart16550, got "lamp"');
  });
});

describe("the inspectors of @statelyai/inspect", () => {
  it("have the definition among the 200 messages that they keep for who comes late", async () => {
    const received: StatelyMessage[] = [];
    const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
    server.on("connection", (client) => {
      client.on("message", (data) => void received.push(JSON.parse(String(data))));
    });
    open.push(() => server.close());
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    const inspector = createWebSocketInspector({ url: `ws://127.0.0.1:${port}`, autoStart: false });
    const serial = new Serial();
    const inspection = inspect(serial, { to: inspector, perSecond: 1e6 });
    for (let i = 0; i < 500; i++) serial.write(7, i & 0xff);
    inspection.flush();
    inspector.start();
    open.push(() => inspector.stop());
    await until(() => received.length === 200);
    const first = received.findIndex(({ type }) => type === "@xstate.actor");
    expect(first).toBeGreaterThanOrEqual(0);
    expectStates(received.slice(first));
    expectWhole(received);
  });

  it("in a browser get messages that nothing is cut of", () => {
    const listeners: ((event: { data: unknown }) => void)[] = [];
    const page = {
      addEventListener: (_: string, listener: (event: { data: unknown }) => void) =>
        void listeners.push(listener),
    };
    const messages: StatelyMessage[] = [];
    createBrowserReceiver({ window: page as never }).subscribe(
      (message) => void messages.push(message as unknown as StatelyMessage),
    );
    const uart = new Uart16550();
    const to = (data: unknown) => {
      for (const listener of listeners) listener({ data });
    };
    const inspection = inspect(uart, { to });
    uart.write(3, 0x83);
    inspection.flush();
    expect(messages).toHaveLength(3);
    expectStates(messages);
  });
});

describe("the server", () => {
  const connects = (server: StatelyServer, headers: Record<string, string>) =>
    new Promise<boolean>((resolve) => {
      const socket = new WebSocket(server.socket, { headers });
      socket.on("open", () => {
        socket.terminate();
        resolve(true);
      });
      socket.on("error", () => resolve(false));
    });

  it("listens on loopback, to programs and to its own page", async () => {
    const server = await serve(inspect(new Serial()));
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(await connects(server, {})).toBe(true);
    expect(await connects(server, { origin: new URL(server.url).origin })).toBe(true);
    expect(await connects(server, { origin: "https://example.com" })).toBe(false);
    expect(await connects(server, { host: "example.com" })).toBe(false);
  });

  it("serves one page, which holds the inspector's", async () => {
    const server = await serve(inspect(new Serial()));
    const page = await fetch(server.url);
    expect(await page.text()).toContain('src="https://stately.ai/inspect"');
    expect((await fetch(`${server.url}../package.json`)).status).toBe(404);
    expect((await fetch(server.url, { method: "POST" })).status).toBe(404);
  });
});
