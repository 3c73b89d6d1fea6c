// The published Node SDK against the built server, on both kinds of base URL and both databases.
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
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
      const env = { ...process.env, APPLICATION: JSON.stringify({ url: server.url(scheme), clientId, clientSecret }) };
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
