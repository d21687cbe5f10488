/** Pages for when there is no page: not found, crashed, not allowed. */

import { Link } from "@tanstack/react-router";
import { useWords } from "@/lib/words";
import { Empty } from "@/ui/Empty";
import { ErrorState } from "@/ui/ErrorState";
import { Page } from "@/ui/Page";
import { words } from "./words";

export function NotFound() {
  const t = useWords(words);
  return (
    <Page title={t("notFound")}>
      <Empty title={t("notFoundHint")} action={<Link to="/">{t("goHome")}</Link>} />
    </Page>
  );
}

export function Crashed({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const t = useWords(words);
  return (
    <Page title={t("crashed")}>
      <ErrorState error={error} onRetry={onRetry} />
    </Page>
  );
}

export function Forbidden({ scope }: { scope: string }) {
  const t = useWords(words);
  return (
    <Page title={t("forbidden")}>
      <Empty title={t("forbiddenHint", { scope })} action={<Link to="/">{t("goHome")}</Link>} />
    </Page>
  );
}
