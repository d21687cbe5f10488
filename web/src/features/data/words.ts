/** Words of the data house. */

import { defineWords } from "@/lib/words";
import { en } from "./words.en";
import { pt } from "./words.pt";

export const words = defineWords({ "pt-BR": pt, en });
