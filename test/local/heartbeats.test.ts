import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { preparePackage } from '../../local/prepare.ts';
import { type Stack, startStack } from '../../local/stack.ts';
import { STATE_TEMPLATE, TEMPLATE } from '../../local/template.ts';
import { readPublished } from '../../src/operator/evidence/published.ts';
import { stageAt } from '../../src/operator/stage/stage.ts';
import { CREDENTIALS } from '../../stand-ins/account.ts';
import type { FilteredMetric } from '../../stand-ins/logs/metric-filters.ts';

/** Ten minutes become a second. */
const SCALE = 600;
const SOURCE = 'migration-relay.local.heartbeat';
const REGION = 'eu-central-1';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** A change of the text of a compiled template. */
type Edit = [file: string, from: RegExp, to: string];

/** Starts the packaged stack, after an edit of its template, and gives what is sent, counted and written. */
async function start(edit?: Edit) {
  const folder = await mkdtemp(join(tmpdir(), 'relay-heartbeats-'));
  open.push(() => rm(folder, { recursive: true, force: true }));
  await cp(await preparePackage('local'), folder, { recursive: true });
  if (edit) {
    const [name, from, to] = edit;
    const text = await readFile(join(folder, name), 'utf8');
    expect(text).toMatch(from);
    await writeFile(join(folder, name), text.replaceAll(from, to));
  }
  const observed = { sent: [] as string[], metrics: [] as FilteredMetric[], lines: [] as string[] };
  const stack = await startStack({
    folder,
    scheduleScale: SCALE,
    onSent: (body) => observed.sent.push(body),
    onMetric: (metric) => observed.metrics.push(metric),
    onLog: ({ line }) => observed.lines.push(line),
  });
  open.unshift(stack.stop);
  return { ...observed, stack };
}

const countOf = (metrics: FilteredMetric[], service: string) =>
  metrics.filter(({ dimensions }) => dimensions.service === service).length;
const until = (check: () => void) => vi.waitFor(check, { timeout: 15_000, interval: 50 });

async function rowsOf({ endpoints }: Stack) {
  const dynamo = new DynamoDB({
    region: REGION,
    endpoint: endpoints.AWS_ENDPOINT_URL_DYNAMODB ?? '',
    credentials: CREDENTIALS,
  });
  const { Items = [] } = await dynamo.scan({ TableName: 'migration-relay-local-ledger' });
  dynamo.destroy();
  return Items.map(({ pk, result }) => ({ key: pk?.S ?? '', result: result?.S }));
}

describe('the heartbeats of a stack', () => {
  it('come back through queue, function, ledger, bus, rule and log, and are counted by service', async () => {
    const { stack, metrics, lines } = await start();
    const before = Date.now();
    await until(() => {
      for (const service of ['dcs', 'sms']) expect(countOf(metrics, service)).toBeGreaterThanOrEqual(2);
    });
    expect(metrics[0]).toEqual({
      namespace: 'MigrationRelay',
      name: 'Heartbeats',
      value: 1,
      dimensions: { source: SOURCE, service: expect.stringMatching(/^(dcs|sms)$/) },
    });
    const stage = stageAt({ name: 'local', region: REGION, local: stack }, {});
    const about = await readPublished(stage, { since: before - 60_000, about: { id: 'dcs', source: SOURCE } });
    expect(about.length).toBeGreaterThanOrEqual(2);
    expect(new Set(about.map(({ text }) => text)).size).toBe(1);
    expect(about[0]?.event).toMatchObject({ source: SOURCE, data: { error: { code: 'heartbeat' } } });
    expect(await readPublished(stage, { since: before - 60_000 })).toEqual([]);
    const rows = (await rowsOf(stack)).filter(({ key }) => !key.startsWith('breaker#'));
    expect(rows.map(({ result = '' }) => JSON.parse(result).data.change.id).sort()).toEqual(['dcs', 'sms']);
    const { entries } = (await (await fetch(`${stack.simulatorUrl}/simulator/log`)).json()) as { entries: unknown[] };
    expect(entries).toEqual([]);
    expect(lines.filter((line) => /"(Changes|Attempts|AgeAtResult)":|"message":"change /.test(line))).toEqual([]);
  });

  it.each<[string, Edit]>([
    ['the mappings are paused', [TEMPLATE, /"Enabled": *true/g, '"Enabled": false']],
    ['the rule of the bus does not select them', [STATE_TEMPLATE, /"migration-relay\.local\.heartbeat"/g, '"x"']],
    ['the filter does not find them', [TEMPLATE, /\$\.source = \\"migration-relay/g, '$.source = \\"another']],
    ['the functions belong to another stage', [TEMPLATE, /"STAGE": *"local"/g, '"STAGE": "other"']],
  ])('are not counted when %s, although they are sent', async (_what, edit) => {
    const { sent, metrics } = await start(edit);
    await until(() => expect(sent.filter((body) => body.includes(SOURCE)).length).toBeGreaterThanOrEqual(6));
    await wait(500);
    expect(metrics).toEqual([]);
  });

  it('are not counted while the bus refuses results, and come back when it takes them again', async () => {
    const { stack, sent, metrics } = await start();
    stack.bus.refuse(Number.POSITIVE_INFINITY);
    await until(() => expect(sent.length).toBeGreaterThanOrEqual(4));
    expect(metrics).toEqual([]);
    stack.bus.refuse(0);
    await until(() => expect(countOf(metrics, 'dcs')).toBeGreaterThan(0));
  });
});
