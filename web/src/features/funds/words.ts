/** Words of the pages of funds, in both languages. */

import { defineWords } from "@/lib/words";
import { english } from "./english";
import { portuguese } from "./portuguese";

export const words = defineWords({ "pt-BR": portuguese, en: english });
