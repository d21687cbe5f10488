// An OpenID provider on loopback. Takes one JSON object as its argument:
// { port, client_id, client_secret, redirect, accounts: { login: claims } }
import Provider from "oidc-provider";

const given = JSON.parse(process.argv[2]);
const provider = new Provider(`http://127.0.0.1:${given.port}`, {
  clients: [
    {
      client_id: given.client_id,
      client_secret: given.client_secret,
      redirect_uris: [given.redirect],
      response_types: ["code"],
      grant_types: ["authorization_code"],
    },
  ],
  cookies: { keys: ["a key of a provider that lives for one test run"] },
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "groups"] },
  conformIdTokenClaims: false, // claims travel in the ID token, as firms' providers send them
  pkce: { required: () => true },
  findAccount: (_, login) =>
    given.accounts[login] && {
      accountId: login,
      claims: () => ({ sub: login, ...given.accounts[login] }),
    },
});
provider.listen(given.port, "127.0.0.1");
