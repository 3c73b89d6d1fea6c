// Runs single cases on request of the process that forked it. A process of its own, because Node reads the certificates
// it trusts (NODE_EXTRA_CA_CERTS) only when it starts, and the server makes them when it starts.
import { cases } from './cases.js';
import { Application } from './application.js';

const application = new Application(JSON.parse(process.env.APPLICATION));

process.on('message', async ({ name }) => {
  try {
    await cases[name](application);
    process.send({ name });
  } catch (error) {
    process.send({ name, failure: error?.stack ?? String(error) });
  }
});
process.on('disconnect', () => process.exit(0));
process.send({ ready: true });
