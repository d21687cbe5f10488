declare module "plotly.js/lib/locales/pt-br" {
  import type { PlotlyModule } from "plotly.js";

  const locale: PlotlyModule & { format: { months: string[]; shortMonths: string[] } };
  export default locale;
}
