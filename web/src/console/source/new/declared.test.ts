import { expect, it } from "vitest";

import { Problem } from "../../../api/problem";
import { type Asking, declareSource, type Wanted } from "./declared";

const wanted: Wanted = { name: "hourly", kind: "aws-cur2", url: "s3://acme/exports", payer: "111122223333" };
const changed = () => new Problem(412, { code: "changed", detail: "it is not what If-Match says any more" });

/** A server as far as it matters: what it declares has the number of its writing as its tag. */
function server(declared: Record<string, Wanted> = {}) {
  let written = 0;
  const tags: Record<string, string> = Object.fromEntries(Object.keys(declared).map((name) => [name, `"${name} ${written}"`]));
  let section = '"section 0"';
  const write = (spec: Wanted) => {
    written++;
    declared[spec.name] = spec;
    tags[spec.name] = `"${spec.name} ${written}"`;
    section = `"section ${written}"`;
  };
  const ask: Asking = {
    tagOf: (name) => Promise.resolve(declared[name] && { tag: tags[name]!, spec: declared[name] }),
    sectionTag: () => Promise.resolve(section),
    put: (spec, tag) => {
      if (tag !== (tags[spec.name] ?? section)) return Promise.reject(changed());
      write(spec);
      return Promise.resolve();
    },
  };
  return { ask, write, declared };
}

it("declares a new source, and again with the tag of what it declared", async () => {
  const { ask, declared } = server();
  const tag = await declareSource(wanted, undefined, ask);
  const again = await declareSource({ ...wanted, kind: "focus" }, tag, ask);
  expect(again).not.toBe(tag);
  expect(declared["hourly"]?.kind).toBe("focus");
});

it("replaces nobody's source by a first declaration", async () => {
  const { ask, declared } = server({ hourly: { ...wanted, url: "s3://theirs" } });
  await expect(declareSource(wanted, undefined, ask)).rejects.toMatchObject({ why: "taken", name: "hourly" });
  expect(declared["hourly"]?.url).toBe("s3://theirs");
});

it("overwrites nothing that was changed since", async () => {
  const { ask, write, declared } = server();
  const tag = await declareSource(wanted, undefined, ask);
  write({ ...wanted, url: "s3://theirs" });
  await expect(declareSource(wanted, tag, ask)).rejects.toMatchObject({ why: "changed" });
  expect(declared["hourly"]?.url).toBe("s3://theirs");
});

it("is not stopped by other sources that are declared meanwhile, and is by one of its name", async () => {
  const { ask, write, declared } = server();
  let others = 0;
  const busy = (name: string): Asking => ({ ...ask, sectionTag: async () => { const tag = await ask.sectionTag(); if (others++ < 2) write({ ...wanted, name, url: "s3://theirs" }); return tag; } });
  await declareSource(wanted, undefined, busy("other"));
  expect(declared["hourly"]?.url).toBe(wanted.url);
  others = 0;
  await expect(declareSource({ ...wanted, name: "daily" }, undefined, busy("daily"))).rejects.toMatchObject({ why: "taken", name: "daily" });
});
