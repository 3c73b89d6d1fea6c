// How many responses node-saml checks in a second of CPU: node rate.mjs FOLDER SECONDS prints a JSON object by name.
import { readFileSync } from 'node:fs';
import { SAML } from '@node-saml/node-saml';

const [folder, seconds] = [process.argv[2], Number(process.argv[3])];
const made = JSON.parse(readFileSync(`${folder}/responses.json`, 'utf8'));
const rates = {};
for (const { name, form } of made.responses) {
  const provider = new SAML({ callbackUrl: made.acs_url, issuer: made.entity_id, audience: made.entity_id,
                              entryPoint: 'https://idp.example/sso', idpIssuer: made.issuer, idpCert: made.certificate,
                              wantAuthnResponseSigned: name === 'both signed', wantAssertionsSigned: true,
                              validateInResponseTo: 'never' });
  const check = async () => {
    const { profile } = await provider.validatePostResponseAsync({ SAMLResponse: form });
    if (profile.nameID !== '00u1fcia9qHUS6n8f697') throw new Error('somebody else');
  };
  for (let i = 0; i < 10; ++i) await check();
  const [began, until] = [process.cpuUsage(), Date.now() + seconds * 1000];
  let checked = 0;
  do {
    await check();
    ++checked;
  } while (Date.now() < until);
  const { user, system } = process.cpuUsage(began);
  rates[name] = checked / ((user + system) / 1e6);
}
console.log(JSON.stringify(rates));
