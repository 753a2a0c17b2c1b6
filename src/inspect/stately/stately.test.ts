import {
  createBrowserReceiver,
  createWebSocketInspector,
  createWebSocketReceiver,
  type StatelyInspectionEvent,
} from "@statelyai/inspect";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { type AnyStateMachine, createActor, createMachine, type StateValue } from "xstate";
import { serialMachine, uart16550Machine } from "../../../machines/index.js";
import { activeStates, type Device, Serial, statesOf, transitionsOf, Uart16550 } from "../../device/index.js";
import { invalid } from "../../invalid.test-helper.js";
import { type StatelyServer, serveStately } from "../stately-server/index.js";
import { inspectWithStately, type StatelyInspection, type StatelyMessage } from "./index.js";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const startInspection = (...args: Parameters<typeof inspectWithStately>): StatelyInspection => {
  const inspection = inspectWithStately(...args);
  closers.push(() => inspection.stop());
  return inspection;
};

async function startStatelyServer(inspection: StatelyInspection): Promise<StatelyServer> {
  const statelyServer = await serveStately(inspection);
  closers.push(() => statelyServer.close());
  return statelyServer;
}

/** Keeps the messages of the device itself, without those of the guest and the host. */
function pushDevice<T extends { readonly sessionId: string }>(messages: T[], message: T): void {
  if (!/:(guest|host)$/.test(message.sessionId)) messages.push(message);
}

/** A receiver of `@statelyai/inspect`, and what it was sent so far. */
function connectReceiver(statelyServer: StatelyServer) {
  const messages: StatelyMessage[] = [];
  const { unsubscribe } = createWebSocketReceiver({ server: statelyServer.socket }).subscribe((message) =>
    pushDevice(messages, message as unknown as StatelyMessage),
  );
  closers.push(unsubscribe);
  return messages;
}

const waitUntil = async (isTrue: () => boolean): Promise<void> => {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5));
};

/** Creates a machine from the definition alone, without our implementations. */
const machineIn = (message: StatelyMessage | undefined): AnyStateMachine => {
  if (message?.type !== "@xstate.actor") throw new Error(`expected an actor, got ${message?.type}`);
  return createMachine(JSON.parse(message.definition ?? "{}"));
};

const valueIn = (message: StatelyMessage): unknown =>
  message.type === "@xstate.event" ? undefined : message.snapshot.value;

/** Every value of these messages is a state of the machine that the first one defines. */
function expectStates(messages: readonly StatelyMessage[]): void {
  const machine = machineIn(messages[0]);
  const states = new Set(statesOf(machine));
  for (const value of messages.map(valueIn).filter((it) => it !== undefined)) {
    expect(activeStates(value).filter((state) => !states.has(state))).toEqual([]);
    expect(() => machine.resolveState({ value: value as StateValue, context: {} })).not.toThrow();
  }
}

