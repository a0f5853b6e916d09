import { type Command, DRY, LIMIT, REVISION, SOURCE, TIMEOUT } from './command.ts';

/** What a producer needs: from checking a change to seeing what came of it. */
export const PRODUCER_COMMANDS: readonly Command[] = [
  {
    name: 'validate',
    usage: '<file...>',
    summary: 'check changes without network; - reads standard input',
    options: [REVISION, ['--operation <type>', 'take only changes of this type']],
    examples: ['relay validate mine.json', 'relay validate changes.jsonl --json'],
    load: async () => (await import('../commands/validate.ts')).validate,
  },
  {
    name: 'plan',
    usage: '<file>',
    summary: 'show the request, its difference to the live task and what the ledger foretells; reads only',
    options: [
      ['--full', 'show equal fields too'],
      ['--offline', 'show the request alone, call nobody'],
      ['--exit-code', 'end with 7 if something would change'],
    ],
    examples: ['relay plan mine.json --stage prod', 'relay plan mine.json --exit-code'],
    load: async () => (await import('../commands/plan.ts')).plan,
  },
  {
    name: 'send',
    usage: '[file]',
    summary: 'validate and send a change, or JSON Lines of many, and wait for the results',
    options: [
      [
        '--sample <name>',
        'a sample of events/ under a new id: dcs.configure, dcs.update, sms.update, sms.act, or a file name',
      ],
      ['--set <path=value>', 'set a field; may be given several times', []],
      ['--id <id>', 'another id'],
      ['--sequence <digits>', 'another sequence'],
      ['--via <way>', 'queue or webhook', 'queue'],
      ['--url <url>', 'the webhook, where it cannot be found by itself'],
      ['--secret-file <file>', "the webhook's secret, in place of the stage's own"],
      ['--no-wait', 'do not wait for the result'],
      TIMEOUT,
      DRY,
      ['--again', 'send lines of a JSON Lines file again that were done before'],
      ['--fault <name>', 'local stack only: let the simulator fail at the next call; relay explain faults'],
    ],
    examples: [
      'relay send mine.json',
      'relay send --sample dcs.configure --fault timeout-after-apply',
      'relay send changes.jsonl',
    ],
    load: async () => (await import('../commands/send.ts')).send,
  },
  {
    name: 'status',
    usage: '<id>',
    summary: 'tell the story of one change: every attempt, its reason and the next try',
    options: [SOURCE, ['--wait', 'wait for its end'], TIMEOUT, ['--since <time>', 'how far back to look', '1d']],
    examples: ['relay status ord-1042', 'relay status ord-1042 --wait --timeout 5m'],
    load: async () => (await import('../commands/status.ts')).status,
  },
  {
    name: 'results',
    aliases: ['result'],
    usage: '',
    summary: 'show published results; --follow goes on, one CloudEvent per line with --json',
    options: [
      ['--follow', 'go on showing results as they are published'],
      ['--since <time>', 'how far back: 15m, 2h, or a moment in ISO 8601', '15m'],
      ['--outcome <outcome>', 'only this outcome; may be given several times', []],
      ['--task <id>', 'only this task'],
      ['--fail-fast', 'end at the first result that is no success: 5, or 6 if it is unknown'],
      LIMIT,
    ],
    examples: [
      'relay results --since 1h',
      'relay results --follow --outcome unknown',
      'relay results --follow --json | jq .data.change.id',
    ],
    load: async () => (await import('../commands/results.ts')).results,
  },
];
