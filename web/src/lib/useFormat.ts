/** The formats of the chosen language. */

import { type Format, formatter } from "./format";
import { usePreferences } from "./preferences";

const formats = { "pt-BR": formatter("pt-BR"), en: formatter("en") };

export function useFormat(): Format {
  return formats[usePreferences().language];
}
