import { describe, expect, it } from "vitest";

import { holdingsOf } from "./holding";
import { answered, countsOf, type Line, sendable, sheetOf } from "./sheet";

const row = (account: string, group: string, cost: string) => ({ keys: [account, "p", group], date: "2026-10", currency: "USD", list_cost: cost, cost, price: cost, margin: "0", lines: 1 });

describe("holdings", () => {
  const known = {
    period: "2026-10", pools: [{ id: "shared", accounts: ["9"] }], own: ["8"], customers: new Map([["acme", "Acme"]]), names: new Map([["1", "prod"], ["7", "unused"]]), payers: new Map([["p", "Payer"]]),
    groups: [
      { id: "acme-main", customer: "acme", currency: "JPY", claims: [{ accounts: ["1"], to: "2026-10-01" }, { accounts: ["1", "2"], from: "2026-10-01" }] },
      { id: "below", customer: "acme", currency: "JPY", parent: "acme-main", claims: [{ accounts: ["3"] }] },
    ],
    explored: [row("1", "acme-main", "0.1"), row("3", "acme-main", "5"), row("9", "acme-main", "0.1"), row("9", "other", "0.2")],
    unmapped: [{ account: "4", name: "", payer: "p", cost: "3", currency: "USD", first_day: "", last_day: "", lines: 1, services: [], shared_by: [] }],
  };
  const all = holdingsOf(known);
  it("begin with what is nobody's, and have every account", () => {
    expect(all.map((h) => `${h.kind} ${h.account}`)).toEqual(["nobody 4", "group 1", "group 1", "group 2", "group 3", "pool 9", "reseller 8", "nobody 7"]);
  });
  it("say once what an account came to, also of one that is sold on or shared", () => {
    expect(all.filter((h) => h.account === "1").map((h) => [h.cost, h.past])).toEqual([["0.1", true], [undefined, false]]);
    expect(all.find((h) => h.account === "3")).toMatchObject({ cost: "5", payer: "Payer", customer: "Acme" });
    expect(all.find((h) => h.account === "9")!.cost).toBe("0.3");
  });
});

describe("what a group has by enrolment", () => {
  const used = (account: string, payer: string, group: string) => ({ ...row(account, group, "2"), keys: [account, payer, group] });
  const known = {
    period: "2026-10", pools: [], own: [], customers: new Map([["acme", "Acme"]]), names: new Map([["2", "new one"]]), payers: new Map(), unmapped: [],
    groups: [
      { id: "all", customer: "acme", currency: "JPY", claims: [], enrol: [{ payer: "p", from: "2026-10-01" }, { payer: "q", from: "2026-11-01" }, { payer: "r", from: "2026-01-01", to: "2026-10-01" }] },
      { id: "main", customer: "acme", currency: "JPY", claims: [{ accounts: ["1"] }] },
    ],
    explored: [used("1", "p", "main"), used("2", "p", "all"), used("p", "p", "unassigned"), used("3", "q", "unassigned"), used("4", "r", "unassigned")],
  };
  it("is what came to it of the payer, and nobody claims", () => {
    expect(holdingsOf(known).map((h) => `${h.owner} ${h.account} ${h.byEnrolment ?? false} ${h.from ?? ""} ${h.cost}`)).toEqual(["main 1 false  2", "all 2 true 2026-10-01 2"]);
  });
});

describe("a sheet of accounts", () => {
  const lines: Line[] = [
    { line: 2, row: 1, account: "1", state: "new", group: "a" },
    { line: 3, row: 2, account: "2", state: "refused", problem: "taken", touched: true, group: "b", from: "2026-10-01" },
    { line: 4, row: 3, account: "3", state: "refused", problem: "no group" },
  ];
  it("is asked about again but for what nobody mended", () => {
    const sent = sendable(lines);
    expect(sheetOf(sent)).toBe("account,name,group,from,to\n1,,a,,\n2,,b,2026-10-01,");
    const next = answered(lines, sent, [{ row: 1, account: "1", state: "new" }, { row: 2, account: "2", state: "moved" }]);
    expect(next.map((l) => [l.line, l.state, l.touched])).toEqual([[2, "new", undefined], [3, "moved", undefined], [4, "refused", undefined]]);
    expect(countsOf(next)).toEqual({ new: 1, moved: 1, same: 0, refused: 1 });
  });
  it("quotes names", () => {
    expect(sheetOf([{ account: "1", name: 'A "b", c' }])).toContain('1,"A ""b"", c",,,');
  });
});
