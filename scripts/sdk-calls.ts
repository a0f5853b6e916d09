import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DCS_OPERATIONS } from '../src/lib/operations/dcs.ts';
import { SMS_OPERATIONS } from '../src/lib/operations/sms.ts';
import { readOptions } from './options.ts';

const USAGE = `npx node scripts/sdk-calls.ts [--sdk FOLDER]

  writes test/fixtures/sdk-calls.json: what the official SDK sends for the call of each operation and for the reads, and the
  members of its models. FOLDER is a clone of huaweicloud/huaweicloud-sdk-nodejs-v3, by default beside this one; its newest commit counts.`;
const FIXTURE = fileURLToPath(new URL('../test/fixtures/sdk-calls.json', import.meta.url));

/** The generated client of each service, without `.ts`. Its models are in the folder `model` beside it. */
const CLIENTS = { dcs: 'services/dcs/v2/DcsClient', sms: 'services/sms/v3/SmsClient' };
type Service = keyof typeof CLIENTS;
/** The reads of the relay and of its senders. */
const READS: Record<Service, string[]> = {
  dcs: ['ShowMigrationTask', 'ListMigrationTask', 'ShowJobInfo'],
  sms: ['ShowTask', 'ListTasks', 'ShowsSpeedLimits', 'ShowConfigSetting', 'ShowServer', 'ListServers'],
};
const callsOf = (service: Service) => {
  const own = [...DCS_OPERATIONS, ...SMS_OPERATIONS].filter((operation) => operation.service === service);
  return [...new Set([...own.map(({ call }) => call), ...READS[service]])];
};
const isService = (service: string): service is Service => Object.hasOwn(CLIENTS, service);

/** Gives the text of a file of the SDK, by its path. */
export type ReadFile = (path: string) => string;
/** The members of each model, with the types that the SDK gives them. */
type Models = Record<string, Record<string, string>>;

/** What a generated client sends for a call. `query` has the names of its parameters; `body` and `reply` are names of models. */
export interface SdkFact {
  service: Service;
  call: string;
  method: string;
  url: string;
  contentType: string;
  query: string[];
  body?: string;
  reply: string;
}

/** The members of a model with their types. A list of words has the type of its words. */
function membersIn(model: string): Record<string, string> {
  const members = model.matchAll(/^ {4}(?:private|public) '?(\w+)'?\??: (?:\w+Enum \| )?(.+);$/gm);
  return Object.fromEntries(Array.from(members, ([, name = '', type = '']) => [name, type]));
}

/** Adds the model of a name to those that are known, and all that its members name in turn. */
function addModel(read: ReadFile, name: string, known: Models): void {
  if (!/^[A-Z]/.test(name) || name in known) return;
  known[name] = membersIn(read(name));
  for (const type of Object.values(known[name])) addModel(read, type.replace(/^Array<(.+)>$/, '$1'), known);
}

const firstLower = (name: string) => `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
const wordsIn = (text: string, pattern: RegExp) => Array.from(text.matchAll(pattern), ([, word = '']) => word);

/** What the code of a client says about a call. Throws an Error if the SDK has no such call. */
function factOf(service: Service, call: string, client: string, readModel: ReadFile): SdkFact {
  const start = ` {8}${firstLower(call)}\\(\\w+\\?: \\w+\\) \\{\n`;
  const [code] = new RegExp(`^${start} {12}const options = .*?^ {8}\\}`, 'ms').exec(client) ?? [];
  if (code === undefined) throw new Error(`the SDK has no call ${call} of ${service}`);
  const [method = '', url = '', contentType = ''] = wordsIn(code, /^ {16}(?:method|url|contentType): "(.+)"/gm);
  const query = wordsIn(code, /localVarQueryParameter\['(\w+)'\] = /g);
  const { body } = membersIn(readModel(`${call}Request`));
  return {
    service,
    call,
    method,
    url,
    contentType,
    query,
    ...(body !== undefined && { body }),
    reply: `${call}Response`,
  };
}

/** The facts of a service's calls, and the models that these name. */
export function factsOf(service: Service, calls: readonly string[], read: ReadFile) {
  const client = read(`${CLIENTS[service]}.ts`);
  const readModel = (name: string) => read(CLIENTS[service].replace(/\w+$/, `model/${name}.ts`));
  const sent = calls.map((call) => factOf(service, call, client, readModel));
  const models: Models = {};
  for (const { body = '', reply } of sent) for (const name of [body, reply]) addModel(readModel, name, models);
  return { calls: sent, models };
}

/** JSON with a line for each call and each model, so that a newer SDK shows as a short difference. */
const listText = (items: string[]) => items.map((item) => `    ${item}`).join(',\n');
const modelsText = (models: Models) =>
  listText(Object.entries(models).map(([name, members]) => `${JSON.stringify(name)}: ${JSON.stringify(members)}`));

function fixtureText(about: object, read: ReadFile): string {
  const all = Object.keys(CLIENTS)
    .filter(isService)
    .map((service) => ({ service, ...factsOf(service, callsOf(service), read) }));
  const calls = listText(all.flatMap((one) => one.calls.map((call) => JSON.stringify(call))));
  const models = all.map(({ service, models }) => `  "${service}": {\n${modelsText(models)}\n  }`).join(',\n');
  return `{\n"about": ${JSON.stringify(about)},\n"calls": [\n${calls}\n],\n"models": {\n${models}\n}\n}\n`;
}

if (import.meta.main) {
  const { sdk } = readOptions(USAGE, { sdk: { type: 'string', default: '../huaweicloud-sdk-nodejs-v3' } });
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', sdk, ...args], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  const about = { repository: 'huaweicloud/huaweicloud-sdk-nodejs-v3', commit: git('rev-parse', 'HEAD').trim() };
  writeFileSync(
    FIXTURE,
    fixtureText(about, (path) => git('show', `HEAD:${path}`)),
  );
  console.log(`${FIXTURE} written`);
}
