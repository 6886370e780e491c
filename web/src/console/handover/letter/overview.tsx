import { Group, Select } from "@mantine/core";
import { IconCircle, IconCircleCheckFilled } from "@tabler/icons-react";

import { Card } from "../../../ui/page";
import { useWords } from "../../../words/words";
import type { Text } from "./fields";
import classes from "./letter.module.css";
import { useLetterTerms } from "./words";

/** All letters, kinds by languages: which are one's own, and which one is shown. */
export function Overview({ texts, kind, language, choose }: { texts: Text[]; kind: string; language: string; choose: (kind: string, language: string) => void }) {
  const t = useWords("letter");
  const terms = useLetterTerms();
  const kinds = [...new Set(texts.map((x) => x.kind))];
  const languages = [...new Set(texts.map((x) => x.language))];
  return (
    <Card flush label={t("all")}>
      <Group hiddenFrom="sm" p="md" grow>
        <Select label={t("column.kind")} allowDeselect={false} value={kind} onChange={(v) => v && choose(v, language)} data={kinds.map((value) => ({ value, label: terms.kind(value) }))} />
        <Select label={t("column.language")} allowDeselect={false} value={language} onChange={(v) => v && choose(kind, v)} data={languages.map((value) => ({ value, label: terms.language(value) }))} />
      </Group>
      <Group visibleFrom="sm" gap={0} style={{ overflowX: "auto" }}>
        <table className={classes.kinds} aria-label={t("all")}>
          <thead>
            <tr>
              <th scope="col" aria-label={t("column.kind")} />
              {languages.map((l) => <th key={l} scope="col">{terms.language(l)}</th>)}
            </tr>
          </thead>
          <tbody>
            {kinds.map((k) => (
              <tr key={k}>
                <th scope="row">{terms.kind(k)}</th>
                {languages.map((l) => {
                  const own = texts.find((x) => x.kind === k && x.language === l)?.own ?? false;
                  const Sign = own ? IconCircleCheckFilled : IconCircle;
                  return (
                    <td key={l}>
                      <button type="button" data-own={own || undefined} aria-pressed={k === kind && l === language} aria-label={t(own ? "cell.own" : "cell.built", { kind: terms.kind(k), language: terms.language(l) })} onClick={() => choose(k, l)}>
                        <Sign size={own ? 16 : 11} stroke={1.5} aria-hidden />
                      </button>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
        <div className={classes.legend}>
          <span><IconCircleCheckFilled size={14} color="var(--accent-text)" aria-hidden />{t("own")}</span>
          <span><IconCircle size={11} stroke={1.5} aria-hidden />{t("builtIn")}</span>
        </div>
      </Group>
    </Card>
  );
}
