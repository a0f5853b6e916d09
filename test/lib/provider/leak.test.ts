import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { httpServer, providerAt, type Reply, UPDATE } from '../http/servers.ts';

/** One word per place of a secret. None may appear in a failed answer in any form. */
const CANARIES = {
  access: 'CanaryAccessKey',
  secret: 'CanarySecretKey',
  session: 'CanarySession',
  domain: 'canarydomain',
  user: 'canary_user',
  password: 'canary_password',
  account: 'canary_account',
  body: 'canary_body',
  message: 'canary_message',
  header: 'CanaryHeader',
};
const AK_SK = {
  kind: 'ak-sk',
  access_key: CANARIES.access,
  secret_key: CANARIES.secret,
  security_token: CANARIES.session,
  domain_id: CANARIES.domain,
};
const USER = { kind: 'token', user: CANARIES.user, password: CANARIES.password, domain: CANARIES.account };
const request = { ...UPDATE, body: JSON.stringify({ source_instance: { password: CANARIES.body } }) };

/** Everything that was received, repeated wherever a reply has room. */
function echo(status: number, error_code: string): Reply {
  return ({ headers, body }, response) => {
    const all = JSON.stringify({ headers, body, canaries: CANARIES });
    const spread = { 'x-request-id': CANARIES.header, 'retry-after': CANARIES.header, location: `/${CANARIES.header}` };
    response.writeHead(status, CANARIES.message, { ...spread, 'x-auth-token': CANARIES.header });
    response.end(
      JSON.stringify({ error_code, error_msg: all, error_ext_msg: all, request_id: CANARIES.message, details: [all] }),
    );
  };
}

function formsOf(word: string): string[] {
  const bytes = Buffer.from(word);
  return [word, bytes.toString('hex'), bytes.toString('base64').slice(0, -4), [...word].reverse().join('')];
}

async function answerTo(reply: Reply, secret: object): Promise<string> {
  const { origin } = await httpServer(reply);
  return JSON.stringify(await providerAt(origin, { secret }).send(request));
}

const CODES = ['DCS.4063', 'SMS.0522', 'IAM.0072', 'APIGW.0301', 'DCS.2007', CANARIES.message, CANARIES.body, ''];
const REPLIES: [string, Reply][] = [
  ...CODES.flatMap((code) => [301, 400, 401, 403, 404, 429, 500, 503].map((status) => echo(status, code))),
  ...['Invalid canary_body parameter in the request.', 'Invalid canary_password parameter in the request.'].map(
    (error_msg): Reply =>
      (_request, response) =>
        end(response, 400, JSON.stringify({ error_code: 'DCS.4063', error_msg })),
  ),
  ((_request, response) => end(response, 200, CANARIES.message)) as Reply,
  ((_request, response) => end(response, 502, `<html>${CANARIES.message}`)) as Reply,
  ((_request, response) => void response.socket?.end(`${CANARIES.message} ${CANARIES.header}\r\n\r\n`)) as Reply,
].map((reply, index) => [`reply ${index}`, reply]);

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status).end(text);
}

describe('a failed answer', () => {
  it.each(REPLIES)('to %s contains nothing that was sent or received', async (_name, reply) => {
    const answers = await Promise.all([answerTo(reply, AK_SK), answerTo(reply, USER)]);
    for (const word of Object.values(CANARIES))
      for (const form of formsOf(word)) expect(answers.join('')).not.toContain(form);
    expect(answers).toEqual(answers.map(() => expect.stringContaining('"ok":false')));
  });
});
