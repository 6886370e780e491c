import { Stack } from "@mantine/core";
import { useSearchParams } from "react-router";

import { useAll } from "../../../api/query";
import { Page } from "../../../ui/page";
import { Answer } from "../../../ui/state";
import { useWords } from "../../../words/words";
import { Seller, useSeller } from "../seller";
import { Editor } from "./editor";
import { Overview } from "./overview";

/** What letters say, of all kinds in all languages. */
export default function LettersPage() {
  const t = useWords("letter");
  const [params, setParams] = useSearchParams();
  const { organization } = useSeller();
  const texts = useAll("/api/v1/letters", { params: { query: { organization } } });
  const fields = useAll("/api/v1/letter-fields");
  const [kind, language] = [params.get("kind") ?? "invoice", params.get("language") ?? "en"];
  const choose = (k: string, l: string) => setParams((before) => { const next = new URLSearchParams(before); next.set("kind", k); next.set("language", l); return next; }, { replace: true });
  return (
    <Page title={t("title")} question={t("question")} path={[{ title: t("settings"), to: "/settings" }]} actions={<Seller />} wide>
      <Answer of={texts} height={480}>
        {({ rows }) => {
          const text = rows.find((x) => x.kind === kind && x.language === language) ?? rows[0]!;
          return (
            <Stack gap="md">
              <Overview texts={rows} kind={text.kind} language={text.language} choose={choose} />
              <Answer of={fields} height={320}>
                {(list) => <Editor key={`${organization} ${text.kind} ${text.language} ${text.changed_at ?? ""}`} organization={organization} text={text} fields={list.rows} />}
              </Answer>
            </Stack>
          );
        }}
      </Answer>
    </Page>
  );
}
