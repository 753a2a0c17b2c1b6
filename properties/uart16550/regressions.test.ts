/** Cases that properties have found, by name. */
import { expect, it } from "vitest";
import { UART16550_PRESETS } from "../../machines/index.js";
import { Uart16550 } from "../../src/device/index.js";
import { Uart16550Model } from "../model/uart16550/uart16550-model.js";

it("a break that begins while a sent character waits for the host does not hide that character", () => {
  const presetOptions = UART16550_PRESETS.tl16c750;
  const transmitted = [new Uart16550({ preset: presetOptions }), new Uart16550Model(presetOptions)].map(
    (subject) => {
      subject.apply({ type: "write", offset: 0, value: 0x15 });
      subject.apply({ type: "hold" });
      subject.apply({ type: "advance", ticks: 2000 });
      subject.apply({ type: "write", offset: 3, value: 0x40 });
      const emissions: readonly { readonly type: string }[] = subject.apply({ type: "release" });
      return emissions.filter(({ type }) => type === "transmit");
    },
  );
  expect(transmitted).toMatchObject([[{ value: 0x15, tick: 2000 }], [{ value: 0x15, tick: 2000 }]]);
});
