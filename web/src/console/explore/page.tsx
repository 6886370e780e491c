import { Explorer, ExplorerActions } from "../../ui/explore/explorer";
import { Page } from "../../ui/page";
import { useWords } from "../../words/words";
import { books } from "./source";

/** Where did the money go? */
export default function ExplorePage() {
  const t = useWords("explore");
  return (
    <Page title={t("title")} question={t("question")} actions={<ExplorerActions source={books} />} wide>
      <Explorer source={books} />
    </Page>
  );
}
