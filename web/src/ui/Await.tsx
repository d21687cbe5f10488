/** A query's states in one place: loading, failed, empty, old answer after a failed refresh. */

import type { UseQueryResult } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext } from "react";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Button } from "./Button";
import { ErrorState } from "./ErrorState";
import css from "./states.module.css";
import { words } from "./words";

/** True while the page itself may still fail: its panels then wait with their own errors. */
export const Patience = createContext(false);

export interface AwaitProps<T> {
  query: UseQueryResult<T, Error>;
  skeleton: ReactNode;
  /** Whether the answer holds nothing, and what to show then. */
  isEmpty?: (answer: T) => boolean;
  empty?: ReactNode;
  /** What this is, for its error: panels that take their title from the answer have none then. */
  what?: string;
  children: (answer: T) => ReactNode;
}

export function Await<T>({ query, skeleton, isEmpty, empty, what, children }: AwaitProps<T>) {
  const t = useWords(words);
  const f = useFormat();
  const patient = useContext(Patience);
  const retry = () => void query.refetch();
  if (query.data === undefined) {
    if (query.error && !patient)
      return <ErrorState what={what} error={query.error} onRetry={retry} />;
    return skeleton;
  }
  const old = query.error && (
    <p className={css.old} role="status">
      {t("showingOld", { ago: f.ago((Date.now() - query.dataUpdatedAt) / 1000) })}
      <Button look="quiet" onClick={retry}>
        {t("retry")}
      </Button>
    </p>
  );
  return (
    <>
      {old}
      {isEmpty?.(query.data) ? empty : children(query.data)}
    </>
  );
}
