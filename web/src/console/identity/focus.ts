import { useEffect, useRef } from "react";
import { useSearchParams } from "react-router";

/** Goes to the field that the address asks for, as in ?field=bank.iban: links from what is missing come here. `ready` says that the fields are drawn. */
export function useFieldOfAddress(ready = true) {
  const [params] = useSearchParams();
  const field = params.get("field");
  const went = useRef<string>(undefined);
  useEffect(() => {
    if (!ready || !field || went.current === field) return;
    // Sections open a moment later than they are drawn.
    const timer = setTimeout(() => {
      const places = [field, field.replace(/\.[^.]*$/, "")].map((name) => document.querySelector<HTMLElement>(`[data-field="${CSS.escape(name)}"]`));
      const found = places.find((place) => place);
      if (!found) return;
      went.current = field;
      found.scrollIntoView({ block: "center" });
      found.focus();
    }, 250);
    return () => clearTimeout(timer);
  }, [ready, field]);
}
