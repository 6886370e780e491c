import { PasswordInput, Select, TextInput } from "@mantine/core";

import { useWords } from "../../../words/words";
import type { FormField } from "../known";

/** The fields that a credential asks for, as its schema describes them. Those that are secret are written and never shown. */
export function Fields({ of, values, put, saved, readOnly, fault }: {
  of: FormField[];
  values: Record<string, string>;
  put: (name: string, value: string) => void;
  /** Secrets are kept already. */
  saved: boolean;
  readOnly: boolean;
  fault: (name: string) => string | undefined;
}) {
  const t = useWords("backend");
  return of.map((f) => {
    const about = { label: f.title || f.name, description: f.about, disabled: readOnly, error: fault(f.name) };
    const value = values[f.name] ?? "";
    if (f.words?.length) return <Select key={f.name} {...about} required={f.needed} clearable={!f.needed} data={f.words} value={value || null} onChange={(v) => put(f.name, v ?? "")} />;
    if (!f.secret) return <TextInput key={f.name} {...about} required={f.needed} autoComplete="off" spellCheck={false} value={value} onChange={(e) => put(f.name, e.currentTarget.value)} />;
    if (readOnly) return null;
    return (
      <PasswordInput
        key={f.name} {...about} description={[f.about, saved ? t("form.secretKept") : t("form.secretHelp")].filter(Boolean).join(" ")} required={f.needed && !saved} autoComplete="new-password"
        placeholder={saved ? "••••••••" : undefined} value={value} onChange={(e) => put(f.name, e.currentTarget.value)}
        visibilityToggleButtonProps={{ "aria-label": t("form.show", { field: f.title || f.name }) }}
      />
    );
  });
}
