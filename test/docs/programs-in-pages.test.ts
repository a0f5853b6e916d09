import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { blocksOf } from './blocks.ts';

const PAGES = ['README.md', 'CONTRIBUTING.md', ...readdirSync('docs').map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
);
const fromServerless = createRequire(createRequire(import.meta.url).resolve('serverless/package.json'));

/** A program's command line on a page: its words before the first option, and the names of its options. */
interface CommandLine {
  page: string;
  words: string[];
  options: string[];
}

/** The command lines of a program in the shell blocks and the sentences of all pages, without quoted texts. */
const linesOf = (program: string): CommandLine[] =>
  PAGES.flatMap((page) =>
    textsOf(page)
      .flatMap(commandsIn)
      .flatMap((text) => [...text.matchAll(new RegExp(`\\b${program} ([a-z][^\\n|;&)]*)`, 'g'))])
      .map(([, line = '']) => ({
        page,
        words: (line.split(/ -/)[0] ?? '').trim().split(/ +/),
        options: [...line.matchAll(/(?<= )--([a-z0-9-]+)/g)].map(([, name = '']) => name),
      })),
  );

const textsOf = (page: string): string[] => [
  ...blocksOf(page).flatMap(({ language, text }) => (/^(sh|console)$/.test(language) ? [text] : [])),
  ...[...readFileSync(page, 'utf8').matchAll(/`((?:aws|npx) [^`\n]+)`/g)].map(([, text = '']) => text),
];

const SUBSTITUTION = /\$\(([^()]*)\)/;

/** A text without its quoted parts, and each command that is substituted in it as a text of its own. */
function commandsIn(text: string): string[] {
  const inner: string[] = [];
  let rest = text.replaceAll('\\\n', ' ').replaceAll(/'[^'\n]*'/g, 'TEXT');
  for (let found = SUBSTITUTION.exec(rest); found; found = SUBSTITUTION.exec(rest)) {
    inner.push(found[1] ?? '');
    rest = rest.replace(found[0], 'TEXT');
  }
  return [rest, ...inner].map((one) => one.replaceAll(/"[^"\n]*"/g, 'TEXT'));
}

/** Options that the AWS CLI adds to its commands ("Global options", "Pagination"). */
const OF_CLI = ['query', 'output', 'region', 'profile', 'max-items', 'no-paginate'];
/** The clients of the services whose commands the CLI calls otherwise. */
const CLIENTS: Record<string, string> = {
  events: 'eventbridge',
  logs: 'cloudwatch-logs',
  secretsmanager: 'secrets-manager',
};
/** Commands of services without a client in this project, with their options (AWS CLI Command Reference). */
const BY_HAND: Record<string, string[]> = {
  'budgets describe-budgets': ['account-id'],
  'ce get-cost-and-usage': ['time-period', 'granularity', 'metrics', 'group-by', 'filter'],
  'cloudtrail lookup-events': ['lookup-attributes', 'start-time', 'end-time'],
  // The SDK writes OpenID Connect in capitals.
  'iam create-open-id-connect-provider': ['url', 'client-id-list', 'thumbprint-list', 'tags'],
  'kms cancel-key-deletion': ['key-id'],
  'kms delete-alias': ['alias-name'],
  'kms describe-key': ['key-id'],
  'kms disable-key': ['key-id'],
  'kms enable-key': ['key-id'],
  'kms list-aliases': ['key-id'],
  'kms schedule-key-deletion': ['key-id', 'pending-window-in-days'],
  'resourcegroupstaggingapi get-resources': ['tag-filters', 'resource-type-filters', 'tags-per-page'],
  // The CLI has an option of its own for the member Endpoint, because --endpoint-url is one of all commands.
  'sns subscribe': ['topic-arn', 'protocol', 'notification-endpoint', 'attributes', 'return-subscription-arn'],
  // The CLI's own command, which makes and executes a change set.
  'cloudformation deploy': ['template-file', 'stack-name', 'capabilities', 'parameter-overrides', 'tags'],
};

const toPascal = (kebab: string) =>
  kebab.replaceAll(/(?:^|-)([a-z])/g, (_all, initial: string) => initial.toUpperCase());
const toKebab = (member: string) =>
  member.replaceAll(/([a-z0-9])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$1$3-$2').toLowerCase();

/** The options of a command, as the types of AWS's SDK describe its input; undefined if there is no such command. */
function optionsOf(service: string, command: string): string[] | undefined {
  const manual = BY_HAND[`${service} ${command}`];
  if (manual) return manual;
  const types = join(packageOf(`@aws-sdk/client-${CLIENTS[service] ?? service}`), 'dist-types');
  const source = read(join(types, 'commands', `${toPascal(command)}Command.d.ts`));
  const [, input = ''] = /CommandInput extends (\w+)/.exec(source ?? '') ?? [];
  const models = readdirSync(join(types, 'models')).map((name) => read(join(types, 'models', name)) ?? '');
  const inputs = new RegExp(`interface ${input} \\{(.*?)^\\}`, 'ms');
  const [body = ''] = models.flatMap((text) => inputs.exec(text)?.[1] ?? []);
  return source === undefined
    ? undefined
    : [...body.matchAll(/^ {4}(\w+)\??: /gm)].map(([, member = '']) => toKebab(member));
}

function packageOf(name: string): string {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    return dirname(fromServerless.resolve(`${name}/package.json`));
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** A waiter has the options of the command that it repeats. */
const WAITS: Record<string, string> = {
  'dynamodb table-exists': 'describe-table',
  'dynamodb table-not-exists': 'describe-table',
  'cloudformation stack-delete-complete': 'describe-stacks',
};

describe('a page', () => {
  it('shows commands of AWS', () => {
    expect(linesOf('aws').length).toBeGreaterThan(60);
    expect(linesOf('npx serverless').length).toBeGreaterThan(5);
  });

  it.each(linesOf('aws').map(({ page, words, options }) => [page, words.join(' '), options] as const))(
    '%s shows a command that AWS has: aws %s %j',
    (_page, line, options) => {
      const [service = '', command = '', waiter] = line.split(' ');
      const known = optionsOf(service, command === 'wait' ? (WAITS[`${service} ${waiter}`] ?? '') : command);
      expect(known).toBeDefined();
      const asked = options.map((name) => name.replace(/^no-/, '')).filter((name) => !OF_CLI.includes(name));
      expect(known).toEqual(expect.arrayContaining(asked));
    },
  );

  it.each(linesOf('npx serverless').map(({ page, words, options }) => [page, words.join(' '), options] as const))(
    '%s shows a command that serverless has: serverless %s %j',
    (_page, command, options) => {
      const commands = fromServerless('./lib/cli/commands-schema/aws-service.js') as Map<string, { options: object }>;
      expect(commands.has(command)).toBe(true);
      expect(Object.keys(commands.get(command)?.options ?? {})).toEqual(expect.arrayContaining(options));
    },
  );

  it('would be found with a command or an option that AWS does not have', () => {
    expect(optionsOf('sqs', 'recieve-message')).toBeUndefined();
    expect(optionsOf('iam', 'create-rule')).toBeUndefined();
    expect(optionsOf('sqs', 'receive-message')).toContain('queue-url');
    expect(optionsOf('sqs', 'receive-message')).not.toContain('queue');
  });

  it.each(['a-table', 'MaxNumberOfMessages', 'SSESpecification'])('names members as the AWS CLI does: %s', (member) => {
    expect(toKebab(member)).toBe(
      { MaxNumberOfMessages: 'max-number-of-messages', SSESpecification: 'sse-specification' }[member] ?? member,
    );
  });
});

describe('the first day', () => {
  const steps = readFileSync('docs/first-day.md', 'utf8')
    .split(/^## /m)
    .slice(1)
    .map((text) => [text.split('\n')[0] ?? '', text] as const);

  it('has numbered steps', () => {
    expect(steps.map(([title]) => Number.parseInt(title, 10))).toEqual(steps.map((_step, index) => index + 1));
    expect(steps.length).toBeGreaterThanOrEqual(13);
  });

  it.each(steps)('%s: says what to run, what to see, and what it means otherwise', (_title, text) => {
    expect(text).toMatch(/^```sh$/m);
    expect(text).toContain('**See**');
    expect(text).toContain('**Otherwise**');
  });
});
