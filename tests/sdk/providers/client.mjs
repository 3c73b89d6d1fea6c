// An application on openid-client, a certified relying party: it prints where to send the browser, reads a line with the
// URL that the browser came back with, and prints what it learned, as JSON, a line each.
import * as oidc from 'openid-client';
import { createInterface } from 'node:readline';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, PARAMETERS } = process.env;
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const line = async () => (await lines.next()).value;
const tell = (name, value) => console.log(JSON.stringify({ [name]: value }));

const config = await oidc.discovery(new URL(ISSUER), CLIENT_ID, CLIENT_SECRET);
const verifier = oidc.randomPKCECodeVerifier();
const expected = { pkceCodeVerifier: verifier, expectedState: oidc.randomState(), expectedNonce: oidc.randomNonce(),
                   idTokenExpected: true };
const parameters = { redirect_uri: REDIRECT_URI, scope: 'openid profile email offline_access',
                     state: expected.expectedState, nonce: expected.expectedNonce, code_challenge_method: 'S256',
                     code_challenge: await oidc.calculatePKCECodeChallenge(verifier), ...JSON.parse(PARAMETERS) };
tell('authorization_url', oidc.buildAuthorizationUrl(config, parameters));
const tokens = await oidc.authorizationCodeGrant(config, new URL(await line()), expected);
tell('claims', tokens.claims());
tell('user_info', await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims().sub));
const renewed = await oidc.refreshTokenGrant(config, tokens.refresh_token);
tell('renewed', renewed.claims());
tell('active', (await oidc.tokenIntrospection(config, renewed.access_token)).active);
await oidc.tokenRevocation(config, renewed.refresh_token);
tell('refused', await oidc.refreshTokenGrant(config, renewed.refresh_token).then(() => null, (error) => error.error));
tell('pushed_url', await oidc.buildAuthorizationUrlWithPAR(config, parameters));
tell('logout_url', oidc.buildEndSessionUrl(config, { id_token_hint: tokens.id_token }));
