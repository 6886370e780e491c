import { api } from "../../../api/client";
import { Problem } from "../../../api/problem";
import { declare } from "../../group/declared";

/** A source as the steps declare it. */
export interface Wanted {
  name: string;
  kind: string;
  url: string;
  payer: string;
  credential?: string;
}

/** Why a source is not declared: one of its name is there already, or it is not any more what these steps made of it. */
export class TakenError extends Error {
  constructor(readonly name: string, readonly why: "taken" | "changed") {
    super(why);
  }
}

/** What is asked of the API; tests have their own. */
export interface Asking {
  /** The tag of a declared source; nothing where there is none of that name. */
  tagOf: (name: string) => Promise<{ tag: string; spec: unknown } | undefined>;
  /** The tag of the section of sources. */
  sectionTag: () => Promise<string>;
  put: (wanted: Wanted, tag: string) => Promise<unknown>;
}

const path = "/api/v1/config/{kind}/{id}";

export const asking: Asking = {
  tagOf: async (id) => {
    try {
      const { data, response } = await api.GET(path, { params: { path: { kind: "sources", id } } });
      return { tag: response.headers.get("ETag") ?? "", spec: data?.spec };
    } catch (error) {
      if (error instanceof Problem && error.code === "not-found") return undefined;
      throw error;
    }
  },
  sectionTag: async () => (await api.GET("/api/v1/config/{kind}", { params: { path: { kind: "sources" } } })).response.headers.get("ETag") ?? "",
  put: (wanted, tag) => declare("sources", wanted.name, wanted, tag),
};

const tries = 4;

/**
 * Declares a source, and returns its tag. Without a tag of what these steps declared before it is a new one: it is put
 * with the tag of the section, which holds as long as no source of its name is there. It is a TakenError where somebody
 * else's would be overwritten.
 */
export async function declareSource(wanted: Wanted, mine: string | undefined, ask: Asking = asking): Promise<string> {
  for (let n = 1; ; n++) {
    try {
      if (!mine && await ask.tagOf(wanted.name)) throw new TakenError(wanted.name, "taken");
      await ask.put(wanted, mine ?? await ask.sectionTag());
      break;
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "changed") throw error;
      if (mine) throw new TakenError(wanted.name, "changed");
      if (n === tries) throw error; // others declare sources all the time
    }
  }
  const now = await ask.tagOf(wanted.name);
  if (!now || !sameSource(now.spec as Wanted, wanted)) throw new TakenError(wanted.name, "changed");
  return now.tag;
}

const sameSource = (a: Wanted, b: Wanted) => a.kind === b.kind && a.url === b.url && a.payer === b.payer && (a.credential ?? "") === (b.credential ?? "");

const key = (name: string) => `sluice.source.${name}`;

/** The tag of what these steps declared under a name, in this tab; nothing of others. */
export const madeHere = (name: string): string | undefined => (name && sessionStorage.getItem(key(name))) || undefined;

/** Keeps the tag of what these steps declared, also when the page is loaded again. */
export const keepMade = (name: string, tag: string) => sessionStorage.setItem(key(name), tag);