/** Expects that an inspector cuts nothing: no object of more than ten keys, none deeper than its limit. */
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
    ["uart16550", () => new Uart16550({ preset: "qemu", unmapped: "zero" })],
  ] as [string, () => Device][])("receive the messages of %s", async (id, makeDevice) => {
    const device = makeDevice();
    const inspection = startInspection(device, { perSecond: 1000 });
    const messages = connectReceiver(await startStatelyServer(inspection));
    await waitUntil(() => messages.length > 0);
    device.write(1, 0x03);
    device.write(0, 0x41);
    device.apply({ type: "receive", characters: [0x68] });
    device.read(2);
    inspection.flush();
    await waitUntil(() => messages.length === 9);
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
      const messages = connectReceiver(await startStatelyServer(startInspection(device)));
      await waitUntil(() => messages.length > 0);
      const machineDrawn = machineIn(messages[0]);
      expect(statesOf(machineDrawn)).toEqual(statesOf(machine));
      expect(transitionsOf(machineDrawn)).toEqual(transitionsOf(machine));
    }
  });

  it("may connect late, several of them: each is sent the definition and the current state first", async () => {
    const serialDevice = new Serial();
    const inspection = startInspection(serialDevice);
    const statelyServer = await startStatelyServer(inspection);
    for (let i = 0; i < 1000; i++) serialDevice.read(5);
    serialDevice.write(3, 0x83);
    inspection.flush();
    for (const lateMessages of [connectReceiver(statelyServer), connectReceiver(statelyServer)]) {
      await waitUntil(() => lateMessages.length > 0);
      expect(lateMessages).toHaveLength(1);
      expect(valueIn(lateMessages[0] as StatelyMessage)).toMatchObject({ divisorLatch: "open" });
      expectStates(lateMessages);
    }
  });

  it("see a state that was restored", async () => {
    const savedDevice = new Serial();
    savedDevice.enqueueRawBytes([1, 2, 3]);
    const serialDevice = Serial.fromState(savedDevice.state());
    const inspection = startInspection(serialDevice);
    const messages = connectReceiver(await startStatelyServer(inspection));
    await waitUntil(() => messages.length === 1);
    expect(valueIn(messages[0] as StatelyMessage)).toMatchObject({ receiveFifo: "holding" });
    serialDevice.apply({ type: "restore", state: new Serial().state() });
    inspection.flush();
    await waitUntil(() => messages.length === 3);
    expect(messages[2]).toMatchObject({
      event: { type: "restored" },
      snapshot: { value: { receiveFifo: "empty" } },
    });
  });
});

describe("a guest that polls", () => {
  it("does not drown the inspector, and the number of skipped inputs is reported", () => {
    const serialDevice = new Serial();
    const messages: StatelyMessage[] = [];
    const inspection = startInspection(serialDevice, {
      to: (message) => pushDevice(messages, message),
      perSecond: 100,
    });
    for (let i = 0; i < 100_000; i++) serialDevice.read(5);
    serialDevice.write(3, 0x83);
    inspection.flush();
    expect(inspection).toMatchObject({ shown: 5, skipped: 99_996 });
    expect(messages).toHaveLength(1 + 1 + 2 * 5);
    expect(messages[1]).toMatchObject({ event: { type: "vm-superio.skipped", inputs: 99_996 } });
    expect(valueIn(messages.at(-1) as StatelyMessage)).toMatchObject({ divisorLatch: "open" });
    expectStates(messages);
  });

  it("has no listener: the device takes the same path as without an inspector", () => {
    const serialDevice = new Serial();
    let listened = false;
    Object.defineProperty(serialDevice, "transition$", {
      get: () => {
        listened = true;
      },
    });
    startInspection(serialDevice, { to: () => {} });
    serialDevice.read(5);
    expect(listened).toBe(false);
  });

  it("shows its state even if it keeps no journal", () => {
    const serialDevice = new Serial({ journal: false });
    const messages: StatelyMessage[] = [];
    const inspection = startInspection(serialDevice, { to: (message) => pushDevice(messages, message) });
    serialDevice.write(3, 0x83);
    inspection.flush();
    expect(inspection).toMatchObject({ shown: 0, skipped: 1 });
    expect(valueIn(messages.at(-1) as StatelyMessage)).toMatchObject({ divisorLatch: "open" });
  });

  it("is shown correctly whatever was skipped", () => {
    const stepArbitrary = fc.oneof(
      fc.record({ offset: fc.nat(7), value: fc.nat(255) }),
      fc.record({ offset: fc.nat(7) }),
      fc.constant("flush" as const),
    );
    fc.assert(
      fc.property(fc.array(stepArbitrary, { size: "+1" }), (steps) => {
        const uartDevice = new Uart16550({ preset: "qemu" });
        const messages: StatelyMessage[] = [];
        const inspection = startInspection(uartDevice, {
          to: (message) => pushDevice(messages, message),
          perSecond: 40,
        });
        for (const it of [...steps, "flush" as const])
          if (it === "flush") inspection.flush();
          else if ("value" in it) uartDevice.write(it.offset, it.value as number);
          else uartDevice.read(it.offset);
        inspection.stop();
        expect(inspection.shown + inspection.skipped).toBe(uartDevice.journal.next);
        expect(valueIn(messages.findLast((it) => valueIn(it) !== undefined) as StatelyMessage)).toEqual(
          uartDevice.snapshot.value,
        );
        expectStates(messages);
      }),
      { numRuns: 10 },
    );
  });
});

