import { expect, test } from "vitest";

import { brightness, changed, changesOf, declaredOf, inLayout, type Layout, moved, placesIn } from "./layout";

const look: Layout = { id: "modern", based_on: "modern", size: 100, facts: ["number", "due"], carry: true, page_numbers: "of-total" };
const own: Layout = { id: "lakeside", based_on: "modern" };

test("what is as in the look is not said", () => {
  const resized = changed(own, look, "size", 90);
  expect(resized).toEqual({ ...own, size: 90 });
  expect(changed(resized, look, "size", 100)).toEqual(own);
  expect(changed({ ...own, facts: ["due"] }, look, "facts", ["number", "due"])).toEqual(own);
  expect(changed(own, look, "carry", false)).toEqual({ ...own, carry: false }); // the look carries
  expect(changed({ ...own, cover: true }, look, "cover", false)).toEqual(own); // the look says nothing
});

test("nothing empty is declared, and words keep their places", () => {
  const written: Layout = { ...own, colours: { accent: "" }, words: [{ language: "ja", labels: { due: "" } }, { footer: "x", labels: { due: "Pay by" } }] };
  expect(declaredOf(written)).toEqual({ ...own, words: [{ language: "ja" }, { footer: "x", labels: { due: "Pay by" } }] });
  expect(changesOf(own, { ...own, colours: { accent: "" } })).toBe(0);
  expect(changesOf(own, { ...own, size: 90, name: "x" })).toBe(2);
});

test("entries move within their list", () => {
  expect(moved(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
  expect(moved(["a", "b", "c"], 2, -5)).toEqual(["c", "a", "b"]);
  expect(moved(["a", "b", "c"], 1, 9)).toEqual(["a", "c", "b"]);
});

test("places, brightness and paths are those of the server", () => {
  expect(placesIn("{} / {}")).toBe(2);
  expect(brightness("#ffffff")).toBe(255);
  expect(Math.round(brightness("#0b6363"))).toBe(73); // 11×0.299 + 99×0.587 + 99×0.114 = 72.7
  expect(inLayout("body.layout.colours.accent")).toBe("colours.accent");
  expect(inLayout("invoice_layouts[lakeside].words[0].labels.page")).toBe("words[0].labels.page");
  expect(inLayout("body.layout")).toBe("");
});
