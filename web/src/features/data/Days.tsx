/** A square a day: a strip of the last weeks, or a whole year by month. */

import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import css from "./Days.module.css";
import { type Calendar, DAY_STATES, type DayState } from "./types";
import { words } from "./words";

function useTold(calendar: Calendar) {
  const t = useWords(words);
  const f = useFormat();
  const unit = t(calendar.basis === "landed" ? "unitFiles" : "unitRows");
  const count = (state: DayState) => calendar.states.filter((one) => one === state).length;
  const day = (at: number) => {
    const aside = calendar.quarantined[at] ?? 0;
    const said = t("dayRows", {
      day: f.date(calendar.days[at]),
      state: t(`day_${calendar.states[at] ?? "outside"}`),
      n: f.integer(calendar.rows[at] ?? 0),
      unit,
    });
    return aside ? `${said}, ${t("dayAside", { n: f.integer(aside) })}` : said;
  };
  const whole = t("calendarSays", {
    complete: count("complete"),
    partial: count("partial"),
    missing: count("missing"),
    quarantined: count("quarantined"),
  });
  return { day, whole };
}

const SQUARE = 9;
const STEP = 11;

/** The last days of a source in one line. */
export function DayStrip({ calendar, days }: { calendar: Calendar; days: number }) {
  const { day, whole } = useTold(calendar);
  const first = Math.max(0, calendar.days.length - days);
  const shown = calendar.days.slice(first);
  return (
    <svg
      className={css.strip}
      width={days * STEP}
      height={SQUARE}
      viewBox={`0 0 ${days * STEP} ${SQUARE}`}
      role="img"
      aria-label={`${calendar.source}: ${whole}`}
    >
      {shown.map((date, place) => (
        <rect
          key={date}
          x={(days - shown.length + place) * STEP}
          width={SQUARE}
          height={SQUARE}
          rx={1}
          className={css.day}
          data-state={calendar.states[first + place]}
        >
          <title>{day(first + place)}</title>
        </rect>
      ))}
    </svg>
  );
}

interface Month {
  name: string;
  cells: { at: number; week: number; weekday: number }[];
}

/** Months of a calendar; a week is a column and Monday stands on top. */
function monthsOf(calendar: Calendar): Month[] {
  const found: Month[] = [];
  calendar.days.forEach((date, at) => {
    const [year = 0, month = 1, day = 1] = date.split("-").map(Number);
    const name = date.slice(0, 7);
    if (found.at(-1)?.name !== name) found.push({ name, cells: [] });
    const begin = (new Date(year, month - 1, 1).getDay() + 6) % 7;
    found.at(-1)?.cells.push({
      at,
      week: Math.floor((begin + day - 1) / 7),
      weekday: (begin + day - 1) % 7,
    });
  });
  return found;
}

const BIG = 15;
const BIG_STEP = 18;

/** A year of a source, month by month. */
export function DayYear({ calendar }: { calendar: Calendar }) {
  const f = useFormat();
  const { day, whole } = useTold(calendar);
  return (
    <div className={css.year} role="img" aria-label={`${calendar.source}: ${whole}`}>
      {monthsOf(calendar).map((month) => (
        <div key={month.name} className={css.month}>
          <span className={css.name}>{f.month(`${month.name}-01`)}</span>
          <svg width={6 * BIG_STEP} height={7 * BIG_STEP} aria-hidden="true">
            {month.cells.map(({ at, week, weekday }) => (
              <rect
                key={at}
                x={week * BIG_STEP}
                y={weekday * BIG_STEP}
                width={BIG}
                height={BIG}
                rx={2}
                className={css.day}
                data-state={calendar.states[at]}
              >
                <title>{day(at)}</title>
              </rect>
            ))}
          </svg>
        </div>
      ))}
    </div>
  );
}

export function DayLegend() {
  const t = useWords(words);
  return (
    <ul className={css.legend} aria-label={t("legend")}>
      {DAY_STATES.map((state) => (
        <li key={state}>
          <svg width={SQUARE} height={SQUARE} aria-hidden="true">
            <rect width={SQUARE} height={SQUARE} rx={1} className={css.day} data-state={state} />
          </svg>
          {t(`day_${state}`)}
        </li>
      ))}
    </ul>
  );
}
