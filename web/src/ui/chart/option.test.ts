// @vitest-environment jsdom
import { expect, it } from "vitest";

import { formats } from "../format";
import type { Drawing } from "./drawing";
import { optionOf } from "./option";

globalThis.matchMedia ??= (() => ({ matches: true })) as unknown as typeof matchMedia;
const token = (name: string) => (name === "--card" || name === "--sunken" ? "#ffffff" : "#000000");
const option = (drawing: Drawing) => optionOf(drawing, formats("en"), token) as never as { series: { data: unknown[] }[]; tooltip: { formatter: (p: unknown) => HTMLElement } };

it("stands each step of a waterfall on the one before", () => {
  const { series } = option({ kind: "waterfall", currency: "USD", steps: [{ name: "before", value: "100", whole: true }, { name: "a", value: "20" }, { name: "b", value: "-50" }, { name: "after", value: "70", whole: true }] });
  expect(series[0]!.data).toEqual([0, 100, 70, 0]); // what lies below, unseen
  expect((series[1]!.data as { value: number }[]).map((d) => d.value)).toEqual([100, 20, 50, 70]);
});

it("tells exact amounts, shares and the sum, and names as text", () => {
  const { tooltip } = option({ kind: "bars", stacked: true, currency: "USD", categories: ["Oct 1"], series: [{ name: "<b>EC2</b>", values: ["0.1"] }, { name: "S3", values: ["0.2"] }] });
  const tip = tooltip.formatter([{ dataIndex: 0 }]);
  expect(tip.querySelector("b")).toBeNull();
  expect(tip.textContent).toBe("Oct 1S3$0.20 · 67%<b>EC2</b>$0.10 · 33%Σ$0.30");
});
