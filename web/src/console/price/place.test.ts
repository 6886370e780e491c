import { expect, it } from "vitest";

import { placeAt } from "./place";

/** The place of the bar in a text. */
const at = (text: string) => {
  const { path, at, word } = placeAt(text.replace("|", ""), text.indexOf("|"));
  return { path, at, word };
};

it("knows keys at the left", () => {
  expect(at("id: x\nru|")).toEqual({ path: [], at: "key", word: "ru" });
});

it("knows keys of a rule, and of its match in lines", () => {
  const rule = "id: x\nrules:\n  - name: a\n    match:\n      service: AmazonEC2\n";
  expect(at(rule + "    per|")).toEqual({ path: ["rules"], at: "key", word: "per" });
  expect(at(rule + "      reg|")).toEqual({ path: ["rules", "match"], at: "key", word: "reg" });
  expect(at(rule + "      usage_type: APN|")).toEqual({ path: ["rules", "match", "usage_type"], at: "value", word: "APN" });
  expect(at(rule + "  - |")).toEqual({ path: ["rules"], at: "key", word: "" });
});

it("knows where it is within braces", () => {
  const rule = "rules:\n  - name: a\n    match: ";
  expect(at(rule + "{serv|")).toEqual({ path: ["rules", "match"], at: "key", word: "serv" });
  expect(at(rule + "{service: AmazonEC2, usage_type: {prefix: AP|")).toEqual({ path: ["rules", "match", "usage_type", "prefix"], at: "value", word: "AP" });
  expect(at(rule + '{service: [AmazonEC2, "Ama|')).toEqual({ path: ["rules", "match", "service"], at: "value", word: '"Ama' });
  expect(at(rule + "{usage_type: APN1-BoxUsage:m5.l|")).toEqual({ path: ["rules", "match", "usage_type"], at: "value", word: "APN1-BoxUsage:m5.l" });
});

it("tells the service that the same match names", () => {
  const text = "rules:\n  - match: {service: AmazonEC2, usage_type: ";
  expect(placeAt(text, text.length).siblings).toEqual({ service: "AmazonEC2" });
});
