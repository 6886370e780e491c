import { describe, expect, it } from "vitest";

import { byCurrency, type Document, type Facts, type Finding, missingRates, nextStep, type Payer, reached, sorted, unready } from "./facts";

const payer = (state: string, ready = true): Payer => ({
  payer: "111", provider: "aws", state, ready, why: "", reports: 1, invoiced_usage_lines: 0, open_usage_lines: 0, open_lines: 0, invoices: [], expected: [],
});
const finding = (over: Partial<Finding>): Finding => ({
  amount: "0", code: "unassigned", id: "F-1", message: "", period: "2026-10", scope: "", severity: "hold", stage: "close", subject: "", ...over,
});
const document = (group: string, position: string, over: Partial<Document> = {}): Document => ({
  id: `2026-10/${group}`, buyer: "", currency: "JPY", digits: 0, document: "invoice", group, payable: "1", period: "2026-10",
  standing: { position, open: "0" }, state: position === "draft" || position === "approved" ? "draft" : "issued", total: "1", ...over,
});
function month(over: Partial<Omit<Facts, "status">> & { state?: string; status?: Partial<Facts["status"]> } = {}): Facts {
  const state = over.state ?? "closed";
  return {
    period: "2026-10", payers: [payer(state)], documents: [], needs: { period: "2026-10" },
    ...over,
    status: {
      period: "2026-10", findings: [], held: 0, payers: [{ payer: "111", state, at: "" }], rated: "2026-11-06T00:00:00Z", proved: true,
      loads: [{ billed: {}, files: 1, format: "aws-cur", load: "L", payer: "111", report: "r", rows: 1, up_to_date: true, version: "v" }], ...over.status,
    },
  };
}

describe("the next step", () => {
  it("is to load what is not there, or not final", () => {
    expect(nextStep(month({ status: { loads: [] } })).kind).toBe("load");
    const open = month({ state: "collecting", payers: [payer("collecting", false)] });
    expect(nextStep(open).kind).toBe("load");
    expect(unready(open)).toHaveLength(1);
    const waived = { ...finding({ code: "not-final", subject: "111 hourly" }), waived: { at: "", by: "", reason: "" } };
    expect(nextStep({ ...open, status: { ...open.status, findings: [waived] } }).kind).toBe("close");
  });

  it("is to close, and to close again what is held or has changed", () => {
    expect(nextStep(month({ state: "ready", status: { rated: undefined, proved: undefined } })).kind).toBe("close");
    expect(nextStep(month({ state: "rated", status: { findings: [finding({})] } })).kind).toBe("again");
    expect(nextStep(month({ status: { stale: true } })).kind).toBe("again");
    expect(nextStep(month({ needs: { period: "2026-10", rating: ["price book x"] } })).kind).toBe("again");
    expect(nextStep(month({ state: "rated", status: { proved: false } })).kind).toBe("settle");
  });

  it("goes from drafts to published documents", () => {
    const need = { change: "changed", currency: "JPY", digits: 0, document: "invoice", group: "a", id: "x", total: { before: "1", after: "2", difference: "1" }, why: [] };
    expect(nextStep(month({ needs: { period: "2026-10", drafts: [need] } })).kind).toBe("draft");
    expect(nextStep(month({ needs: { period: "2026-10", drafts: [{ ...need, change: "undraftable" }] } })).kind).toBe("settle");
    const drafts = [document("a", "draft"), document("b", "approved")];
    expect(nextStep(month({ documents: drafts, approval: "required" }))).toMatchObject({ kind: "approve", documents: [{ group: "a" }] });
    expect(nextStep(month({ documents: drafts }))).toMatchObject({ kind: "issue", documents: [{ group: "b" }, { group: "a" }] });
    const odd = finding({ stage: "approval", severity: "warn", scope: "a" });
    expect(nextStep(month({ documents: [drafts[0]!], status: { findings: [odd] } })).kind).toBe("accept");
    expect(nextStep(month({ documents: [document("a", "issued")] })).kind).toBe("publish");
    expect(nextStep(month({ documents: [document("a", "paid", { standing: { position: "paid", open: "0", published: true } })] })).kind).toBe("done");
  });
});

it("tells what a payer's month has reached", () => {
  expect(reached(payer("open", false))).toEqual({ collected: false, ready: false, rated: false, closed: false });
  expect(reached(payer("restated 2"))).toEqual({ collected: true, ready: true, rated: true, closed: true });
});

it("sorts documents by what is next for them", () => {
  const facts = month({ documents: [document("a", "draft"), document("b", "draft"), document("c", "voided")], status: { findings: [finding({ stage: "approval", severity: "warn", scope: "b" })] } });
  const s = sorted(facts);
  expect([s.fresh, s.blocked, s.issued, s.unpublished].map((x) => x.length)).toEqual([1, 1, 1, 0]);
});

it("finds the rates that are missing", () => {
  const groups = [{ id: "a", currency: "JPY" }, { id: "b", currency: "EUR" }, { id: "c", currency: "EUR" }, { id: "d", currency: "USD" }];
  const rates = [
    { month: "2026-10", from: "USD", to: "JPY", level: "common" },
    { month: "2026-10", from: "USD", to: "EUR", level: "group", group: "b" },
    { month: "2026-09", from: "USD", to: "EUR", level: "common" },
  ];
  expect(missingRates("2026-10", ["USD"], ["1", "2"], groups, rates)).toEqual([{ from: "USD", to: "EUR", groups: ["c"] }]);
  const payers = ["1", "2"].map((p) => ({ month: "2026-10", from: "USD", to: "EUR", level: "payer", payer: p }));
  expect(missingRates("2026-10", ["USD"], ["1", "2"], groups, [...rates, ...payers])).toEqual([]);
});

it("never puts two currencies into one sum", () => {
  expect(byCurrency([document("a", "draft"), document("b", "draft", { currency: "USD", digits: 2, total: "2" })])).toHaveLength(2);
});
