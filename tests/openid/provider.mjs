// A real OpenID provider for the tests: oidc-provider, on the loopback address. Whoever signs in types who
// they want to be; what is said of them stands in the name: one with "unverified" has an address that the
// provider does not vouch for, "strong" signs in with two factors, as whoever sends "two" does.
//
// node provider.mjs FOLDER ADDRESS: FOLDER holds node_modules, and ADDRESS is that of the service that people
// are sent back to. Prints the port and serves until it is ended. Under
// /test/ a test turns the keys, lets time pass, and reads what was asked for.
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';

const [folder, address] = process.argv.slice(2);
const from = (path) => import(pathToFileURL(`${folder}/node_modules/${path}`));
const { default: Provider } = await from('oidc-provider/lib/index.js');
const { SignJWT } = await from('jose/dist/webapi/index.js');

const key = (kid) => ({
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
  kid, use: 'sig', alg: 'RS256',
});
const asserting = generateKeyPairSync('rsa', { modulusLength: 2048 });
const back = ['here', 'there'].map((key) => `${address}/account/sign-in/${key}/return`);
const clients = [
  {
    client_id: 'by-secret',
    client_secret: 'a-secret-of-the-tests-that-is-long-enough',
    redirect_uris: back,
    post_logout_redirect_uris: [`${address}/account/sign-in`],
  },
  {
    client_id: 'by-key',
    redirect_uris: back,
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [{ ...asserting.publicKey.export({ format: 'jwk' }), kid: 'ours', use: 'sig' }] },
  },
];

// `sub` is the name that was typed, and in every other way a person as a provider describes them
const claims = (sub) => ({
  sub,
  email: `${sub.replace('-unverified', '').replace('-strong', '').replace('-other', '')}@example.org`,
  email_verified: !sub.includes('unverified'),
});

const configuration = (keys) => ({
  clients,
  jwks: { keys },
  cookies: { keys: ['of the tests'] },
  acrValues: ['one', 'two'],
  claims: { openid: ['sub', 'acr', 'amr'], email: ['email', 'email_verified'] },
  conformIdTokenClaims: true,
  features: {
    devInteractions: { enabled: false },
    rpInitiatedLogout: { enabled: true },
    backchannelLogout: { enabled: true },
  },
  findAccount: (_, sub) => ({ accountId: sub, claims: () => claims(sub) }),
  interactions: { url: (_, interaction) => `/type/${interaction.uid}` },
  ttl: { Session: 600, Grant: 600, Interaction: 600, AccessToken: 600, IdToken: 600, AuthorizationCode: 60 },
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope('openid email');
    await grant.save();
    return grant;
  },
});

let provider, serve, current;
let issuer = '';
const make = (keys) => {
  [current] = keys;
  provider = new Provider(issuer, configuration(keys));
  serve = provider.callback();
};

const read = async (request) => {
  let body = '';
  for await (const part of request) body += part;
  return new URLSearchParams(body);
};

// what the provider sends by itself when somebody has signed out
const notice = (url) => new SignJWT({ events: { 'http://schemas.openid.net/event/backchannel-logout': {} } })
  .setProtectedHeader({ alg: 'RS256', kid: current.kid, typ: 'logout+jwt' })
  .setIssuer(issuer).setAudience('by-secret').setSubject(url.searchParams.get('sub'))
  .setIssuedAt().setJti(String(Math.random())).setExpirationTime('2m')
  .sign(createPrivateKey({ key: current, format: 'jwk' }));

const routes = {
  async type(request, response) {
    const { prompt } = await provider.interactionDetails(request, response);
    if (request.method === 'POST') {
      const typed = await read(request);
      const sub = typed.get('sub');
      const strong = sub.includes('strong') || typed.has('two');
      const result = typed.has('cancel')
        ? { error: 'access_denied', error_description: 'broken off' }
        : { login: { accountId: sub, acr: strong ? 'two' : 'one', amr: strong ? ['pwd', 'otp'] : ['pwd'] } };
      await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
      return;
    }
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><html lang="en"><title>Provider</title><h1>Provider: ${prompt.name}</h1>
      <form method="post"><label>Who <input name="sub"></label>
      <button>Sign in</button><button name="cancel" value="1">Cancel</button></form>`);
  },
  async test(request, response) {
    if (request.url === '/test/turn-keys') make([key(`turned-${Date.now()}`)]);
    if (request.url.startsWith('/test/notice')) response.write(await notice(new URL(request.url, issuer)));
    if (request.url === '/test/key') response.write(asserting.privateKey.export({ format: 'pem', type: 'pkcs8' }));
    response.end();
  },
};

const server = createServer(async (request, response) => {
  const route = routes[request.url.split('/')[1]];
  try {
    if (route) await route(request, response);
    else await serve(request, response);
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error));
  }
});
server.listen(0, '127.0.0.1', () => {
  issuer = `http://127.0.0.1:${server.address().port}`;
  make([key('first')]);
  process.stdout.write(`${server.address().port}\n`);
});