describe("a journal", () => {
  it("is played back whole, at its speed, from anywhere", async () => {
    const serialDevice = new Serial();
    for (let i = 0; i < 100; i++) serialDevice.write(7, i);
    serialDevice.mark("a note is no event");
    const messages: StatelyMessage[] = [];
    const sendTo = (message: StatelyMessage) => pushDevice(messages, message);
    const inspection = startInspection(serialDevice.journal, {
      to: sendTo,
      perSecond: Number.POSITIVE_INFINITY,
      from: 40,
    });
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

  it("or an actor or a device is required", () => {
    for (const target of [null, {}, "serial"])
      expect(() => inspectWithStately(invalid(target))).toThrow(
        "target: expected a device, a journal or an actor",
      );
  });
});

describe("a plain actor", () => {
  it.each([
    ["serial", serialMachine],
    ["uart16550", uart16550Machine],
  ] as [string, AnyStateMachine][])("of %s is shown, restored from a snapshot or not", (_, machine) => {
    const actorBefore = createActor(machine).start();
    actorBefore.send({ type: "write.LCR", value: 0x83 });
    const snapshot = JSON.parse(JSON.stringify(actorBefore.getPersistedSnapshot()));
    const actor = createActor(machine, { snapshot }).start();
    const messages: StatelyMessage[] = [];
    const inspection = startInspection(actor, {
      to: (message) => pushDevice(messages, message),
      perSecond: 40,
    });
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

it("an actor that was restored from JSON with bytes queued is shown", () => {
  const original = createActor(serialMachine).start();
  original.send({ type: "receive", characters: [0x41, 0x42] });
  const persisted = JSON.parse(JSON.stringify(original.getPersistedSnapshot()));
  const restored = createActor(serialMachine, { snapshot: persisted }).start();
  const messages: StatelyMessage[] = [];
  const inspection = startInspection(restored, { to: (message) => pushDevice(messages, message) });
  restored.send({ type: "read.RBR_DLL" });
  inspection.flush();
  expect(messages[0]).toMatchObject({ snapshot: { context: { fifos: { receiveFifo: "2: 0x41 0x42" } } } });
  expect(messages.at(-1)).toMatchObject({ snapshot: { context: { fifos: { receiveFifo: "1: 0x42" } } } });
});

it("events have senders: the guest, the host and the device", () => {
  const messages: StatelyMessage[] = [];
  const serialDevice = new Serial();
  const inspection = startInspection(serialDevice, { to: (message) => void messages.push(message) });
  serialDevice.write(1, 1);
  serialDevice.enqueueRawBytes([0x68]);
  serialDevice.write(0, 0x41);
  inspection.flush();
  const nameOf = (id: string | undefined) => id?.split(":")[2] ?? "device";
  expect(messages.flatMap((it) => (it.type === "@xstate.actor" ? [nameOf(it.sessionId)] : []))).toEqual([
    "device",
    "guest",
    "host",
  ]);
  expect(
    messages.flatMap((it) =>
      it.type === "@xstate.event" ? [[nameOf(it.sourceId), it.event.type, nameOf(it.sessionId)]] : [],
    ),
  ).toEqual([
    ["guest", "write.IER_DLM", "device"],
    ["host", "receive", "device"],
    ["device", "interrupt", "guest"],
    ["guest", "write.THR_DLL", "device"],
    ["device", "transmit", "host"],
  ]);
});

it("messages are those of @statelyai/inspect", () => {
  const messages: StatelyInspectionEvent[] = [];
  const serialDevice = new Serial();
  const inspection = startInspection(serialDevice, {
    to: (message: StatelyMessage) => pushDevice<StatelyInspectionEvent>(messages, message),
  });
  serialDevice.write(1, 1);
  inspection.flush();
  expect(messages.map(({ type, id, sessionId }) => [type, id === sessionId])).toEqual([
    ["@xstate.actor", true],
    ["@xstate.event", true],
    ["@xstate.snapshot", true],
  ]);
});

describe("the inspectors of @statelyai/inspect", () => {
  it("have the definition among the 200 messages that they keep for late receivers", async () => {
    const received: StatelyMessage[] = [];
    const statelyServer = new WebSocketServer({ host: "127.0.0.1", port: 0 });
    statelyServer.on("connection", (client) => {
      client.on("message", (data) => void received.push(JSON.parse(String(data))));
    });
    closers.push(() => statelyServer.close());
    await new Promise((resolve) => statelyServer.once("listening", resolve));
    const { port } = statelyServer.address() as { port: number };
    const inspector = createWebSocketInspector({ url: `ws://127.0.0.1:${port}`, autoStart: false });
    const serialDevice = new Serial();
    const inspection = startInspection(serialDevice, { to: inspector, perSecond: 1e6 });
    for (let i = 0; i < 500; i++) serialDevice.write(7, i & 0xff);
    inspection.flush();
    inspector.start();
    closers.push(() => inspector.stop());
    await waitUntil(() => received.length === 200);
    const firstDefinition = received.findIndex(({ type }) => type === "@xstate.actor");
    expect(firstDefinition).toBeGreaterThanOrEqual(0);
    expectStates(received.slice(firstDefinition));
    expectWhole(received);
  });

  it("in a browser get complete messages", () => {
    const listeners: ((event: { data: unknown }) => void)[] = [];
    const page = {
      addEventListener: (_: string, listener: (event: { data: unknown }) => void) =>
        void listeners.push(listener),
    };
    const messages: StatelyMessage[] = [];
    createBrowserReceiver({ window: page as never }).subscribe((message) =>
      pushDevice(messages, message as unknown as StatelyMessage),
    );
    const uartDevice = new Uart16550();
    const sendTo = (data: unknown) => {
      for (const listener of listeners) listener({ data });
    };
    const inspection = startInspection(uartDevice, { to: sendTo });
    uartDevice.write(3, 0x83);
    inspection.flush();
    expect(messages).toHaveLength(3);
    expectStates(messages);
  });
});

describe("the server", () => {
  const connects = (statelyServer: StatelyServer, headers: Record<string, string>) =>
    new Promise<boolean>((resolve) => {
      const socket = new WebSocket(statelyServer.socket, { headers });
      socket.on("open", () => {
        socket.terminate();
        resolve(true);
      });
      socket.on("error", () => resolve(false));
    });

  it("listens on loopback, to programs and to its own page", async () => {
    const statelyServer = await startStatelyServer(startInspection(new Serial()));
    expect(statelyServer.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(await connects(statelyServer, {})).toBe(true);
    expect(await connects(statelyServer, { origin: new URL(statelyServer.url).origin })).toBe(true);
    expect(await connects(statelyServer, { origin: "https://example.com" })).toBe(false);
    expect(await connects(statelyServer, { host: "example.com" })).toBe(false);
  });

  it("disconnects a client that sends more than a receiver has to say", async () => {
    const statelyServer = await startStatelyServer(startInspection(new Serial()));
    const closeCode = await new Promise<number>((resolve) => {
      const socket = new WebSocket(statelyServer.socket);
      socket.on("open", () => socket.send("x".repeat(100_000)));
      socket.on("error", () => {});
      socket.on("close", resolve);
    });
    expect([1006, 1009]).toContain(closeCode);
  });

  it("serves one page, which holds the inspector's", async () => {
    const statelyServer = await startStatelyServer(startInspection(new Serial()));
    const page = await fetch(statelyServer.url);
    expect(await page.text()).toContain('src="https://stately.ai/inspect"');
    expect((await fetch(`${statelyServer.url}../package.json`)).status).toBe(404);
    expect((await fetch(statelyServer.url, { method: "POST" })).status).toBe(404);
  });
});
