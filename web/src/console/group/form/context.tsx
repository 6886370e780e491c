import { createContext, useContext } from "react";

import { hasWord, useWords } from "../../../words/words";
import { planName, providerName } from "../../../ui/invoice/labels";
import type { Names, Unit } from "./fields";

export interface Named {
  value: string;
  label: string;
}

interface Around {
  currency: string;
  names: Record<Names, Named[]>;
  /** What is wrong with a field, by its path in the settings such as support[0].percent. */
  fault: (path: string) => string | undefined;
  readOnly: boolean;
}

const Context = createContext<Around | undefined>(undefined);
export const FormProvider = Context;

export function useForm(): Around {
  const around = useContext(Context);
  if (!around) throw new Error("useForm is for what stands inside a form of settings");
  return around;
}

/** The path of a field without its places in lists: the name of its words. */
const wordsPath = (path: string): string => path.replace(/\[\d+\]/g, "");

/** The words of fields, their choices and units. */
export function useFieldWords() {
  const t = useWords("group");
  const own = (key: string, or: string) => (hasWord("group", key) ? t(key as "title") : or);
  const label = (path: string): string => {
    const flat = wordsPath(path);
    const last = flat.slice(flat.lastIndexOf(".") + 1);
    // Tiers and times mean the same wherever they stand.
    const tiers = /(?:^|\.)tiers(?:\.(\w+))?$/.exec(flat);
    const keys = [`field.${flat}._`, ...(flat.includes(".") ? [`field.${flat}`] : []), tiers ? `field.tiers.${tiers[1] ?? "_"}` : `field.${last}._`];
    return keys.reduceRight((or, key) => own(key, or), path);
  };
  return {
    t,
    label,
    help: (path: string) => own(`help.${wordsPath(path).replaceAll(".", "_")}`, ""),
    option: (name: string, value: string): string => {
      if (name === "plan") return planName(value);
      if (name === "provider") return providerName(value);
      return own(`option.${name === "tax" ? "category" : name}.${value}`, value);
    },
    unit: (unit: Unit | undefined, currency: string): string | undefined => (unit === "currency" ? currency : unit === "percent" ? "%" : unit === "months" ? t("unit.months") : unit),
  };
}
