import { expect, test } from "vitest";

import { coded, codedText, endpointSchemes, isBare } from "./endpoint";

test("an electronic address is taken apart and put together again", () => {
  expect(coded("0088:4035811991021")).toEqual({ scheme: "0088", id: "4035811991021" });
  expect(coded("EM:rechnung@example.com")).toEqual({ scheme: "EM", id: "rechnung@example.com" });
  expect(coded("HRB 86891")).toEqual({ scheme: "", id: "HRB 86891" });
  expect(coded("0204:991-12345-01").scheme).toBe("0204");
  for (const text of ["0088:4035811991021", "HRB 86891", "", "0204:"]) expect(codedText(coded(text))).toBe(text);
});

test("a scheme that nothing follows is no address yet", () => {
  expect(isBare("0088:")).toBe(true);
  expect(isBare("0088:1")).toBe(false);
  expect(isBare(undefined)).toBe(false);
});

test("no scheme is offered twice", () => {
  expect(new Set(endpointSchemes.map((s) => s.code)).size).toBe(endpointSchemes.length);
});
