/** What failed, who can mend it, the hint, and a way to try again. */

import { Problem, Unreachable } from "@/api/problem";
import { classes } from "@/lib/classes";
import { useWords } from "@/lib/words";
import { Button } from "./Button";
import css from "./states.module.css";
import { words } from "./words";

export interface ErrorStateProps {
  error: unknown;
  onRetry?: () => void;
  /** The name of what failed, above the words. */
  what?: string;
}

export function ErrorState({ error, onRetry, what }: ErrorStateProps) {
  const t = useWords(words);
  return (
    <div className={classes(css.state, css.error)} role="alert">
      {what && <p className={css.who}>{what}</p>}
      <ErrorWords error={error} />
      <div className={css.actions}>
        {onRetry && <Button onClick={onRetry}>{t("retry")}</Button>}
        {error instanceof Problem && error.requestId && (
          <span className={classes(css.who, "mono")}>
            {t("requestId", { id: error.requestId })}
          </span>
        )}
      </div>
    </div>
  );
}

const MENDERS = {
  you: "youMend",
  operator: "operatorMends",
  owner: "ownerMends",
  publisher: "publisherMends",
  us: "weMend",
} as const;

/** The words alone, for forms and toasts. */
export function ErrorWords({ error }: { error: unknown }) {
  const t = useWords(words);
  if (error instanceof Unreachable) {
    return (
      <>
        <p className={css.title}>{t("unreachable")}</p>
        <p>{t("unreachableHint")}</p>
      </>
    );
  }
  if (error instanceof Problem) {
    return (
      <>
        <p className={css.title}>{error.status === 403 ? t("notAllowed") : error.message}</p>
        {error.hint && <p>{error.hint}</p>}
        <p className={css.who}>{t(MENDERS[error.mender])}</p>
      </>
    );
  }
  return (
    <>
      <p className={css.title}>{t("failed")}</p>
      <p>{error instanceof Error ? error.message : String(error)}</p>
      <p className={css.who}>{t("weMend")}</p>
    </>
  );
}
