// Sets theme, density and language before the first paint, so that nothing flashes.
(() => {
  let kept = {};
  try {
    kept = JSON.parse(localStorage.getItem("lastro.preferences") ?? "{}");
  } catch {
    // An unreadable or forbidden store means the defaults.
  }
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const root = document.documentElement;
  root.dataset.theme = kept.theme && kept.theme !== "system" ? kept.theme : dark ? "dark" : "light";
  root.dataset.density = kept.density ?? "comfortable";
  root.dataset.palette = kept.palette ?? "classic";
  root.dataset.rail = kept.rail ?? "open";
  root.lang = kept.language ?? "pt-BR";
})();
