// A real OpenID provider for the tests: certified, strict, with its own log-in and consent pages.
// node server.js PORT CALLBACK…; GET /people/SUB?email=…&verified=yes says who somebody is.
import * as jose from "jose";
import Provider from "oidc-provider";

const [port, ...callbacks] = process.argv.slice(2);
const { privateKey } = await jose.generateKeyPair("RS256", { extractable: true });
const key = { ...(await jose.exportJWK(privateKey)), use: "sig", alg: "RS256", kid: "of-the-tests" };

const people = new Map();

function account(sub) {
  const about = people.get(sub) || {};
  const claims = { sub, email: about.email, email_verified: about.verified === "yes" };
  return { accountId: sub, claims: () => ({ ...claims, given_name: "Ola", family_name: "Sowa" }) };
}

const provider = new Provider(`http://127.0.0.1:${port}`, {
  jwks: { keys: [key] },
  clients: [
    {
      client_id: "orbita",
      client_secret: "the secret of the tests",
      redirect_uris: callbacks,
      token_endpoint_auth_method: "client_secret_basic",
    },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["given_name", "family_name"] },
  pkce: { required: () => true },
  cookies: { keys: ["only of the tests"] },
  features: { devInteractions: { enabled: true } },
  findAccount: (_context, sub) => account(sub),
});

provider.use(async (context, next) => {
  if (!context.path.startsWith("/people/")) return next();
  people.set(context.path.slice("/people/".length), context.query);
  context.body = "known";
});

provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
