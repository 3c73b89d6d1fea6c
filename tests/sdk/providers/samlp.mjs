// A SAML provider for one test: npm samlp (Auth0's), in memory, on loopback. PROVIDER is JSON: `acs`, `audience`, `slo` of
// the one service provider, `key` and `certificate` (PEM), `options` as samlp takes them, `person`. It has no form: whoever
// comes is that person at once.
import { createServer } from 'node:http';
import express from 'express';
import samlp from 'samlp';

const asked = JSON.parse(process.env.PROVIDER);
const application = express();
const server = createServer(application);

server.listen(0, '127.0.0.1', () => {
  const port = server.address().port;
  const own = { issuer: `http://127.0.0.1:${port}/samlp`, cert: asked.certificate, key: asked.key };
  application.get('/metadata', samlp.metadata({ ...own, redirectEndpointPath: '/sso', postEndpointPath: '/sso' }));
  application.get('/sso', (request, response, next) => {
    request.user = asked.person;
    samlp.auth({ ...own, audience: asked.audience, recipient: asked.acs, destination: asked.acs,
                 getPostURL: (_audience, _document, _request, done) => done(null, asked.acs),
                 signatureAlgorithm: 'rsa-sha256', digestAlgorithm: 'sha256', ...asked.options })(request, response, next);
  });
  application.use((error, _request, response, _next) => {
    console.error(error);
    response.status(500).end(error.message);
  });
  console.log('listening on', port);
});
