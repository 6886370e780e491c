import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";
import { describe, expect, it } from "vitest";

const here = import.meta.dirname;
const source = join(here, "..");

type Texts = { [key: string]: string | Texts };

function flat(texts: Texts, before = ""): Map<string, string> {
  return new Map(Object.entries(texts).flatMap(([key, value]) => (typeof value === "string" ? [[before + key, value] as const] : [...flat(value, `${before}${key}.`)])));
}

const read = (language: string, file: string) => flat(JSON.parse(readFileSync(join(here, language, file), "utf8")) as Texts);
const plural = /_(zero|one|two|few|many|other)$/;
const bases = (texts: Map<string, string>) => new Set([...texts.keys()].map((key) => key.replace(plural, "")));
const holes = (text: string) => new Set([...text.matchAll(/\{\{\s*(\w+)/g)].map((m) => m[1]));

describe.each(readdirSync(join(here, "en")))("%s", (file) => {
  const [en, ja] = [read("en", file), read("ja", file)];

  it("says the same things in both languages", () => {
    expect([...bases(ja)].sort()).toEqual([...bases(en)].sort());
  });

  it("has the plurals that each language has", () => {
    for (const key of en.keys()) if (key.endsWith("_one")) expect(en.has(key.replace(plural, "_other")), key).toBe(true);
    for (const key of ja.keys()) expect(/_(zero|one|two|few|many)$/.test(key) ? key : "", "Japanese has no other form than _other").toBe("");
  });

  it("fills in the same values", () => {
    for (const [key, text] of en) {
      if (plural.test(key) && !key.endsWith("_other")) continue;
      const other = ja.get(key);
      if (other !== undefined) expect(holes(other), key).toEqual(holes(text));
    }
  });

  it("leaves no text empty, and no Japanese one in English", () => {
    for (const [key, text] of [...en, ...ja]) expect(text.trim(), key).not.toBe("");
    const same = [...en].filter(([key, text]) => ja.get(key) === text && /[a-z]{4,} [a-z]{3,}/.test(text.replace(/\{\{.*?\}\}/g, ""))).map(([key]) => key);
    expect(same).toEqual([]);
  });
});

it("has no namespace that is not declared", () => {
  const declared = readFileSync(join(here, "namespaces.ts"), "utf8");
  for (const file of readdirSync(join(here, "en"))) expect(declared).toContain(`./en/${file}`);
});

const programs = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".tsx"));

// Attributes that people read or hear.
const read_out = new Set(["label", "title", "placeholder", "aria-label", "description", "alt"]);

it.each(programs)("%s has no text of its own", (file) => {
  const tree = ts.createSourceFile(file, readFileSync(join(source, file), "utf8"), ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const words = /\p{L}{2,}/u;
  const visit = (node: ts.Node) => {
    if (ts.isJsxText(node) && words.test(node.text)) found.push(node.text.trim());
    if (ts.isJsxAttribute(node) && node.initializer && ts.isStringLiteral(node.initializer) && read_out.has(node.name.getText()) && words.test(node.initializer.text)) found.push(node.getText());
    ts.forEachChild(node, visit);
  };
  visit(tree);
  expect(found.filter((text) => text !== "Ctrl K")).toEqual([]);
});
