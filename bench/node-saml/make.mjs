// Responses as an identity provider sends them, signed by xml-crypto, the certificate that they are checked against, and
// messages that are refused, each with its reason:
//
//   node make.mjs FOLDER
//
// Each response is good for an hour. The sizes are those of Okta's and Entra's answers with few and with many attributes.
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { constants, deflateRawSync } from 'node:zlib';
import { SignedXml } from 'xml-crypto';

const folder = process.argv[2];
const ISSUER = 'http://www.okta.example/exk1fcia8qHUS6n8f697';
const ENTITY_ID = 'https://id.example/sso/v1/saml/conn_53879621145330186';
const ACS = `${ENTITY_ID}/callback`;

execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-sha256', '-days', '30', '-subj', '/CN=idp.example',
                         '-keyout', `${folder}/idp.key`, '-out', `${folder}/idp.crt`], { stdio: 'ignore' });
const key = readFileSync(`${folder}/idp.key`, 'utf8');
const certificate = readFileSync(`${folder}/idp.crt`, 'utf8');

const id = () => `_${randomBytes(16).toString('hex')}`;
const time = (minutes) => new Date(Date.now() + minutes * 60_000).toISOString();

function attribute(name, values) {
  return `<saml2:Attribute Name="${name}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic">` + values.map((value) =>
    '<saml2:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    + `xsi:type="xs:string">${value}</saml2:AttributeValue>`).join('') + '</saml2:Attribute>';
}

function response(groups) {
  const names = Array.from({ length: groups }, (_, i) => `Department ${i} of the company`);
  return `<saml2p:Response xmlns:saml2p="urn:oasis:names:tc:SAML:2.0:protocol" Destination="${ACS}" ID="${id()}" `
    + `IssueInstant="${time(0)}" Version="2.0"><saml2:Issuer xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion">${ISSUER}`
    + '</saml2:Issuer><saml2p:Status><saml2p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></saml2p:Status>'
    + `<saml2:Assertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id()}" IssueInstant="${time(0)}" Version="2.0">`
    + `<saml2:Issuer>${ISSUER}</saml2:Issuer><saml2:Subject><saml2:NameID `
    + 'Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">00u1fcia9qHUS6n8f697</saml2:NameID>'
    + '<saml2:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml2:SubjectConfirmationData '
    + `NotOnOrAfter="${time(60)}" Recipient="${ACS}"/></saml2:SubjectConfirmation></saml2:Subject><saml2:Conditions `
    + `NotBefore="${time(-5)}" NotOnOrAfter="${time(60)}"><saml2:AudienceRestriction><saml2:Audience>${ENTITY_ID}`
    + `</saml2:Audience></saml2:AudienceRestriction></saml2:Conditions><saml2:AuthnStatement AuthnInstant="${time(-1)}" `
    + `SessionIndex="${id()}"><saml2:AuthnContext><saml2:AuthnContextClassRef>`
    + 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml2:AuthnContextClassRef></saml2:AuthnContext>'
    + '</saml2:AuthnStatement><saml2:AttributeStatement>'
    + attribute('email', ['ann.adams@corp.example']) + attribute('firstName', ['Ann']) + attribute('lastName', ['Adams'])
    + attribute('groups', names) + '</saml2:AttributeStatement></saml2:Assertion></saml2p:Response>';
}

function signed(xml, element, privateKey = key) {
  const signature = new SignedXml({ privateKey, publicCert: certificate,
    signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    canonicalizationAlgorithm: 'http://www.w3.org/2001/10/xml-exc-c14n#' });
  const xpath = `//*[local-name(.)='${element}']`;
  signature.addReference({ xpath, digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
    transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', 'http://www.w3.org/2001/10/xml-exc-c14n#'] });
  signature.computeSignature(xml, { prefix: 'ds', location: { reference: `${xpath}/*[local-name(.)='Issuer']`, action: 'after' } });
  return signature.getSignedXml();
}

const made = {
  'assertion signed': signed(response(8), 'Assertion'),
  'both signed': signed(signed(response(8), 'Assertion'), 'Response'),
  'assertion signed, large': signed(response(204), 'Assertion'),
};

// A redirect's query with a LogoutRequest that inflates to so many MiB, all of one letter. What ends in a full flush
// looks back at nothing, so that a piece may come as often as one likes.
function bomb(mebibytes) {
  const flushed = (text) => deflateRawSync(text, { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  const start = flushed('<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="');
  const piece = flushed(Buffer.alloc(2 ** 20, 'a'));
  const whole = Buffer.concat([start, ...Array(mebibytes).fill(piece)]);
  return `SAMLRequest=${encodeURIComponent(whole.toString('base64'))}`;
}

const good = made['assertion signed'];
const laughs = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('');
const attributes = Array.from({ length: 20_000 }, (_, i) => ` a${i}="1"`).join('');
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
                                              publicKeyEncoding: { type: 'spki', format: 'pem' } }).privateKey;
const elements = (count) => '<a/>'.repeat(count);
const largest = `<x>${elements(16_383)}`.padEnd(512 * 1024 - 4, 'a') + '</x>';
const posted = {
  '64 KiB, no base64': ['bad_base64', '*'.padStart(2 ** 16, 'A')],
  '64 KiB of random octets': ['not_utf8', randomBytes(2 ** 16)],
  'a billion laughs': ['dtd_forbidden', `<!DOCTYPE r [<!ENTITY l0 "ha">${laughs}]>${good.replace('>Ann<', '>&l9;<')}`],
  '20,000 attributes in a tag': ['too_many_attributes', good.replace('<saml2p:Response', `$&${attributes}`)],
  '5,000 elements, nested': ['too_deep', good.replace('>Ann<', `>${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}<`)],
  '50,000 elements': ['too_large', good.replace('>Ann<', `>${elements(50_000)}<`)],
  'the most that is parsed': ['wrong_root', largest],
  'signed by another key': ['signature_invalid', signed(response(8), 'Assertion', stranger)],
};
const inflating = { '1 MB that inflate to 1 GB': 1024, '14 KB that inflate to 10 MB': 10 };
const refusals = [
  ...Object.entries(inflating).map(([name, mebibytes]) => {
    const query = bomb(mebibytes);
    return { name, reason: 'too_large', bytes: query.length, query, form: '' };
  }),
  ...Object.entries(posted).map(([name, [reason, octets]]) => {
    const form = reason === 'bad_base64' ? octets : Buffer.from(octets).toString('base64');
    return { name, reason, bytes: octets.length, query: '', form };
  }),
];
writeFileSync(`${folder}/responses.json`, JSON.stringify({ issuer: ISSUER, entity_id: ENTITY_ID, acs_url: ACS, certificate,
  responses: Object.entries(made).map(([name, xml]) => ({ name, bytes: xml.length, form: Buffer.from(xml).toString('base64') })),
  refusals }));
