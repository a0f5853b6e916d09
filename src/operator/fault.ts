/** Where in a file something is wrong. Lines and columns count from 1. */
export interface Location {
  file?: string | undefined;
  line?: number | undefined;
  column?: number | undefined;
  /** The path of the field, as in the relay's results. */
  field?: string | undefined;
}

/** One problem. It never holds a value that might be a secret, at most its type and length. */
export interface Diagnostic {
  message: string;
  where?: Location | undefined;
  got?: string | undefined;
  allowed?: string | undefined;
  why?: string | undefined;
  fix?: string | undefined;
}

/** The kinds of errors. The command has an exit code for each. */
type ErrorKind = 'broken' | 'usage' | 'invalid' | 'denied' | 'interrupted';

/** An error as it is shown to an operator: what and where it is, what was found and what is allowed, and how to correct it. */
export class OperatorError extends Error {
  /** Stable, for scripts. */
  readonly code: string;
  readonly kind: ErrorKind;
  readonly diagnostic: Diagnostic;
  /** All problems, if there are several. */
  readonly diagnostics: Diagnostic[];

  constructor(code: string, kind: ErrorKind, diagnostics: [Diagnostic, ...Diagnostic[]], cause?: unknown) {
    super(diagnostics[0].message, { cause });
    this.name = 'OperatorError';
    this.code = code;
    this.kind = kind;
    this.diagnostic = diagnostics[0];
    this.diagnostics = diagnostics;
  }
}

/** A wrong command line. */
export const usage = (message: string, more: Omit<Diagnostic, 'message'> = {}) =>
  new OperatorError('usage', 'usage', [{ message, ...more }]);
