import { providerName } from "../ui/invoice/labels";
import { useCan } from "../ui/me";
import { useSection } from "./group/declared";

/** How providers are called: those that are declared as they are declared, the others as they call themselves. */
export function useProviderName(): (id: string) => string {
  const own = useSection<{ name?: string }>("providers", useCan()("config.read"));
  return (id) => own.get(id)?.name ?? providerName(id);
}
