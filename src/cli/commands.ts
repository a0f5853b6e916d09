import type { Run } from './session.ts';

/** An option as commander writes it, and what it is for. */
export type OptionText = [flags: string, description: string, standard?: string | string[]];

/** A command: what it is called, what it takes, and where its work is. Nothing heavy is loaded for its help. */
export interface Command {
  name: string;
  aliases?: string[];
  /** Arguments as commander writes them. */
  usage: string;
  summary: string;
  options: OptionText[];
  /** Shown first in its help. */
  examples: string[];
  load(): Promise<Run<never>>;
}

const LIMIT: OptionText = ['--limit <count>', 'at most so many', '100'];
const TIMEOUT: OptionText = ['--timeout <time>', 'how long to wait', '60s'];
const SOURCE: OptionText = ['--source <source>', "the change's source, where its id alone is not enough"];
const DRY: OptionText = ['-n, --dry-run', 'show what would be done, and do nothing'];
const REVISION: OptionText = ['--revision <month>', 'SMS API revision of changes without dataschema'];

/** The commands in the order of their help: what producers need first, then what operators do. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'validate',
    usage: '<file...>',
    summary: 'check changes without network; - reads standard input',
    options: [REVISION, ['--operation <type>', 'take only changes of this type']],
    examples: ['relay validate mine.json', 'relay validate changes.jsonl --json'],
    load: async () => (await import('./commands/validate.ts')).validate,
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
    load: async () => (await import('./commands/plan.ts')).plan,
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
    load: async () => (await import('./commands/send.ts')).send,
  },
  {
    name: 'status',
    usage: '<id>',
    summary: 'tell the story of one change: every attempt, its reason and the next try',
    options: [SOURCE, ['--wait', 'wait for its end'], TIMEOUT, ['--since <time>', 'how far back to look', '1d']],
    examples: ['relay status ord-1042', 'relay status ord-1042 --wait --timeout 5m'],
    load: async () => (await import('./commands/status.ts')).status,
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
    load: async () => (await import('./commands/results.ts')).results,
  },
  {
    name: 'dlq list',
    usage: '',
    summary: 'list dead letters, and what a replay of each would do; removes nothing',
    options: [LIMIT, ['--reason <text>', 'only those whose reason has this text']],
    examples: ['relay dlq list --stage prod'],
    load: async () => (await import('./commands/dlq-list.ts')).list,
  },
  {
    name: 'dlq show',
    usage: '<id>',
    summary: 'show one dead letter by the id of its change or message; its secrets are masked',
    options: [],
    examples: ['relay dlq show ord-0990'],
    load: async () => (await import('./commands/dlq-list.ts')).show,
  },
  {
    name: 'dlq replay',
    usage: '[id...]',
    summary: 'put dead letters back into their queue, after saying what each will come to',
    options: [
      ['--all', 'every dead letter that can be helped'],
      ['--reason <text>', 'only those whose reason has this text'],
      LIMIT,
      ['--out-of-order', 'also those whose task has moved on since'],
      DRY,
    ],
    examples: ['relay dlq replay ord-0990', 'relay dlq replay --all --reason Throttl -n'],
    load: async () => (await import('./commands/dlq-replay.ts')).replay,
  },
  {
    name: 'resend',
    usage: '<file>',
    summary: 'send a change that failed again, under a new id that names the old one',
    options: [
      ['--id <id>', 'the new id; else the old one with ~2 behind it'],
      ['--no-wait', 'do not wait for the result'],
      TIMEOUT,
    ],
    examples: ['relay resend mine.json'],
    load: async () => (await import('./commands/resend.ts')).resend,
  },
  {
    name: 'resolve',
    usage: '<id>',
    summary: 'settle a change whose outcome is unknown: reads the task, shows it, and publishes what you found',
    options: [['--as <finding>', 'applied or not-applied'], ['--reason <text>', 'how you know'], SOURCE],
    examples: ['relay resolve ord-1031 --as applied --reason "seen in the console"'],
    load: async () => (await import('./commands/resolve.ts')).resolve,
  },
  {
    name: 'doctor',
    usage: '',
    summary: 'check machine, stage, rights and provider; reads only',
    options: [['--only <check>', 'only this check; may be given several times', []]],
    examples: ['relay doctor', 'relay doctor --stage prod'],
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  {
    name: 'explain',
    usage: '<word>',
    summary: 'what an error code, change type, outcome, reason or exit code means, and what to do',
    options: [],
    examples: ['relay explain DCS.4063', 'relay explain unknown', 'relay explain migration.sms.task.update'],
    load: async () => (await import('./commands/explain.ts')).explain,
  },
];

/** What stands before or after any command. */
export const GLOBAL_OPTIONS: readonly OptionText[] = [
  ['--stage <name>', 'the stage; RELAY_STAGE, else the local stack'],
  ['--region <name>', 'the AWS region; as the AWS CLI finds it'],
  ['--profile <name>', 'the AWS profile; as the AWS CLI finds it'],
  ['--json', 'JSON on stdout, errors as JSON on stderr; asks nothing'],
  ['-q, --quiet', 'say nothing beside the data'],
  ['--verbose', 'show the stack of an error; also by DEBUG=1'],
  ['--no-color', 'no colours; also by NO_COLOR'],
  ['--no-input', 'ask nothing'],
  ['--yes', 'yes to every question'],
];
