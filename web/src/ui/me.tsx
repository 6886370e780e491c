import { createContext, type ReactNode, useContext } from "react";

import { type Schema, useAsk } from "../api/query";
import { Answer } from "./state";

export type Me = Schema<"Me">;

const Context = createContext<Me | undefined>(undefined);

/** Shows what is inside once it is known who is there; whoever is not signed in leaves for the page to sign in. */
export function WithMe({ children }: { children: ReactNode }) {
  const me = useAsk("/api/v1/me");
  return <Answer of={me} height={320}>{(data) => <Context value={data}>{children}</Context>}</Answer>;
}

export function useMe(): Me {
  const me = useContext(Context);
  if (!me) throw new Error("useMe is for what stands inside WithMe");
  return me;
}

/** The reseller's own organization, as the API names it. */
export const root = "reseller";

/** Whether the person has a permission in the reseller itself, such as "invoices.issue": what they may not do is not offered. The server asks again. */
export function useCan(): (permission: string) => boolean {
  const me = useMe();
  const own = me.organizations.find((o) => o.id === root);
  return (permission) => own?.permissions.includes(permission as never) ?? false;
}
