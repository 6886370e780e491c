import { expect, it } from "vitest";

import { textOf } from "./table_text";

it("quotes what CSV must quote, and lets no cell be a formula", () => {
  const { csv, tabs } = textOf([
    { title: "Name", values: ['Böhm, "East"', "=1+1", "-cmd", "two\nlines"] },
    { title: "Amount", values: ["-12.50", 3, null, true] },
  ]);
  expect(csv).toBe('Name,Amount\r\n"Böhm, ""East""",-12.50\r\n\'=1+1,3\r\n\'-cmd,\r\n"two\nlines",true\r\n');
  expect(tabs.split("\n")).toHaveLength(5);
});
