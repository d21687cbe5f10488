import { expect, says, settled, test } from "./app";

test("without a network the last answer stays, and the page says so", async ({
  app,
  context,
  locale,
  shot,
  accessible,
}) => {
  await app.goto("/");
  await settled(app);
  await expect(app.getByText("Ibovespa").first()).toBeVisible();
  await context.setOffline(true);
  const notice = says(locale, "Sem rede", "No network");
  await expect(app.getByText(notice)).toBeVisible();
  await expect(app.getByText("Ibovespa").first()).toBeVisible();
  await shot("offline");
  await accessible();
  await context.setOffline(false);
  await expect(app.getByText(notice)).toHaveCount(0);
});

test("a server that stops while one reads leaves the answer, with its age", async ({
  app,
  locale,
  shot,
  accessible,
}) => {
  await app.clock.install();
  await app.goto("/");
  await settled(app);
  await expect(app.getByText("Ibovespa").first()).toBeVisible();
  await app.route("**/api/**", (route) => route.abort("connectionrefused"));
  await app.clock.fastForward("05:00");
  // Coming back to the tab asks anew; the two retries wait seconds that nobody sits through.
  await app.evaluate(() => dispatchEvent(new Event("visibilitychange")));
  const old = app.getByText(
    locale === "en" ? /What is on screen is from \d+ min/ : /O que está na tela é de .*\d+ min/,
  );
  await expect(async () => {
    await app.clock.runFor(5_000);
    await expect(old.first()).toBeVisible({ timeout: 500 });
  }).toPass();
  await expect(app.getByText("Ibovespa").first()).toBeVisible();
  await shot("server-stopped");
  await accessible();
  await app.unroute("**/api/**");
  const retry = says(locale, "Tentar de novo", "Try again");
  const before = await old.count();
  await app.getByRole("button", { name: retry }).first().click();
  await expect.poll(() => old.count()).toBeLessThan(before);
});

test("a server that does not answer at first is asked again by a button", async ({
  app,
  locale,
  shot,
}) => {
  let stopped = true;
  await app.route("**/api/v1/rates**", (route) =>
    stopped ? route.abort("connectionrefused") : route.continue(),
  );
  await app.goto("/rates");
  const failure = app.getByRole("alert").first();
  await expect(failure).toContainText(
    says(locale, "O servidor não respondeu", "The server did not answer"),
    { timeout: 20_000 }, // it is asked three times first
  );
  await shot("unreachable");
  stopped = false;
  await failure.getByRole("button").click();
  await expect(app.getByText(says(locale, "Selic (meta)", "Selic (target)")).first()).toBeVisible();
});
