/** Which session is shown: the one before, the one after, any day, the newest. */

import { ChevronLeft, ChevronRight } from "lucide-react";
import { useWords } from "@/lib/words";
import { Button, IconButton } from "@/ui/Button";
import { Field } from "@/ui/Field";
import css from "./market.module.css";
import { words } from "./words";

export interface DayNavProps {
  day: { ref_date: string; before: string | null; after: string | null } | undefined;
  onDay: (day: string | undefined) => void;
}

export function DayNav({ day, onDay }: DayNavProps) {
  const t = useWords(words);
  return (
    <div className={css.days}>
      <IconButton
        label={t("before")}
        icon={<ChevronLeft size={16} />}
        disabled={!day?.before}
        onClick={() => onDay(day?.before ?? undefined)}
      />
      <Field
        bare
        type="date"
        label={t("day")}
        value={day?.ref_date ?? ""}
        onChange={(event) => event.target.value && onDay(event.target.value)}
      />
      <IconButton
        label={t("after")}
        icon={<ChevronRight size={16} />}
        disabled={!day?.after}
        onClick={() => onDay(day?.after ?? undefined)}
      />
      {day?.after && (
        <Button look="quiet" onClick={() => onDay(undefined)}>
          {t("newest")}
        </Button>
      )}
    </div>
  );
}
