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
  );
  await shot("unreachable");
  stopped = false;
  await failure.getByRole("button").click();
  await expect(app.getByText(says(locale, "Selic (meta)", "Selic (target)")).first()).toBeVisible();
});
