import type { Problem } from "../../api/problem";
import { useFieldWords } from "./form/context";

interface Fault {
  path: string;
  label: string;
  message: string;
}

// Where a setting is in what was asked: in the settings of a month, in a declared group or template, or in the configuration.
const before = /^(body\.settings\.|body\.changes\[\d+\]\.value\.(invoice\.)?|(billing_groups|invoice_templates)\[[^\]]*\]\.(invoice\.)?)/;

/** What is wrong with what is tried, by the path of its field; `name*` asks for anything below a setting. */
export function useFaults(error: Problem | null) {
  const { label } = useFieldWords();
  const list: Fault[] = (error?.body.errors ?? []).map((fault) => {
    const path = (fault.location ?? "").replace(before, "");
    return { path, label: label(path), message: fault.message };
  });
  const at = (path: string): string | undefined => {
    const found = path.endsWith("*")
      ? list.find((x) => x.path !== path.slice(0, -1) && (x.path.startsWith(`${path.slice(0, -1)}.`) || x.path.startsWith(`${path.slice(0, -1)}[`)))
      : list.find((x) => x.path === path);
    return found?.message;
  };
  return { list, at, any: list.length > 0 };
}
