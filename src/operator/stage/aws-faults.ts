import { OperatorError } from '../fault.ts';

/** Errors that the SDK throws before it calls AWS, because nobody is logged in. */
const NOBODY: Readonly<Record<string, string>> = {
  CredentialsProviderError: 'log in as for the AWS CLI (aws sso login, or set AWS_PROFILE)',
  TokenProviderError: 'log in again (aws sso login)',
};
/** Refusals of AWS, by their code. */
const DENIED: Readonly<Record<string, string>> = {
  ExpiredToken: 'log in again: the session has expired',
  ExpiredTokenException: 'log in again: the session has expired',
  UnrecognizedClientException: 'check the credentials: AWS does not know the key',
  InvalidClientTokenId: 'check the credentials: AWS does not know the key',
  InvalidSignatureException: 'check the credentials and the clock of this machine',
  SignatureDoesNotMatch: 'check the credentials and the clock of this machine',
  AccessDenied: 'ask for the permission that AWS names',
  AccessDeniedException: 'ask for the permission that AWS names',
};
const MISSING = new Set(['ResourceNotFoundException', 'QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue']);

/** Any error as an OperatorError. One of the command's own stays as it is; an error of AWS gets a kind. */
export function toOperatorError(error: unknown): OperatorError {
  if (error instanceof OperatorError) return error;
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const login = NOBODY[name];
  if (login !== undefined) return new OperatorError('no_credentials', 'denied', [{ message, fix: login }], error);
  const fix = DENIED[name];
  if (fix !== undefined) return new OperatorError('access_denied', 'denied', [{ message, why: name, fix }], error);
  if (MISSING.has(name)) {
    const diagnostic = { message: 'a part of the stage is missing', why: message, fix: 'relay doctor shows which' };
    return new OperatorError('part_missing', 'denied', [diagnostic], error);
  }
  const lost = unreachableIn(error);
  if (lost !== undefined) {
    const diagnostic = { message: 'a service cannot be reached', why: lost, fix: REACH };
    return new OperatorError('unreachable', 'broken', [diagnostic], error);
  }
  return new OperatorError('failed', 'broken', [{ message, why: codeOf(error), fix: FIX }], error);
}

const FIX = 'relay doctor checks the stage; --verbose shows the stack';
const REACH = 'check the network and the region; behind a proxy, set NO_PROXY=127.0.0.1 for the local stack';

const LOST =
  /^(?:ECONN\w+|ENOTFOUND|EAI_\w+|EHOST\w+|ENET\w+|ETIMEDOUT|EPIPE|UND_ERR_\w+|ERR_TLS\w*|CERT_\w+|DEPTH_ZERO\w+|SELF_SIGNED\w+|UNABLE_TO_\w+)$/;

/** The reason if a connection failed. fetch and the SDK nest it at different depths. */
function unreachableIn(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, message, code, cause } = error as NodeJS.ErrnoException;
  if (name === 'TimeoutError') return 'no answer in time';
  if (code !== undefined && LOST.test(code)) return message || code;
  return unreachableIn(cause);
}

/** AWS's code of an error. The name of any other error's class is not a code. */
const codeOf = (error: unknown) => (error instanceof Error && '$metadata' in error ? error.name : undefined);
