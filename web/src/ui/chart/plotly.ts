/** Plotly with only the traces that we draw; loaded when the first chart is. */

import bar from "plotly.js/lib/bar";
import box from "plotly.js/lib/box";
import Plotly from "plotly.js/lib/core";
import heatmap from "plotly.js/lib/heatmap";
import ptBr from "plotly.js/lib/locales/pt-br";

// Months in Portuguese are written small.
const small = (names: string[]) => names.map((name) => name.toLowerCase());
const { format } = ptBr;
const portuguese = {
  ...ptBr,
  format: { ...format, months: small(format.months), shortMonths: small(format.shortMonths) },
};

Plotly.register([bar, box, heatmap, portuguese]);

export { Plotly };
