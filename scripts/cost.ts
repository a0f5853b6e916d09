import { endWithReader } from '../src/cli/terminal/streams.ts';
import { type BilledStage, packagedStage } from './billed-stage.ts';
import {
  type Costs,
  costOfMillion,
  costOfMonth,
  costOfNetwork,
  costOfWebhook,
  type Load,
  sumOf,
} from './cost-lines.ts';
import { readOptions, readPositive, refuse } from './options.ts';
import { PRICES } from './prices.ts';
import { unknownCosts } from './unknown-costs.ts';

const dollars = (cost: number) => cost.toFixed(2);
const row = (what: string, cost: number) => `| ${what} | ${dollars(cost)} |`;
const rows = (costs: Costs) =>
  [...Object.entries(costs), ['sum', sumOf(costs)] as const].map(([what, cost]) => row(what, cost));

/** By then KMS charges for both rotations, if the key is rotated yearly. */
const LATER = 5;

/** The table of a month without a change. */
export function monthTable(stage: BilledStage): string {
  const first = costOfMonth(stage);
  const later = sumOf(costOfMonth(stage, LATER));
  return [
    '| per month without a change | USD |',
    '|---|---|',
    ...rows(first),
    ...(later === sumOf(first)
      ? []
      : [row(`sum in year ${LATER}, with ${dollars(later - sumOf(first))} for the rotations of the key`, later)]),
  ].join('\n');
}

/** The tables of the runbook, for a stage. */
export function costTables(stage: BilledStage, load: Load): string {
  return [
    '| per million changes | USD |',
    '|---|---|',
    ...rows(costOfMillion(stage, load)),
    row('besides, if they come through the webhook', costOfWebhook(stage)),
    '',
    monthTable(stage),
    '',
    '| not known before the first bill | USD | why | on the bill |',
    '|---|---|---|---|',
    ...unknownCosts(stage).map(
      ({ what, from, to, why, bill }) => `| ${what} | ${dollars(from)} to ${dollars(to)} | ${why} | ${bill} |`,
    ),
  ].join('\n');
}

/** The table of a month of a network with all endpoints. */
export const networkTable = () =>
  [
    '| per month | USD |',
    '|---|---|',
    ...Object.entries(costOfNetwork(true)).map(([what, cost]) => row(what, cost)),
    row('sum without the interface endpoints', sumOf(costOfNetwork(false))),
    row('sum with them', sumOf(costOfNetwork(true))),
    `| per gigabyte through the gateway, through an endpoint | ${PRICES.natGigabyte}, ${PRICES.endpointGigabyte} |`,
  ].join('\n');

async function printStage({ stage, seconds, batch }: Record<'stage' | 'seconds' | 'batch', string>): Promise<void> {
  const load = { seconds: readPositive('seconds', seconds), batch: readPositive('batch', batch) };
  const billed = await packagedStage(stage).catch(({ message }: Error) => refuse(message));
  console.log(costTables(billed, load));
}

if (import.meta.main) {
  endWithReader();
  const usage = 'npx node scripts/cost.ts [--stage STAGE] [--seconds N] [--batch N] | --network';
  const { network, ...options } = readOptions(usage, {
    stage: { type: 'string', default: 'prod' },
    seconds: { type: 'string', default: '0.4' },
    batch: { type: 'string', default: '1' },
    network: { type: 'boolean', default: false },
  });
  if (network) console.log(networkTable());
  else await printStage(options);
}
