import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/** The floors of src/lib, highest first: a module imports from its own floor or from a lower one, never upwards. */
const FLOORS: string[][] = [
  ['queue/queue-handler', 'webhook/webhook-handler'],
  ['edges/edges', 'observability/journal', 'observability/metered', 'observability/cloudwatch-meter'],
  ['secrets/secret-inspection'],
  [
    'queue/',
    'webhook/webhook',
    'edges/eventbridge-publisher',
    'edges/gathered-results',
    'ledger/dynamodb-ledger',
    'ledger/provider-breaker',
  ],
  ['secrets/stores', 'ledger/suspects', 'ledger/breaker-views'],
  ['ledger/dynamodb-breakers', 'provider/'],
  ['ledger/dynamodb-barrier', 'ledger/dynamodb-resolutions'],
  ['ledger/dynamodb-table'],
  ['ledger/dynamodb-rows'],
  ['aws/call'],
  ['aws/credentials'],
  ['aws/'],
  ['provider/connections'],
  ['provider/wire', 'provider/deadline', 'provider/early-connections'],
  ['provider/interim-replies'],
  ['queue/message'],
  ['webhook/content-mode'],
  ['webhook/', 'edges/config', 'secrets/secret-shape'],
  ['relay/relay'],
  ['relay/attempt'],
  ['ledger/remembered-barriers', 'relay/reconcile', 'relay/guard'],
  ['relay/look'],
  ['relay/job'],
  ['relay/ending', 'relay/policy', 'relay/order', 'relay/not-yet', 'secrets/secrets'],
  ['relay/result-schema'],
  ['relay/result'],
  ['ledger/ledger', 'change/intake'],
  ['change/examine', 'operations/'],
  ['errors/reply-error', 'change/pick-operation'],
  ['change/change', 'change/fingerprint', 'errors/errors'],
  ['change/base64-data'],
  ['errors/error-table', 'errors/advice'],
  ['errors/error-codes'],
  ['errors/answer'],
  ['operations/operation'],
  ['change/body'],
  ['change/judge'],
  ['change/acceptor', 'change/problem', 'change/envelope'],
  ['change/json', 'relay/times', 'observability/meter'],
  ['ledger/breaker', 'change/scan', 'change/syntax', 'secrets/while-same'],
  ['change/media-type', 'change/nearest', 'change/traceparent'],
];

const files = readdirSync('src/lib', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const floorNaming = (path: string) => FLOORS.findIndex((names) => names.includes(path));

/** A module stands where it is named, else where its folder is. */
const floorOf = (file: string) => {
  const named = floorNaming(file.replace(/\.ts$/, ''));
  return named >= 0 ? named : floorNaming(`${dirname(file)}/`);
};

const importsOf = (path: string) =>
  [...readFileSync(path, 'utf8').matchAll(/^(?:import|export)\b[^'"]*?from '([^']+)'|^import '([^']+)'/gm)].map(
    ([, from, bare]) => from ?? bare ?? '',
  );
const ours = (file: string) =>
  importsOf(join('src/lib', file))
    .filter((name) => name.startsWith('.'))
    .map((name) => normalize(join(dirname(file), name)));

describe('the floors of src/lib', () => {
  it.each(files)('%s stands on one', (file) => {
    expect(floorOf(file)).toBeGreaterThanOrEqual(0);
  });

  it.each(files)('%s imports nothing from above', (file) => {
    const above = ours(file).filter((name) => floorOf(name) < floorOf(file));
    expect(above).toEqual([]);
  });

  it.each(
    files.filter(
      (file) =>
        !/^(aws|edges|queue|provider)\/|secrets\/stores|cloudwatch-|dynamodb-|webhook-handler|journal|provider-breaker/.test(
          file,
        ),
    ),
  )('%s knows neither AWS nor HTTP', (file) => {
    expect(importsOf(join('src/lib', file)).filter((name) => /aws|undici|^node:http/.test(name))).toEqual([]);
  });
});

describe('an operation', () => {
  it.each(files.filter((file) => file.startsWith('operations/') && file !== 'operations/operation.ts'))(
    '%s imports zod, the operation type and its own kind only',
    (file) => {
      const foreign = importsOf(join('src/lib', file)).filter((name) => !/^(zod|\.\/[\w-]+\.ts)$/.test(name));
      expect(foreign).toEqual([]);
    },
  );
});

describe('the environment', () => {
  it('is read in entry points only', () => {
    const readers = files.filter((file) => readFileSync(join('src/lib', file), 'utf8').includes('process.env'));
    expect(readers).toEqual([]);
  });
});

describe('a handler', () => {
  it.each(readdirSync('src/handlers'))('%s has at most fifteen lines and no branch', (file) => {
    const text = readFileSync(join('src/handlers', file), 'utf8');
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(15);
    expect(text).not.toMatch(/\bif\b|\?|=>/);
  });
});

describe('the houses', () => {
  const house = (folder: string) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(folder, file));
  const outside = (path: string, allowed: RegExp) =>
    importsOf(path)
      .filter((name) => name.startsWith('.'))
      .map((name) => normalize(join(dirname(path), name)))
      .filter((name) => !allowed.test(name));

  it.each([
    ['src/lib', /^src\/lib\//],
    ['src/handlers', /^src\/lib\//],
    ['src/contracts', /^src\/(lib|contracts)\//],
    ['src/cli', /^(src\/(lib|contracts|cli)\/|package\.json$)/],
  ])('%s imports from itself and from below', (folder, allowed) => {
    for (const path of house(folder)) expect([path, outside(path, allowed)]).toEqual([path, []]);
  });
});
