/** Where in a file something is wrong; line and column count from 1. */
export interface Where {
  file?: string | undefined;
  line?: number | undefined;
  column?: number | undefined;
  /** Path of the field, as the relay names it. */
  field?: string | undefined;
}

/** One thing that is wrong. Never holds a value that might be a secret: type and length at most. */
export interface Diagnostic {
  message: string;
  where?: Where | undefined;
  got?: string | undefined;
  allowed?: string | undefined;
  why?: string | undefined;
  fix?: string | undefined;
}

/** Whose affair an error is; the command has an exit code for each. */
export type Kind = 'broken' | 'usage' | 'invalid' | 'denied' | 'interrupted';

/** An error as an operator is shown it: what, where, got and allowed, and last how to mend it. */
export class OperatorError extends Error {
  /** Stable, for scripts. */
  readonly code: string;
  readonly kind: Kind;
  readonly trouble: Diagnostic;
  /** All of them, if there are several. */
  readonly troubles: Diagnostic[];

  constructor(code: string, kind: Kind, troubles: [Diagnostic, ...Diagnostic[]], cause?: unknown) {
    super(troubles[0].message, { cause });
    this.name = 'OperatorError';
    this.code = code;
    this.kind = kind;
    this.trouble = troubles[0];
    this.troubles = troubles;
  }
}

/** A wrong command line. */
export const usage = (message: string, more: Omit<Diagnostic, 'message'> = {}) =>
  new OperatorError('usage', 'usage', [{ message, ...more }]);
