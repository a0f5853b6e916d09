import type { Command } from './command.ts';
import { OPERATOR_COMMANDS } from './operators.ts';
import { PRODUCER_COMMANDS } from './producers.ts';

/** All commands, in the order in which the help lists them. */
export const COMMANDS: readonly Command[] = [...PRODUCER_COMMANDS, ...OPERATOR_COMMANDS];
