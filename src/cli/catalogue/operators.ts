import { type Command, DRY, LIMIT, SOURCE, TIMEOUT } from './command.ts';

/** What an operator needs beside: what went wrong, and how to put it right. */
export const OPERATOR_COMMANDS: readonly Command[] = [
  {
    name: 'dlq list',
    usage: '',
    summary: 'list dead letters, and what a replay of each would do; removes nothing',
    options: [LIMIT, ['--reason <text>', 'only those whose reason has this text']],
    examples: ['relay dlq list --stage prod'],
    load: async () => (await import('../commands/dlq-list.ts')).list,
  },
  {
    name: 'dlq show',
    usage: '<id>',
    summary: 'show one dead letter by the id of its change or message; its secrets are masked',
    options: [],
    examples: ['relay dlq show ord-0990'],
    load: async () => (await import('../commands/dlq-list.ts')).show,
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
    load: async () => (await import('../commands/dlq-replay.ts')).replay,
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
    load: async () => (await import('../commands/resend.ts')).resend,
  },
  {
    name: 'resolve',
    usage: '<id>',
    summary: 'settle a change whose outcome is unknown: reads the task, shows it, and publishes what you found',
    options: [['--as <finding>', 'applied or not-applied'], ['--reason <text>', 'how you know'], SOURCE],
    examples: ['relay resolve ord-1031 --as applied --reason "seen in the console"'],
    load: async () => (await import('../commands/resolve.ts')).resolve,
  },
  {
    name: 'doctor',
    usage: '',
    summary: 'check machine, stage, rights and provider; reads only',
    options: [['--only <check>', 'only this check; may be given several times', []]],
    examples: ['relay doctor', 'relay doctor --stage prod'],
    load: async () => (await import('../commands/doctor.ts')).doctor,
  },
  {
    name: 'explain',
    usage: '<word>',
    summary: 'what an error code, change type, outcome, reason or exit code means, and what to do',
    options: [],
    examples: ['relay explain DCS.4063', 'relay explain unknown', 'relay explain migration.sms.task.update'],
    load: async () => (await import('../commands/explain.ts')).explain,
  },
];
