/** What went wrong with a form, where the eye is. */

import { Problem } from "@/api/problem";
import { ErrorWords } from "@/ui/ErrorState";
import css from "./form.module.css";

export function FormProblem({ error }: { error: unknown }) {
  if (!error) return null;
  return (
    <div className={css.problem} role="alert">
      {error instanceof Problem && error.status < 500 ? (
        <>
          <strong>{error.message}</strong>
          {error.hint && <p>{error.hint}</p>}
        </>
      ) : (
        <ErrorWords error={error} />
      )}
    </div>
  );
}
