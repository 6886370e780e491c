import { describe, expect, it } from "vitest";

import { lookOf } from "../../ui/explore/question";
import { questionOf, start, sumOf } from "./source";

describe("usage for the explorer", () => {
  it("has its keys in the order that was asked for, tags among them", () => {
    const row = { service: "Amazon EC2", tags: { Team: "web" }, day: "2026-09-01", currency: "USD", amount: "1.25", lines: 3 };
    expect(sumOf(row, ["tag:Team", "account", "service"])).toMatchObject({ keys: ["web", "", "Amazon EC2"], date: "2026-09-01", price: "1.25" });
  });

  it("becomes the question of a report", () => {
    const look = lookOf(new URLSearchParams("by=account&where=service:in:Amazon%20EC2"), "2026-09", start);
    expect(questionOf(look)).toBe("by=day%2Caccount&where=service%3Ain%3AAmazon+EC2");
  });
});
