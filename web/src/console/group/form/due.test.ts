import { expect, test } from "vitest";

import { dueOf, dueText } from "./due";

test.each(["end-of-month", "end-of-next-month", "net-30", "day-25-of-next-month", "day-31-of-month-after-next", "day-5-of-this-month"])("%s is read and written", (text) => {
  expect(dueText(dueOf(text))).toBe(text);
});

test("the number is told from the way of counting", () => {
  expect(dueOf("day-25-of-next-month")).toEqual({ kind: "day-of-next-month", count: 25 });
  expect(dueOf("net-0")).toEqual({ kind: "net", count: 0 });
});
