/** The choice: official sources and how far back, or the simulated market. */

import { Link } from "@tanstack/react-router";
import { CloudOff, RotateCw } from "lucide-react";
import { useState } from "react";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { Button } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { ErrorWords } from "@/ui/ErrorState";
import { Columns, Span } from "@/ui/Page";
import { Panel } from "@/ui/Panel";
import { Select } from "@/ui/Select";
import { Toggle } from "@/ui/Toggle";
import { bytesOfAll } from "./plan";
import { recommended, Sources } from "./Sources";
import css from "./setup.module.css";
import { begin, type Setup } from "./useSetup";
import { words } from "./words";

type Market = "official" | "simulated";
const MONTHS = [3, 6, 13, 25, 61] as const;
const YEAR = 13;

export interface ChooseProps {
  setup: Setup;
  /** Asks who can be reached once more. */
  onRetry: () => void;
  onBegun: () => void;
}

export function Choose({ setup, onRetry, onBegun }: ChooseProps) {
  const t = useWords(words);
  const only: Market | null =
    setup.simulated === null ? null : setup.simulated ? "simulated" : "official";
  const [market, setMarket] = useState<Market>(only ?? (setup.online ? "official" : "simulated"));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => recommended(setup.sources));
  const [months, setMonths] = useState<number>(YEAR);
  return (
    <Columns>
      <Span of={7}>
        <Panel
          title={t("market")}
          actions={
            <Toggle
              label={t("market")}
              value={market}
              choices={[
                { value: "official", label: t("official") },
                { value: "simulated", label: t("simulated") },
              ]}
              onChange={setMarket}
            />
          }
        >
          {market === "official" ? (
            <>
              <Reach setup={setup} onRetry={onRetry} />
              <HowFar months={months} onChange={setMonths} />
              <Sources
                sources={setup.sources}
                chosen={chosen}
                months={months}
                online={setup.online}
                onChange={setChosen}
              />
            </>
          ) : (
            <Simulated />
          )}
        </Panel>
      </Span>
      <Span of={5}>
        <div className={css.sticky}>
          <PlanPanel
            setup={setup}
            market={market}
            chosen={chosen}
            months={months}
            locked={isLocked(setup, market)}
            onBegun={onBegun}
          />
        </div>
      </Span>
    </Columns>
  );
}

/** Whether the lake holds what may not be mixed with this market. */
function isLocked(setup: Setup, market: Market): boolean {
  if (setup.simulated === null) return false;
  if (market === "official") return setup.simulated;
  return !setup.simulated || setup.asked?.market !== "simulated";
}

/** Says who cannot be reached; nothing where everybody answers. */
function Reach({ setup, onRetry }: { setup: Setup; onRetry: () => void }) {
  const t = useWords(words);
  const silent = [
    ...new Set(setup.sources.filter((one) => !one.reachable).map((one) => one.publisher)),
  ];
  if (!silent.length) return null;
  return (
    <div className={css.notice} role="status">
      <CloudOff size={18} aria-hidden="true" />
      <div>
        <p className={css.strong}>
          {setup.online ? t("someOffline", { names: silent.join(", ") }) : t("offline")}
        </p>
        {!setup.online && <p>{t("offlineHint")}</p>}
      </div>
      <Button icon={<RotateCw size={14} aria-hidden="true" />} onClick={onRetry}>
        {t("tryAgain")}
      </Button>
    </div>
  );
}

function HowFar({ months, onChange }: { months: number; onChange: (months: number) => void }) {
  const t = useWords(words);
  const long = { 13: t("months13"), 25: t("months25"), 61: t("months61") } as const;
  return (
    <div className={css.far}>
      <Select
        label={t("howFar")}
        labelled
        value={String(months)}
        choices={MONTHS.map((n) => ({
          value: String(n),
          label: n in long ? long[n as keyof typeof long] : t("months", { n }),
        }))}
        onChange={(value) => onChange(Number(value))}
      />
      <p className="quiet small">{t("howFarNote")}</p>
    </div>
  );
}

function Simulated() {
  const t = useWords(words);
  return (
    <div className={css.simulated}>
      <p>{t("simulatedWhat")}</p>
      <p>
        <Chip tone="simulated">{t("simulated")}</Chip> {t("simulatedMark")}
      </p>
      <p className="quiet">{t("simulatedAlone")}</p>
    </div>
  );
}

interface PlanProps {
  setup: Setup;
  market: Market;
  chosen: ReadonlySet<string>;
  months: number;
  /** Whether the lake holds the other market. */
  locked: boolean;
  onBegun: () => void;
}

function PlanPanel({ setup, market, chosen, months, locked, onBegun }: PlanProps) {
  const t = useWords(words);
  const f = useFormat();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const official = market === "official";
  const start = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await begin(
        official ? { market, sources: [...chosen], months } : { market: "simulated" as const },
      );
      onBegun();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  if (locked) return <Locked simulated={setup.simulated === true} official={official} />;
  const size = f.bytes(bytesOfAll(setup.sources, chosen, months));
  return (
    <Panel title={t("plan")}>
      {official && (
        <p className={css.strong}>
          {chosen.size ? t("planOfficial", { n: chosen.size, size }) : t("planNone")}
        </p>
      )}
      <ol className={css.steps}>
        <li>{t("step1")}</li>
        <li>{t("step2")}</li>
        <li>{t("step3")}</li>
      </ol>
      <div className={css.start}>
        <Button
          look="main"
          busy={busy}
          disabled={official && !chosen.size}
          onClick={() => void start()}
        >
          {official ? t("start") : t("startSimulated")}
        </Button>
      </div>
      {failure !== null && <ErrorWords error={failure} />}
    </Panel>
  );
}

function Locked({ simulated, official }: { simulated: boolean; official: boolean }) {
  const t = useWords(words);
  const folder = official ? t("folderOfficial") : t("folderSimulated");
  return (
    <Panel title={simulated ? t("locked") : t("lockedOfficial")}>
      <p>{t("simulatedAlone")}</p>
      <p className={css.elsewhere}>
        {t("elsewhere")} <code className="mono">lastro --lake {folder} up</code>
      </p>
      <p className={css.start}>
        <Link to="/" className={css.home}>
          {t("home")}
        </Link>
      </p>
    </Panel>
  );
}
