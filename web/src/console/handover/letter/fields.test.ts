import { expect, it } from "vitest";

import { type Field, fieldsOf, insert, named, unknown } from "./fields";

const fields: Field[] = [{ name: "number", means: "", kinds: ["invoice"] }, { name: "data", means: "", kinds: ["data"] }];

it("finds the fields of a text", () => {
  expect(named("Invoice {number} of {seller}\n{number} { } {}")).toEqual(["number", "seller", " ", ""]);
  expect(unknown("{number} {numbr}", fieldsOf("invoice", fields))).toEqual(["numbr"]);
  expect(unknown("{number}", fieldsOf("data", fields))).toEqual(["number"]);
});

it("writes a field in the place of what is marked", () => {
  expect(insert("To be paid: now", 12, 15, "open")).toEqual({ text: "To be paid: {open}", at: 18 });
  expect(insert("", 0, 0, "open")).toEqual({ text: "{open}", at: 6 });
});
