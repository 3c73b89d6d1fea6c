// An OpenID provider for one test: npm oidc-provider, in memory, on loopback. PROVIDER is JSON: `clients` as oidc-provider
// takes them, `port` (0: any), `user_info_only` (the ID token says no more than who it is about), `claims` of everybody.
// Any login name and password will do; the name is the subject.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const asked = JSON.parse(process.env.PROVIDER);

// New keys at every start, as after a rotation that nobody announced.
function key(alg, type, options) {
  const { privateKey } = generateKeyPairSync(type, options);
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg, kid: `${alg}-${randomBytes(4).toString('hex')}` };
}

const server = createServer((request, response) => handle(request, response));
let handle;

server.listen(asked.port ?? 0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: asked.clients,
    jwks: { keys: [key('RS256', 'rsa', { modulusLength: 2048 }), key('ES256', 'ec', { namedCurve: 'P-256' })] },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none'],
    conformIdTokenClaims: asked.user_info_only ?? false,
    scopes: ['openid', 'email', 'profile', 'groups'],
    claims: { openid: ['sub', 'sid'], email: ['email', 'email_verified'], groups: ['groups'],
              profile: ['name', 'given_name', 'family_name', 'preferred_username', 'locale'] },
    pkce: { required: () => true },
    features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true },
                rpInitiatedLogout: { enabled: true } },
    // Doorward is on loopback, where the provider's own client would not go.
    fetch: (url, options) => globalThis.fetch(url, { ...options, dispatcher: undefined }),
    cookies: { keys: [randomBytes(16).toString('hex')] },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({
      sub: id, email: `${id}@corp.test`, email_verified: true, name: `User ${id}`, given_name: 'User', family_name: id,
      preferred_username: id, locale: 'de', groups: ['engineering', 'admins'], ...asked.claims }) }),
    // Nobody is asked for consent.
    async loadExistingGrant(context) {
      const grant = new context.oidc.provider.Grant({ clientId: context.oidc.client.clientId,
                                                      accountId: context.oidc.session.accountId });
      grant.addOIDCScope('openid email profile groups');
      await grant.save();
      return grant;
    },
  });
  const callback = provider.callback();
  handle = (request, response) => {
    // What was asked, for the tests: the path alone, since queries and bodies hold codes and secrets.
    console.log('asked', request.method, new URL(request.url, issuer).pathname);
    callback(request, response);
  };
  provider.on('server_error', (_context, error) => console.error(error));
  provider.on('grant.error', (_context, error) => console.error('grant', error.message, error.error_detail, error.cause));
  provider.on('backchannel.success', (_context, client, subject) => console.log('logged out', subject));
  provider.on('backchannel.error', (_context, error) => console.error('backchannel', error.message));
  console.log('listening on', server.address().port);
});
