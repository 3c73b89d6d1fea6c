// JavaScript of the documentation, as it stands there.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Server } from './server.js';

const run = promisify(execFile);

async function block(document, name) {
  const text = await readFile(new URL(`../../../docs/${document}`, import.meta.url), 'utf8');
  const begin = `\`\`\`js name=${name}\n`;
  assert.ok(text.includes(begin), `${document} has no block ${name}`);
  const from = text.indexOf(begin) + begin.length;
  return text.slice(from, text.indexOf('```\n', from));
}

test('the set-up of docs/api.md', async () => {
  const server = await Server.start('sqlite');
  // Beside the installed packages, so that the import finds the SDK.
  const file = new URL(`documents-${process.pid}.mjs`, import.meta.url);
  try {
    await writeFile(file, await block('api.md', 'node'));
    for (const scheme of ['http', 'https']) {
      const env = { ...process.env, SCALEKIT_ENVIRONMENT_URL: server.url(scheme),
                    SCALEKIT_CLIENT_ID: server.credentials.client_id,
                    SCALEKIT_CLIENT_SECRET: server.credentials.client_secret,
                    NODE_EXTRA_CA_CERTS: server.credentials.ca_file };
      delete env.NODE_TEST_CONTEXT;
      const { stdout } = await run(process.execPath, [fileURLToPath(file)], { env });
      assert.match(stdout, /^org_\d+ Test Organization$/m);
    }
  } finally {
    await rm(file, { force: true });
    await server.stop();
  }
});
