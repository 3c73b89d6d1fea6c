// What an application does with the published SDK. Each case gets an Application on one base URL.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import {
  ScalekitBadRequestException, ScalekitConflictException, ScalekitNotFoundException, ScalekitNotImplementedException,
  WebhookVerificationError,
} from '@scalekit-sdk/node';
import { Browser, unique } from './application.js';
import { waitFor } from './waiting.js';

const UNKNOWN_ORGANIZATION = 'org_99999999999999999';

// scalekit.v1.domains, which the SDK does not export.
const ORGANIZATION_DOMAIN = 2;
const VERIFIED = 2;
const AUTO_VERIFIED = 4;

function details(error) {
  assert.ok(error.unpackedDetails.length === 1, 'an ErrorInfo travels with every gRPC error');
  assert.equal(error.errorCode, error.unpackedDetails[0].errorCode);
  assert.ok(error.errorCode);
  return error.unpackedDetails[0];
}

async function refusal(promise, type) {
  const error = await promise.then(() => assert.fail('was not refused'), (e) => e);
  assert.ok(error instanceof type, `${error?.name}: ${error?.message}`);
  return error;
}

export const cases = {
  'the first call fetches its token by itself': async (app) => {
    const client = app.newClient();
    const { organizations } = await client.organization.listOrganization({ pageSize: 5 });
    assert.ok(organizations.length >= 1);
  },

  'wrong client credentials are told before any fault of the request': async (app) => {
    const client = app.newClient({ clientSecret: 'wrong' });
    const error = await client.organization.createOrganization('').catch((e) => e);
    assert.equal(error.response?.status ?? error.httpStatus, 401, error.stack);
  },

  'calls at the same time share connections': async (app) => {
    const client = app.newClient();
    const answers = await Promise.all(Array.from({ length: 40 }, () => client.organization.listOrganization({ pageSize: 1 })));
    assert.ok(answers.every(({ organizations }) => organizations.length === 1));
  },

  'the token verifies by the published keys': async (app) => {
    const claims = await app.scalekit.validateToken(await app.token());
    assert.equal(claims.client_id, app.clientId);
  },

  'a sign-in becomes a user; its tokens are refreshed, and signing out ends them': async (app) => {
    const callback = 'https://app.example.test/callback';
    const signedOut = 'https://app.example.test/bye';
    const client = await app.newSignIn(callback, signedOut);
    const url = client.getAuthorizationUrl(callback, { scopes: ['openid', 'profile', 'email', 'offline_access'],
                                                       state: 'st', loginHint: 'ann@example.com' });
    const back = await app.signIn(url, 'ann@example.com');
    assert.equal(back.searchParams.get('state'), 'st');
    const first = await client.authenticateWithCode(back.searchParams.get('code'), callback);
    assert.equal(first.user.email, 'ann@example.com');
    assert.equal(first.expiresIn, 899);
    const claims = await client.validateToken(first.idToken);
    assert.equal(claims.sub, first.user.id);
    assert.ok(await client.validateAccessToken(first.accessToken));
    const second = await client.refreshAccessToken(first.refreshToken);
    assert.notEqual(second.refreshToken, first.refreshToken);
    assert.ok(await client.validateAccessToken(second.accessToken));
    const logout = client.getLogoutUrl({ idTokenHint: first.idToken, postLogoutRedirectUri: signedOut, state: 'over' });
    assert.equal(await new Browser().follow(logout), `${signedOut}?state=over`);
    await assert.rejects(client.refreshAccessToken(second.refreshToken));
  },

  'a sign-in with PKCE needs its verifier': async (app) => {
    const callback = 'https://app.example.test/callback';
    const client = await app.newSignIn(callback, 'https://app.example.test/bye');
    const codeVerifier = randomBytes(32).toString('base64url');
    const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
    const code = async () => {
      const url = client.getAuthorizationUrl(callback, { loginHint: 'ann@example.com', codeChallenge,
                                                         codeChallengeMethod: 'S256' });
      return (await app.signIn(url, 'ann@example.com')).searchParams.get('code');
    };
    const signedIn = await client.authenticateWithCode(await code(), callback, { codeVerifier });
    assert.equal(signedIn.user.email, 'ann@example.com');
    for (const wrong of [{}, { codeVerifier: `${codeVerifier.slice(0, -4)}xxxx` }]) {
      await assert.rejects(client.authenticateWithCode(await code(), callback, wrong));
    }
  },

  // The SDK fetches the set once in the life of a process and never again, whatever key a token names.
  'a key set fetched once verifies tokens across a rotation': async (app) => {
    const signer = (token) => JSON.parse(Buffer.from(token.split('.')[0], 'base64url')).kid;
    await waitFor(async () => (await app.keys()).filter(({ alg }) => alg === 'RS256').length > 1, 'the next key');
    const client = app.newClient();
    const before = await app.token();
    await client.validateToken(before);
    await app.rotateSigningKeys();
    const after = await waitFor(async () => {
      const token = await app.token();
      return signer(token) !== signer(before) && token;
    }, 'a token under the new key');
    for (const token of [before, after]) {
      assert.equal((await client.validateToken(token)).client_id, app.clientId);
    }
  },

  'createOrganization and getOrganization': async (app) => {
    const externalId = unique('ext');
    const { organization } = await app.scalekit.organization.createOrganization('Größe & Co', { externalId });
    assert.match(organization.id, /^org_\d+$/);
    assert.equal(organization.displayName, 'Größe & Co');
    assert.ok(organization.createTime.seconds > 1_700_000_000n);
    const byId = await app.scalekit.organization.getOrganization(organization.id);
    assert.deepEqual(byId.organization, organization);
    const byExternalId = await app.scalekit.organization.getOrganizationByExternalId(externalId);
    assert.equal(byExternalId.organization.id, organization.id);
  },

  'listOrganization pages through everything once': async (app) => {
    const made = [];
    for (let n = 0; n < 5; n += 1) {
      made.push((await app.scalekit.organization.createOrganization(unique('Page'))).organization.id);
    }
    const seen = [];
    let pageToken = '';
    do {
      const page = await app.scalekit.organization.listOrganization({ pageSize: 2, pageToken });
      assert.ok(page.organizations.length <= 2 && page.totalSize >= 5);
      seen.push(...page.organizations.map(({ id }) => id));
      pageToken = page.nextPageToken;
    } while (pageToken);
    assert.equal(new Set(seen).size, seen.length);
    assert.deepEqual(seen.filter((id) => made.includes(id)), made.toReversed());
  },

  'lists go back as they came': async (app) => {
    for (let n = 0; n < 5; n += 1) await app.scalekit.organization.createOrganization(unique('Back'));
    const tenant = await app.tenant();
    for (let n = 0; n < 5; n += 1) await tenant.pushGroup(`group${n}`, [await tenant.pushUser(`user${n}`)]);
    const ids = [tenant.organization.id, tenant.directory.id];
    const lists = {
      organizations: (options) => app.scalekit.organization.listOrganization(options),
      users: (options) => app.scalekit.directory.listDirectoryUsers(...ids, options),
      groups: (options) => app.scalekit.directory.listDirectoryGroups(...ids, options),
    };
    for (const [items, list] of Object.entries(lists)) {
      const first = await list({ pageSize: 2 });
      const second = await list({ pageSize: 2, pageToken: first.nextPageToken });
      const back = await list({ pageSize: 2, pageToken: second.prevPageToken });
      assert.equal(first.prevPageToken, '');
      assert.deepEqual(back[items].map(({ id }) => id), first[items].map(({ id }) => id), items);
    }
  },

  'metadata is kept and replaced as a whole': async (app) => {
    const { organization } = await app.scalekit.organization.createOrganization(unique('Metadata'));
    const update = async (metadata) =>
      (await app.scalekit.organization.updateOrganization(organization.id, { metadata })).organization.metadata;
    assert.deepEqual(await update({ plan: 'enterprise', contract: 'no 7' }), { plan: 'enterprise', contract: 'no 7' });
    assert.deepEqual(await update({ plan: 'free' }), { plan: 'free' });
    const error = await refusal(update({ no: 'too short a key' }), ScalekitBadRequestException);
    assert.ok(details(error).validationErrorInfo.fieldViolations.some(({ field }) => field.includes('metadata')));
  },

  'a stale token is replaced by the next call': async (app) => {
    const client = app.newClient();
    await client.organization.listOrganization({ pageSize: 1 });
    client.coreClient.accessToken = 'stale';
    assert.equal((await client.organization.listOrganization({ pageSize: 1 })).organizations.length, 1);
    assert.notEqual(client.coreClient.accessToken, 'stale');
  },

  'updateOrganization keeps what is not given': async (app) => {
    const externalId = unique('ext');
    const { organization } = await app.scalekit.organization.createOrganization('Before', { externalId });
    const updated = await app.scalekit.organization.updateOrganization(organization.id, { displayName: 'After' });
    assert.equal(updated.organization.displayName, 'After');
    assert.equal(updated.organization.externalId, externalId);
    const again = await app.scalekit.organization.updateOrganizationByExternalId(externalId, { displayName: 'Again' });
    assert.equal(again.organization.id, organization.id);
    assert.equal(again.organization.displayName, 'Again');
  },

  'deleteOrganization, then not found': async (app) => {
    const { organization } = await app.scalekit.organization.createOrganization('Gone');
    await app.scalekit.organization.deleteOrganization(organization.id);
    const error = await refusal(app.scalekit.organization.getOrganization(organization.id), ScalekitNotFoundException);
    assert.equal(error.httpStatus, 404);
    details(error);
  },

  'a field rule comes back as a bad request with the field': async (app) => {
    const error = await refusal(app.scalekit.organization.createOrganization(''), ScalekitBadRequestException);
    const violations = details(error).validationErrorInfo.fieldViolations;
    assert.ok(violations.some(({ field }) => field.includes('display_name')), JSON.stringify(violations));
    assert.ok(violations.every(({ description, constraint }) => description && constraint));
  },

  'a taken external id is a conflict': async (app) => {
    const externalId = unique('ext');
    await app.scalekit.organization.createOrganization('First', { externalId });
    const error = await refusal(app.scalekit.organization.createOrganization('Second', { externalId }),
                                ScalekitConflictException);
    assert.match(error.message.toLowerCase(), /external|duplicate|already exists/);
    details(error);
  },

  'a slug and a logo are set and taken away': async (app) => {
    const slug = unique('acme');
    const logoUrl = 'https://example.test/logo.png';
    const { organization } = await app.scalekit.organization.createOrganization('Acme', { slug, logoUrl });
    assert.deepEqual([organization.slug, organization.logoUrl], [slug, logoUrl]);
    const error = await refusal(app.scalekit.organization.createOrganization('Second', { slug }), ScalekitConflictException);
    assert.equal(details(error).errorCode, 'SLUG_TAKEN');
    const cleared = await app.scalekit.organization.updateOrganization(organization.id, { slug: '', logoUrl: '' });
    assert.deepEqual([cleared.organization.slug ?? '', cleared.organization.logoUrl ?? ''], ['', '']);
  },

  'searchOrganization finds by any part of a name': async (app) => {
    const word = unique('needle');
    const made = [];
    for (const prefix of ['First', 'Second', 'Third']) {
      made.unshift((await app.scalekit.organization.createOrganization(`${prefix} ${word}`)).organization.id);
    }
    const first = await app.scalekit.organization.searchOrganization(word.toUpperCase(), 2);
    assert.deepEqual([first.totalSize, first.organizations.map(({ id }) => id)], [3, made.slice(0, 2)]);
    const second = await app.scalekit.organization.searchOrganization(word.toUpperCase(), 2, first.nextPageToken);
    assert.deepEqual(second.organizations.map(({ id }) => id), made.slice(2));
    await refusal(app.scalekit.organization.searchOrganization('ab'), ScalekitBadRequestException);
  },

  'features are switched, and others keep their value': async (app) => {
    const { organization } = await app.scalekit.organization.createOrganization(unique('Features'));
    const set = async (...features) => {
      const answer = await app.scalekit.organization.updateOrganizationSettings(organization.id, { features });
      return Object.fromEntries(answer.organization.settings.features.map(({ name, enabled }) => [name, enabled]));
    };
    assert.deepEqual(await set({ name: 'sso', enabled: true }, { name: 'dir_sync', enabled: true }),
                     { sso: true, dir_sync: true });
    assert.deepEqual(await set({ name: 'sso', enabled: false }), { sso: false, dir_sync: true });
  },

  'the cap of users is set and lifted': async (app) => {
    const { organization: client } = app.scalekit;
    const { organization } = await client.createOrganization(unique('Cap'));
    const read = async () => (await client.getOrganizationUserManagementSetting(organization.id)).settings?.maxAllowedUsers;
    assert.equal((await client.upsertUserManagementSettings(organization.id, { maxAllowedUsers: 50 })).maxAllowedUsers, 50);
    assert.equal(await read(), 50);
    await client.upsertUserManagementSettings(organization.id, { maxAllowedUsers: null });
    assert.equal((await read()) ?? 0, 0);
  },

  'a session policy of its own is set and given up': async (app) => {
    const { organization: client } = app.scalekit;
    const { organization } = await client.createOrganization(unique('Policy'));
    const MINUTES = 1;
    assert.equal((await client.getOrganizationSessionPolicy(organization.id)).policySource, 1);
    const changed = await client.updateOrganizationSessionPolicy(organization.id, {
      policySource: 'CUSTOM', absoluteSessionTimeout: 8, absoluteSessionTimeoutUnit: 'HOURS',
      idleSessionTimeoutEnabled: true, idleSessionTimeout: 45, idleSessionTimeoutUnit: 'MINUTES',
    });
    assert.deepEqual([changed.policySource, changed.absoluteSessionTimeout, changed.absoluteSessionTimeoutUnit],
                     [2, 480, MINUTES]);
    assert.deepEqual([changed.idleSessionTimeoutEnabled, changed.idleSessionTimeout], [true, 45]);
    assert.deepEqual(await client.getOrganizationSessionPolicy(organization.id), changed);
    const back = await client.updateOrganizationSessionPolicy(organization.id, { policySource: 'APPLICATION' });
    assert.deepEqual([back.policySource, back.absoluteSessionTimeout], [1, undefined]);
    await refusal(client.updateOrganizationSessionPolicy(organization.id, {
      policySource: 'CUSTOM', absoluteSessionTimeout: 60, absoluteSessionTimeoutUnit: 'MINUTES',
      idleSessionTimeoutEnabled: true, idleSessionTimeout: 61, idleSessionTimeoutUnit: 'MINUTES',
    }), ScalekitBadRequestException);
  },

  'a method that is not built yet says so': async (app) => {
    const error = await refusal(app.scalekit.role.listRoles(), ScalekitNotImplementedException);
    assert.equal(error.httpStatus, 501);
    details(error);
  },

  'a directory is made, found, switched off and on, and deleted': async (app) => {
    const { organization, directory } = await app.tenant();
    const sdk = app.scalekit.directory;
    assert.equal(directory.enabled, true);
    assert.match(directory.directoryEndpoint, new RegExp(`/directory/${directory.id}/scim/v2$`));
    const read = await sdk.getDirectory(organization.id, directory.id);
    assert.equal(read.directory.id, directory.id);
    assert.ok(read.directory.stats);
    assert.equal(read.directory.secrets.length, 1);
    assert.equal((await sdk.listDirectories(organization.id)).directories.length, 1);

    const second = (await sdk.createDirectory(organization.id, { directoryType: 1 })).directory;
    const primary = async () => (await sdk.getPrimaryDirectoryByOrganizationId(organization.id)).id;
    assert.equal(await primary(), directory.id, 'the oldest');
    assert.equal((await sdk.disableDirectory(organization.id, directory.id)).enabled, false);
    assert.equal(await primary(), second.id, 'the enabled one');
    assert.equal((await sdk.enableDirectory(organization.id, directory.id)).enabled, true);
    assert.equal(await primary(), directory.id);

    const error = await refusal(sdk.deleteDirectory(organization.id, directory.id), ScalekitBadRequestException);
    assert.match(error.message, /directory is enabled/);
    assert.match(error.message, /disable/);
    await sdk.disableDirectory(organization.id, directory.id);
    await sdk.deleteDirectory(organization.id, directory.id);
    await refusal(sdk.getDirectory(organization.id, directory.id), ScalekitNotFoundException);
  },

  'a SAML connection says what its provider is told': async (app) => {
    const SAML = 2;
    const OKTA = 1;
    const { organization } = await app.scalekit.organization.createOrganization(unique('SAML'));
    const sdk = app.scalekit.connection;
    const { connection } = await sdk.createConnection(organization.id, { type: SAML, provider: OKTA, providerKey: '' });
    assert.equal(connection.settings.case, 'samlConfig');
    const { spEntityId, spAssertionUrl, spMetadataUrl, spSloUrl } = connection.settings.value;
    assert.match(spEntityId, new RegExp(`/sso/v1/saml/${connection.id}$`));
    assert.deepEqual([spAssertionUrl, spMetadataUrl, spSloUrl],
      [`${spEntityId}/callback`, `${spEntityId}/metadata`, `${spEntityId}/slo`]);
    assert.equal(connection.testConnectionUri, `${spEntityId}/test`);
    const error = await refusal(sdk.enableConnection(organization.id, connection.id), ScalekitBadRequestException);
    assert.equal(details(error).errorCode, 'CONNECTION_INCOMPLETE');
    assert.match(error.message, /idp_entity_id, idp_sso_url, idp_certificate/);
    const shown = (await sdk.getConnection(organization.id, connection.id)).connection;
    assert.equal(shown.settings.value.certificateId, connection.settings.value.certificateId);
  },

  'a connection is made as a draft, shown, listed and deleted': async (app) => {
    const OIDC = 1;
    const OKTA = 1;
    const { organization } = await app.scalekit.organization.createOrganization(unique('SSO'));
    const sdk = app.scalekit.connection;
    const { connection } = await sdk.createConnection(organization.id, { type: OIDC, provider: OKTA, providerKey: '' });
    assert.match(connection.id, /^conn_\d+$/);
    assert.deepEqual([connection.status, connection.enabled], [1, false]);
    assert.match(connection.testConnectionUri, new RegExp(`/sso/v1/oidc/${connection.id}/test$`));
    assert.equal(connection.settings.case, 'oidcConfig');
    assert.equal((await sdk.getConnection(organization.id, connection.id)).connection.id, connection.id);
    assert.deepEqual((await sdk.listConnections(organization.id)).connections, [], 'drafts serve nobody');
    assert.deepEqual((await sdk.listConnectionsByDomain('no-such-domain.example')).connections, []);
    const error = await refusal(sdk.enableConnection(organization.id, connection.id), ScalekitBadRequestException);
    assert.equal(details(error).errorCode, 'CONNECTION_INCOMPLETE');
    assert.equal((await sdk.disableConnection(organization.id, connection.id)).enabled, false);
    await sdk.deleteConnection(organization.id, connection.id);
    await refusal(sdk.getConnection(organization.id, connection.id), ScalekitNotFoundException);
  },

  'unknown ids are not found': async (app) => {
    const sdk = app.scalekit;
    await refusal(sdk.organization.getOrganization(UNKNOWN_ORGANIZATION), ScalekitNotFoundException);
    await refusal(sdk.directory.listDirectories(UNKNOWN_ORGANIZATION), ScalekitNotFoundException);
    const { organization } = await app.tenant();
    await refusal(sdk.directory.getDirectory(organization.id, 'dir_99999999999999999'), ScalekitNotFoundException);
  },

  'listDirectoryUsers and listDirectoryGroups with detail': async (app) => {
    const tenant = await app.tenant();
    const ann = await tenant.pushUser('ann', { title: 'Engineer' });
    await tenant.pushUser('bob');
    await tenant.pushGroup('Engineering', [ann]);
    const ids = [tenant.organization.id, tenant.directory.id];

    const plain = await app.scalekit.directory.listDirectoryUsers(...ids);
    assert.equal(plain.totalSize, 2);
    assert.ok(plain.users.every(({ userDetail }) => userDetail === undefined));
    const { users } = await app.scalekit.directory.listDirectoryUsers(...ids, { includeDetail: true });
    const found = users.find(({ email }) => email === 'ann@example.test');
    assert.match(found.id, /^diruser_\d+$/);
    assert.deepEqual([found.givenName, found.familyName, found.emails], ['ann', 'Example', ['ann@example.test']]);
    assert.equal(found.userDetail.title, 'Engineer');
    assert.deepEqual(found.groups.map(({ displayName }) => displayName), ['Engineering']);

    const { groups } = await app.scalekit.directory.listDirectoryGroups(...ids, { includeDetail: true });
    assert.match(groups[0].id, /^dirgroup_\d+$/);
    assert.deepEqual([groups[0].displayName, groups[0].totalUsers], ['Engineering', 1]);
    assert.ok(groups[0].groupDetail);
    const members = await app.scalekit.directory.listDirectoryUsers(...ids, { directoryGroupId: groups[0].id });
    assert.deepEqual(members.users.map(({ email }) => email), ['ann@example.test']);
  },

  'page sizes of the samples are accepted': async (app) => {
    const tenant = await app.tenant();
    for (let n = 0; n < 33; n += 1) await tenant.pushUser(`user${n}`);
    const ids = [tenant.organization.id, tenant.directory.id];
    const list = (options) => app.scalekit.directory.listDirectoryUsers(...ids, options);
    for (const pageSize of [30, 50, 100]) {
      const page = await list({ pageSize });
      assert.equal(page.users.length, Math.min(pageSize, 33));
    }
    const seen = [];
    let pageToken = '';
    do {
      const page = await list({ pageSize: 10, pageToken });
      seen.push(...page.users.map(({ id }) => id));
      pageToken = page.nextPageToken;
    } while (pageToken);
    assert.equal(new Set(seen).size, 33);
    assert.equal((await app.scalekit.directory.listDirectoryGroups(...ids, { pageSize: 25 })).groups.length, 0);
  },

  'updatedAfter narrows both lists': async (app) => {
    const tenant = await app.tenant();
    await tenant.pushUser('ann');
    const ids = [tenant.organization.id, tenant.directory.id];
    const year = 365 * 24 * 3600 * 1000;
    await tenant.pushGroup('Engineering');
    const { directory } = app.scalekit;
    for (const [time, count] of [[Date.now() - year, 1], [Date.now() + year, 0]]) {
      const updatedAfter = new Date(time).toISOString();
      assert.equal((await directory.listDirectoryUsers(...ids, { updatedAfter })).users.length, count);
      assert.equal((await directory.listDirectoryGroups(...ids, { updatedAfter })).groups.length, count);
    }
  },

  'domains are added, read, listed and deleted': async (app) => {
    const { organization } = await app.scalekit.organization.createOrganization(unique('Owner'));
    const { domain: client } = app.scalekit;
    const name = `d${Date.now()}-${unique('x')}.example`;
    const { domain } = await client.createDomain(organization.id, name.toUpperCase());
    assert.match(domain.id, /^dom_\d+$/);
    assert.equal(domain.domain, name);
    assert.deepEqual([domain.domainType, domain.verificationStatus], [ORGANIZATION_DOMAIN, VERIFIED]);
    const allowed = await client.createDomain(organization.id, name, { domainType: 'ALLOWED_EMAIL_DOMAIN' });
    assert.equal(allowed.domain.verificationStatus, AUTO_VERIFIED);
    assert.deepEqual((await client.getDomain(organization.id, domain.id)).domain, domain);
    const ids = async (options) => (await client.listDomains(organization.id, options)).domains.map(({ id }) => id);
    assert.deepEqual(await ids(), [domain.id, allowed.domain.id]);
    assert.deepEqual(await ids({ domainType: 'ORGANIZATION_DOMAIN' }), [domain.id]);
    await refusal(client.createDomain(organization.id, name), ScalekitConflictException);
    const refused = await refusal(client.createDomain(organization.id, 'gmail.com'), ScalekitBadRequestException);
    assert.equal(details(refused).errorCode, 'DOMAIN_NOT_BUSINESS');
    await client.deleteDomain(organization.id, domain.id);
    await refusal(client.getDomain(organization.id, domain.id), ScalekitNotFoundException);
  },

  'a webhook of the real pipeline verifies': async (app) => {
    const tenant = await app.tenant();
    const receiver = await app.receiver(tenant.organization.id);
    try {
      await tenant.pushUser('zoë', { displayName: 'Zoë 東京 \u{1F600}', userName: 'zoe@example.test' });
      const { headers, body } = await receiver.next('organization.directory.user_created');
      assert.equal(app.scalekit.verifyWebhookPayload(receiver.secret, headers, body), true);
      const event = JSON.parse(body);
      assert.equal(event.organization_id, tenant.organization.id);
      assert.equal(event.data.preferred_username, 'zoe@example.test');

      const others = `v1,${Buffer.alloc(32).toString('base64')} v2,abc`;
      const among = { ...headers, 'webhook-signature': `${others} ${headers['webhook-signature']}` };
      assert.equal(app.scalekit.verifyWebhookPayload(receiver.secret, among, body), true);

      const refuse = (...changed) => assert.throws(() => app.scalekit.verifyWebhookPayload(...changed), WebhookVerificationError);
      refuse(receiver.secret, headers, body.replace('zoe@', 'eve@'));
      refuse(`whsec_${Buffer.from('another key, long enough').toString('base64')}`, headers, body);
      refuse(receiver.secret, { ...headers, 'webhook-id': 'evt_1' }, body);
      refuse(receiver.secret, { ...headers, 'webhook-timestamp': String(Number(headers['webhook-timestamp']) - 600) }, body);
    } finally {
      receiver.close();
    }
  },
};
