/** One action of a form: whether it runs, and what went wrong. */

import { useCallback, useState } from "react";

export interface Doing {
  busy: boolean;
  error: unknown;
  /** Runs it; false where it failed. */
  run: (action: () => Promise<void>) => Promise<boolean>;
  clear: () => void;
}

export function useDoing(): Doing {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = useCallback(async (action: () => Promise<void>) => {
    setBusy(true);
    setError(null);
    try {
      await action();
      return true;
    } catch (problem) {
      setError(problem);
      return false;
    } finally {
      setBusy(false);
    }
  }, []);
  const clear = useCallback(() => setError(null), []);
  return { busy, error, run, clear };
}
