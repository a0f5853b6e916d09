import type { Command } from './command.ts';
import { OPERATOR_COMMANDS } from './operators.ts';
import { PRODUCER_COMMANDS } from './producers.ts';

/** The commands in the order of their help. */
export const COMMANDS: readonly Command[] = [...PRODUCER_COMMANDS, ...OPERATOR_COMMANDS];
