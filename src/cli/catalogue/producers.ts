import { type Command, DRY, LIMIT, REVISION, SOURCE, TASKS, TIMEOUT } from './command.ts';

/** The commands for producers: checking changes, sending them and seeing their results. */
export const PRODUCER_COMMANDS: readonly Command[] = [
  {
    name: 'validate',
    task: TASKS.check,
    usage: '<file...>',
    summary: 'check changes without network; - reads standard input',
    options: [REVISION, ['--operation <type>', 'accept only changes of this type']],
    examples: ['relay validate mine.json', 'relay validate changes.jsonl --json'],
    load: async () => (await import('../commands/validate.ts')).validate,
  },
  {
    name: 'plan',
    task: TASKS.check,
    usage: '<file>',
    summary: 'show the request, how the live task differs from it, and whether the relay would send it; reads only',
    options: [
      ['--full', 'show equal fields too'],
      ['--offline', 'show only the request, without any call'],
      ['--exit-code', 'end with 7 if something would change'],
    ],
    examples: ['relay plan mine.json --stage prod', 'relay plan mine.json --exit-code'],
    load: async () => (await import('../commands/plan.ts')).plan,
  },
  {
    name: 'send',
    task: TASKS.send,
    usage: '[file]',
    summary: 'validate and send a change, or JSON Lines of many, and wait for the results',
    options: [
      [
        '--sample <name>',
        'a sample of events/ under a new id, by service and verb (dcs.configure), by type (sms.source.delete), or by file name; a wrong name lists them',
      ],
      ['--set <path=value>', 'set a field; may be given several times', []],
      ['--id <id>', 'send it under this id'],
      ['--sequence <digits>', 'send it with this sequence'],
      ['--via <way>', 'queue or webhook', 'queue'],
      ['--url <url>', 'the address of the webhook, if the command cannot find it'],
      ['--secret-file <file>', "a file with the webhook's secret, in place of the stage's own"],
      ['--no-wait', 'do not wait for the result'],
      TIMEOUT,
      DRY,
      ['--again', 'send every line of a JSON Lines file again, and do not write FILE.done'],
      [
        '--fault <name>',
        'local stack only: make the simulator fail at the next call; relay explain faults lists the names',
      ],
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
    task: TASKS.see,
    usage: '<id>',
    summary: 'show the story of one change: every attempt, its reason and the next try',
    options: [SOURCE, ['--wait', 'wait until it has ended'], TIMEOUT, ['--since <time>', 'how far back to look', '1d']],
    examples: ['relay status ord-1042', 'relay status ord-1042 --wait --timeout 5m'],
    load: async () => (await import('../commands/status.ts')).status,
  },
  {
    name: 'results',
    task: TASKS.see,
    aliases: ['result'],
    usage: '',
    summary: 'show published results; --follow also shows new ones as they come',
    options: [
      ['--follow', 'show new results as they are published; with --json one CloudEvent per line'],
      ['--since <time>', 'how far back to look: 15m, 2h, or a time in ISO 8601', '15m'],
      ['--outcome <outcome>', 'only this outcome; may be given several times', []],
      ['--task <id>', 'only this task'],
      ['--fail-fast', 'stop at the first result that is not a success, with exit code 5, or 6 if it is unknown'],
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
