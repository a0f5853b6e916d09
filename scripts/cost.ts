import { endWithReader } from '../src/cli/terminal/streams.ts';
import { type BilledStage, packagedStage } from './billed-stage.ts';
import { type Costs, costOfMillion, costOfMonth, costOfWebhook, type Load, sumOf } from './cost-lines.ts';
import { readOptions, readPositive, refuse } from './options.ts';
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

if (import.meta.main) {
  endWithReader();
  const { stage, seconds, batch } = readOptions('npx node scripts/cost.ts [--stage STAGE] [--seconds N] [--batch N]', {
    stage: { type: 'string', default: 'prod' },
    seconds: { type: 'string', default: '0.4' },
    batch: { type: 'string', default: '1' },
  });
  const load = { seconds: readPositive('seconds', seconds), batch: readPositive('batch', batch) };
  const billed = await packagedStage(stage).catch(({ message }: Error) => refuse(message));
  console.log(costTables(billed, load));
}
