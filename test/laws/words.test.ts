import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@babel/parser';
import { describe, expect, it } from 'vitest';
import { METRICS } from '../../src/lib/observability/metrics.ts';
import { WAITS } from '../../src/operator/story/wording.ts';

/** Names that were this project's own, where the field has a usual one; docs/glossary.md has the words of today. */
const OLD_NAMES = new Set(
  `
  NotYet handedBack Ending Misfit Refusal Doomed Settlement Happening Look Manner Carried Assembled Pause Word Wish
  Told Said Seen Kept Held Taken Raised Posted Judged Known Given Shown Tried Wanted Asked
  told said seen kept held taken untold judged judge judgeBy examined examine takeIn leaveOut withForeign foreign
  look looks lookAt lookAtServices facts stood isBroughtAbout letGo guard acceptor intake wire insist waitedOut isAway
  journal Journal createJournal meter Meter createMeter print printLike printOf whose fresh unverified unseen useful
  doubtful shelf door dressed during carry carried settle settled settling settleBatch pause pauses paused trial trials
  Trials createTrials letter letters demandLetter manner misshapen edges Edges most least MOST LEAST LONGEST MAX MIN
  restAfterFailure whileSame omittableIn isDoomed doom CliFault Trouble gatherResults IntakeSettings storedWord toWord
  saidBy speaksOf readGiven wishOf Misbehave weather someOrder someRefusal demandRead TELLS startTrouble
  `
    .trim()
    .split(/\s+/),
);
/** Parts of names: `lockBarrier`, `mostReceives`, `MOST_RECEIVES`, `INT64_MOST`, `SIZE_LIMIT`, `WebhookEdges`, `judgeLock`. */
const OLD_PARTS =
  /[bB]arrier|^(?:MOST|LONGEST|LEAST)_|_(?:MOST|LEAST)$|^(?:most|least|judge|intake)[A-Z]|^[A-Z]+_LIMIT$|[a-z]Edges$/;

/** Old names that have another meaning in a file or folder, with the reason. */
const ALLOWED: Record<string, { names: string[]; reason: string }> = {
  'bench/': { names: ['held'], reason: 'a member of the published rows: the gate was held' },
  'test/bench/': { names: ['held'], reason: 'the same' },
  'faults/mix.ts': { names: ['guard'], reason: 'the name of a step in the catalogue of faults' },
  'faults/processes/figures.ts': { names: ['most'], reason: 'a member of the published figures' },
  'src/cli/': { names: ['print'], reason: 'the screen prints' },
  'test/cli/': { names: ['print'], reason: 'the same' },
  'src/console/page/': { names: ['pause', 'paused'], reason: 'the page has a button named Pause' },
};
const isAllowed = (file: string, name: string) =>
  Object.entries(ALLOWED).some(([place, { names }]) => file.startsWith(place) && names.includes(name));

/** Words that no code, comment, title, message or page has. */
const OLD_TEXTS = new RegExp(
  `\\b(?:${[
    ...['barriers?', 'hand(?:s|ed|ing)? back', 'settl(?:e[sd]?|ing)', 'journals?', 'intake', 'NotYet', 'letGo'],
    ...['fates?', 'foretells?', 'foretold', 'happenings?', 'reckon(?:s|ed)?', 'doomed', 'misbehav\\w+', 'converges?'],
    ...['as ever', 'anew'],
  ].join('|')})\\b`,
  'i',
);

/** The files of a folder, except this one, which contains the old words, and texts of others. */
const filesIn = (folder: string, type: RegExp) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => type.test(file) && !/node_modules|fixtures|laws.words/.test(file))
    .map((file) => join(folder, file));

const sources = [
  ...['src', 'local', 'simulator', 'faults', 'bench', 'stand-ins', 'scripts', 'mutation', 'test', 'types'],
].flatMap((folder) => filesIn(folder, /\.(?:ts|js|cjs)$/));
// The changelog keeps the words of its time.
const pages = [
  ...['serverless.yml', 'package.json'],
  ...['serverless', 'stages', 'docs', '.github'].flatMap((folder) => filesIn(folder, /\.yml$/)),
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md'],
  ...['docs', 'simulator', 'faults', 'bench'].flatMap((folder) => filesIn(folder, /\.md$/)),
];

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

const isOld = (name: string) => OLD_NAMES.has(name) || OLD_PARTS.test(name);

describe('the old words', () => {
  it.each(sources)('are no names in %s', (file) => {
    const old = new Set(namesIn(file).filter(isOld));
    expect([...old].filter((name) => !isAllowed(file, name))).toEqual([]);
  });

  it.each([...sources, ...pages])('do not appear in %s', (file) => {
    expect(readFileSync(file, 'utf8').match(OLD_TEXTS)?.[0]).toBeUndefined();
  });

  it.each(Object.entries(ALLOWED))('are allowed in %s only as long as it has them', (place, { names }) => {
    const found = new Set(sources.filter((file) => file.startsWith(place)).flatMap(namesIn));
    expect(names.filter((name) => !found.has(name))).toEqual([]);
  });
});

/** Words that others read. A change here needs a line in CHANGELOG.md, and rows can be forty days old. */
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
      'created',
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
      'AgeAtRetry',
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
