/** B3's names of events, as people write them; what is not known here is shown as B3 writes it. */

import { useCallback } from "react";
import { usePreferences } from "@/lib/preferences";

const LABELS: Record<string, { "pt-BR": string; en: string }> = {
  DIVIDENDO: { "pt-BR": "Dividendo", en: "Dividend" },
  "JRS CAP PROPRIO": { "pt-BR": "Juros sobre capital próprio", en: "Interest on equity" },
  RENDIMENTO: { "pt-BR": "Rendimento", en: "Income" },
  "REST CAP DIN": { "pt-BR": "Restituição de capital", en: "Return of capital" },
  "AMORTIZACAO RF": { "pt-BR": "Amortização", en: "Amortisation" },
  "AT MONETARIA": { "pt-BR": "Atualização monetária", en: "Monetary correction" },
  DESDOBRAMENTO: { "pt-BR": "Desdobramento", en: "Split" },
  GRUPAMENTO: { "pt-BR": "Grupamento", en: "Reverse split" },
  BONIFICACAO: { "pt-BR": "Bonificação", en: "Bonus" },
  SUBSCRICAO: { "pt-BR": "Subscrição", en: "Subscription" },
  "SUBS C/ RENUNC": { "pt-BR": "Subscrição com renúncia", en: "Subscription with waiver" },
  "PRIORIDADE SUBS": { "pt-BR": "Prioridade de subscrição", en: "Priority subscription" },
};

export function useLabel(): (label: string) => string {
  const { language } = usePreferences();
  return useCallback((label: string) => LABELS[label]?.[language] ?? label, [language]);
}
