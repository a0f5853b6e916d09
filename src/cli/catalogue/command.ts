import type { Run } from '../session.ts';

/** An option in commander's notation, its description, and its default. */
export type OptionText = [flags: string, description: string, standard?: string | string[]];

/** A command: its name, what it takes, and how its code is loaded. Showing its help loads none of that code. */
export interface Command {
  name: string;
  /** The heading under which the overview lists it. */
  task: string;
  aliases?: string[];
  /** Arguments in commander's notation. */
  usage: string;
  summary: string;
  options: OptionText[];
  /** These come first in its help. */
  examples: string[];
  load(): Promise<Run<never>>;
}

/** The headings of the overview. */
export const TASKS = {
  check: 'Check a change',
  send: 'Send changes',
  see: 'See their results',
  repair: 'Fix what went wrong',
  control: 'Pause the stage',
  stage: 'Check the stage, explain a word',
} as const;

export const LIMIT: OptionText = ['--limit <count>', 'at most this many', '100'];
export const TIMEOUT: OptionText = ['--timeout <time>', 'how long to wait', '60s'];
export const SOURCE: OptionText = ['--source <source>', "the change's source, if several sources use the same id"];
export const DRY: OptionText = ['-n, --dry-run', 'only show what would be done'];
export const REVISION: OptionText = ['--revision <month>', 'the SMS API revision of changes without a dataschema'];

/** The options that may come before or after any command. */
export const GLOBAL_OPTIONS: readonly OptionText[] = [
  ['--stage <name>', 'the stage; by default RELAY_STAGE, else the local stack'],
  ['--region <name>', 'the AWS region; by default that of stages/NAME.yml, else AWS_REGION'],
  ['--profile <name>', 'the AWS profile; by default the one that the AWS CLI uses'],
  ['--json', 'print JSON to stdout and errors as JSON to stderr; ask no questions'],
  ['-q, --quiet', 'print only the data'],
  ['--verbose', 'show the stack of an error; DEBUG=1 does the same'],
  ['--no-color', 'print without colours; NO_COLOR does the same'],
  ['--no-input', 'ask no questions'],
  ['--yes', 'answer every question with yes'],
];
