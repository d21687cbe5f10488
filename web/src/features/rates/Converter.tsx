/** An amount of one currency in another. */

import { ArrowLeftRight } from "lucide-react";
import { useState } from "react";
import { useFormat } from "@/lib/useFormat";
import { useWords } from "@/lib/words";
import { IconButton } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { Panel } from "@/ui/Panel";
import { Select } from "@/ui/Select";
import { type Currency, converted, currencyName, REAL, typedNumber } from "./figures";
import css from "./rates.module.css";
import { words } from "./words";

export function Converter({ currencies }: { currencies: readonly Currency[] }) {
  const t = useWords(words);
  const f = useFormat();
  const [text, setText] = useState(f.number(1000, 2));
  const [from, setFrom] = useState(currencies[0]?.code ?? REAL);
  const [to, setTo] = useState(REAL);
  const amount = typedNumber(text, f.language);
  const result = converted(amount, from, to, currencies);
  const choices = [REAL, ...currencies.map((one) => one.code)].map((code) => ({
    value: code,
    label: code,
    note: currencyName(code, f.language),
  }));
  const oldest = currencies.map((one) => one.ref_date).sort()[0];
  return (
    <Panel title={t("converter")} note={t("converterNote", { date: f.date(oldest) })}>
      <div className={css.converter}>
        <Field
          label={t("amount")}
          inputMode="decimal"
          value={text}
          onChange={(event) => setText(event.target.value)}
          error={Number.isNaN(amount) ? t("amountWrong") : undefined}
        />
        <Select label={t("from")} labelled value={from} choices={choices} onChange={setFrom} />
        <IconButton
          label={t("swap")}
          icon={<ArrowLeftRight size={16} aria-hidden={true} />}
          onClick={() => {
            setFrom(to);
            setTo(from);
          }}
        />
        <Select label={t("to")} labelled value={to} choices={choices} onChange={setTo} />
      </div>
      <output className={css.result} aria-live="polite">
        <span className="quiet">{f.money(Number.isNaN(amount) ? null : amount, from)} =</span>
        <strong className="num">{f.money(result, to)}</strong>
      </output>
    </Panel>
  );
}
