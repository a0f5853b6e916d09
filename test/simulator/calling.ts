import { readFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { DEFAULT_ACCESS_KEY, DEFAULT_PROJECT_ID, DEFAULT_USER } from '../../simulator/credentials.ts';
import type { Members } from '../../simulator/json.ts';
import { type Options, startSimulator } from '../../simulator/server.ts';
import { canonicalRequest, signatureOf } from '../../simulator/signature.ts';

/** A task that exists on every simulator that `start` starts, in both services. */
export const TASK = 'b21989ec-2889-4b8e-99db-19c073425ec2';
export const SET_ONLINE = `/v2/${DEFAULT_PROJECT_ID}/migration/${TASK}/task`;
export const DCS_TASK = `/v2/${DEFAULT_PROJECT_ID}/migration-task/${TASK}`;
export const SMS_TASK = `/v3/tasks/${TASK}`;
/** The path of the project, and that of a task in it. */
export const DCS = `/v2/${DEFAULT_PROJECT_ID}`;
export const dcsTask = (task: unknown): string => `${DCS}/migration-task/${task}`;

/** The text of a file in test/fixtures/simulator. */
export const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/simulator/${name}`, import.meta.url), 'utf8');

/** The manual's example body of SetOnlineMigrationTask. */
export const ONLINE = JSON.parse(fixture('set-online-migration-task.example.json')) as Members;

type Answer = { status: number; headers: Headers; text: string; body: Members };

type Call = {
  method: string;
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  access?: string;
  secret?: string;
  time?: number;
  signed?: string[];
  signal?: AbortSignal;
};

const KEY = DEFAULT_ACCESS_KEY;
const bytesOf = (body: unknown): Buffer =>
  Buffer.from(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body));

const answerOf = async (response: Response): Promise<Answer> => {
  const text = await response.text();
  let body: Members = {};
  try {
    body = JSON.parse(text) as Members;
  } catch {}
  return { status: response.status, headers: response.headers, text, body };
};

/** Headers of a signed request, host and date and whatever else is named. */
const signedHeaders = (asked: Call, host: string): Record<string, string> => {
  const date = new Date(asked.time ?? Date.now()).toISOString().replace(/[-:]|\.\d+/g, '');
  const headers: Record<string, string> = { host, 'x-sdk-date': date, ...asked.headers };
  const [path = '', query = ''] = asked.path.split('?');
  const names = asked.signed ?? Object.keys(headers).sort();
  const request = { method: asked.method, path, query, headers, body: bytesOf(asked.body) };
  const signature = signatureOf(asked.secret ?? KEY.secret, date, canonicalRequest(request, names));
  const authorization = `SDK-HMAC-SHA256 Access=${asked.access ?? KEY.access}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...headers, authorization };
};

/** Starts a simulator that ends with the test, and hands out what a test calls it with. */
export const start = async (options: Options = {}) => {
  const tasks = { dcs: [{ project_id: DEFAULT_PROJECT_ID, task_id: TASK }], sms: [{ task_id: TASK }] };
  const simulator = await startSimulator({ tasks, ...options });
  onTestFinished(() => simulator.close());
  const { url, controlUrl } = simulator;

  const raw = async (
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: unknown,
    signal?: AbortSignal,
    to = url,
  ) => {
    const content = body === undefined ? {} : { body: new Uint8Array(bytesOf(body)) };
    const response = await fetch(to + path, {
      method,
      headers,
      redirect: 'manual',
      ...content,
      ...(signal ? { signal } : {}),
    });
    return answerOf(response);
  };

  /** One call signed with the default access key, as JSON unless said otherwise. */
  const signed = (asked: Call): Promise<Answer> => {
    const headers = { 'content-type': 'application/json', ...asked.headers };
    const { host: _, ...sent } = signedHeaders({ ...asked, headers }, url.slice('http://'.length));
    return raw(asked.method, asked.path, sent, asked.body, asked.signal);
  };

  const control = (method: string, path: string, body?: unknown): Promise<Answer> =>
    raw(method, `/simulator/${path}`, {}, body, undefined, controlUrl);

  /** Asks for a token of the default user. */
  const login = (scope: unknown, password = DEFAULT_USER.password, query = '?nocatalog=true'): Promise<Answer> => {
    const user = { name: DEFAULT_USER.name, password, domain: { name: DEFAULT_USER.domain } };
    const identity = { methods: ['password'], password: { user } };
    return raw(
      'POST',
      `/v3/auth/tokens${query}`,
      { 'content-type': 'application/json' },
      { auth: { identity, scope } },
    );
  };

  const token = async (scope: unknown): Promise<string> => (await login(scope)).headers.get('x-subject-token') ?? '';

  return { simulator, url, raw, signed, control, login, token };
};
