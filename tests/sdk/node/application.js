// The application of the tests: the SDK's client, the REST calls for what the SDK does not cover, a webhook receiver,
// and, playing the customer's side, an identity provider.
import { execFile } from 'node:child_process';
import http from 'node:http';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { ScalekitClient } from '@scalekit-sdk/node';
import { waitFor } from './waiting.js';

let numbers = 0;

export function unique(text) {
  numbers += 1;
  return `${text}-${process.pid}-${numbers}`;
}

export class Application {
  constructor({ url, clientId, clientSecret, rotation }) {
    Object.assign(this, { url, clientId, clientSecret, rotation });
    this.scalekit = this.newClient();
  }

  newClient(changes = {}) {
    const { clientId, clientSecret } = { ...this, ...changes };
    return new ScalekitClient(this.url, clientId, clientSecret);
  }

  async token() {
    const answer = await fetch(`${this.url}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', client_id: this.clientId,
                                  client_secret: this.clientSecret }),
    });
    return (await answer.json()).access_token;
  }

  async keys() {
    return (await (await fetch(`${this.url}/keys`)).json()).keys;
  }

  // What the operator of the server does.
  async rotateSigningKeys() {
    const [command, ...options] = this.rotation;
    await promisify(execFile)(command, options, { env: { PATH: process.env.PATH } });
  }

  async rest(method, path, body) {
    const answer = await fetch(this.url + path, {
      method,
      headers: { authorization: `Bearer ${await this.token()}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text);
  }

  // A client that signs people in, as the SDK's client.
  async newSignIn(callback, signedOut) {
    const { client } = await this.rest('POST', '/api/v1/clients', {
      name: unique('Application'), client_type: 'WEB_APP', post_login_uris: [callback],
      post_logout_redirect_uris: [signedOut] });
    const { plain_secret: clientSecret } = await this.rest('POST', `/api/v1/clients/${client.id}/secrets`);
    return this.newClient({ clientId: client.id, clientSecret });
  }

  // From an authorization URL through the simulated identity provider: the application's callback, as a URL.
  async signIn(url, email) {
    const browser = new Browser();
    const provider = await browser.follow(url);
    const callback = await browser.follow(provider, { method: 'POST', body: new URLSearchParams({ email }) });
    return new URL(await browser.follow(callback));
  }

  // An organization with an enabled directory; `push` is its identity provider.
  async tenant() {
    const { organization } = await this.scalekit.organization.createOrganization(unique('Customer'));
    const { directory } = await this.scalekit.directory.createDirectory(organization.id, { directoryType: 1,
                                                                                          directoryProvider: 1 });
    const path = `/api/v1/organizations/${organization.id}/directories/${directory.id}/secrets`;
    const { plain_secret: secret } = await this.rest('POST', path);
    return new Tenant(this, organization, directory, secret);
  }

  async receiver(organizationId) {
    const receiver = new Receiver();
    await receiver.listen();
    const { secret } = await this.rest('POST', '/doorward/v1/webhook_endpoints',
                                       { url: receiver.url, organization_id: organizationId });
    receiver.secret = secret;
    return receiver;
  }
}

// Keeps cookies, whatever the scheme, and takes one step at a time.
export class Browser {
  cookies = new Map();

  // Where a redirect leads.
  async follow(url, request = {}) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { ...request, redirect: 'manual', headers: cookie ? { cookie } : {} });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      this.cookies.set(name, value);
    }
    if (answer.status !== 302 && answer.status !== 303) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
    return answer.headers.get('location');
  }
}

class Tenant {
  constructor(application, organization, directory, secret) {
    Object.assign(this, { organization, directory, secret });
    this.base = application.url + new URL(directory.directoryEndpoint).pathname;
  }

  async scim(method, path, body) {
    const answer = await fetch(this.base + path, {
      method,
      headers: { authorization: `Bearer ${this.secret}`, 'content-type': 'application/scim+json' },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  pushUser(name, attributes = {}) {
    const email = `${name}@example.test`;
    return this.scim('POST', '/Users', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: email, active: true,
      name: { givenName: name, familyName: 'Example' }, emails: [{ value: email, type: 'work', primary: true }],
      ...attributes,
    });
  }

  pushGroup(displayName, members = []) {
    return this.scim('POST', '/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName,
      members: members.map((member) => ({ value: member.id })),
    });
  }
}

// Keeps what came, unread: the SDK verifies the raw text.
class Receiver {
  async listen() {
    this.received = [];
    this.server = http.createServer(async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      this.received.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
      response.writeHead(201, { 'content-type': 'application/json' }).end('{}');
    });
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.url = `http://127.0.0.1:${this.server.address().port}/webhooks`;
  }

  async next(type) {
    return waitFor(() => this.received.find(({ body }) => JSON.parse(body).type === type), type);
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
