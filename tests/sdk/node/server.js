// The server under test: a process on free ports with a data folder and a database of its own.
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { waitFor } from './waiting.js';

const run = promisify(execFile);

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; ./test sets it`);
  return value;
}

function environment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('DOORWARD_')));
}

async function psql(statement) {
  await run('psql', ['--no-psqlrc', '--quiet', '--dbname', required('DOORWARD_TEST_POSTGRES_URL'), '--command', statement]);
}

export class Server {
  static async start(database) {
    const server = new Server();
    server.folder = await mkdtemp(join(tmpdir(), 'doorward-sdk-'));
    server.dataDir = join(server.folder, 'data');
    const options = ['--data-dir', server.dataDir, '--http-listen', '127.0.0.1:0', '--https-listen', '127.0.0.1:0'];
    if (database === 'postgres') {
      server.database = `sdk_${randomBytes(6).toString('hex')}`;
      await psql(`CREATE DATABASE ${server.database}`);
      const url = new URL(required('DOORWARD_TEST_POSTGRES_URL'));
      url.pathname = server.database;
      options.push('--database-url', url.href);
      server.databaseUrl = url.href;
    }
    const log = openSync(join(server.folder, 'log'), 'a');
    server.process = spawn(required('DOORWARD_BINARY'), ['serve', ...options],
                           { stdio: ['ignore', log, log], env: environment() });
    closeSync(log);
    server.ended = new Promise((resolve) => {
      server.process.on('exit', (code, signal) => resolve(code ?? signal));
      server.process.on('error', (error) => resolve(error.message));
    });
    let end;
    server.ended.then((status) => { end = status; });
    try {
      await waitFor(async () => {
        if (end !== undefined) throw new Error(`the server ended with ${end}:\n${await server.log()}`);
        return readFile(join(server.dataDir, 'ready.json')).then(() => true, () => false);
      }, 'ready.json');
      server.credentials = JSON.parse(await readFile(join(server.dataDir, 'credentials.json'), 'utf8'));
    } catch (error) {
      await server.remove();
      throw error;
    }
    return server;
  }

  url(scheme) {
    return scheme === 'https' ? this.credentials.environment_url_https : this.credentials.environment_url;
  }

  // The command line that lets the next signing key sign at once.
  rotation() {
    const database = this.databaseUrl ? ['--database-url', this.databaseUrl] : [];
    return [required('DOORWARD_BINARY'), 'rotate-signing-key', '--data-dir', this.dataDir, ...database, '--at-once'];
  }

  async log() {
    return readFile(join(this.folder, 'log'), 'utf8').catch(() => '');
  }

  // Ends the server and everything it left; fails when its end was not an orderly one.
  async stop() {
    this.process.kill('SIGTERM');
    const status = await this.ended;
    const log = await this.log();
    await this.remove();
    if (status !== 0) throw new Error(`the server ended with ${status}:\n${log.slice(-4000)}`);
  }

  async remove() {
    this.process.kill('SIGKILL');
    await this.ended;
    if (this.database) await psql(`DROP DATABASE IF EXISTS ${this.database} WITH (FORCE)`);
    await rm(this.folder, { recursive: true, force: true });
  }
}
