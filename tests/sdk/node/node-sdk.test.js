// The published Node SDK against the built server, on both kinds of base URL and both databases.
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { ScalekitClient } from '@scalekit-sdk/node';
import { cases } from './cases.js';
import { Server } from './server.js';

const SETTINGS = [
  { scheme: 'http', database: 'sqlite' },
  { scheme: 'https', database: 'sqlite' },
  { scheme: 'https', database: 'postgres' },
];

for (const { scheme, database } of SETTINGS) {
  describe(`Node SDK on ${scheme} with ${database}`, () => {
    let server;
    let runner;
    let ended; // resolves with a sentence when the runner is gone

    before(async () => {
      server = await Server.start(database);
      const { client_id: clientId, client_secret: clientSecret, ca_file: caFile } = server.credentials;
      const env = { ...process.env, APPLICATION: JSON.stringify({ url: server.url(scheme), clientId, clientSecret,
                                                                   rotation: server.rotation() }) };
      delete env.NODE_TEST_CONTEXT; // the runner is no test file
      if (scheme === 'https') env.NODE_EXTRA_CA_CERTS = caFile;
      runner = fork(new URL('runner.js', import.meta.url), { env });
      ended = once(runner, 'exit').then(([code]) => [{ failure: `the runner ended with ${code}` }]);
      const [{ ready, failure }] = await Promise.race([once(runner, 'message'), ended]);
      assert.ok(ready, failure);
    });

    after(async () => {
      if (runner?.connected) {
        runner.disconnect();
        await ended;
      }
      await server?.stop();
    });

    for (const name of Object.keys(cases)) {
      test(`${scheme}, ${database}: ${name}`, async () => {
        const answer = once(runner, 'message');
        runner.send({ name });
        const [{ failure }] = await Promise.race([answer, ended]);
        if (failure) assert.fail(failure);
      });
    }
  });
}

// Every public method of these clients, against the calls in cases.js and the list of what is not there yet.
describe('no method is forgotten', () => {
  const { organization, directory, domain } = new ScalekitClient('http://localhost', 'id', 'secret');
  for (const [name, client] of Object.entries({ organization, directory, domain })) {
    test(name, async () => {
      const cases = await readFile(new URL('cases.js', import.meta.url), 'utf8');
      const later = Object.keys(JSON.parse(await readFile(new URL('../not-yet.json', import.meta.url), 'utf8')))
        .map((method) => method.toLowerCase());
      const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(client))
        .filter((method) => !['constructor', 'resolveDomainType'].includes(method)); // the latter is the SDK's own
      assert.ok(methods.length > 3);
      for (const method of methods) {
        const exercised = new RegExp(`\\b${method}\\b\\(`).test(cases);
        assert.ok(exercised !== later.includes(method.toLowerCase()),
                  `${method} is ${exercised ? 'exercised, and still' : 'neither exercised nor'} named in not-yet.json`);
      }
    });
  }
});
