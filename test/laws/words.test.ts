import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@babel/parser';
import { describe, expect, it } from 'vitest';
import { METRICS } from '../../src/lib/observability/metrics.ts';
import { WAITS } from '../../src/operator/story/wording.ts';

/** Words that were this project's own, where the field has a usual one; docs/glossary.md has the words of today. */
const OLD_NAMES =
  /^(?:NotYet|Look|Told|Raised|Happening|Settlement|settleBatch|storedWord|toWord|saidBy|speaksOf|readGiven|Manner|misshapen|letGo|Ending|Misfit|Refusal|takeIn|examine|printLike|Journal|createJournal|journal|createMeter|Meter|meter|whileSame|restAfterFailure|isAway|waitedOut|CliFault|Trouble|handedBack|insist|gatherResults|IntakeSettings|Wish|wishOf|Doomed|Misbehave|weather|someOrder|someRefusal|createTrials|demandRead|TELLS|startTrouble)$|[bB]arrier|^(?:MOST|LONGEST|LEAST)(?:_|$)|^[A-Z]+_LIMIT$/;
const OLD_TEXTS = /\bbarriers?\b|\bhanded back\b|\bchange settled\b/i;

const sources = ['src', 'local', 'simulator', 'faults', 'bench', 'stand-ins', 'scripts', 'mutation'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
    .map((file) => join(folder, file)),
);
const pages = ['README.md', 'CONTRIBUTING.md', 'faults/README.md'].concat(
  readdirSync('docs')
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
);

function namesIn(file: string): string[] {
  const { tokens = [] } = parse(readFileSync(file, 'utf8'), {
    sourceType: 'module',
    plugins: ['typescript'],
    tokens: true,
  });
  return (tokens as { type: { label?: string }; value?: unknown }[])
    .filter(({ type }) => type.label === 'name')
    .map(({ value }) => String(value));
}

describe('the old words', () => {
  it.each(sources)('are no names in %s', (file) => {
    expect([...new Set(namesIn(file))].filter((name) => OLD_NAMES.test(name))).toEqual([]);
  });

  it.each([...sources, ...pages].filter((file) => existsSync(file)))('are not read in %s', (file) => {
    expect(readFileSync(file, 'utf8').match(OLD_TEXTS)?.[0]).toBeUndefined();
  });
});

/** What others read: a change here needs a line in CHANGELOG.md, and thought for rows that are forty days old. */
describe('the words that are stored, logged and counted', () => {
  const textOf = (folder: string) =>
    readdirSync(folder)
      .map((file) => readFileSync(join(folder, file), 'utf8'))
      .join('\n');
  const found = (text: string, pattern: RegExp) =>
    [...new Set(Array.from(text.matchAll(pattern), ([, word]) => word))].sort();

  it('are the attributes of rows', () => {
    expect(found(textOf('src/lib/aws/dynamodb'), /^ {4}(\w+): (?:text|digits|number|flag|set)\b/gm)).toEqual([
      'arrival',
      'attempts',
      'baseline',
      'doubt',
      'expiresAt',
      'failed',
      'failures',
      'firstSeen',
      'group',
      'keyId',
      'lease',
      'lock',
      'mac',
      'overtaken',
      'owner',
      'plainArrival',
      'plainGroup',
      'resolution',
      'result',
      'revision',
      'sequence',
      'sick',
      'sickUntil',
      'state',
      'ttl',
      'unknown',
      'until',
    ]);
  });

  it('are the messages of the log', () => {
    const log = ['observability', 'functions'].map((folder) => textOf(`src/lib/${folder}`)).join('\n');
    expect(found(log, /logger\.(?:info|warn|error|critical)\(\s*'([^']+)'/g)).toEqual([
      'change completed',
      'change retried',
      'record broken',
      'relay event ignored',
      'secret unusable',
      'webhook answered',
    ]);
  });

  it('are the reasons of a retry', () => {
    expect(Object.keys(WAITS).sort()).toEqual([
      'contended',
      'credentials_refused',
      'lease_held',
      'not_applied',
      'outcome_unknown',
      'provider_busy',
      'read_failed',
      'secret_unavailable',
      'subject_locked',
      'time_short',
    ]);
  });

  it('are the metrics', () => {
    expect(Object.keys(METRICS).sort()).toEqual([
      'AgeAtResult',
      'Attempts',
      'BrokenRecords',
      'Changes',
      'CredentialRefusals',
      'ErrorResults',
      'LedgerErrors',
      'ProviderErrors',
      'ProviderLatency',
      'ProviderThrottles',
      'PublishFailures',
      'RelayEvents',
      'Retries',
      'SecretFaults',
      'TakeOvers',
      'UnknownOutcomes',
      'WebhookAnswers',
      'WebhookFailures',
      'WebhookRefusals',
    ]);
  });
});
